"""What a mailbox shows without its contents: settings, folders, and the headers of messages."""

from __future__ import annotations

from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Needs
from connectors.microsoft.emulator.areas.mail import SETTINGS_READ, mailbox_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Tenant, shown

AREA = Area("mailboxes")
BASIC: Needs = ("Mail.ReadBasic.All", "Mail.Read")
CONTENTS = ("body", "bodyPreview", "uniqueBody")
"""What a right to headers does not show."""


@AREA.route("GET", "/v1.0/users/{user}/mailboxSettings", SETTINGS_READ)
def _settings(tenant: Tenant, call: Call) -> Any:
    held = tenant.table("mailboxSettings").get(mailbox_of(tenant, call), {})
    return {name: value for name, value in shown(held).items() if name != "id"}


@AREA.route("GET", "/v1.0/users/{user}/mailFolders", BASIC)
def _folders(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("mailFolders", _mailbox=mailbox_of(tenant, call)))


@AREA.route("GET", "/v1.0/users/{user}/messages", BASIC)
def _messages(tenant: Tenant, call: Call) -> Any:
    """The number of all of them is given when it is asked for."""
    rows = tenant.rows("messages", _mailbox=mailbox_of(tenant, call))
    if "Mail.Read" not in call.who.rights:
        rows = [{name: value for name, value in row.items() if name not in CONTENTS} for row in rows]
    done = listing(tenant, call, rows)
    if call.query.get("$count") == "true":
        done.body["@odata.count"] = len(rows)
    return done
