"""Hunt in AWS: what the subject left behind."""

from __future__ import annotations

from connectors.aws.hunt.sweep import HuntPersistence
from connectors.contract import Action

HUNT_ACTIONS: tuple[Action, ...] = (HuntPersistence(),)
