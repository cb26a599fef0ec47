"""Inbox rules in other people's mailboxes that send mail outside: a delegate, or a stolen session, makes such a rule.

The directory's audit log does not hold rules: Exchange's does, in the unified audit log (`New-InboxRule`, general
knowledge). What ties a rule to the subject here is where it sends, when the subject's own rules send there too.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from connectors.contract import Finding
from connectors.errors import NotFoundError
from connectors.microsoft.families.mail import targets
from connectors.microsoft.hunt.area import Look, request
from connectors.microsoft.hunt.trail import named
from connectors.microsoft.odata import select
from connectors.microsoft.routes.mail import RULES, SETTINGS_READ

AREA = "inbox rules of other mailboxes that send mail out"
PERMISSIONS = ("User.Read.All", SETTINGS_READ)

MOST_MAILBOXES = 1000
"""One call for each; at ten a second, under two minutes."""
AT_ONCE = 4


def sweep(look: Look) -> Iterator[Finding]:
    """Mailboxes of people whom the subject's changes name first, then all others up to a number that is told."""
    users = look.session.rows("/v1.0/users", query=select("id", "userPrincipalName", "mail", "userType"))
    members = [one for one in users if one.get("userType") != "Guest"]
    inside = {domain for one in members for domain in (_domain(one.get("userPrincipalName")), _domain(one.get("mail")))}
    theirs = {address.casefold() for one in sorted(look.subjects) for rule in _rules(look, one)
              for address in targets(rule)}  # fmt: skip
    first = {name for row in look.trail.changes() for name in named(row)}
    others = [one for one in members if one["id"] not in look.subjects]
    others.sort(key=lambda one: (one["id"] not in first, str(one["id"])))
    if len(others) > MOST_MAILBOXES:
        look.gaps.append(f"{len(others) - MOST_MAILBOXES} of {len(others)} mailboxes were not looked at")
    chosen = others[:MOST_MAILBOXES]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda one: _rules(look, str(one["id"])), chosen)
        for owner, rules in zip(chosen, found, strict=True):
            for rule in rules:
                outside = [one for one in targets(rule) if _domain(one) not in inside]
                if outside and rule.get("isEnabled") is not False:
                    yield _finding(look, owner, rule, outside, {one.casefold() for one in outside} & theirs)


def _rules(look: Look, mailbox: str) -> list[dict[str, Any]]:
    """The rules of one mailbox; none where there is no mailbox, and none, told why, where it cannot be read."""
    found: list[dict[str, Any]] = []
    with look.tried(), suppress(NotFoundError):
        found = look.session.rows(RULES, user=mailbox)
    return found


def _domain(address: object) -> str:
    return str(address or "").rpartition("@")[2].casefold()


def _finding(look: Look, owner: dict[str, Any], rule: dict[str, Any], outside: list[str], shared: set[str]) -> Finding:
    """One rule; an address that the subject's own rules use too makes it worse."""
    name, to = str(owner.get("userPrincipalName")), ", ".join(outside)
    return look.finding(
        "inbox-rule", f"{owner['id']}:{rule['id']}",
        f"an inbox rule of {name} sends mail to {to}" + (", as the subject's own rules do" if shared else ""),
        found_by="GET messageRules of each mailbox", severity="high" if shared else "medium",
        allows=f"whoever reads {to} gets what arrives for {name}, whatever becomes of any account",
        remove=request("PATCH", f"/v1.0/users/{owner['id']}/mailFolders/inbox/messageRules/{rule['id']}",
                       '{"isEnabled": false}'),
        detail={"mailbox": name, "rule": str(rule.get("displayName") or ""), "to": outside,
                "as_the_subject": sorted(shared)},
    )  # fmt: skip
