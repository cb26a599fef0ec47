"""Shared by all tests: one range for each test process, emptied for each test, and no network beyond loopback."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from runner.range.process import AwsRange


@pytest.fixture(autouse=True, scope="session")
def _no_aws_configuration() -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert str(address[0]) in ("127.0.0.1", "::1", "localhost"), f"a test reached for {address}"
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def _ranges() -> Iterator[list[AwsRange]]:
    """The range that the tests of this process share, as long as it lives."""
    ranges: list[AwsRange] = []
    yield ranges
    for one in ranges:
        one.stop()


@pytest.fixture
def running(_ranges: list[AwsRange]) -> AwsRange:
    """An empty range: every test changes it, and some stop it."""
    if not (_ranges and _ranges[-1].alive):
        _ranges.append(AwsRange.start())
    _ranges[-1].reset()
    return _ranges[-1]
