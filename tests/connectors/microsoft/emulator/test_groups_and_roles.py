"""The range's groups, roles and PIM refuse what the services refuse, and end what ends."""

from __future__ import annotations

import pytest

from runner.range.microsoft import groups as seeded
from runner.range.microsoft.groups import group
from runner.range.microsoft.people import BOSS, guid
from runner.range.microsoft.tenant import STARTER
from tests.connectors.microsoft.attempts import DIRECTORY, Person
from tests.connectors.microsoft.trial import trial

NEWCOMER = guid(STARTER)
YEAR = 366 * 24 * 3600
EVERYTHING = ("Group.ReadWrite.All", "GroupMember.ReadWrite.All", "RoleManagement.ReadWrite.Directory",
              "RoleAssignmentSchedule.ReadWrite.Directory")  # fmt: skip


@pytest.mark.parametrize("name", [seeded.REMOTE, seeded.DIRECTORY_GROUP, seeded.ANNOUNCE])
def test_a_group_that_something_else_fills_is_not_edited_by_the_highest(name: str) -> None:
    with trial() as one:
        assert Person(one, BOSS, *EVERYTHING).adds(NEWCOMER, group(name)) == 400


def test_a_group_that_holds_roles_is_not_for_every_administrator() -> None:
    with trial() as one:
        assert Person(one, "jordan.lee", *EVERYTHING).adds(NEWCOMER, group(seeded.HELPDESK)) == 403
        assert Person(one, BOSS, *EVERYTHING).adds(NEWCOMER, group(seeded.HELPDESK)) == 204


def test_somebody_is_added_once_and_removed_once() -> None:
    with trial() as one:
        boss = Person(one, BOSS, *EVERYTHING)
        link = f"/v1.0/groups/{group(seeded.ENGINEERING)}/members/{NEWCOMER}/$ref"
        assert [boss.adds(NEWCOMER, group(seeded.ENGINEERING)) for _time in range(2)] == [204, 400]
        assert [boss.tries("graph", "DELETE", link) for _time in range(2)] == [204, 404]
        assert boss.adds(guid("nobody"), group(seeded.ENGINEERING)) == 404


def test_the_last_owner_stays() -> None:
    with trial() as one:
        boss = Person(one, BOSS, *EVERYTHING)
        link = f"/v1.0/groups/{group(seeded.TOOLS)}/owners/{one.account.id}/$ref"
        assert boss.tries("graph", "DELETE", link) == 400


def test_only_who_may_give_roles_gives_them() -> None:
    body = {"principalId": NEWCOMER, "roleDefinitionId": guid("Directory Readers"), "directoryScopeId": "/"}
    with trial() as one:
        assert (
            Person(one, "jordan.lee", *EVERYTHING).tries("graph", "POST", f"{DIRECTORY}/roleAssignments", body) == 403
        )
        boss = Person(one, BOSS, *EVERYTHING)
        assert [boss.tries("graph", "POST", f"{DIRECTORY}/roleAssignments", body) for _time in range(2)] == [201, 400]


def test_nobody_activates_for_somebody_else_nor_what_they_are_not_eligible_for() -> None:
    with trial() as one:
        person = Person(one, "jordan.lee", *EVERYTHING)
        assert person.activates_role(guid("Global Administrator")) == 400
        person.id = guid("amara.okafor")
        assert person.activates_role(guid(seeded.ELIGIBLE)) == 403


def test_what_was_given_for_a_time_ends_by_itself_with_what_it_gave() -> None:
    with trial() as one:
        timed = {path.id for path in one.before.paths if "/active/" in path.id or "/pim-assignment/" in path.id}
        assert len(timed) == 3
        one.door("advance", seconds=YEAR)
        tenant = one.world.tenant
        who = {"principalId": one.account.id}
        assert not tenant.rows("roleAssignments", roleDefinitionId=guid(seeded.FOR_A_TIME), **who)
        assert not tenant.rows("groupAssignments", **who)
        assert one.account.id not in tenant.table("groups")[group(seeded.RELEASE)]["_members"]
        assert not [row for row in tenant.rows("azureAssignments")
                    if row["properties"]["scope"].endswith("/resourceGroups/build")]  # fmt: skip


def test_a_role_over_a_part_of_the_tenant_is_none_over_all_of_it() -> None:
    with trial() as one:
        one.cut(one.path("roles", seeded.TENANT_WIDE))
        assert Person(one, "jordan.lee", *EVERYTHING).adds(NEWCOMER, group(seeded.ON_CALL)) == 403


def test_pims_settings_are_listed_of_one_scope_only() -> None:
    with trial() as one:
        person = Person(one, BOSS, "RoleManagement.Read.Directory")
        path = "/v1.0/policies/roleManagementPolicies"
        assert person.tries("graph", "GET", path) == 400
        assert person.tries("graph", "GET", f"{path}?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'") == 200
