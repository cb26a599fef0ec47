"""eDiscovery: cases, custodians, sources, holds that take their time; for an app that was let in, and no other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Needs, Refusal, not_found
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant, shown

AREA = Area("eDiscovery")
NEEDS: Needs = ("eDiscovery.ReadWrite.All",)
READ: Needs = ("eDiscovery.Read.All", *NEEDS)
CASES = "/v1.0/security/cases/ediscoveryCases"
CUSTODIANS = CASES + "/{case}/custodians"
CUSTODIAN = CUSTODIANS + "/{custodian}"
SOURCES = {"userSources": "ediscoveryUserSources", "siteSources": "ediscoverySiteSources"}


@AREA.route("GET", CASES, READ, licence="E5")
def _cases(tenant: Tenant, call: Call) -> Any:
    _let_in(tenant, call)
    return listing(tenant, call, tenant.rows("ediscoveryCases"))


@AREA.route("POST", CASES, NEEDS, licence="E5")
def _open(tenant: Tenant, call: Call) -> Any:
    _let_in(tenant, call)
    if tenant.first("ediscoveryCases", displayName=call.body["displayName"]):
        raise Refusal(409, "Conflict", "A case with this name exists.")
    made = {**call.body, "status": "active", "createdDateTime": tenant.stamp()}
    return Answered(201, shown(tenant.put("ediscoveryCases", made)))


@AREA.route("GET", CUSTODIANS, READ)
def _custodians(tenant: Tenant, call: Call) -> Any:
    case = _case(tenant, call)
    return listing(tenant, call, [_seen(tenant, one) for one in tenant.rows("ediscoveryCustodians", _case=case["id"])])


@AREA.route("POST", CUSTODIANS, NEEDS)
def _custodian(tenant: Tenant, call: Call) -> Any:
    case, mail = _case(tenant, call), str(call.body["email"])
    if _user(tenant, mail) is None:
        raise Refusal(400, "BadRequest", "The custodian was not found in the directory.")
    if any(one["email"].casefold() == mail.casefold() for one in tenant.rows("ediscoveryCustodians", _case=case["id"])):
        raise Refusal(409, "Conflict", "The custodian is in the case already.")
    made = {
        "email": mail,
        "displayName": mail,
        "status": "active",
        "createdDateTime": tenant.stamp(),
        "_case": case["id"],
    }
    return Answered(201, _seen(tenant, tenant.put("ediscoveryCustodians", made)))


@AREA.route("GET", CUSTODIAN, READ)
def _one(tenant: Tenant, call: Call) -> Any:
    return _seen(tenant, _found(tenant, call))


@AREA.route("GET", CUSTODIAN + "/userSources", READ)
def _user_sources(tenant: Tenant, call: Call) -> Any:
    return _sources(tenant, call, "userSources")


@AREA.route("GET", CUSTODIAN + "/siteSources", READ)
def _site_sources(tenant: Tenant, call: Call) -> Any:
    return _sources(tenant, call, "siteSources")


@AREA.route("POST", CUSTODIAN + "/userSources", NEEDS)
def _add_user_source(tenant: Tenant, call: Call) -> Any:
    custodian = _found(tenant, call)
    return _added(tenant, custodian, "userSources", {**call.body, "displayName": call.body["email"]})


@AREA.route("POST", CUSTODIAN + "/siteSources", NEEDS)
def _add_site_source(tenant: Tenant, call: Call) -> Any:
    custodian = _found(tenant, call)
    return _added(
        tenant, custodian, "siteSources", {"site": call.body["site"], "displayName": call.body["site"]["webUrl"]}
    )


@AREA.route("POST", CUSTODIAN + "/applyHold", NEEDS)
def _hold(tenant: Tenant, call: Call) -> Any:
    """Accepted at once, applied later; what has no sources is held as nothing."""
    _found(tenant, call).setdefault("_held", tenant.now().isoformat())
    return Answered(202)


def _let_in(tenant: Tenant, call: Call) -> None:
    """A right alone does not do: the app's service principal must have been added in PowerShell."""
    if call.who.id not in tenant.table("ediscoveryLetIn"):
        raise Refusal(401, "UnknownError", "Unauthorized")


def _case(tenant: Tenant, call: Call) -> Record:
    _let_in(tenant, call)
    found = tenant.table("ediscoveryCases").get(call.values["case"])
    if found is None:
        raise not_found("Case")
    return found


def _found(tenant: Tenant, call: Call) -> Record:
    case = _case(tenant, call)
    found = tenant.table("ediscoveryCustodians").get(call.values["custodian"])
    if found is None or found["_case"] != case["id"]:
        raise not_found("Custodian")
    return found


def _user(tenant: Tenant, mail: str) -> Record | None:
    names = ("mail", "userPrincipalName")
    rows = tenant.rows("users")
    return next((one for one in rows if mail.casefold() in {str(one[name]).casefold() for name in names}), None)


def _state(tenant: Tenant, custodian: Record) -> str:
    held = custodian.get("_held")
    there = any(tenant.rows(table, _custodian=custodian["id"]) for table in SOURCES.values())
    if held is None or not there:
        return "notApplied"
    ends = datetime.fromisoformat(held) + timedelta(seconds=tenant.settings.hold_time)
    return "applied" if tenant.now() >= ends else "applying"


def _seen(tenant: Tenant, custodian: Record) -> Record:
    return {**shown(custodian), "holdStatus": _state(tenant, custodian)}


def _sources(tenant: Tenant, call: Call, sort: str) -> Any:
    custodian = _found(tenant, call)
    state = _state(tenant, custodian)
    rows = tenant.rows(SOURCES[sort], _custodian=custodian["id"])
    return listing(tenant, call, [{**shown(one), "holdStatus": state} for one in rows])


def _added(tenant: Tenant, custodian: Record, sort: str, body: Record) -> Answered:
    made = tenant.put(SOURCES[sort], {**body, "_custodian": custodian["id"], "createdDateTime": tenant.stamp()})
    return Answered(201, {**shown(made), "holdStatus": _state(tenant, custodian)})
