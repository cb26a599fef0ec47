"""Sync: devices fetch what waits for them, instead of at their next turn."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.contract import Action, ActionContext, ActionResult, Effect, Json, Notice, Session
from connectors.microsoft.actions.issued import RESULTS, WAIT, issue
from connectors.microsoft.actions.targets import DEVICES, targets
from connectors.microsoft.registered import PERMISSIONS
from connectors.microsoft.routes.devices import INTUNE, OPERATE


class SyncDevice(Action):
    """Intune's sync; used after an action that waits for its device."""

    name = "microsoft.sync-device"
    title = "Have devices fetch what waits for them"
    doc = "Asks named devices to check in with Intune now, so that a lock, retire or wipe reaches them sooner."
    effect = Effect.CONTAIN
    inputs = (DEVICES, WAIT)
    outputs = (RESULTS,)
    permissions = (INTUNE, OPERATE, *PERMISSIONS)
    notice = Notice.MAYBE
    notice_why = "whatever waits for the device happens on it"
    sources = ("https://learn.microsoft.com/graph/api/intune-devices-manageddevice-syncdevice",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Check all devices, then ask each."""
        from connectors.microsoft.client import opened

        tenant = opened(session)
        found = targets(tenant, context, inputs["devices"])
        return issue(tenant, context, "syncDevice", found, int(inputs["wait_minutes"]))
