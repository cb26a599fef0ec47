"""`docs/writing-a-connector.md` shows the sample's own code, and a package like it is found by its entry point."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from connectors.contract import SecretRef
from connectors.errors import InputError
from connectors.registry import GROUP, Registry
from runner.playbook.estate import load_estate
from tests.connectors.testing.acme.connector import AcmeConnector

ROOT = Path(__file__).parents[3]
SAMPLE = Path(__file__).parent / "acme"
PAGE = (ROOT / "docs" / "writing-a-connector.md").read_text()
BLOCK = re.compile(r"<!-- (\S+) -->\n```\w+\n(.*?)\n```\n", re.DOTALL)


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("name", ["connector.py", "test_acme.py", "pyproject.toml", "estate.yaml"])
def test_the_page_shows_the_whole_file_in_its_order(name: str) -> None:
    shown = [text for path, text in BLOCK.findall(PAGE) if ROOT / path == SAMPLE / name]
    assert lines("\n".join(shown)) == lines((SAMPLE / name).read_text())


def test_every_block_of_code_on_the_page_is_of_the_sample() -> None:
    assert len(BLOCK.findall(PAGE)) == PAGE.count("```") / 2
    assert all((ROOT / path).parent == SAMPLE for path, _text in BLOCK.findall(PAGE))


def test_the_estate_on_the_page_is_read() -> None:
    system = load_estate(SAMPLE / "estate.yaml", Registry({"acme": AcmeConnector()})).systems["acme-main"]
    assert (system.settle_s, system.cutter["token"]) == (2.0, SecretRef("keyring", "evict/acme-cutter"))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages with the sample in it, as pip would lay it out."""
    project = tomllib.loads((SAMPLE / "pyproject.toml").read_text())["project"]
    package = tmp_path / "evict_acme"
    package.mkdir()
    (package / "__init__.py").touch()
    shutil.copy(SAMPLE / "connector.py", package)
    _distribution(tmp_path, project["name"], project["entry-points"][GROUP])
    return tmp_path


def _distribution(site: Path, name: str, points: dict[str, str]) -> None:
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        f"[{GROUP}]\n" + "".join(f"{key} = {value}\n" for key, value in points.items())
    )


def test_an_installed_package_offers_its_connector(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(site))
    registry = Registry.installed()
    assert registry.names() == ("acme", "aws", "microsoft")
    assert registry.connector("acme").title == "Acme ID"
    assert registry.action("acme.cut").permissions == ("users.manage", "sessions.manage", "tokens.manage")


def test_evict_connectors_lists_it(site: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-c", "from runner.cli.main import main; main()", "connectors", "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    shown = json.loads(done.stdout)
    actions = shown if isinstance(shown, list) else shown["actions"]
    assert {one["name"] for one in actions if one["name"].startswith("acme.")} == {
        f"acme.{verb}" for verb in ("discover", "observe", "cut", "verify", "restore")
    }


def test_two_packages_that_offer_one_name_are_told_apart_by_a_person(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _distribution(site, "other-acme", {"acme": "other:Acme"})
    monkeypatch.syspath_prepend(str(site))
    with pytest.raises(InputError, match="two packages offer a connector named 'acme'"):
        Registry.installed()


def test_a_broken_package_is_named_and_stops_nothing_else(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "evict_acme" / "connector.py").write_text("import nothing_of_that_name\n")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "evict_acme", raising=False)
    monkeypatch.delitem(sys.modules, "evict_acme.connector", raising=False)
    registry = Registry.installed()
    with pytest.raises(InputError, match="cannot be loaded: ModuleNotFoundError"):
        registry.connector("acme")
    assert registry.connector("aws").name == "aws"
