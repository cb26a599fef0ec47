"""Assignments to apps and consents to them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.contract import AccessPath, Outcome, PathKind
from connectors.testing.rounds import Round, cuttable
from runner.range.microsoft import apps
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, guid
from tests.connectors.microsoft.kit import MicrosoftWorld, everything, microsoft_world

SUSPECT_ID, COLLEAGUE_ID = guid(SUSPECT), guid(COLLEAGUE)


@pytest.fixture
def world() -> Iterator[MicrosoftWorld]:
    with microsoft_world() as made:
        yield made


def paths(held: Round) -> list[AccessPath]:
    found = cuttable(held.observe(held.discover()))
    return [path for path in found if path.id.startswith("consents/")]


def test_an_assignment_goes_at_once_and_a_consent_late(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        assert {path.kind: path.wave for path in paths(held)} == {PathKind.ROLE: 1, PathKind.PERMISSION: 2}


def test_the_cut_takes_the_suspects_and_leaves_the_colleagues(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        assert not [one.error for one in held.cut(paths(held)) if one.error]
    for table in ("appRoleAssignments", "oauth2PermissionGrants"):
        left = {row["principalId"] for row in world.tenant.rows(table)}
        assert COLLEAGUE_ID in left
        assert SUSPECT_ID not in left


def test_a_consent_for_everybody_is_no_path_of_one_person(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        held.cut(paths(held))
    assert world.tenant.first("oauth2PermissionGrants", consentType="AllPrincipals")


def test_an_assignment_by_a_group_is_not_the_persons_own(world: MicrosoftWorld) -> None:
    world.tenant.put("groups", {"id": guid("g"), "displayName": "g", "_members": [SUSPECT_ID]})
    own = world.tenant.first("appRoleAssignments", principalId=SUSPECT_ID)
    assert own
    world.tenant.put("appRoleAssignments", {**own, "id": "of-the-group", "principalId": guid("g")})
    with Round(world) as held:
        assert [path.before["id"] for path in paths(held) if path.kind is PathKind.ROLE] == [own["id"]]


def test_a_path_keeps_its_name_though_its_id_changes_when_it_comes_back(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        before = paths(held)
        held.cut(before)
        held.restore(before)
        after = paths(held)
    assert [path.key for path in after] == [path.key for path in before]
    assert all(one.before["id"] != two.before["id"] for one, two in zip(before, after, strict=True))
    assert [path.before["body"] for path in after] == [path.before["body"] for path in before]


def test_a_second_cut_and_a_second_restore_are_already_so(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        before = paths(held)
        held.cut(before)
        assert {one.landed.outcome for one in held.cut(before) if one.landed} == {Outcome.ALREADY_SO}
        held.restore(before)
        assert {one.landed.outcome for one in held.restore(before) if one.landed} == {Outcome.ALREADY_SO}


def test_what_may_not_be_read_is_told_by_kind(world: MicrosoftWorld) -> None:
    world.allow(reader=everything() - {"Directory.Read.All"})
    with Round(world) as held:
        unread = held.observe(held.discover())[SUSPECT_ID].unread
    assert "appRoleAssignments" in unread[PathKind.ROLE]
    assert "oauth2PermissionGrants" in unread[PathKind.PERMISSION]


def test_the_label_says_what_the_app_may(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        label = next(path.label for path in paths(held) if path.kind is PathKind.PERMISSION)
    assert apps.principal(apps.MAIL_ARCHIVER) in label
    assert "Mail.Read User.Read" in label
