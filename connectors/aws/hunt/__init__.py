"""AWS hunt actions."""

from connectors.contract import Action

HUNT_ACTIONS: tuple[Action, ...] = ()
