"""Wipe: a company device goes back to how it left the factory, and all evidence on it is gone."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Json, Notice, Session
from connectors.errors import InputError
from connectors.microsoft.actions.issued import RESULTS, WAIT, issue
from connectors.microsoft.actions.targets import DEVICES, personal, targets
from connectors.microsoft.registered import PERMISSIONS
from connectors.microsoft.routes.devices import INTUNE, OPERATE

DISK = "device-disk"
"""Evidence class: the content of a device's disks. `microsoft.record-device-image` says that an image of it is held."""


class WipeDevice(Action):
    """Intune's wipe, of company devices that the playbook names."""

    name = "microsoft.wipe-device"
    title = "Wipe company devices"
    doc = "Erases named company devices when they are next online; a personal device is never wiped whole."
    effect = Effect.DESTROY
    inputs = (
        DEVICES,
        WAIT,
        Field("keep_enrollment_data", "boolean", "Stay enrolled after the wipe.", required=False, default=False),
        Field("keep_user_data", "boolean", "Keep the user's files.", required=False, default=False),
    )
    outputs = (RESULTS,)
    permissions = (INTUNE, OPERATE, *PERMISSIONS)
    notice = Notice.ALWAYS
    notice_why = "the device erases itself and starts anew"
    destroys = (DISK,)
    defend = ("D3-CR",)
    sources = ("https://learn.microsoft.com/graph/api/intune-devices-manageddevice-wipe",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Check all devices, then ask each.

        Raises:
            InputError: one is personal, not the subject's, or shared; none was asked.
            WorldError: one could not be read.

        """
        from connectors.microsoft.client import opened

        tenant = opened(session)
        found = targets(tenant, context, inputs["devices"])
        private = personal(found)
        if private:
            raise InputError(
                f"not known to be the company's: {', '.join(private)}", expected="devices whose owner type is company",
                fix="remove work data with microsoft.wipe-managed-apps, or retire the device",
            )  # fmt: skip
        body = {
            "keepEnrollmentData": bool(inputs["keep_enrollment_data"]), "keepUserData": bool(inputs["keep_user_data"]),
            "persistEsimDataPlan": True,
        }  # fmt: skip
        return issue(tenant, context, "wipe", found, int(inputs["wait_minutes"]), body)
