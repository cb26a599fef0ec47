"""Acme ID against the conformance kit."""

from __future__ import annotations

from contextlib import AbstractContextManager

from connectors.testing.conformance import ContainmentConformance
from tests.connectors.testing.acme.world import AcmeWorld, acme_world


class TestAcme(ContainmentConformance):
    """Fifteen tests, each in a fresh world."""

    def world(self) -> AbstractContextManager[AcmeWorld]:
        return acme_world()
