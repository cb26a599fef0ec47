"""Looking up what a description says."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.microsoft.emulator.description.show import main


def test_an_operation_is_shown_with_its_types(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(package), "patch /v1.0/users/{who}"]) == 0
    said = capsys.readouterr().out
    assert '"body": "@user"' in said
    assert '"accountEnabled": "boolean?"' in said


def test_a_newer_operation_is_shown_from_the_sdk(package: Path, sdk: Path) -> None:
    assert main([str(package), "POST /v1.0/users/{}/act"]) == 1
    assert main([str(package), "POST /v1.0/users/{}/act", "--sdk", str(sdk)]) == 0


def test_paths_that_hold_a_word_are_listed(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(package), "EMAILKEYS"]) == 0
    assert capsys.readouterr().out == "/users/{user-id}/keys/emailKeys/{emailKey-id}  DELETE\n"
    assert main([str(package), "nowhere"]) == 1
