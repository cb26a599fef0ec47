"""AWS evidence actions."""

from connectors.contract import Action

EVIDENCE_ACTIONS: tuple[Action, ...] = ()
