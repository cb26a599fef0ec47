"""The subject's devices as Entra and Intune know them: each with its actions, what runs on it, and the log of Intune.

What Intune found installed is in the beta alone, which may vanish: then its lack is a gap. Intune keeps its own log
for about a year (reported, not documented), and a device until it is cleaned up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.contract import Account, Action, ActionContext, ActionResult, Effect, Field, Json, Receipt, Session
from connectors.microsoft.evidence.collection import Collection, Row
from connectors.microsoft.evidence.subject import users

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

USERS, INTUNE, APPS = "User.Read.All", "DeviceManagementManagedDevices.Read.All", "DeviceManagementApps.Read.All"
REGISTERED, OWNED = "/v1.0/users/{user}/registeredDevices", "/v1.0/users/{user}/ownedDevices"
MANAGED, DEVICE = "/v1.0/users/{user}/managedDevices", "/v1.0/deviceManagement/managedDevices/{device}"
DETECTED = "/beta/deviceManagement/managedDevices/{device}/detectedApps"
EVENTS = "/v1.0/deviceManagement/auditEvents"
NOW = "the present state only; a device that is retired or removed disappears"
LOG = "about a year, as reported; Microsoft documents no period"


class PreserveDevices(Action):
    """What Entra and Intune know of the subject's devices."""

    name = "microsoft.preserve-devices"
    title = "Save what Entra and Intune know of the subject's devices"
    doc = "Registered, owned and managed devices, their pending actions and installed apps, and Intune's audit log."
    effect = Effect.PRESERVE
    outputs = (
        Field("records", "integer", "Devices, apps and rows of the log kept."),
        Field("managed", "list[string]", "Ids of the devices that Intune manages."),
    )
    permissions = (USERS, INTUNE, APPS)
    preserves = ("device-inventory", "intune-audit")
    attack = ("T1219", "T1200")
    sources = (
        "https://learn.microsoft.com/graph/api/user-list-registereddevices",
        "https://learn.microsoft.com/graph/api/intune-devices-manageddevice-list",
        "https://learn.microsoft.com/graph/api/intune-devices-detectedapp-list?view=graph-rest-beta",
        "https://learn.microsoft.com/graph/api/intune-auditing-auditevent-list",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """A receipt for each account; the log is the tenant's, and is kept whole."""
        from connectors.microsoft.client import opened

        tenant = opened(session)
        receipts: list[Receipt] = []
        managed: list[str] = []
        for account in users(context):
            made, found = _devices(tenant, context, account)
            managed += found
            receipts.append(made.receipt(retention=NOW))
        log = Collection(context, "Intune audit log", "intune-audit", {"rows": "all that Intune keeps"},
                         "activityDateTime")  # fmt: skip
        log.listing(tenant, EVENTS, part="audit log", optional=True)
        receipts.append(log.receipt(retention=LOG))
        records = sum(one.records for one in receipts)
        return ActionResult({"records": records, "managed": sorted(set(managed))}, receipts=tuple(receipts))


def _devices(tenant: MicrosoftSession, context: ActionContext, account: Account) -> tuple[Collection, list[str]]:
    made = Collection(context, "Entra and Intune devices", f"devices-{account.id}", {"user": account.id}, "")
    managed: list[str] = []

    def note(row: Row) -> None:
        managed.append(str(row["id"]))

    for part, path in (("registered devices", REGISTERED), ("owned devices", OWNED)):
        made.listing(tenant, path, part=part, scope=f"{part}/", user=account.id)
    made.listing(tenant, MANAGED, part="managed devices", scope="managed/", each=note, optional=True, user=account.id)
    for number, device in enumerate(managed, 1):
        context.progress("devices", number, len(managed))
        made.answer(tenant, DEVICE, part=f"device {device}", device=device)
        made.listing(tenant, DETECTED, part=f"apps found on {device} (beta)", scope=f"{device}/", device=device)
    return made, managed
