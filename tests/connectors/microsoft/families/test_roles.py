"""Directory roles: what a role allowed is tried, PIM's are taken by PIM, and each comes back over the same scope."""

from __future__ import annotations

from connectors.contract import Outcome, PathState, Undo
from connectors.errors import RefusedError
from runner.range.microsoft import groups as seeded
from runner.range.microsoft.groups import group
from runner.range.microsoft.people import CUTTER, guid
from runner.range.microsoft.tenant import STARTER
from tests.connectors.microsoft.attempts import Person
from tests.connectors.microsoft.trial import trial

UNIT = f"administrativeUnits-{guid(f'unit-{seeded.UNIT}')}"


def test_every_kind_of_role_is_found_with_its_name() -> None:
    with trial() as one:
        found = {path.id.split("/", 2)[2]: path.label for path in one.paths("roles")}
    assert set(found) == {
        f"assignment/{guid(seeded.TENANT_WIDE)}@tenant",
        f"assignment/{guid(seeded.SCOPED)}@{UNIT}",
        f"active/{guid(seeded.FOR_A_TIME)}@tenant",
        f"eligible/{guid(seeded.ELIGIBLE)}@tenant",
        f"by-group/{group(seeded.HELPDESK)}/{guid('Helpdesk Administrator')}@tenant",
    }
    assert "Groups Administrator over the tenant" in found[f"assignment/{guid(seeded.TENANT_WIDE)}@tenant"]


def test_an_administrator_changes_others_groups_until_the_role_is_cut_and_again_when_it_is_given_back() -> None:
    with trial() as one:
        person = Person(one, "jordan.lee", "GroupMember.ReadWrite.All")
        role = one.path("roles", seeded.TENANT_WIDE)
        assert person.adds(guid(STARTER), group(seeded.ON_CALL)) == 204
        one.cut(role)
        assert person.adds(guid(STARTER), group(seeded.RELEASE)) == 403
        one.restore(role)
        assert person.adds(guid(STARTER), group(seeded.RELEASE)) == 204


def test_a_role_over_a_part_of_the_tenant_comes_back_over_that_part() -> None:
    with trial() as one:
        scoped = one.path("roles", seeded.SCOPED)
        one.cut(scoped)
        one.restore(scoped)
        (row,) = one.world.tenant.rows(
            "roleAssignments", principalId=one.account.id, roleDefinitionId=guid(seeded.SCOPED)
        )
        assert row["directoryScopeId"] == f"/administrativeUnits/{guid(f'unit-{seeded.UNIT}')}"


def test_a_role_for_a_time_is_taken_by_pim_and_never_by_its_assignment() -> None:
    with trial() as one:
        timed = one.path("roles", seeded.FOR_A_TIME)
        one.cut(timed)
        assert not one.world.tenant.rows("roleAssignments", principalId=one.account.id,
                                         roleDefinitionId=guid(seeded.FOR_A_TIME))  # fmt: skip
        assert [call.name for call in one.world.calls() if call.write] == [
            "POST /v1.0/roleManagement/directory/roleAssignmentScheduleRequests"
        ]
        one.restore(timed)
        (row,) = one.world.tenant.rows("roleSchedules", principalId=one.account.id)
        assert (row["endDateTime"], row["assignmentType"]) == (seeded.UNTIL, "Assigned")


def test_a_role_to_be_activated_is_activated_until_it_is_cut() -> None:
    right = "RoleAssignmentSchedule.ReadWrite.Directory"
    with trial() as one:
        person, eligible = Person(one, "jordan.lee", right), one.path("roles", seeded.ELIGIBLE)
        one.cut(eligible)
        assert person.activates_role(guid(seeded.ELIGIBLE)) == 400
        one.restore(eligible)
        assert person.activates_role(guid(seeded.ELIGIBLE)) == 201
        active = next(path for path in one.observe().paths if f"/active/{guid(seeded.ELIGIBLE)}" in path.id)
        assert active.undo is Undo.NO
        one.cut(active)
        assert active.id not in one.standing()


def test_a_role_that_a_group_holds_is_gone_when_the_membership_is() -> None:
    with trial() as one:
        held = one.path("roles", "through a group")
        (tried,) = one.cut(held)
        assert tried.landed is not None
        assert tried.landed.outcome is Outcome.NOT_APPLICABLE
        assert held.id in one.standing()
        one.cut(one.path("groups", seeded.HELPDESK))
        assert one.after()[held.id].state is PathState.CUT


def test_the_right_to_take_away_is_enough_to_cut_and_does_not_give_back() -> None:
    with trial() as one:
        timed = one.path("roles", seeded.FOR_A_TIME)
        one.world.allow(cutter=frozenset({"RoleAssignmentSchedule.Remove.Directory"}))
        assert one.held.one("cut", timed).error is None
        error = one.held.one("restore", timed).error
        assert isinstance(error, RefusedError)
        assert error.permission == "RoleAssignmentSchedule.ReadWrite.Directory"


def test_what_somebody_else_took_or_gave_meanwhile_is_already_so() -> None:
    with trial() as one:
        timed, plain = one.path("roles", seeded.FOR_A_TIME), one.path("roles", seeded.TENANT_WIDE)
        again = [*one.restore(timed), *one.restore(plain)]
        one.cut(timed, plain)
        again += one.cut(timed, plain)
        assert {tried.landed.outcome for tried in again if tried.landed} == {Outcome.ALREADY_SO}


def test_without_the_licence_plain_roles_are_there_and_pim_is_told_as_not_applicable() -> None:
    with trial() as one:
        one.door("settings", licences=["P1"])
        paths = {path.id: path for path in one.observe().paths if path.id.startswith("roles/")}
        assert paths[f"roles/{one.account.id}/pim"].state is PathState.NOT_APPLICABLE
        assert "licence" in paths[f"roles/{one.account.id}/pim"].reason
        plain = paths[f"roles/{one.account.id}/assignment/{guid(seeded.FOR_A_TIME)}@tenant"]
        one.cut(plain)
        assert plain.id not in one.standing()


def test_a_holder_of_roles_is_blocked_all_the_same_and_without_the_highest_role_the_refusal_names_it() -> None:
    with trial() as one:
        block = next(path for path in one.paths("sign-in") if path.id.endswith("/block"))
        with one.world.tenant.lock:
            held = one.world.tenant.rows("roleAssignments", principalId=guid(f"sp-{CUTTER}"))
            one.world.tenant.remove("roleAssignments", held)
        error = one.held.one("cut", block).error
        assert isinstance(error, RefusedError)
        assert "Privileged Authentication Administrator" in error.fix
        for row in held:
            one.world.tenant.put("roleAssignments", row)
        assert one.held.one("cut", block).error is None
