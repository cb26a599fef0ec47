"""Hunt in AWS: what the subject left behind in IAM."""

from __future__ import annotations

from connectors.aws.hunt.persistence import HuntPersistence
from connectors.contract import Action

HUNT_ACTIONS: tuple[Action, ...] = (HuntPersistence(),)
