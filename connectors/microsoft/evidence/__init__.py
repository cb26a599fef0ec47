"""Evidence of a tenant: what is saved before anything is cut."""

from __future__ import annotations

from connectors.contract import Action

EVIDENCE_ACTIONS: tuple[Action, ...] = ()
