"""The directory before anything is cut: the user and all that hangs on them, their apps, and the tenant's own doors.

All of it is read in one burst. Every answer is kept as it came with its `request-id` and `Date`, by which Microsoft can
find it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.contract import Account, Action, ActionContext, ActionResult, Effect, Field, Json, Receipt, Session
from connectors.microsoft.evidence.collection import Collection, Row
from connectors.microsoft.evidence.subject import users
from connectors.microsoft.odata import quoted, select

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

USER = "/v1.0/users/{user}"
PROPERTIES = (
    "id", "userPrincipalName", "mail", "otherMails", "proxyAddresses", "displayName", "userType", "accountEnabled",
    "createdDateTime", "signInSessionsValidFromDateTime", "lastPasswordChangeDateTime", "onPremisesSyncEnabled",
    "onPremisesImmutableId", "employeeId", "jobTitle", "mobilePhone", "businessPhones", "usageLocation",
)  # fmt: skip
LISTS = (
    ("groups", f"{USER}/memberOf"), ("groups, nested ones too", f"{USER}/transitiveMemberOf"),
    ("methods", f"{USER}/authentication/methods"), ("assigned apps", f"{USER}/appRoleAssignments"),
    ("own devices", f"{USER}/ownedDevices"), ("registered devices", f"{USER}/registeredDevices"),
)  # fmt: skip
ROLES = "/v1.0/roleManagement/directory"
HELD = (
    ("roles", f"{ROLES}/roleAssignments", False), ("eligible roles", f"{ROLES}/roleEligibilityScheduleInstances", True),
    ("active roles", f"{ROLES}/roleAssignmentScheduleInstances", True),
    ("consents", "/v1.0/oauth2PermissionGrants", False),
)  # fmt: skip
"""Lists by principal; the third says whether a tenant without the licence has none."""
TENANT = (
    ("conditional access", "/v1.0/identity/conditionalAccess/policies", True),
    ("named locations", "/v1.0/identity/conditionalAccess/namedLocations", True),
    ("partners in cross-tenant access", "/v1.0/policies/crossTenantAccessPolicy/partners", False),
    ("domains", "/v1.0/domains", False),
)  # fmt: skip
CROSS_TENANT = "/v1.0/policies/crossTenantAccessPolicy/default"
APP, PRINCIPAL = "/v1.0/applications/{app}", "/v1.0/servicePrincipals/{principal}"
OWNED = f"{USER}/ownedObjects"
NOW = "the present state only"


class PreserveDirectory(Action):
    """A picture of the directory around the subject."""

    name = "microsoft.preserve-directory"
    title = "Save the subject's place in the directory"
    doc = "The user, groups, roles, methods, devices, consents and apps, and the tenant's access policies, as raw JSON."
    effect = Effect.PRESERVE
    outputs = (
        Field("records", "integer", "Objects and links kept."),
        Field("apps", "list[string]", "Object ids of applications and service principals that the subject owns."),
    )
    permissions = (
        "User.Read.All", "Directory.Read.All", "UserAuthenticationMethod.Read.All", "Application.Read.All",
        "RoleManagement.Read.Directory", "RoleEligibilitySchedule.Read.Directory",
        "RoleAssignmentSchedule.Read.Directory", "Policy.Read.All", "Domain.Read.All",
    )  # fmt: skip
    preserves = ("entra-configuration",)
    attack = ("T1098", "T1484.002", "T1556.006")
    sources = (
        "https://learn.microsoft.com/graph/api/user-get",
        "https://learn.microsoft.com/graph/api/user-list-ownedobjects",
        "https://learn.microsoft.com/graph/api/authentication-list-methods",
        "https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """One receipt for each account with what hangs on it, and one for the tenant; a part that fails is a gap."""
        from connectors.microsoft.client import opened

        tenant = opened(session)
        receipts: list[Receipt] = []
        apps: list[str] = []
        for account in users(context):
            context.progress("the directory around the user", len(receipts))
            made = _user(tenant, context, account)
            apps += _apps(tenant, made, account.id)
            receipts.append(made.receipt(retention=NOW))
        receipts.append(_tenant(tenant, context).receipt(retention=NOW))
        records = sum(one.records for one in receipts)
        return ActionResult({"records": records, "apps": sorted(set(apps))}, receipts=tuple(receipts))


def _user(tenant: MicrosoftSession, context: ActionContext, account: Account) -> Collection:
    made = Collection(context, "Entra directory", f"directory-{account.id}", {"user": account.id}, "")
    made.answer(tenant, USER, part="user", query=select(*PROPERTIES), user=account.id)
    for part, path in LISTS:
        made.listing(tenant, path, part=part, scope=f"{part}/", user=account.id)
    query = {"$filter": f"principalId eq {quoted(account.id)}"}
    for part, path, optional in HELD:
        made.listing(tenant, path, part=part, scope=f"{part}/", query=query, optional=optional)
    return made


def _apps(tenant: MicrosoftSession, made: Collection, user: str) -> list[str]:
    """What the user owns; of apps each object, its credentials' descriptions, its owners and rights."""
    owned: list[tuple[str, str]] = []

    def note(row: Row) -> None:
        owned.append((str(row.get("@odata.type") or "").rsplit(".", 1)[-1], str(row["id"])))

    made.listing(tenant, OWNED, part="owned objects", scope="owned/", each=note, user=user)
    for kind, id_ in owned:
        if kind == "application":
            made.answer(tenant, APP, part=f"application {id_}", app=id_)
            for name in ("owners", "federatedIdentityCredentials"):
                made.listing(tenant, f"{APP}/{name}", part=f"{name} of {id_}", scope=f"{id_}/{name}/", app=id_)
        elif kind == "servicePrincipal":
            made.answer(tenant, PRINCIPAL, part=f"service principal {id_}", principal=id_)
            for name in ("owners", "appRoleAssignments"):
                made.listing(tenant, f"{PRINCIPAL}/{name}", part=f"{name} of {id_}", scope=f"{id_}/{name}/",
                             principal=id_)  # fmt: skip
    return [id_ for kind, id_ in owned if kind in ("application", "servicePrincipal")]


def _tenant(tenant: MicrosoftSession, context: ActionContext) -> Collection:
    made = Collection(context, "Entra tenant settings", "directory-tenant", {"tenant": tenant.tenant}, "")
    for part, path, optional in TENANT:
        made.listing(tenant, path, part=part, scope=f"{part}/", optional=optional)
    made.answer(tenant, CROSS_TENANT, part="default of cross-tenant access")
    return made
