"""Azure DevOps: users of an organisation, and their tokens and SSH keys. Whoever may not administer gets a 401."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Refusal
from connectors.microsoft.emulator.tenant import Record, Tenant, shown

AREA = Area("devops")
ADMINISTRATOR = "Azure DevOps Project Collection Administrator"
DELAY = timedelta(hours=1)
"""How long a revoked token may go on: here it always does."""


def _administers(tenant: Tenant, call: Call) -> str:
    """The organisation, when the caller may administer it.

    Raises:
        Refusal: there is none, or they may not.

    """
    organization = call.values["organization"]
    if not tenant.rows("devopsUsers", _organization=organization):
        raise Refusal(404, "OrganizationNotFound", f"The organisation {organization} does not exist.")
    if ADMINISTRATOR not in call.who.rights:
        raise Refusal(401, "UnauthorizedRequestException", "The caller may not administrate tokens.")
    return organization


@AREA.route("GET", "/{organization}/_apis/graph/users", (), service="devops")
def _users(tenant: Tenant, call: Call) -> Any:
    """Pages are named in a header."""
    rows = tenant.rows("devopsUsers", _organization=_administers(tenant, call))
    page, onward = _page(tenant, call, rows)
    headers = {"X-MS-ContinuationToken": onward} if onward else {}
    return Answered(200, {"count": len(page), "value": page}, headers)


@AREA.route("GET", "/{organization}/_apis/tokenadmin/personalaccesstokens/{subject}", (), service="devops")
def _tokens(tenant: Tenant, call: Call) -> Any:
    """Pages are named in the body."""
    organization = _administers(tenant, call)
    user = tenant.first("devopsUsers", _organization=organization, descriptor=call.values["subject"])
    if user is None:
        raise Refusal(404, "IdentityNotFoundException", "The user could not be found.")
    public = call.query.get("isPublic", "false").casefold() == "true"
    rows = tenant.rows("devopsTokens", _organization=organization, userId=user["originId"], isPublic=public)
    page, onward = _page(tenant, call, [one for one in rows if "_revoked" not in one])
    return {"value": page, "continuationToken": onward}


def _page(tenant: Tenant, call: Call, rows: list[Record]) -> tuple[list[Record], str | None]:
    start, size = int(call.query.get("continuationToken", "0")), tenant.settings.page
    onward = str(start + size) if start + size < len(rows) else None
    return [shown(one) for one in rows[start : start + size]], onward


@AREA.route("POST", "/{organization}/_apis/tokenadmin/revocations", (), service="devops")
def _revoke(tenant: Tenant, call: Call) -> Any:
    """A list of authorisations; one that is gone or unknown is passed over."""
    organization = _administers(tenant, call)
    public = call.query.get("isPublic", "false").casefold() == "true"
    for one in call.body or []:
        row = tenant.first("devopsTokens", _organization=organization, authorizationId=one["authorizationId"],
                           isPublic=public)  # fmt: skip
        if row is not None:
            row.setdefault("_revoked", tenant.now().isoformat())


def works(tenant: Tenant, token: Record) -> bool:
    """Whether a token still signs in: it ends an hour after it was revoked or its owner was blocked."""
    ends = [token["_revoked"]] if "_revoked" in token else []
    owner = tenant.table("users").get(token["userId"], {})
    if owner.get("accountEnabled") is False and owner.get("_blocked"):
        ends.append(owner["_blocked"])
    return all(tenant.now() < datetime.fromisoformat(one) + DELAY for one in ends)


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    return {
        f"devops/{one['userId']}/{one['_organization']}/{one['authorizationId']}": "_revoked" not in one
        for one in tenant.rows("devopsTokens")
    }
