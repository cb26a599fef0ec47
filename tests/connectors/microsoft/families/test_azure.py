"""Azure roles: what each allowed is tried, groups' go with the group, and what cannot be seen is said."""

from __future__ import annotations

from connectors.contract import AccessPath, Outcome, PathKind, PathState
from runner.range.microsoft import azure as seeded
from runner.range.microsoft.azure import DEV, PROD, definition
from runner.range.microsoft.groups import ENGINEERING, REMOTE, UNTIL, group
from tests.connectors.microsoft.attempts import Person
from tests.connectors.microsoft.kit import everything
from tests.connectors.microsoft.trial import Trial, trial

LISTED_AT_ROOT = "GET /providers/Microsoft.Authorization/roleAssignments"


def by(one: Trial, *words: str) -> AccessPath:
    """The one Azure path with all of these words in its id or label."""
    (found,) = [path for path in one.paths("azure") if all(word in path.id + path.label for word in words)]
    return found


def test_roles_of_every_scope_are_found_those_of_groups_too() -> None:
    with trial() as one:
        labels = {path.label for path in one.paths("azure")}
    dev, prod = f"/subscriptions/{DEV}", f"/subscriptions/{PROD}"
    assert labels == {
        f"Azure role Contributor over {dev}, assigned",
        "Azure role Reader over /providers/Microsoft.Management/managementGroups/production, assigned",
        "Azure role User Access Administrator over all of Azure (/), assigned",
        f"Azure role Owner over {dev}/resourceGroups/build, for a time",
        f"Azure role Contributor over {prod}, to be activated",
        f"Azure role Reader over {prod}, assigned, through a group",
        f"Azure role Reader over {prod}/resourceGroups/payroll, assigned, through a group",
    }


def test_keys_of_a_storage_account_are_listed_until_the_role_is_cut_and_again_when_it_is_given_back() -> None:
    with trial() as one:
        person, role = Person(one), by(one, "Contributor", "assigned")
        assert person.lists_keys(seeded.OTHER_STORAGE) == 200
        one.cut(role)
        assert person.lists_keys(seeded.OTHER_STORAGE) == 403
        one.restore(role)
        assert person.lists_keys(seeded.OTHER_STORAGE) == 200


def test_a_role_that_a_group_gives_opens_the_door_until_the_membership_is_cut() -> None:
    with trial() as one:
        person, held = Person(one), by(one, "by-group", group(ENGINEERING))
        one.cut(*[path for path in one.paths("azure") if path.manual is None])
        assert person.looks_into(PROD) == 200
        assert one.after()[held.id].state is PathState.STANDING
        one.cut(one.path("groups", f"membership of {ENGINEERING}"))
        assert person.looks_into(PROD) == 403
        assert one.after()[held.id].state is PathState.CUT


def test_a_role_that_a_dynamic_group_gives_is_the_groups_card() -> None:
    with trial() as one:
        card = by(one, "by-group", group(REMOTE)).manual
        assert card is not None
        assert REMOTE in card.title


def test_a_role_comes_back_under_a_new_name_with_its_condition() -> None:
    with trial() as one:
        role = by(one, "Contributor", "assigned")
        one.cut(role)
        one.restore(role)
        (row,) = [row for row in one.world.tenant.rows("azureAssignments")
                  if row["properties"]["principalId"] == one.account.id
                  and row["properties"]["scope"] == f"/subscriptions/{DEV}"]  # fmt: skip
        assert row["name"] != role.before["name"]
        assert (row["properties"]["condition"], row["properties"]["conditionVersion"]) == (seeded.CONDITION, "2.0")
        assert row["properties"]["principalType"] == "User"


def test_what_is_gone_or_back_already_is_already_so() -> None:
    with trial() as one:
        role, timed = by(one, "Contributor", "assigned"), by(one, "for a time")
        tried = [*one.restore(role, timed)]
        one.cut(role, timed)
        tried += one.cut(role, timed)
        assert {one.landed.outcome for one in tried if one.landed} == {Outcome.ALREADY_SO}


def test_the_root_is_left_and_entered_again() -> None:
    with trial() as one:
        root = by(one, "(/)")
        one.cut(root)
        assert root.id not in one.standing()
        one.restore(root)
        assert root.id in one.standing()


def test_a_role_to_be_activated_is_activated_until_it_is_cut() -> None:
    with trial() as one:
        person, eligible = Person(one), by(one, "to be activated")
        one.cut(eligible)
        assert person.activates_in_azure(definition(seeded.CONTRIBUTOR)) == 400
        one.restore(eligible)
        assert person.activates_in_azure(definition(seeded.CONTRIBUTOR)) == 201
        assert person.lists_keys(seeded.STORAGE, PROD) == 200


def test_a_role_for_a_time_comes_back_until_the_same_end() -> None:
    with trial() as one:
        timed = by(one, "for a time")
        one.cut(timed)
        one.restore(timed)
        (row,) = one.world.tenant.rows("azureSchedules", principalId=one.account.id)
        assert row["endDateTime"] == UNTIL


def test_an_estate_without_azure_reads_nothing_there() -> None:
    with trial(azure=False) as one:
        assert not [path for path in one.before.paths if path.id.startswith(("azure/", "key-vault/"))]
        assert not one.before.unread
        assert not [call for call in one.world.gate.calls if call["service"] == "arm"]


def test_where_no_subscription_is_visible_it_says_why_that_may_be() -> None:
    with trial() as one:
        one.world.allow(reader=everything() - {"Microsoft.Resources/subscriptions/read"})
        seen = one.held.observe([one.account])[one.account.id]
        for kind in (PathKind.ROLE, PathKind.PERMISSION):
            assert "no Azure subscription is visible" in seen.unread[kind]
            assert "Reader at the tenant root management group" in seen.unread[kind]


def test_management_groups_that_cannot_be_listed_are_a_gap_and_roles_below_are_there() -> None:
    with trial() as one:
        one.world.allow(reader=everything() - {"Microsoft.Management/managementGroups/read"})
        seen = one.held.observe([one.account])[one.account.id]
        assert "managementGroups" in seen.unread[PathKind.ROLE]
        assert {path.id for path in one.paths("azure")} <= {path.id for path in seen.paths}


def test_a_root_that_may_not_be_read_hides_nothing_as_subscriptions_show_what_is_above_them() -> None:
    with trial() as one:
        one.door("faults", faults=[{"kind": "refuse", "match": LISTED_AT_ROOT, "times": 9}])
        seen = one.observe()
        assert not seen.unread
        assert seen.paths == one.before.paths


def test_one_scope_that_may_not_be_read_makes_the_kind_unread() -> None:
    with trial() as one:
        match = "GET /{scope+}/providers/Microsoft.Authorization/roleAssignments"
        one.door("faults", faults=[{"kind": "refuse", "match": match, "times": 9}])
        assert PathKind.ROLE in one.observe().unread


def test_without_the_licence_pim_is_not_applicable_and_assignments_are_plain() -> None:
    with trial() as one:
        one.door("settings", licences=["P1"])
        paths = {path.id: path for path in one.observe().paths if path.id.startswith("azure/")}
        assert paths[f"azure/{one.account.id}/pim"].state is PathState.NOT_APPLICABLE
        assert any("/assignment/" in id_ and "Owner" in path.label for id_, path in paths.items())


def test_a_colleagues_roles_over_the_same_scopes_stand() -> None:
    with trial() as one:
        one.cut(*[path for path in one.paths("azure") if path.manual is None])
        colleague = Person(one, "amara.okafor")
        assert (colleague.lists_keys(seeded.OTHER_STORAGE), colleague.looks_into(PROD)) == (200, 200)
