"""What the subject changed in Intune: scripts that run as the system, roles, policies, apps. Intune keeps its own log.

The log says what was made, not whether it is still there: a person looks. Its rows are filtered here, because which
filters the listing takes is not documented.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.contract import Finding
from connectors.microsoft.hunt.area import Look

AREA = "what the subject changed in Intune"
PERMISSIONS = ("DeviceManagementApps.Read.All",)
READS = ("get", "read", "export")
RUNS = ("script", "remediation", "app", "package")
GIVES = ("role", "scope", "permission")
"""Parts of a resource's type (general knowledge)."""


def sweep(look: Look) -> Iterator[Finding]:
    """One finding for each thing, of its latest change."""
    latest: dict[str, tuple[str, Mapping[str, Any], Mapping[str, Any]]] = {}
    for row in look.session.rows("/v1.0/deviceManagement/auditEvents"):
        if not _of_subject(look, row) or str(row.get("activityOperationType") or "").casefold() in READS:
            continue
        for resource in row.get("resources") or []:
            id_, at = str(resource.get("resourceId") or row["id"]), str(row.get("activityDateTime"))
            if id_ not in latest or latest[id_][0] < at:
                latest[id_] = (at, row, resource)
    yield from (_finding(look, id_, *latest[id_]) for id_ in sorted(latest))


def _of_subject(look: Look, row: Mapping[str, Any]) -> bool:
    actor = row.get("actor") or {}
    named = str(actor.get("userPrincipalName") or "").casefold()
    ended = str(row.get("activityResult") or "success").casefold()
    return ended == "success" and (actor.get("userId") in look.subjects or named in look.names)


def _finding(look: Look, id_: str, at: str, row: Mapping[str, Any], resource: Mapping[str, Any]) -> Finding:
    kind = str(resource.get("auditResourceType") or "thing")
    activity = str(row.get("activityType") or row.get("activity") or row.get("displayName"))
    allows, severity = _weighed(kind)
    return look.finding(
        "intune-change", id_, f"{kind} {resource.get('displayName') or id_}: {activity}, by the subject",
        found_by="GET /deviceManagement/auditEvents", by_subject=True, allows=allows, severity=severity,
        remove=f"Intune portal, Tenant administration, Audit logs: the entry of {at}; open the {kind} with id {id_}, "
        "and undo the change or delete it if it is still there",
        detail={"at": at, "activity": activity, "type": kind, "address": (row.get("actor") or {}).get("ipAddress")},
    )  # fmt: skip


def _weighed(kind: str) -> tuple[str, str]:
    low = kind.casefold()
    if any(word in low for word in RUNS):
        return "it runs on every device that it is assigned to, a script as the system itself", "high"
    if any(word in low for word in GIVES):
        return "whoever it gives rights to may run scripts on devices, wipe them, or read their recovery keys", "high"
    return "it changes how devices are protected, or which of them are trusted", "medium"
