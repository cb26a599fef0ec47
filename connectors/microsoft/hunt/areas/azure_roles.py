"""Azure roles that the subject gave to others, that outsiders hold, and the root that somebody forgot to leave."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from connectors.contract import Finding
from connectors.errors import RefusedError, UnsupportedError, WorldError
from connectors.microsoft.clouds import Service
from connectors.microsoft.families import azure_scopes
from connectors.microsoft.families.azure_scopes import ROOT, listed, role_of
from connectors.microsoft.hunt.area import Look, quoted
from connectors.microsoft.odata import select
from connectors.microsoft.routes.azure import HELD, ROLES

AREA = "Azure roles"
PERMISSIONS = (
    *azure_scopes.PERMISSIONS, f"{HELD}/read", "Microsoft.Authorization/roleDefinitions/read", "Application.Read.All"
)  # fmt: skip
ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
"""User Access Administrator, the same in every tenant (Azure built-in roles)."""
MICROSOFT = frozenset({"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"})
"""Tenants of Microsoft's own services (general knowledge)."""


def sweep(look: Look) -> Iterator[Finding]:
    """One finding for each assignment, by what is worst of it.

    Raises:
        UnsupportedError: the estate says that it has no Azure.
        WorldError: subscriptions cannot be listed.

    """
    if not look.session.offers(Service.AZURE):
        raise UnsupportedError("not applicable: the estate says `azure: false`")
    scopes = azure_scopes.visible(look.session)
    look.gaps.extend(scopes.gaps)
    names: dict[str, str] = {}
    with look.tried():
        names = _names(look, scopes.all[:1])
    outsider = lru_cache(maxsize=None)(lambda who: _outsider(look, who))
    for row in _assignments(look, scopes.all):
        given = row["properties"]
        who, role = str(given["principalId"]), role_of(str(given["roleDefinitionId"]))
        if who in look.subjects:
            continue
        home = outsider(who) if given.get("principalType") == "ServicePrincipal" else ""
        if str(given.get("createdBy")) in look.subjects:
            yield _finding(look, row, names, home, "azure-role-given", f"the subject gave {who}", by_subject=True)
        elif given["scope"] == ROOT and role == ACCESS_ADMINISTRATOR:
            yield _finding(look, row, names, home, "azure-root", f"{who} was left with", severity="medium")
        elif home:
            yield _finding(look, row, names, home, "azure-outsider", f"an app of another tenant, {who}, has",
                           severity="medium")  # fmt: skip


def _assignments(look: Look, scopes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Assignments of all scopes, each once; a scope that cannot be read is told."""
    found: dict[str, dict[str, Any]] = {}
    for scope in (*scopes, ROOT):
        try:
            rows = listed(look.session, scope, f"{ROLES}/roleAssignments", azure_scopes.ROLES)
        except WorldError as error:
            if scope != ROOT or not isinstance(error, RefusedError):
                look.gaps.append(error.what)
            continue
        found |= {str(row["id"]).casefold(): row for row in rows}
    return [found[id_] for id_ in sorted(found)]


def _names(look: Look, scopes: tuple[str, ...]) -> dict[str, str]:
    return {
        role_of(str(row["id"])): str(row["properties"].get("roleName") or "") for scope in scopes
        for row in listed(look.session, scope, f"{ROLES}/roleDefinitions", azure_scopes.ROLES)
    }  # fmt: skip


def _outsider(look: Look, who: str) -> str:
    """The tenant that an app belongs to, when it is neither this one nor Microsoft's."""
    home = ""
    with look.tried():
        shown = select("id", "appOwnerOrganizationId")
        found = look.session.get("/v1.0/servicePrincipals/{principal}", query=shown, principal=who)
        home = str(found.get("appOwnerOrganizationId") or "")
    return "" if home in {look.session.tenant, *MICROSOFT} else home


def _finding(
    look: Look, row: dict[str, Any], names: dict[str, str], home: str, kind: str, start: str, *,
    severity: str = "high", by_subject: bool | None = None,
) -> Finding:  # fmt: skip
    given = row["properties"]
    role = role_of(str(given["roleDefinitionId"]))
    name, scope = names.get(role) or role, str(given["scope"])
    return look.finding(
        kind, str(row["name"]), f"{start} the Azure role {name} over {'all of Azure (/)' if scope == ROOT else scope}",
        found_by="GET roleAssignments at every visible scope", by_subject=by_subject, severity=severity,
        allows="give anybody any Azure role" if role == ACCESS_ADMINISTRATOR else f"whatever {name} may do there",
        remove=f"az role assignment delete --ids {quoted(row['id'])}",
        detail={"principal": given["principalId"], "type": given.get("principalType"), "scope": scope, "role": name,
                "created": given.get("createdOn"), **({"tenant": home} if home else {})},
    )  # fmt: skip
