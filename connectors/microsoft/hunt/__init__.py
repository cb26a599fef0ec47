"""The persistence sweep of a tenant: ways back in that the subject left."""

from __future__ import annotations

from connectors.contract import Action
from connectors.microsoft.hunt.sweep import HuntPersistence

HUNT_ACTIONS: tuple[Action, ...] = (HuntPersistence(),)
