"""Shared by all tests: one range for the whole run, and no network beyond loopback."""

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


@pytest.fixture
def running() -> Iterator[AwsRange]:
    """A fresh range, because every test changes it."""
    with AwsRange.start() as made:
        yield made
