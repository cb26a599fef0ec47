"""Devices that an action names: each is the subject's own and nobody else's, or nothing is done to any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.contract import ActionContext, Field
from connectors.errors import InputError, NotFoundError
from connectors.microsoft.registered import registered
from connectors.microsoft.routes.devices import MANAGED

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

DEVICES = Field("devices", "list[guid]", "Exact Intune device ids, as the access paths under intune/ end with them.")
COMPANY = "company"


@dataclass(frozen=True)
class Target:
    """One device under Intune, or one that is not there any more."""

    id: str
    row: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gone(self) -> bool:
        """Whether Intune holds no such device."""
        return not self.row

    def told(self) -> dict[str, str]:
        """How outputs name it."""
        names = {"name": "deviceName", "serial_number": "serialNumber", "owner": "managedDeviceOwnerType"}
        return {"device": self.id, **{name: str(self.row.get(key) or "") for name, key in names.items()}}


def targets(session: MicrosoftSession, context: ActionContext, devices: Iterable[str]) -> list[Target]:
    """The devices as Intune has them.

    Raises:
        InputError: one is not the subject's, or somebody else uses it too.
        WorldError: one cannot be read.

    """
    found = [_found(session, one) for one in dict.fromkeys(devices)]
    own = {account.id for account in context.accounts}
    strange = [one.id for one in found if not one.gone and one.row.get("userId") not in own]
    if strange:
        raise InputError(
            f"not enrolled by an account of the subject: {', '.join(strange)}", expected="devices of the subject alone"
        )
    used = _used_by_others(session, context, {str(one.row["userId"]) for one in found if not one.gone})
    shared = [one.id for one in found if str(one.row.get("azureADDeviceId") or one.id) in used]
    if shared:
        raise InputError(
            f"used by others too: {', '.join(shared)}", expected="devices that are registered by the subject alone",
            fix="decide with the other people who use them",
        )  # fmt: skip
    return found


def personal(found: Iterable[Target]) -> list[str]:
    """Those that are not known to be the company's."""
    return [one.id for one in found if not one.gone and one.row.get("managedDeviceOwnerType") != COMPANY]


def _found(session: MicrosoftSession, device: str) -> Target:
    try:
        return Target(device, session.get(MANAGED, device=device))
    except NotFoundError:
        return Target(device)


def _used_by_others(session: MicrosoftSession, context: ActionContext, users: set[str]) -> frozenset[str]:
    return frozenset(
        device.device_id for user in sorted(users) for device in registered(session, user, context.subject)
        if device.others
    )  # fmt: skip
