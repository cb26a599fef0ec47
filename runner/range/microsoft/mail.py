"""Mailboxes: rules that send mail out, a shared calendar, and what the suspect left in others' mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.areas.mail import permission_id
from runner.range.microsoft.people import BOSS, DOMAIN, SUSPECT, People, guid, user

OUTSIDE = "jlee.dev@mailbox.example"
"""Where the suspect's mail goes."""
HOSTILE = "$(Remove-Item *) '; Get-Secret; ' {{ case.id }} <b>"
"""A rule's name is its maker's to choose."""
GUEST = "k.choe.partner"


def seed(put: Any, people: People) -> None:
    """Rules and calendars; the boss's rule and the mail-flow rule were planted, and so was the guest."""
    put("messageRules",
        rule(people.suspect, "r1", HOSTILE, forwardTo=[recipient(OUTSIDE)], stopProcessingRules=False),
        rule(people.suspect, "r2", "Invoices", redirectTo=[recipient(OUTSIDE)], _words=["invoice"]),
        rule(people.suspect, "r3", "Newsletters", moveToFolder="AAMkAGNewsletters"),
        rule(people.suspect, "r4", "Old one", forwardTo=[recipient(OUTSIDE)], _enabled=False),
        rule(people.colleague, "r5", "To my boss", forwardTo=[recipient(f"{BOSS}@{DOMAIN}")]),
        rule(people.colleague, "r6", "Newsletters", moveToFolder="AAMkAGNewsletters"),
        rule(people.boss, "r7", "Sync", forwardAsAttachmentTo=[recipient(OUTSIDE)], _words=["payroll"]))  # fmt: skip
    for owner in (people.suspect, people.colleague):
        put("calendarPermissions", organization(owner))
    put("calendarPermissions", share(people.suspect, "broker@agency.example", "read"),
        share(people.colleague, "dentist@practice.example", "freeBusyRead"))  # fmt: skip
    put("transportRules", {
        "id": guid("flow"), "Name": "Compliance copy", "State": "Enabled", "SentTo": [f"{BOSS}@{DOMAIN}"],
        "BlindCopyTo": ["archive@mailbox.example"],
    })  # fmt: skip
    put("users", user(GUEST, userPrincipalName=f"k.choe_partner.example#EXT#@{DOMAIN}", mail="k.choe@partner.example",
                      userType="Guest", createdDateTime="2026-09-14T22:10:00Z"))  # fmt: skip
    put("directoryAudits", invited(people, GUEST))


def rule(mailbox: str, name: str, title: str, *, _enabled: bool = True, _words: Any = None, **actions: Any) -> Any:
    """One inbox rule."""
    return {
        "id": guid(f"{mailbox}-{name}"), "_mailbox": mailbox, "_name": f"AQAAAN{name}", "displayName": title,
        "sequence": int(name[1:]), "isEnabled": _enabled, "isReadOnly": False, "hasError": False,
        "conditions": {"subjectContains": _words} if _words else None, "actions": actions,
    }  # fmt: skip


def recipient(address: str) -> dict[str, Any]:
    """Somebody as a rule's action names them."""
    return {"emailAddress": {"name": address, "address": address}}


def share(mailbox: str, address: str, role: str) -> dict[str, Any]:
    """A calendar shared with somebody outside."""
    return {
        "id": f"{mailbox}/{permission_id(address)}", "_name": permission_id(address), "_mailbox": mailbox,
        "role": role, "allowedRoles": ["read"], "isRemovable": True, "isInsideOrganization": False,
        "emailAddress": {"name": address, "address": address},
    }  # fmt: skip


def organization(mailbox: str) -> dict[str, Any]:
    """What every calendar has: free and busy for everybody inside."""
    return {
        "id": f"{mailbox}/default", "_name": "RGVmYXVsdA==", "_mailbox": mailbox, "role": "freeBusyRead",
        "allowedRoles": ["none", "freeBusyRead"], "isRemovable": False, "isInsideOrganization": True,
        "emailAddress": {"name": "My Organization"},
    }  # fmt: skip


def invited(people: People, guest: str) -> dict[str, Any]:
    """The audit log's row of an invitation by the suspect, two days ago: the log forgets what is older than 30."""
    lately = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": guid(f"audit-{guest}"), "activityDateTime": lately, "result": "success",
        "activityDisplayName": "Invite external user", "category": "UserManagement",
        "loggedByService": "Core Directory",
        "initiatedBy": {"app": None, "user": {"id": people.suspect, "userPrincipalName": f"{SUSPECT}@{DOMAIN}"}},
        "targetResources": [
            {"id": guid(guest), "type": "User", "displayName": guest, "modifiedProperties": []},
        ],
    }  # fmt: skip
