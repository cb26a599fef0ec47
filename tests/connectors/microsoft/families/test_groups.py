"""Groups: what is cut is tried, what Graph cannot edit is a card, and what comes back is what was there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.contract import AccessPath, Outcome, PathKind, PathState, Undo
from connectors.errors import RefusedError, RejectedError
from runner.range.microsoft import groups as seeded
from runner.range.microsoft.groups import group
from runner.range.microsoft.people import guid
from runner.range.microsoft.tenant import STARTER
from tests.connectors.microsoft.attempts import Person
from tests.connectors.microsoft.kit import everything
from tests.connectors.microsoft.trial import Trial, trial

NEWCOMER = guid(STARTER)


def of(one: Trial, part: str) -> AccessPath:
    """A path of the groups family by the end of its id."""
    (found,) = [path for path in one.paths("groups") if path.id == f"groups/{one.account.id}/{part}"]
    return found


def test_every_way_into_a_group_is_a_path_of_its_own() -> None:
    with trial() as one:
        parts = {path.id.split("/", 2)[2] for path in one.paths("groups")}
    direct = (seeded.ENGINEERING, seeded.REMOTE, seeded.DIRECTORY_GROUP, seeded.HELPDESK, seeded.ANNOUNCE, seeded.ATLAS)
    assert parts == {
        *(f"member/{group(name)}" for name in direct),
        *(f"nested/{group(name)}" for name in (seeded.VPN, seeded.STAFF)),
        *(f"owner/{group(name)}" for name in (seeded.ENGINEERING, seeded.TOOLS)),
        f"pim-assignment/{group(seeded.RELEASE)}/member", f"pim-eligibility/{group(seeded.RELEASE)}/owner",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (seeded.REMOTE, seeded.RULE),  # the rule that fills it
        (seeded.DIRECTORY_GROUP, "Remove-ADGroupMember"),  # Active Directory is its master
        (seeded.ANNOUNCE, "Remove-DistributionGroupMember"),  # Exchange keeps it
    ],
)
def test_a_group_that_graph_cannot_edit_is_a_card_that_names_it_and_how(name: str, says: str) -> None:
    with trial() as one:
        card = of(one, f"member/{group(name)}").manual
        assert card is not None
        assert name in card.title
        assert group(name) in card.title
        assert says in " ".join(card.instructions)


def test_a_nested_group_goes_with_the_direct_membership_and_no_call_is_made_for_it() -> None:
    with trial() as one:
        nested = of(one, f"nested/{group(seeded.VPN)}")
        before = len(one.world.gate.calls)
        (tried,) = one.cut(nested)
        assert tried.landed is not None
        assert tried.landed.outcome is Outcome.NOT_APPLICABLE
        assert len(one.world.gate.calls) == before
        assert one.after()[nested.id].state is PathState.STANDING
        one.cut(of(one, f"member/{group(seeded.ENGINEERING)}"))
        assert one.after()[nested.id].state is PathState.CUT


def test_a_group_that_a_dynamic_one_leads_to_stands_with_the_card_of_the_dynamic_one() -> None:
    with trial() as one:
        nested = of(one, f"nested/{group(seeded.STAFF)}")
        assert nested.manual is not None
        assert seeded.REMOTE in nested.manual.title
        one.cut(*[path for path in one.paths("groups") if path.manual is None])
        assert one.after()[nested.id].state is PathState.STANDING


def test_an_owner_adds_members_until_the_ownership_is_cut_and_again_when_it_is_given_back() -> None:
    with trial() as one:
        person = Person(one, "jordan.lee", "GroupMember.ReadWrite.All")
        one.cut(one.path("roles", "Groups Administrator"))
        assert person.adds(NEWCOMER, group(seeded.ENGINEERING)) == 204
        owner = of(one, f"owner/{group(seeded.ENGINEERING)}")
        one.cut(owner)
        assert person.adds(guid("dana.price"), group(seeded.ENGINEERING)) == 403
        one.restore(owner)
        assert person.adds(guid("dana.price"), group(seeded.ENGINEERING)) == 204


def test_the_only_owner_is_a_card_and_one_who_became_it_meanwhile_is_told_what_to_do() -> None:
    with trial() as one:
        sole = of(one, f"owner/{group(seeded.TOOLS)}")
        assert sole.manual is not None
        assert group(seeded.TOOLS) in " ".join(sole.manual.instructions)
        shared = of(one, f"owner/{group(seeded.ENGINEERING)}")
        assert shared.manual is None
        one.world.tenant.table("groups")[group(seeded.ENGINEERING)]["_owners"] = [one.account.id]
        error = one.held.one("cut", shared).error
        assert isinstance(error, RejectedError)
        assert "another owner first" in error.fix


def test_without_the_right_for_groups_that_hold_roles_the_refusal_names_it() -> None:
    with trial() as one:
        one.world.allow(cutter=everything() - {"RoleManagement.ReadWrite.Directory"})
        error = one.held.one("cut", of(one, f"member/{group(seeded.HELPDESK)}")).error
        assert isinstance(error, RefusedError)
        assert error.permission == "RoleManagement.ReadWrite.Directory"
        assert "can hold directory roles" in error.fix
        assert one.held.one("cut", of(one, f"member/{group(seeded.ENGINEERING)}")).error is None


def test_a_membership_that_is_back_already_is_already_so() -> None:
    with trial() as one:
        member = of(one, f"member/{group(seeded.ENGINEERING)}")
        (tried,) = one.restore(member)
        assert tried.landed is not None
        assert tried.landed.outcome is Outcome.ALREADY_SO


def test_a_teams_group_is_cut_late() -> None:
    with trial() as one:
        assert of(one, f"member/{group(seeded.ATLAS)}").wave == 2
        assert of(one, f"member/{group(seeded.ENGINEERING)}").wave == 1


def test_what_pim_gave_for_a_time_is_taken_by_pim_and_given_back_until_the_same_end() -> None:
    with trial() as one:
        timed = of(one, f"pim-assignment/{group(seeded.RELEASE)}/member")
        one.cut(timed)
        assert one.account.id not in one.world.tenant.table("groups")[group(seeded.RELEASE)]["_members"]
        assert not any("$ref" in call.name and call.write for call in one.world.calls())
        one.restore(timed)
        (row,) = one.world.tenant.rows("groupAssignments", principalId=one.account.id)
        assert row["endDateTime"] == seeded.UNTIL
        assert timed.id in one.standing()


def test_an_ownership_to_be_activated_can_be_activated_until_it_is_cut() -> None:
    right = "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"
    with trial() as one:
        person = Person(one, "jordan.lee", right)
        one.cut(of(one, f"pim-eligibility/{group(seeded.RELEASE)}/owner"))
        assert person.activates_ownership(group(seeded.RELEASE)) == 400
    with trial() as one:
        assert Person(one, "jordan.lee", right).activates_ownership(group(seeded.RELEASE)) == 201
        (found,) = [path for path in one.observe().paths if path.id.endswith(f"{group(seeded.RELEASE)}/owner")
                    and "pim-assignment" in path.id]  # fmt: skip
        assert (found.kind, found.undo) == (PathKind.PERMISSION, Undo.NO)
        assert not [path for path in one.observe().paths if path.id.endswith(f"/owner/{group(seeded.RELEASE)}")]
        one.cut(found)
        assert one.account.id not in one.world.tenant.table("groups")[group(seeded.RELEASE)]["_owners"]


def test_what_would_have_ended_meanwhile_is_not_given_back() -> None:
    with trial() as one:
        ended = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
        found = of(one, f"pim-assignment/{group(seeded.RELEASE)}/member")
        (tried,) = one.restore(AccessPath(**{**vars(found), "before": {**found.before, "end": ended}}))
        assert tried.landed is not None
        assert tried.landed.outcome is Outcome.NOT_APPLICABLE
        assert ended in tried.landed.detail


def test_a_cutter_that_may_only_take_away_cannot_give_back() -> None:
    with trial() as one:
        timed = of(one, f"pim-assignment/{group(seeded.RELEASE)}/member")
        one.world.allow(cutter=frozenset({"PrivilegedAssignmentSchedule.Remove.AzureADGroup"}))
        assert one.held.one("cut", timed).error is None
        error = one.held.one("restore", timed).error
        assert isinstance(error, RefusedError)
        assert error.permission == "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"


def test_without_the_licence_pim_is_one_path_that_cannot_be_and_memberships_are_there_all_the_same() -> None:
    with trial() as one:
        one.door("settings", licences=["P1"])
        paths = {path.id: path for path in one.observe().paths if path.id.startswith("groups/")}
        assert paths[f"groups/{one.account.id}/pim"].state is PathState.NOT_APPLICABLE
        assert f"groups/{one.account.id}/member/{group(seeded.ENGINEERING)}" in paths


def test_a_hostile_name_of_a_group_is_in_nothing_that_addresses_it() -> None:
    name = "'; rm -rf ~ #/../$ref"
    with trial() as one:
        one.door("change", table="groups", id=group(seeded.ENGINEERING), values={"displayName": name})
        found = next(path for path in one.observe().paths if path.id.endswith(f"member/{group(seeded.ENGINEERING)}"))
        assert name in found.label
        assert name not in found.id + repr(found.before)
        one.cut(found)
        assert found.id not in one.standing()


def test_a_reader_without_the_directory_says_so() -> None:
    with trial() as one:
        one.world.allow(reader=everything() - {"Directory.Read.All"})
        seen = one.held.observe([one.account])[one.account.id]
        assert "memberOf" in seen.unread[PathKind.MEMBERSHIP]


def test_a_refusal_of_pim_hides_no_plain_membership() -> None:
    pim = {f"PrivilegedEligibilitySchedule.{right}.AzureADGroup" for right in ("Read", "ReadWrite")}
    with trial() as one:
        one.world.allow(reader=everything() - pim)
        seen = one.held.observe([one.account])[one.account.id]
        assert PathKind.MEMBERSHIP in seen.unread
        assert any(path.id.endswith(f"member/{group(seeded.ENGINEERING)}") for path in seen.paths)
