"""Retire: the company's data and its management leave the device, the person's own data stays."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.contract import Action, ActionContext, ActionResult, Effect, Json, Notice, Session
from connectors.microsoft.actions.issued import RESULTS, WAIT, issue
from connectors.microsoft.actions.targets import DEVICES, targets
from connectors.microsoft.registered import PERMISSIONS
from connectors.microsoft.routes.devices import INTUNE, OPERATE


class RetireDevice(Action):
    """Intune's retire, of devices that the playbook names."""

    name = "microsoft.retire-device"
    title = "Retire devices from Intune"
    doc = "Removes company data and management from named devices when they are next online; the person's data stays."
    effect = Effect.DESTROY
    inputs = (DEVICES, WAIT)
    outputs = (RESULTS,)
    permissions = (INTUNE, OPERATE, *PERMISSIONS)
    notice = Notice.ALWAYS
    notice_why = "company apps, mail and profiles disappear from the device"
    defend = ("D3-CR",)
    sources = ("https://learn.microsoft.com/graph/api/intune-devices-manageddevice-retire",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Check all devices, then ask each; nothing is done where one of them is not the subject's alone."""
        from connectors.microsoft.client import opened

        tenant = opened(session)
        found = targets(tenant, context, inputs["devices"])
        return issue(tenant, context, "retire", found, int(inputs["wait_minutes"]))
