"""`evict plan` says what could keep a cut from working, and goes on: a person decides."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from connectors.registry import GROUP
from tests.runner.cli.conftest import RESPONDER, evict, plain

ROOT = Path(__file__).parents[3]
PLAYBOOK = {
    "evict": 1, "id": "p", "title": "t",
    "phases": {
        "cut": {
            "approval": {"who": ["approver"], "count": 1, "reason": True},
            "steps": [{"id": "cut", "uses": "gatehouse.cut"}],
        },
        "verify": {"steps": [{"id": "prove", "uses": "gatehouse.verify"}]},
    },
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> str:
    """Where an installed package offers the connector, as PYTHONPATH."""
    info = tmp_path / "site" / "gatehouse-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gatehouse\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\ngatehouse = tests.runner.cli.gatehouse:Gatehouse\n")
    return os.pathsep.join((str(tmp_path / "site"), str(ROOT)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case on an estate with one gatehouse, and a playbook that cuts there."""
    case = {
        "evict-case": 1, "id": "GATE", "title": "t", "mode": "exercise", "opened-by": RESPONDER,
        "subject": {"id": "w", "personas": [{"id": "p", "names": ["n"]}]}, "facts": {},
    }  # fmt: skip
    estate = {"evict-estate": 1, "people": [], "systems": {"gate": {"connector": "gatehouse"}}}
    for name, content in (("case", case), ("estate", estate), ("p", PLAYBOOK)):
        (tmp_path / f"{name}.yaml").write_text(json.dumps(content))
    return tmp_path


def test_the_plan_warns_of_what_is_not_ready_and_says_nothing_of_what_is(folder: Path, site: str) -> None:
    playbook = folder / "p.yaml"
    output = plain(evict("plan", folder, "--playbook", playbook, "--as", RESPONDER, PYTHONPATH=site), 0)
    told = " ".join(output.split())
    assert "warning: gate is not ready: the role" in told
    assert "it holds none; give it Warden" in told
    assert "bolt" not in told


def test_the_json_holds_every_check(folder: Path, site: str) -> None:
    command = ("plan", folder, "--playbook", folder / "p.yaml", "--as", RESPONDER, "--json")
    shape = json.loads(plain(evict(*command, PYTHONPATH=site), 0))
    assert [(one["system"], one["id"], one["readiness"]) for one in shape["checks"]] == [
        ("gate", "bolt", "ready"), ("gate", "role", "not-ready"),
    ]  # fmt: skip
