"""Whom a right alone does not reach: administrators, members of role-assignable groups, members of restricted units."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.testing.rounds import Tried
from runner.range.microsoft.people import CUTTER, SUSPECT, guid
from tests.connectors.microsoft.trial import Trial, trial

ME, OURS, UNIT = guid(SUSPECT), guid(f"sp-{CUTTER}"), "/administrativeUnits/u1"


def holds(one: Trial, *roles: tuple[str, str]) -> None:
    """From now on evict's cutter holds exactly these roles, each with its scope."""
    tenant = one.world.tenant
    tenant.remove("roleAssignments", tenant.rows("roleAssignments", principalId=OURS))
    for role, scope in roles:
        tenant.put("roleAssignments", {"principalId": OURS, "roleDefinitionId": guid(role), "directoryScopeId": scope})


def block(one: Trial) -> Tried:
    (path,) = [path for path in one.paths("sign-in") if path.id.endswith("/block")]
    return one.held.one("cut", path)


def password(one: Trial) -> Tried:
    (path,) = [path for path in one.paths("sign-in") if path.id.endswith("/password")]
    return one.held.one("cut", path)


def make_privileged(one: Trial, how: str) -> None:
    tenant = one.world.tenant
    rows: dict[str, tuple[str, dict[str, Any]]] = {
        "role": ("roleAssignments", {"principalId": ME, "roleDefinitionId": guid("Security Reader"), "directoryScopeId": "/"}),
        "scoped role": ("roleAssignments", {"principalId": ME, "roleDefinitionId": guid("User Administrator"),
                                            "directoryScopeId": "/administrativeUnits/u9"}),
        "member": ("groups", {"id": "g1", "displayName": "g1", "isAssignableToRole": True, "_members": [ME]}),
        "owner": ("groups", {"id": "g1", "displayName": "g1", "isAssignableToRole": True, "_members": [], "_owners": [ME]}),
    }  # fmt: skip
    tenant.put(*rows[how])


@pytest.mark.parametrize("how", ["role", "scoped role", "member", "owner"])
def test_a_privileged_target_refuses_and_the_error_names_the_missing_role(how: str) -> None:
    with trial() as one:
        make_privileged(one, how)
        holds(one, ("User Administrator", "/"))
        tried = block(one)
        assert tried.error is not None
        assert "Privileged Authentication Administrator" in tried.error.fix
        assert one.world.tenant.table("users")[ME]["accountEnabled"]
        holds(one, ("Privileged Authentication Administrator", "/"))
        assert block(one).error is None


def test_an_ordinary_target_is_blocked_by_the_right_alone_but_its_password_takes_a_role() -> None:
    with trial() as one:
        for row in [*one.world.tenant.rows("roleAssignments", principalId=ME)]:
            one.world.tenant.remove("roleAssignments", [row])
        for group in one.world.tenant.rows("groups", isAssignableToRole=True):
            group["_members"] = [member for member in group["_members"] if member != ME]
            group["_owners"] = [owner for owner in group.get("_owners", ()) if owner != ME]
        holds(one)
        assert block(one).error is None
        refused = password(one).error
        assert refused is not None
        assert "User Administrator" in refused.fix
        holds(one, ("User Administrator", "/"))
        assert password(one).error is None


def test_a_restricted_unit_refuses_even_the_highest_role_and_lets_its_own_through() -> None:
    with trial() as one:
        one.world.tenant.put("administrativeUnits", {"id": "u1", "displayName": "u1", "_members": [ME],
                                                     "isMemberManagementRestricted": True})  # fmt: skip
        one.door("change", table="users", id=ME, values={"isManagementRestricted": True})
        holds(one, ("Global Administrator", "/"))
        tried = block(one)
        assert tried.error is not None
        assert "restricted" in tried.error.what
        assert "restricted administrative unit" in tried.error.fix
        holds(one, ("Privileged Authentication Administrator", UNIT))
        assert block(one).error is None


def test_a_role_over_another_unit_reaches_nobody_here() -> None:
    with trial() as one:
        make_privileged(one, "role")
        holds(one, ("Privileged Authentication Administrator", "/administrativeUnits/elsewhere"))
        assert block(one).error is not None
