"""Applications and service principals: who they are, who owns them, and whether they may sign in.

An owner is kept in `_owners` of the application or service principal. What an app's own token or a person's may
change: an app with the right to all of them or one that owns the thing; a person with that right in their token who
owns the thing or administers applications.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Needs, Refusal, denied, not_found
from connectors.microsoft.emulator.areas.users import user_of
from connectors.microsoft.emulator.listing import chosen, listing
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("apps")
READ: Needs = ("Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy")
WRITE: Needs = ("Application.ReadWrite.All", "Application.ReadWrite.OwnedBy")
ADMINISTRATORS = frozenset({"Global Administrator", "Application Administrator", "Cloud Application Administrator"})
APPLICATIONS, PRINCIPALS = "applications", "servicePrincipals"
KINDS = {APPLICATIONS: "Application", PRINCIPALS: "ServicePrincipal", "groups": "Group", "users": "User"}
"""By table: the type as the audit log names it."""


def thing_of(tenant: Tenant, call: Call, table: str) -> Record:
    """The application or service principal that a path names.

    Raises:
        Refusal: there is none.

    """
    found = tenant.table(table).get(call.values["thing"])
    if found is None:
        raise not_found(f"Resource '{call.values['thing']}'")
    return found


def may_change(call: Call, thing: Record) -> None:
    """Refuse whoever may not change this thing.

    Raises:
        Refusal: that.

    """
    everything = "Application.ReadWrite.All" in call.who.rights
    owns = call.who.id in thing.get("_owners", ())
    if call.who.kind == "user":
        allowed = everything and (owns or bool(call.who.roles & ADMINISTRATORS))
    else:
        allowed = everything or owns
    if not allowed:
        raise denied()


def bare(row: Record) -> Record:
    """Without keys' raw data, which only a read of one thing that names it shows."""
    keys = [{**one, "key": None} for one in row.get("keyCredentials", ())]
    return {"passwordCredentials": [], **row, "keyCredentials": keys}


@AREA.route("GET", "/v1.0/users/{user}/ownedObjects", ("User.Read.All", "User.ReadWrite.All"))
def _owned(tenant: Tenant, call: Call) -> Any:
    user = user_of(tenant, call)["id"]
    owned = {name: [row for row in tenant.rows(name) if user in row.get("_owners", ())]
             for name in (APPLICATIONS, PRINCIPALS, "groups")}  # fmt: skip
    return listing(tenant, call, typed(owned))


def typed(rows: Mapping[str, Iterable[Record]]) -> list[Record]:
    """Rows of several tables in one listing: each says of which kind it is, whatever is selected."""
    return [
        {"@odata.type": f"#microsoft.graph.{KINDS[table][0].lower()}{KINDS[table][1:]}",
         **(bare(row) if table in (APPLICATIONS, PRINCIPALS) else row)}
        for table, found in rows.items() for row in found
    ]  # fmt: skip


def _serve(table: str) -> None:
    """The same routes for applications and for service principals."""

    @AREA.route("GET", f"/v1.0/{table}", READ)
    def _list(tenant: Tenant, call: Call) -> Any:
        return listing(tenant, call, map(bare, tenant.rows(table)))

    @AREA.route("GET", f"/v1.0/{table}/{{thing}}", READ)
    def _get(tenant: Tenant, call: Call) -> Any:
        found = thing_of(tenant, call, table)
        named = "keyCredentials" in call.query.get("$select", "").split(",")
        return chosen(found if named else bare(found), call)

    @AREA.route("GET", f"/v1.0/{table}/{{thing}}/owners", READ)
    def _owners(tenant: Tenant, call: Call) -> Any:
        held = thing_of(tenant, call, table).get("_owners", ())
        rows = {kind: [row for row in tenant.rows(kind) if row["id"] in held] for kind in ("users", PRINCIPALS)}
        return listing(tenant, call, typed(rows))

    @AREA.route("POST", f"/v1.0/{table}/{{thing}}/owners/$ref", WRITE)
    def _own(tenant: Tenant, call: Call) -> None:
        thing, new = thing_of(tenant, call, table), str((call.body or {}).get("@odata.id", "")).rsplit("/", 1)[-1]
        may_change(call, thing)
        if new not in tenant.table("users") and new not in tenant.table(PRINCIPALS):
            raise not_found(f"Resource '{new}'")
        if new in thing.setdefault("_owners", []):
            raise Refusal(400, "Request_BadRequest", "One or more added object references already exist for the "
                          "following modified properties: 'owners'.")  # fmt: skip
        thing["_owners"].append(new)
        _note(call, "Add owner to", table, thing, new)

    @AREA.route("DELETE", f"/v1.0/{table}/{{thing}}/owners/{{owner}}/$ref", WRITE)
    def _disown(tenant: Tenant, call: Call) -> None:
        thing, old = thing_of(tenant, call, table), call.values["owner"]
        may_change(call, thing)
        if old not in thing.get("_owners", ()):
            raise not_found(f"Resource '{old}'")
        thing["_owners"].remove(old)
        _note(call, "Remove owner from", table, thing, old)


for _table in (APPLICATIONS, PRINCIPALS):
    _serve(_table)


def _note(call: Call, what: str, table: str, thing: Record, owner: str) -> None:
    """As the log has it: the owner is the first target, the thing the second."""
    kind = KINDS[table]
    name = "application" if table == APPLICATIONS else "service principal"
    named = {"displayName": f"{kind}.ObjectID", "oldValue": None, "newValue": f'"{thing["id"]}"'}
    call.audits.append({
        "activityDisplayName": f"{what} {name}", "category": "ApplicationManagement",
        "targetResources": [
            {"id": owner, "displayName": "", "type": "User", "modifiedProperties": [named]},
            {"id": thing["id"], "displayName": thing.get("displayName", ""), "type": kind, "modifiedProperties": []},
        ],
    })  # fmt: skip


def owners(tenant: Tenant, thing: Record) -> Iterator[str]:
    """Who owns an application or its service principal, each once."""
    both = [row for table in (APPLICATIONS, PRINCIPALS) for row in tenant.rows(table, appId=thing["appId"])]
    yield from dict.fromkeys(owner for row in both for owner in row.get("_owners", ()))


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    """Ownership, and whether the app of each owner may sign in."""
    shown: dict[str, Any] = {}
    for table in (APPLICATIONS, PRINCIPALS):
        for thing in tenant.rows(table):
            for owner in thing.get("_owners", ()):
                shown[f"apps/{owner}/owner/{table}/{thing['id']}"] = True
    for principal in tenant.rows(PRINCIPALS):
        for owner in owners(tenant, principal):
            shown[f"apps/{owner}/enabled/{principal['id']}"] = principal.get("accountEnabled", True)
    return shown
