"""Microsoft against the conformance kit, on the emulated tenant."""

from __future__ import annotations

from contextlib import AbstractContextManager

from connectors.testing.conformance import ContainmentConformance
from tests.connectors.microsoft.kit import MicrosoftWorld, microsoft_world


class TestMicrosoft(ContainmentConformance):
    """Every rule of the contract, each in a fresh tenant."""

    def world(self) -> AbstractContextManager[MicrosoftWorld]:
        return microsoft_world()
