"""The seeded tenant and case of the evidence's tests."""

from __future__ import annotations

from tests.connectors.microsoft.evidence.conftest import scene

__all__ = ["scene"]
