"""Mailboxes: inbox rules and calendar permissions. Rules of a blocked account go on working, as they do in Exchange."""

from __future__ import annotations

import base64
from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Refusal
from connectors.microsoft.emulator.areas.users import user_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant, shown

AREA = Area("mail")
RULES = "/v1.0/users/{user}/mailFolders/inbox/messageRules"
SHARES = "/v1.0/users/{user}/calendar/calendarPermissions"
SETTINGS_READ = ("MailboxSettings.Read", "MailboxSettings.ReadWrite")
CALENDAR_READ = ("Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite")


def mailbox_of(tenant: Tenant, call: Call) -> str:
    """The mailbox that a path names: its owner's id.

    Raises:
        Refusal: there is no such user, or they have no mailbox.

    """
    user = user_of(tenant, call)
    if user.get("userType") == "Guest" or user.get("_no_mailbox"):
        raise Refusal(404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted "
                      "on-premise.")  # fmt: skip
    return str(user["id"])


def permission_id(address: str) -> str:
    """The same id for the same address, as Exchange makes it."""
    return base64.b64encode(f"ExchangePublishedUser.{address}".encode()).decode()


def _owned(tenant: Tenant, call: Call, table: str, place: str) -> Record:
    found = tenant.first(table, _mailbox=mailbox_of(tenant, call), _name=call.values[place])
    if found is None:
        raise Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return found


@AREA.route("GET", RULES, SETTINGS_READ)
def _rules(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, map(_named, tenant.rows("messageRules", _mailbox=mailbox_of(tenant, call))))


@AREA.route("PATCH", f"{RULES}/{{rule}}", ("MailboxSettings.ReadWrite",))
def _change(tenant: Tenant, call: Call) -> Any:
    rule = _owned(tenant, call, "messageRules", "rule")
    if rule.get("isReadOnly"):
        raise Refusal(400, "ErrorInvalidRequest", "The rule is read-only.")
    rule.update(call.body or {})
    return _named(rule)


@AREA.route("GET", SHARES, CALENDAR_READ)
def _shares(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, map(_named, tenant.rows("calendarPermissions", _mailbox=mailbox_of(tenant, call))))


@AREA.route("DELETE", f"{SHARES}/{{share}}", ("Calendars.ReadWrite",))
def _unshare(tenant: Tenant, call: Call) -> Any:
    share = _owned(tenant, call, "calendarPermissions", "share")
    if not share.get("isRemovable"):
        raise Refusal(400, "ErrorInvalidRequest", "This permission cannot be removed.")
    tenant.remove("calendarPermissions", [share])


@AREA.route("POST", SHARES, ("Calendars.ReadWrite",))
def _share(tenant: Tenant, call: Call) -> Any:
    mailbox, given = mailbox_of(tenant, call), dict(call.body or {})
    name = permission_id(str((given.get("emailAddress") or {}).get("address")))
    made = tenant.put("calendarPermissions", {
        **given, "id": f"{mailbox}/{name}", "_name": name, "_mailbox": mailbox, "allowedRoles": ["read"],
    })  # fmt: skip
    return Answered(201, _named(made))


def _named(record: Record) -> Record:
    """A record under the id that it has inside its mailbox."""
    return {**shown(record), "id": record["_name"]}


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    rules = {f"mail/{one['_mailbox']}/rule/{one['_name']}": one.get("isEnabled") for one in tenant.rows("messageRules")}
    shares = {
        f"mail/{one['_mailbox']}/calendar/{one['_name']}": one.get("role") for one in tenant.rows("calendarPermissions")
    }
    return rules | shares
