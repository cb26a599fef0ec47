"""What the subject left in subscriptions: what runs without them, keys that they read, and doors for other tenants.

Keys and shared access signatures of a storage account survive the removal of whoever read them: they are to be rotated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from connectors.contract import Finding
from connectors.errors import UnsupportedError
from connectors.microsoft.clouds import Service
from connectors.microsoft.families import azure_scopes
from connectors.microsoft.families.azure_scopes import listed, place, role_of
from connectors.microsoft.hunt.activity import PERMISSION, Activity
from connectors.microsoft.hunt.area import Look, quoted
from connectors.microsoft.odata import quoted as literal
from connectors.microsoft.routes.azure import HELD, ROLES

AREA = "Azure: what runs, keys that were read, delegations"
_AUTOMATION = "Microsoft.Automation/automationAccounts"
PERMISSIONS = (
    *azure_scopes.PERMISSIONS, PERMISSION, f"{HELD}/read", "Microsoft.Authorization/roleDefinitions/read",
    "Microsoft.Resources/subscriptions/resources/read", f"{_AUTOMATION}/read", f"{_AUTOMATION}/runbooks/read",
    f"{_AUTOMATION}/webhooks/read", "Microsoft.Storage/storageAccounts/read",
    "Microsoft.ManagedServices/registrationAssignments/read",
)  # fmt: skip
RESOURCES, AUTOMATION = {"api-version": "2019-08-01"}, {"api-version": "2015-10-31"}
RUNBOOKS, STORAGE = {"api-version": "2018-06-30"}, {"api-version": "2019-04-01"}
DELEGATIONS = {"api-version": "2019-06-01", "$expandRegistrationDefinition": "true"}
SUBSCRIPTION = "/subscriptions/{subscription}"
INSIDE = f"{SUBSCRIPTION}/resourceGroups/{{group}}/providers/{_AUTOMATION}/{{account}}"
KEYS = "microsoft.storage/storageaccounts/listkeys/action"

RUNS = {
    "microsoft.automation/automationaccounts": "run what is in it as its own identity",
    "microsoft.logic/workflows": "run whenever it is triggered, with its own connections",
    "microsoft.web/sites": "run code as its own identity, and answer whoever has its keys",
    "microsoft.resources/deploymentscripts": "run a script as its own identity",
    "microsoft.compute/virtualmachines": "run anything inside the network",
    "microsoft.compute/virtualmachines/extensions": "run as the machine's administrator",
    "microsoft.containerregistry/registries": "give out and take in images by tokens and passwords of its own",
    "microsoft.managedidentity/userassignedidentities": "be acted as, by whatever it trusts or is attached to",
    "microsoft.network/networksecuritygroups": "let traffic in from outside",
    "microsoft.network/bastionhosts": "reach machines without a public address",
}
"""Resources that the subject may have written, by type in lower case, and what each lets somebody do."""

DEEDS = {
    "microsoft.compute/virtualmachines/runcommand/action": "ran a command in a machine",
    "microsoft.compute/virtualmachines/runcommands/write": "ran a command in a machine",
    "microsoft.containerregistry/registries/tokens/write": "made a token of a container registry",
    "microsoft.managedidentity/userassignedidentities/federatedidentitycredentials/write":
        "let an outside issuer act as a managed identity",
    "microsoft.authorization/roleeligibilityschedulerequests/write": "changed who may activate an Azure role",
    "microsoft.keyvault/vaults/accesspolicies/write": "changed who reads a key vault",
}  # fmt: skip
"""Operations, in lower case, whose effect no listing shows that is read here."""
_READ_KEYS = re.compile(r"/(list\w*(key|credential|secret|sas|connectionstring)\w*|publishxml)/action$")


def sweep(look: Look) -> Iterator[Finding]:
    """Every visible subscription.

    Raises:
        UnsupportedError: the estate says that it has no Azure.
        WorldError: subscriptions cannot be listed.

    """
    if not look.session.offers(Service.AZURE):
        raise UnsupportedError("not applicable: the estate says `azure: false`")
    scopes = azure_scopes.visible(look.session)
    look.gaps.extend(scopes.gaps)
    activity = Activity(look, scopes.subscriptions)
    for path in scopes.subscriptions:
        subscription = path.rsplit("/", 1)[-1]
        for part in (_resources, _automation, _storage):
            with look.tried():
                yield from part(look, subscription, activity)
        with look.tried():
            yield from _delegations(look, path, activity)
    yield from _deeds(look, activity)


def _rows(look: Look, route: str, query: dict[str, str], **values: Any) -> list[dict[str, Any]]:
    return look.session.rows(route, service=Service.AZURE, query=query, **values)


def _resources(look: Look, subscription: str, activity: Activity) -> Iterator[Finding]:
    """What can run or let somebody in, that the subject wrote."""
    for row in _rows(look, f"{SUBSCRIPTION}/resources", RESOURCES, subscription=subscription):
        kind = str(row.get("type")).casefold()
        if kind in RUNS and activity.wrote(str(row["id"])):
            yield _finding(look, "azure-resource", row, f"the subject made or changed {kind} {row['name']}",
                           "GET resources", RUNS[kind], f"az resource delete --ids {quoted(row['id'])}")  # fmt: skip


def _automation(look: Look, subscription: str, activity: Activity) -> Iterator[Finding]:
    """Runbooks that the subject wrote, and webhooks that start them without a login."""
    accounts = _rows(look, f"{SUBSCRIPTION}/providers/{_AUTOMATION}", AUTOMATION, subscription=subscription)
    for account in accounts:
        where = {"subscription": subscription, "group": str(account["id"]).split("/")[4],
                 "account": str(account["name"])}  # fmt: skip
        mine: set[str] = set()
        with look.tried():
            for row in _rows(look, f"{INSIDE}/runbooks", RUNBOOKS, **where):
                by = str((row.get("properties") or {}).get("lastModifiedBy") or "").casefold()
                if by in look.names or by in look.subjects or activity.wrote(str(row["id"])):
                    mine.add(str(row["name"]))
                    yield _finding(look, "runbook", row, f"the subject wrote the runbook {row['name']}",
                                   "GET runbooks, the activity log", "run as the automation account's own identity",
                                   f"az resource delete --ids {quoted(row['id'])}")  # fmt: skip
        with look.tried():
            for row in _rows(look, f"{INSIDE}/webhooks", AUTOMATION, **where):
                starts = str(((row.get("properties") or {}).get("runbook") or {}).get("name"))
                if starts in mine or activity.wrote(str(row["id"])):
                    yield _finding(look, "runbook-webhook", row, f"a webhook starts the runbook {starts}",
                                   "GET webhooks", "start it with nothing but its address, from anywhere",
                                   f"az resource delete --ids {quoted(row['id'])}")  # fmt: skip


def _storage(look: Look, subscription: str, activity: Activity) -> Iterator[Finding]:
    """Storage accounts whose keys the subject listed, or could list by a role that they still have."""
    read = {event["resource"] for event in activity.events if event["operation"] == KEYS}
    could = _where_keys_can_be_listed(look, subscription)
    for row in _rows(look, f"{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts", STORAGE,
                     subscription=subscription):  # fmt: skip
        low = str(row["id"]).casefold()
        listed_it = low in read
        if listed_it or any(f"{low}/".startswith(f"{scope}/") for scope in could):
            yield _finding(
                look, "storage-keys", row, f"the subject {'listed' if listed_it else 'could list'} the keys of the "
                f"storage account {row['name']}", "the activity log" if listed_it else "GET roleAssignments",
                "read and write everything in it, from anywhere: keys, and signatures made with them, survive the "
                "removal of whoever has them", _renewed(row), by_subject=True if listed_it else None,
                severity="high" if listed_it else "medium",
            )  # fmt: skip


def _renewed(row: dict[str, Any]) -> str:
    """Both keys; whatever uses them must be told first."""
    one = f"az storage account keys renew --resource-group {quoted(str(row['id']).split('/')[4])} --account-name "
    return " && ".join(f"{one}{quoted(row['name'])} --key {key}" for key in ("primary", "secondary"))


def _where_keys_can_be_listed(look: Look, subscription: str) -> set[str]:
    """Scopes, in lower case, at which one of the subject's roles lists storage keys; those above become this one."""
    scope, found = f"/subscriptions/{subscription}", set()
    with look.tried():
        definitions = listed(look.session, scope, f"{ROLES}/roleDefinitions", azure_scopes.ROLES)
        lists = {role_of(str(row["id"])) for row in definitions if _lists_keys(row["properties"])}
        for who in sorted(look.subjects):
            query = {**azure_scopes.ROLES, "$filter": f"assignedTo({literal(who)})"}
            for row in listed(look.session, scope, f"{ROLES}/roleAssignments", query):
                at = str(row["properties"]["scope"]).casefold()
                if role_of(str(row["properties"]["roleDefinitionId"])) in lists:
                    found.add(at if at.startswith(scope.casefold()) else scope.casefold())
    return found


def _lists_keys(role: dict[str, Any]) -> bool:
    return any(
        any(fnmatchcase(KEYS, one.casefold()) for one in given.get("actions") or [])
        and not any(fnmatchcase(KEYS, one.casefold()) for one in given.get("notActions") or [])
        for given in role.get("permissions") or []
    )  # fmt: skip


def _delegations(look: Look, path: str, activity: Activity) -> Iterator[Finding]:
    """Azure Lighthouse: people of another tenant whom no listing of roles shows."""
    route = "/{scope+}/providers/Microsoft.ManagedServices/registrationAssignments"
    for row in _rows(look, route, DELEGATIONS, scope=path.strip("/")):
        offered = ((row["properties"].get("registrationDefinition") or {}).get("properties")) or {}
        home = str(offered.get("managedByTenantId") or "another tenant")
        yield _finding(
            look, "azure-delegation", row, f"{path} is delegated to tenant {home} (Azure Lighthouse)",
            "GET registrationAssignments", "act there with the roles of the offer, without an account in this tenant",
            f"az managedservices assignment delete --assignment {quoted(row['id'])}",
            by_subject=True if activity.wrote(str(row["id"])) else None, severity="medium",
        )  # fmt: skip


def _deeds(look: Look, activity: Activity) -> Iterator[Finding]:
    """What only the log tells: the last of each kind at each resource."""
    last = {(event["operation"], event["resource"]): event for event in activity.events}
    for (operation, resource), event in sorted(last.items()):
        what = DEEDS.get(operation)
        if _READ_KEYS.search(operation) and operation != KEYS:
            what, allows = "read keys or credentials", "use them from anywhere: they survive the subject's removal"
        elif what:
            allows = "come back by it: nothing that is read here shows whether it still stands"
        else:
            continue
        yield look.finding(
            "azure-deed", f"{operation.replace('/', '.')}/{place(resource)}", f"the subject {what}: {resource}",
            found_by="Azure's activity log", allows=allows, by_subject=True, severity="medium",
            remove=f"Azure portal: search for the resource {resource}, look at it, and renew its keys or undo the "
            "change",
            detail={"operation": operation, "resource": resource, "at": event["at"], "from": event["address"]},
        )  # fmt: skip


def _finding(
    look: Look, kind: str, row: dict[str, Any], title: str, found_by: str, allows: str, remove: str, *,
    by_subject: bool | None = True, severity: str = "high",
) -> Finding:  # fmt: skip
    """A finding about a resource: its name is somebody's choice, and no part of the id."""
    return look.finding(
        kind, place(str(row["id"])), title, found_by=found_by, allows=allows, remove=remove, by_subject=by_subject,
        severity=severity, detail={"resource": row["id"]},
    )  # fmt: skip
