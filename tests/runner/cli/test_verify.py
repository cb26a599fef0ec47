"""`evict verify`: sound or broken, with the code that says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runner.cli.conftest import evict, plain


def test_a_sound_case_is_exit_0(elsewhere: Callable[[], Path]) -> None:
    case = elsewhere()
    assert plain(evict("verify", case), 0).startswith("sound:")
    assert json.loads(plain(evict("verify", case, "--json"), 0))["sound"] is True


@pytest.mark.parametrize("what", ["ledger", "frozen", "signature"])
def test_a_changed_byte_is_exit_5(elsewhere: Callable[[], Path], what: str) -> None:
    case = elsewhere()
    folder = {"ledger": "ledger.jsonl", "frozen": "frozen/*", "signature": "signatures/*.json"}[what]
    path = next(iter(sorted(case.glob(folder))))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    assert "BROKEN" in plain(evict("verify", case), 5)
    assert json.loads(plain(evict("verify", case, "--json"), 5))["faults"]
