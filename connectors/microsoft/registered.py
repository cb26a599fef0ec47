"""Devices that a user owns or has registered in the directory, and who else uses them.

A device that somebody else uses too is nobody's to disable, lock or isolate: every family that acts on devices asks
here first. Microsoft's page of these two listings says that apps may not call them, its permission metadata says that
User.Read.All is enough: uncertain. A refusal is told, and nothing is cut on a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.contract import Subject
from connectors.errors import NotFoundError
from connectors.microsoft.odata import select

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

PERMISSIONS = ("User.Read.All", "Directory.Read.All")
"""Device.Read.All would do for devices alone; consents ask for Directory.Read.All anyhow, which covers them."""
PROPERTIES = (
    "id", "deviceId", "displayName", "operatingSystem", "trustType", "accountEnabled", "onPremisesSyncEnabled",
)  # fmt: skip


@dataclass(frozen=True)
class Device:
    """One device object of the directory."""

    id: str
    """Object id, which addresses it in Graph."""
    device_id: str
    """What the device calls itself, by which Intune and Defender name it."""
    name: str
    """Chosen on the device; for display only."""
    system: str
    """Operating system, e.g. "Windows"."""
    enabled: bool
    synced: bool
    """Whether on-premises Active Directory is master of it."""
    others: tuple[str, ...] = ()
    """Registered users that are not the subject, by name or id."""


def registered(session: MicrosoftSession, user: str, subject: Subject, known: Iterable[str] = ()) -> tuple[Device, ...]:
    """A user's devices by id, and those of `known` object ids that are still there.

    Raises:
        WorldError: what Graph answered; NotFoundError when there is no such user.

    """
    listed = (
        session.rows(f"/v1.0/users/{{user}}/{name}", query=select("id"), user=user)
        for name in ("ownedDevices", "registeredDevices")
    )
    ids = {str(row["id"]) for rows in listed for row in rows if _is_device(row)}
    return tuple(one for id_ in sorted({*ids, *known}) for one in _read(session, id_, user, subject))


def _is_device(row: dict[str, Any]) -> bool:
    """Owned objects are of other types too; a row that names no type is looked at."""
    return str(row.get("@odata.type") or "#microsoft.graph.device") == "#microsoft.graph.device"


def _read(session: MicrosoftSession, device: str, user: str, subject: Subject) -> Iterator[Device]:
    try:
        found = session.get("/v1.0/devices/{device}", query=select(*PROPERTIES), device=device)
        users = session.rows("/v1.0/devices/{device}/registeredUsers", device=device)
    except NotFoundError:
        return
    yield Device(
        device, str(found.get("deviceId") or ""), str(found.get("displayName") or device),
        str(found.get("operatingSystem") or ""), found.get("accountEnabled") is not False,
        bool(found.get("onPremisesSyncEnabled")), _others(users, user, subject),
    )  # fmt: skip


def _others(users: Iterable[dict[str, Any]], user: str, subject: Subject) -> tuple[str, ...]:
    """Everybody but this account and the subject's other accounts, which the case names exactly."""
    own = {user}
    for persona in subject.personas:
        named = (*persona.emails, *(one for key in ("user-ids", "user-principal-names", "emails")
                                    for one in persona.exact("microsoft", key)))  # fmt: skip
        own.update(one.casefold() for one in named)
    return tuple(
        sorted(
            str(one.get("userPrincipalName") or one["id"]) for one in users
            if own.isdisjoint(str(one.get(key) or "").casefold() for key in ("id", "userPrincipalName", "mail"))
        )
    )  # fmt: skip
