"""The unified audit log: queries that run for a while, and their records, cut short in silence where a test says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Needs, Refusal, denied, not_found
from connectors.microsoft.emulator.areas.reports import arrived
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant, shown

AREA = Area("audit queries")
STANDARD, PREMIUM = timedelta(days=180), timedelta(days=365)
ALL = "AuditLogsQuery.Read.All"
BY_SERVICE = {
    "AzureActiveDirectory": "AuditLogsQuery-Entra.Read.All", "Exchange": "AuditLogsQuery-Exchange.Read.All",
    "SharePoint": "AuditLogsQuery-SharePoint.Read.All", "OneDrive": "AuditLogsQuery-OneDrive.Read.All",
    "Endpoint": "AuditLogsQuery-Endpoint.Read.All", "CRM": "AuditLogsQuery-CRM.Read.All",
}  # fmt: skip
ANY: Needs = (ALL, *BY_SERVICE.values())
QUERIES = "/v1.0/security/auditLog/queries"
FILTERS = {
    "userPrincipalNameFilters": "userPrincipalName", "operationFilters": "operation", "serviceFilters": "service",
    "ipAddressFilters": "clientIp", "objectIdFilters": "objectId", "recordTypeFilters": "auditLogRecordType",
}  # fmt: skip


@AREA.route("POST", QUERIES, ANY)
def _ask(tenant: Tenant, call: Call) -> Any:
    """A query begins; a right for one workload does for questions about that workload alone."""
    body = dict(call.body or {})
    needed = [BY_SERVICE.get(one, ALL) for one in body.get("serviceFilters") or ()] or [ALL]
    if ALL not in call.who.rights and not call.who.rights.issuperset(needed):
        raise denied()
    if body["filterStartDateTime"] >= body["filterEndDateTime"]:
        raise Refusal(400, "BadRequest", "The start of the range is not before its end.")
    fails = tenant.settings.query_fails > 0
    tenant.settings.query_fails -= fails
    made = tenant.put(
        "auditQueries", {**body, "status": "notStarted", "_asked": tenant.now().isoformat(), "_fails": fails}
    )
    return Answered(201, _shown(tenant, made))


@AREA.route("GET", QUERIES, ANY)
def _list(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, [_shown(tenant, one) for one in tenant.rows("auditQueries")])


@AREA.route("GET", QUERIES + "/{id}", ANY)
def _get(tenant: Tenant, call: Call) -> Any:
    return _shown(tenant, _query(tenant, call))


@AREA.route("GET", QUERIES + "/{id}/records", ANY)
def _records(tenant: Tenant, call: Call) -> Any:
    query = _query(tenant, call)
    if _status(tenant, query) != "succeeded":
        raise Refusal(400, "BadRequest", "The query has not succeeded.")
    found = _found(tenant, query)
    limit = tenant.settings.query_limit
    return listing(tenant, call, found[:limit] if limit else found)


def _query(tenant: Tenant, call: Call) -> Record:
    found = tenant.table("auditQueries").get(call.values["id"])
    if found is None:
        raise not_found("Query")
    return found


def _status(tenant: Tenant, query: Record) -> str:
    """Not started at first, then it runs; it ends as the tenant's settings had it when it was asked."""
    runs = tenant.now() - datetime.fromisoformat(query["_asked"])
    whole = timedelta(seconds=tenant.settings.query_time)
    if runs < whole:
        return "notStarted" if runs < whole / 4 else "running"
    return "failed" if query["_fails"] else "succeeded"


def _shown(tenant: Tenant, query: Record) -> Record:
    made = {**shown(query), "status": _status(tenant, query)}
    limit = tenant.settings.query_limit
    if made["status"] == "succeeded" and tenant.settings.query_limit_told and limit:
        count = len(_found(tenant, query))
        made |= {"recordCountLimit": limit, "isRecordCountLimitExceeded": count > limit,
                 "approximateReturnedRecordCount": min(count, limit)}  # fmt: skip
    return made


def _found(tenant: Tenant, query: Record) -> list[Record]:
    """What has arrived and is not forgotten, as the query filters it, newest first."""
    oldest = tenant.now() - (PREMIUM if tenant.licensed("E5") else STANDARD)
    start, end = (datetime.fromisoformat(query[one]) for one in ("filterStartDateTime", "filterEndDateTime"))
    wanted = {field: {str(one).casefold() for one in query[name]} for name, field in FILTERS.items() if query.get(name)}
    rows = [
        row for row in tenant.rows("auditRecords")
        if max(start, oldest) <= datetime.fromisoformat(row["createdDateTime"]) <= end and arrived(tenant, row)
        and all(str(row.get(field, "")).casefold() in values for field, values in wanted.items())
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["createdDateTime"], row["id"]), reverse=True)
