"""Ways in and out that are no call of evict's: a mail that arrives, a link, a token, an app of the company's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from connectors.microsoft.emulator import device_doors, tokens
from connectors.microsoft.emulator.area import Refusal
from connectors.microsoft.emulator.areas.devops import works
from connectors.microsoft.emulator.tenant import Record, Tenant

Door = Callable[[Tenant, dict[str, Any]], dict[str, Any]]

APP = "api://timesheet"
"""An enterprise app without continuous access evaluation: a token is good until it ends."""
SENDS = ("forwardTo", "forwardAsAttachmentTo", "redirectTo")


def _deliver(tenant: Tenant, given: dict[str, Any]) -> dict[str, Any]:
    """A mail to `to`, with a `subject`: where else it goes, sorted. A block stops none of it."""
    user = tenant.first("users", mail=given["to"])
    if user is None:
        return {"delivered": False, "forwarded_to": []}
    return {"delivered": True, "forwarded_to": sorted(set(_onward(tenant, user, str(given.get("subject", "")))))}


def _onward(tenant: Tenant, user: Record, subject: str) -> Iterator[str]:
    if user.get("_forwarding_smtp"):
        yield user["_forwarding_smtp"]
    for flow in tenant.rows("transportRules", State="Enabled"):
        if not flow["SentTo"] or user["mail"] in flow["SentTo"]:
            yield from flow["BlindCopyTo"]
    for rule in sorted(tenant.rows("messageRules", _mailbox=user["id"]), key=lambda one: one.get("sequence", 0)):
        words = (rule.get("conditions") or {}).get("subjectContains") or []
        if not rule.get("isEnabled") or (words and not any(word.casefold() in subject.casefold() for word in words)):
            continue
        actions = rule.get("actions") or {}
        for name in SENDS:
            yield from (one["emailAddress"]["address"] for one in actions.get(name) or [])
        if actions.get("stopProcessingRules"):
            return


def _open_link(tenant: Tenant, given: dict[str, Any]) -> dict[str, Any]:
    """Whoever has the `url` of an anonymous link gets in; one for the company asks for a user's `token` too."""
    for item in tenant.rows("driveItems"):
        for one in item.get("_permissions", {}).values():
            link = one.get("link") or {}
            if link.get("webUrl") == given["url"]:
                why = "" if link["scope"] == "anonymous" else _refused(tenant, given.get("token", ""))
                return {"open": not why, "name": "" if why else item["name"], "why": why}
    return {"open": False, "name": "", "why": "itemNotFound"}


def _refused(tenant: Tenant, token: str) -> str:
    try:
        who = tokens.bearer(tenant, token, "https://graph.microsoft.com")
    except Refusal as refusal:
        return refusal.code
    return "" if who.kind == "user" else "accessDenied"


def _pat(tenant: Tenant, given: dict[str, Any]) -> dict[str, Any]:
    """A personal access token or SSH key of Azure DevOps, by its `secret`."""
    token = tenant.first("devopsTokens", _secret=given["secret"])
    return {"works": token is not None and works(tenant, token)}


def _app(tenant: Tenant, given: dict[str, Any]) -> dict[str, Any]:
    """The company's own app, which takes any access `token` that was made for it and has not ended."""
    try:
        who = tokens.bearer(tenant, given["token"], APP)
    except Refusal as refusal:
        return {"open": False, "why": refusal.message}
    return {"open": True, "who": who.id, "why": ""}


DOORS: dict[str, Door] = {
    "deliver": _deliver, "open-link": _open_link, "pat": _pat, "app": _app, **device_doors.DOORS,
}  # fmt: skip
