"""Reads what pre-flight judges, under the reader's credential alone, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from connectors.contract import Account
from connectors.errors import NotFoundError, WorldError
from connectors.microsoft.discover import GUEST
from connectors.microsoft.odata import quoted, select
from connectors.microsoft.preflight.facts import App, Facts, Held, Unread, User

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

S = TypeVar("S")
T = TypeVar("T")
Row = dict[str, Any]
PERMISSIONS = (
    "Application.Read.All", "LicenseAssignment.Read.All", "Policy.Read.All", "RoleManagement.Read.Directory",
    "User.Read.All",
)  # fmt: skip
WIDTH = 8
GROUP, UNIT = "#microsoft.graph.group", "#microsoft.graph.administrativeUnit"
ASSIGNMENTS = "/v1.0/roleManagement/directory/roleAssignments"


def read(session: MicrosoftSession, accounts: Iterable[Account]) -> Facts:
    """All facts; one that cannot be read hides no other."""
    reader = _Reader(session)
    people = {account.id: account for account in accounts}
    work: list[Callable[[], Any]] = [
        *(partial(reader.app, name) for name in ("reader", "cutter")),
        reader.plans,
        reader.policies,
        *(partial(reader.user, account) for account in people.values()),
    ]
    with ThreadPoolExecutor(WIDTH) as pool:
        first, second, plans, policies, *users = pool.map(_tried, work)
    return Facts({"reader": first, "cutter": second}, dict(zip(people, users, strict=True)), plans, policies)


def _tried(work: Callable[[], T | Unread]) -> T | Unread:
    try:
        return work()
    except WorldError as error:
        return Unread(error.what, error.fix)


def _then(found: S | Unread, work: Callable[[S], T | Unread]) -> T | Unread:
    """What follows from a fact; nothing where that could not be read."""
    return found if isinstance(found, Unread) else _tried(lambda: work(found))


class _Reader:
    """One read of one tenant."""

    def __init__(self, session: MicrosoftSession) -> None:
        self._session = session
        self._roles = _tried(self._role_names)

    def app(self, name: str) -> App:
        """One of evict's own apps, with what it may do and who could change it.

        Raises:
            NotFoundError: the tenant has no such app.
            WorldError: it cannot be read at all.

        """
        wanted = str(self._session.settings[f"{name}-app"])
        principal = self._own("/v1.0/servicePrincipals", wanted, "accountEnabled")
        application = _tried(lambda: self._own("/v1.0/applications", wanted))
        return App(
            name, wanted, str(principal["id"]), str(principal.get("displayName") or wanted),
            enabled=principal.get("accountEnabled") is not False,
            rights=_tried(lambda: self._rights(principal)),
            roles=_then(self._roles, lambda names: self._held(names, [str(principal["id"])])),
            owners=_then(application, lambda one: self._owners(principal, one)),
            certificates=_then(application, lambda one: _certificates(principal, one)),
            secrets=_then(application, lambda one: _secrets(principal, one)),
        )  # fmt: skip

    def _own(self, path: str, app: str, *more: str) -> Row:
        named = ("id", "appId", "displayName", "keyCredentials", "passwordCredentials", *more)
        found = self._session.rows(path, query={"$filter": f"appId eq {quoted(app)}", **select(*named)})
        if not found:
            raise NotFoundError(f"{path} has nothing with the application id {app}",
                                fix="check the application ids in the estate")  # fmt: skip
        return found[0]

    def _rights(self, principal: dict[str, Any]) -> frozenset[str]:
        path = "/v1.0/servicePrincipals/{principal}/appRoleAssignments"
        given = self._session.rows(path, principal=str(principal["id"]))
        names: dict[str, str] = {}
        for api in sorted({str(row["resourceId"]) for row in given}):
            shown = self._session.get("/v1.0/servicePrincipals/{principal}", query=select("appRoles"), principal=api)
            names |= {str(role["id"]): str(role.get("value") or "") for role in shown.get("appRoles") or []}
        return frozenset(names.get(str(row["appRoleId"]), "") for row in given) - {""}

    def _owners(self, principal: Row, application: Row) -> frozenset[str]:
        found = [
            *self._session.rows("/v1.0/servicePrincipals/{principal}/owners", principal=str(principal["id"])),
            *self._session.rows("/v1.0/applications/{app}/owners", app=str(application["id"])),
        ]
        return frozenset(str(row["id"]) for row in found)

    def user(self, account: Account) -> User:
        """One account of the subject, with the roles that make it a privileged target.

        Raises:
            WorldError: it cannot be read at all.

        """
        named = ("id", "userPrincipalName", "onPremisesSyncEnabled", "isManagementRestricted")
        user = self._session.get("/v1.0/users/{user}", query=select(*named), user=account.id)
        above = _tried(lambda: self._session.rows("/v1.0/users/{user}/transitiveMemberOf", user=account.id))
        return User(
            account.id, str(user.get("userPrincipalName") or account.id), guest=account.kind == GUEST,
            synced=bool(user.get("onPremisesSyncEnabled")), restricted=bool(user.get("isManagementRestricted")),
            roles=_then(above, lambda rows: self._roles_of(account, rows)),
            role_groups=_then(above, lambda rows: self._role_groups(account, rows)),
            units=_then(above, _units),
        )  # fmt: skip

    def _roles_of(self, account: Account, above: list[Row]) -> tuple[Held, ...] | Unread:
        return _then(self._roles, lambda names: self._held(names, [account.id, *_groups(above)]))

    def _role_groups(self, account: Account, above: list[Row]) -> tuple[str, ...]:
        owned = self._session.rows("/v1.0/users/{user}/ownedObjects", user=account.id)
        names = (str(row.get("displayName") or row["id"]) for row in (*above, *owned) if row.get("isAssignableToRole"))
        return tuple(sorted(set(names)))

    def _held(self, names: dict[str, str], principals: list[str]) -> tuple[Held, ...]:
        rows = [
            row for one in principals
            for row in self._session.rows(ASSIGNMENTS, query={"$filter": f"principalId eq {quoted(one)}"})
        ]  # fmt: skip
        roles = ((str(row["roleDefinitionId"]), str(row.get("directoryScopeId") or "/")) for row in rows)
        return tuple(sorted({Held(names.get(role, role), scope) for role, scope in roles}))

    def _role_names(self) -> dict[str, str]:
        rows = self._session.rows("/v1.0/roleManagement/directory/roleDefinitions", query=select("id", "displayName"))
        return {str(row["id"]): str(row.get("displayName") or row["id"]) for row in rows}

    def plans(self) -> frozenset[str]:
        """Names of service plans that work in this tenant.

        Raises:
            WorldError: they cannot be read.

        """
        bought = [sku for sku in self._session.rows("/v1.0/subscribedSkus") if sku.get("capabilityStatus") == "Enabled"]
        plans = (plan for sku in bought for plan in sku.get("servicePlans") or [])
        return frozenset(str(plan.get("servicePlanName")) for plan in plans)

    def policies(self) -> tuple[Row, ...]:
        """Conditional access policies.

        Raises:
            WorldError: they cannot be read.

        """
        return tuple(self._session.rows("/v1.0/identity/conditionalAccess/policies"))


def _groups(above: list[Row]) -> list[str]:
    return [str(row["id"]) for row in above if row.get("@odata.type") == GROUP and row.get("isAssignableToRole")]


def _units(above: list[Row]) -> tuple[str, ...]:
    """Units that may be restricted: those that say they are not are left out."""
    units = (row for row in above if row.get("@odata.type") == UNIT)
    return tuple(sorted(str(row["id"]) for row in units if row.get("isMemberManagementRestricted") is not False))


def _certificates(principal: Row, application: Row) -> tuple[str, ...]:
    """Those of the application and of its service principal: Entra accepts both."""
    keys = [*(principal.get("keyCredentials") or []), *(application.get("keyCredentials") or [])]
    return tuple(sorted(str(key.get("endDateTime")) for key in keys))


def _secrets(principal: Row, application: Row) -> int:
    return sum(len(one.get("passwordCredentials") or []) for one in (principal, application))
