"""An installed wheel works without the checkout: playbooks and templates ship inside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.heavy
def test_an_installed_wheel_lists_its_playbooks_and_writes_its_templates(tmp_path: Path) -> None:
    build = [
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run([sys.executable, *build], check=True)
    (wheel,) = tmp_path.glob("evict-*.whl")
    venv.create(tmp_path / "fresh", with_pip=True)
    python = tmp_path / "fresh" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True)
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    sites = tmp_path / "libraries"
    sites.mkdir()
    for entry in Path(libraries).iterdir():
        if not entry.name.lower().startswith(("evict", "_evict", "__editable__")) and entry.suffix != ".pth":
            (sites / entry.name).symlink_to(entry)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(sites)}

    def evict(*arguments: str) -> str:
        command = [str(python.with_name("evict")), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
        return done.stdout

    rows = json.loads(evict("playbook", "list", "--json"))["playbooks"]
    assert {row["id"] for row in rows} >= {"suspected-worker", "cut-only"}
    assert all(str(tmp_path / "fresh") in row["file"] for row in rows)
    evict("init", "case")
    assert {path.name for path in (tmp_path / "case").iterdir()} == {"case.yaml", "estate.yaml"}
    assert "0 finding(s)" in evict("lint")
    assert json.loads(evict("connectors", "--json"))["actions"]
