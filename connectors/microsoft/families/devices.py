"""Entra devices: a disabled one loses its primary refresh token, and with it the silent sign-in of its user.

An app may change `accountEnabled` of Windows devices alone (Graph, update device; not tried in a live tenant): other
devices become cards, and so do devices that somebody else uses too. A cached Windows sign-in goes on working offline
until the device hears of it (Entra, primary refresh token).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.contract import AccessPath, Account, CutOrder, Landed, Manual, PathKind, PathState, Subject
from connectors.errors import NotFoundError, RefusedError
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.paths import Paths, Unread, path
from connectors.microsoft.registered import PERMISSIONS, Device, registered

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "devices"
KINDS = (MEMBER, GUEST)
OBSERVE_PERMISSIONS = PERMISSIONS
CUT_PERMISSIONS = RESTORE_PERMISSIONS = ("Device.ReadWrite.All",)
READ_BY = "GET /devices/{id} of owned and registered devices"

WINDOWS = "Windows"
OFFLINE = "its primary refresh token is refused; a cached Windows sign-in works offline until the device hears of it"
UNTRIED = "an app may enable and disable Windows devices (documented, not tried in a live tenant)"
SYNCED = "; Active Directory is master of it: disable its computer account too, or a sync may enable it again"


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every device object of the user, those that an earlier read saw included."""
    try:
        found = registered(session, account.id, subject, earlier(known, FAMILY))
    except NotFoundError:
        return [], {}
    except RefusedError as error:
        return [], {PathKind.DEVICE: error.what}
    return [_path(account, device) for device in found], {}


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """One property."""
    del order
    return _enable(session, path, enabled=False)


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """The device is enabled again."""
    del order
    return _enable(session, path, enabled=True)


def earlier(known: tuple[AccessPath, ...], family: str) -> tuple[str, ...]:
    """What an earlier read saw, by the last part of its path's id."""
    return tuple(one.id.rsplit("/", 1)[1] for one in known if one.id.startswith(f"{family}/"))


def _enable(session: MicrosoftSession, path: AccessPath, *, enabled: bool) -> Landed:
    device = path.id.rsplit("/", 1)[1]
    session.call("PATCH", "/v1.0/devices/{device}", body={"accountEnabled": enabled}, device=device)
    return Landed(datetime.now(UTC))


def _path(account: Account, device: Device) -> AccessPath:
    manual = shared(device) if device.others else None if device.system == WINDOWS else _in_portal(device)
    made = path(
        account, FAMILY, PathKind.DEVICE, device.id, f"device {device.name} ({device.system or 'unknown system'})",
        undo_note=UNTRIED, manual=manual,
    )  # fmt: skip
    if not device.enabled:
        return made.seen(PathState.CUT, f"accountEnabled is false: {OFFLINE}{SYNCED if device.synced else ''}")
    return made.seen(PathState.STANDING, f"used by others too: {', '.join(device.others)}") if device.others else made


def shared(device: Device) -> Manual:
    """What a person decides of a device that is not the subject's alone."""
    return Manual(
        f"Decide on a shared device: {device.name}",
        (
            f"It is registered by others too: {', '.join(device.others)}. Nothing was done to it.",
            "Ask them whether they still use it, and whether the subject does.",
            "If it is the subject's alone, remove the others from it in the Entra portal and cut once more.",
            "If it stays shared, sign the subject out on it and delete their Windows profile.",
        ),
        "the device is used by nobody but those who should",
        "Who uses the device, and what did you do?",
        "https://learn.microsoft.com/graph/api/device-list-registeredusers",
    )


def _in_portal(device: Device) -> Manual:
    return Manual(
        f"Disable a device that no app may disable: {device.name}",
        (
            f"Graph lets an app disable Windows devices alone; this one runs {device.system or 'an unknown system'}.",
            "As Cloud Device Administrator or Intune Administrator, in the Entra portal: Devices, All devices.",
            f"Find the device with object id {device.id}, and choose Disable.",
        ),
        "the device is shown as disabled",
        "What does the portal show under Enabled?",
        "https://learn.microsoft.com/graph/api/device-update",
    )
