"""A mailbox's ways out: inbox rules that send mail on, and a calendar that outsiders may see.

A rule goes on working for a blocked account, so those that forward or redirect belong to the one moment. It is
disabled and not deleted: the rule itself is evidence. Rules that only move, mark or delete let nobody in and nothing
out, and are no access path. Hidden rules are no answer of Graph's (general knowledge): `exchange` has the card.
Source: learn.microsoft.com/graph/api/resources/messagerule, …/calendarpermission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, CutOrder, Landed, Manual, PathKind, PathState, Subject, Undo
from connectors.errors import NotFoundError, WorldError
from connectors.microsoft.discover import MEMBER
from connectors.microsoft.paths import Paths, Unread, path
from connectors.microsoft.powershell import quoted
from connectors.microsoft.routes.mail import CALENDAR_READ, CALENDAR_WRITE, RULES, SETTINGS_READ, SETTINGS_WRITE, SHARES

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "mail"
KINDS = (MEMBER,)
OBSERVE_PERMISSIONS = (SETTINGS_READ, CALENDAR_READ)
CUT_PERMISSIONS = (SETTINGS_WRITE, CALENDAR_WRITE)
RESTORE_PERMISSIONS = CUT_PERMISSIONS
READ_BY = "GET messageRules of the inbox, GET calendarPermissions"

FORWARDS = ("forwardTo", "forwardAsAttachmentTo", "redirectTo")
"""Actions of a rule that send a message on."""
NOBODY = ("none",)
"""Roles that let a calendar's guest see nothing."""


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Rules and calendar, each by its own call; a person without a mailbox has neither."""
    del subject, known
    paths: Paths = []
    unread: Unread = {}
    reads: tuple[tuple[PathKind, Callable[[MicrosoftSession, Account], Iterator[AccessPath]]], ...] = (
        (PathKind.FORWARDING, _rules), (PathKind.SHARE, _shares),
    )  # fmt: skip
    for kind, read in reads:
        try:
            paths += read(session, account)
        except NotFoundError:
            continue
        except WorldError as error:
            unread[kind] = error.what
    return paths, unread


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Disable a rule; take a calendar's permission away."""
    del order
    if path.kind is PathKind.FORWARDING:
        _enable(session, path, enabled=False)
    else:
        session.call("DELETE", f"{SHARES}/{{share}}", user=path.account, share=str(path.before["share"]))
    return Landed(datetime.now(UTC))


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Enable the rule; share the calendar with the same address in the same role."""
    del order
    if path.kind is PathKind.FORWARDING:
        _enable(session, path, enabled=True)
    else:
        session.call("POST", SHARES, body=dict(path.before["grant"]), user=path.account)
    return Landed(datetime.now(UTC))


def targets(rule: dict[str, Any]) -> list[str]:
    """Addresses that a rule sends mail on to, sorted."""
    actions = rule.get("actions") or {}
    people = (one for name in FORWARDS for one in actions.get(name) or [])
    return sorted({str((one.get("emailAddress") or {}).get("address") or "nobody named") for one in people})


def _enable(session: MicrosoftSession, path: AccessPath, *, enabled: bool) -> None:
    session.call(
        "PATCH", f"{RULES}/{{rule}}", body={"isEnabled": enabled}, user=path.account, rule=str(path.before["rule"])
    )


def _rules(session: MicrosoftSession, account: Account) -> Iterator[AccessPath]:
    for rule in session.rows(RULES, user=account.id):
        to = targets(rule)
        if not to:
            continue
        made = path(
            account, FAMILY, PathKind.FORWARDING, f"rule/{rule['id']}",
            f"inbox rule {rule.get('displayName') or 'without a name'}, which sends mail on to {', '.join(to)}",
            undo=Undo.WHEN_ASKED, undo_note=f"it sends the company's mail to {', '.join(to)}",
            before={"rule": rule["id"]}, manual=_read_only(account, rule) if rule.get("isReadOnly") else None,
        )  # fmt: skip
        enabled = rule.get("isEnabled") is not False
        yield made if enabled else made.seen(PathState.CUT, "isEnabled is false")


def _shares(session: MicrosoftSession, account: Account) -> Iterator[AccessPath]:
    """Permissions of people outside; the entries that stand for the whole organisation cannot be removed."""
    for share in session.rows(SHARES, user=account.id):
        address = share.get("emailAddress") or {}
        if share.get("isInsideOrganization") is not False or str(share.get("role")) in NOBODY or not address:
            continue
        grant = {
            "emailAddress": {"name": address.get("name"), "address": address.get("address")},
            "isInsideOrganization": False, "isRemovable": True, "role": share.get("role"),
        }  # fmt: skip
        yield path(
            account, FAMILY, PathKind.SHARE, f"calendar/{share['id']}",
            f"the calendar, shared with {address.get('address')} ({share.get('role')})", wave=2,
            before={"share": share["id"], "grant": grant},
        )  # fmt: skip


def _read_only(account: Account, rule: dict[str, Any]) -> Manual:
    """Graph does not change a rule that it calls read-only: Exchange does."""
    mailbox = quoted(account.label or account.id)
    return Manual(
        "Disable an inbox rule that Graph may not change",
        (
            "Connect-ExchangeOnline",
            f"Get-InboxRule -Mailbox {mailbox} | Format-List Name,RuleIdentity,Enabled,ForwardTo,RedirectTo",
            f"Its name is {quoted(rule.get('displayName'))}: find its RuleIdentity in that list.",
            f"Disable-InboxRule -Mailbox {mailbox} -Identity <RuleIdentity>",
        ),
        "Get-InboxRule shows the rule with Enabled : False",
        "Which RuleIdentity did you disable, and where did the rule send mail?",
        "https://learn.microsoft.com/powershell/module/exchangepowershell/disable-inboxrule",
    )
