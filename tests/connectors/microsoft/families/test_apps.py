"""Apps of the subject: cut so that nothing that they hold gives a token, and others' work goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import AccessPath, Observation, Outcome, PathKind, PathState, Undo
from connectors.testing.rounds import Round, cuttable, restorable, standing
from runner.range.microsoft import apps
from runner.range.microsoft.people import CUTTER, SUSPECT, guid
from tests.connectors.microsoft.app_tokens import as_person, at_graph, by_certificate, by_secret, by_workflow
from tests.connectors.microsoft.kit import MicrosoftWorld, everything, microsoft_world

SUSPECT_ID = guid(SUSPECT)
APP, PRINCIPAL = apps.app(apps.RELEASE_BOT), apps.principal(apps.RELEASE_BOT)
DISABLED = "AADSTS7000112"
WRONG_SECRET, WRONG_ASSERTION = "AADSTS7000215", "AADSTS700027"


@pytest.fixture
def world() -> Iterator[MicrosoftWorld]:
    with microsoft_world() as made:
        yield made


def seen(held: Round, known: tuple[AccessPath, ...] = ()) -> dict[str, Observation]:
    return held.observe(held.discover(), known)


def own(observed: dict[str, Observation]) -> dict[str, AccessPath]:
    """The suspect's paths of apps by the part of their id after the account."""
    prefix = f"apps/{SUSPECT_ID}/"
    return {path.id.removeprefix(prefix): path for path in observed[SUSPECT_ID].paths if path.id.startswith(prefix)}


def cut_apps(held: Round, only: str = "") -> list[AccessPath]:
    found = [path for path in cuttable(seen(held)) if path.id.startswith(f"apps/{SUSPECT_ID}/{only}")]
    assert found
    assert not [one.error for one in held.cut(found) if one.error]
    return found


def error_of(answer: dict[str, Any]) -> str:
    assert "access_token" not in answer
    return str(answer["error_description"]).split(":")[0]


def test_every_way_of_an_app_is_a_path_of_its_own(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        found = own(seen(held))
    kinds = {part.split("/")[0]: path.kind for part, path in found.items()}
    assert kinds == {
        "secret": PathKind.APP_SECRET, "certificates": PathKind.CERTIFICATE, "federated": PathKind.TRUST,
        "shared-certificates": PathKind.CERTIFICATE, "owner": PathKind.PERMISSION, "enabled": PathKind.TOKEN,
        "tokens": PathKind.TOKEN,
    }  # fmt: skip
    assert f"secret/applications/{APP}/{apps.key_id('release-bot-app')}" in found
    assert f"secret/servicePrincipals/{PRINCIPAL}/{apps.key_id('release-bot-principal')}" in found
    assert not any(apps.PAYROLL_SYNC in path.label for path in found.values())


def test_every_credential_gives_a_token_before_the_cut_and_none_after(world: MicrosoftWorld) -> None:
    ways = (
        lambda: by_secret(world, apps.RELEASE_BOT, "release-bot-app"),
        lambda: by_secret(world, apps.RELEASE_BOT, "release-bot-principal"),
        lambda: by_certificate(world, apps.RELEASE_BOT, "release-bot-one"),
        lambda: by_certificate(world, apps.RELEASE_BOT, "release-bot-two"),
        lambda: by_certificate(world, apps.RELEASE_BOT, "release-bot-three"),
        lambda: by_workflow(world, apps.RELEASE_BOT, apps.FOREIGN_REPOSITORY),
    )
    assert all("access_token" in way() for way in ways)
    with Round(world) as held:
        cut_apps(held)
    assert [error_of(way()) for way in ways] == [WRONG_SECRET] * 2 + [WRONG_ASSERTION] * 4


@pytest.mark.parametrize(
    ("only", "ended"),
    [("secret/applications", "release-bot-app"), ("secret/servicePrincipals", "release-bot-principal")],
)
def test_a_removed_secret_ends_and_no_other(world: MicrosoftWorld, only: str, ended: str) -> None:
    with Round(world) as held:
        cut_apps(held, only)
    both = {one: by_secret(world, apps.RELEASE_BOT, one) for one in ("release-bot-app", "release-bot-principal")}
    assert error_of(both.pop(ended)) == WRONG_SECRET
    assert all("access_token" in answer for answer in both.values())


def test_all_certificates_of_one_object_go_in_one_request(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        mark = len(world.gate.calls)
        cut_apps(held, "certificates/applications")
        writes = [call["name"] for call in world.gate.calls[mark:] if call["write"]]
    assert writes == ["PATCH /v1.0/applications/{thing}"]
    for name in ("release-bot-one", "release-bot-two"):
        assert error_of(by_certificate(world, apps.RELEASE_BOT, name)) == WRONG_ASSERTION
    assert "access_token" in by_certificate(world, apps.RELEASE_BOT, "release-bot-three")


def test_a_disabled_app_is_given_no_token_and_the_restore_lets_it_in(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        paths = cut_apps(held, "enabled")
        assert error_of(by_secret(world, apps.RELEASE_BOT, "release-bot-app")) == DISABLED
        held.restore(paths)
    assert "access_token" in by_secret(world, apps.RELEASE_BOT, "release-bot-app")


def test_a_token_given_before_outlives_the_cut_for_an_hour_and_says_so(world: MicrosoftWorld) -> None:
    token = by_secret(world, apps.RELEASE_BOT, "release-bot-app")["access_token"]
    part = f"tokens/{apps.app_id(apps.RELEASE_BOT)}"
    with Round(world) as held:
        before = seen(held)
        assert own(before)[part].survives_s == 3600
        cut_apps(held)
        with at_graph(world, token) as client:
            assert client.get("/v1.0/users").status_code == 403  # known, and without rights: not refused as a token
        first = own(seen(held, before[SUSPECT_ID].paths))[part]
        assert first.state is PathState.RESIDUAL
        assert first.until
        assert timedelta(minutes=59) < first.until - datetime.now(UTC) <= timedelta(hours=1)
        assert own(seen(held, (first,)))[part].until == first.until
        past = replace(first, until=datetime.now(UTC) - timedelta(seconds=1))
        assert own(seen(held, (*before[SUSPECT_ID].paths, past)))[part].state is PathState.CUT
    world.tenant.advance(3601)
    with at_graph(world, token) as client:
        assert client.get("/v1.0/users").status_code == 401


def test_tokens_of_an_app_that_is_gone_live_on_all_the_same(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        before = seen(held)
        with world.tenant.lock:
            world.tenant.table("applications").pop(APP)
            world.tenant.table("servicePrincipals").pop(PRINCIPAL)
        after = own(seen(held, before[SUSPECT_ID].paths))
    assert after[f"tokens/{apps.app_id(apps.RELEASE_BOT)}"].state is PathState.RESIDUAL


def test_credentials_are_judged_by_id_when_the_ownership_that_led_to_them_is_gone(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        before = seen(held)
        cut_apps(held, "owner")
        assert not [part for part in own(seen(held)) if part.startswith("secret")]
        after = own(seen(held, before[SUSPECT_ID].paths))
    assert after[f"secret/applications/{APP}/{apps.key_id('release-bot-app')}"].state is PathState.STANDING
    assert after[f"enabled/{PRINCIPAL}"].state is PathState.STANDING


def test_a_secret_that_the_subject_adds_in_the_meantime_stands(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        before = seen(held)
        with as_person(world, SUSPECT) as suspect:
            made = suspect.post(f"/v1.0/applications/{APP}/addPassword", json={}).json()
        cut_apps(held, "owner")
        after = own(seen(held, before[SUSPECT_ID].paths))
    assert after[f"secret/applications/{APP}/{made['keyId']}"].state is PathState.STANDING


def test_a_second_removal_of_a_secret_is_already_so(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        paths = cut_apps(held, "secret")
        assert {one.landed.outcome for one in held.cut(paths) if one.landed} == {Outcome.ALREADY_SO}


def test_another_refusal_of_a_removal_is_not_already_so(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        path = next(path for path in cuttable(seen(held)) if "/secret/" in path.id)
        tried = held.one("cut", replace(path, before={**path.before, "keyId": 7}))
    assert tried.error is not None


def test_a_shared_app_goes_on_working_for_its_other_owner(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        cut_apps(held)
        assert "access_token" in by_secret(world, apps.TIMESHEET, "timesheet-shared")
        assert "access_token" in by_certificate(world, apps.TIMESHEET, "timesheet-shared")
        assert error_of(by_secret(world, apps.TIMESHEET, "timesheet-planted")) == WRONG_SECRET


def test_what_others_use_in_a_shared_app_is_a_card_with_its_key_id(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        found = own(seen(held))
    thing = f"applications/{apps.app(apps.TIMESHEET)}"
    card = found[f"secret/{thing}/{apps.key_id('timesheet-shared')}"]
    planted = found[f"secret/{thing}/{apps.key_id('timesheet-planted')}"]
    certificates = found[f"shared-certificates/{thing}"]
    assert card.manual
    assert apps.key_id("timesheet-shared") in card.manual.instructions[-1]
    assert "also owned by amara.okafor@" in card.label
    assert planted.manual is None
    assert planted.undo is Undo.NO
    assert certificates.manual
    assert f"certificates/{thing}" not in found
    assert f"enabled/{apps.principal(apps.TIMESHEET)}" not in found


def test_a_card_is_answered_by_the_key_that_is_gone(world: MicrosoftWorld) -> None:
    part = f"secret/applications/{apps.app(apps.TIMESHEET)}/{apps.key_id('timesheet-shared')}"
    with Round(world) as held:
        before = seen(held)
        world.control.does("change", {"table": "applications", "id": apps.app(apps.TIMESHEET),
                                      "values": {"passwordCredentials": []}})  # fmt: skip
        assert part in own(before)
        assert part not in own(seen(held, before[SUSPECT_ID].paths))


def test_an_owner_whom_the_subject_made_one_does_not_keep_the_secrets_alive(world: MicrosoftWorld) -> None:
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{world.people.boss}"}
    with as_person(world, SUSPECT) as suspect:
        assert suspect.post(f"/v1.0/applications/{APP}/owners/$ref", json=reference).status_code == 204
    with Round(world) as held:
        found = own(seen(held))
    assert found[f"secret/applications/{APP}/{apps.key_id('release-bot-app')}"].manual is None
    assert f"enabled/{PRINCIPAL}" in found


def test_an_owner_whom_somebody_else_made_one_shares_the_app(world: MicrosoftWorld) -> None:
    world.tenant.table("applications")[APP]["_owners"].append(world.people.boss)
    with Round(world) as held:
        found = own(seen(held))
    assert found[f"secret/applications/{APP}/{apps.key_id('release-bot-app')}"].manual
    assert f"enabled/{PRINCIPAL}" not in found
    assert not any(part.startswith("tokens") and "release" in path.label for part, path in found.items())


def test_another_account_of_the_subject_is_no_other_owner(world: MicrosoftWorld) -> None:
    second = {**world.tenant.table("users")[SUSPECT_ID], "id": guid("second"), "userPrincipalName": "x@guest.example"}
    world.tenant.put("users", second)
    world.tenant.table("applications")[APP]["_owners"].append(guid("second"))
    with Round(world) as held:
        assert own(seen(held))[f"secret/applications/{APP}/{apps.key_id('release-bot-app')}"].manual is None


def test_secrets_that_new_owners_add_after_the_cut_are_no_path_of_the_subjects(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        before = seen(held)
        cut_apps(held)
        row = world.tenant.table("applications")[APP]
        row["_owners"].append(world.people.boss)
        with as_person(world, "dana.price") as boss:
            made = boss.post(f"/v1.0/applications/{APP}/addPassword", json={}).json()
        after = own(seen(held, before[SUSPECT_ID].paths))
    assert f"secret/applications/{APP}/{made['keyId']}" not in after
    assert after[f"enabled/{PRINCIPAL}"].state is PathState.CUT


def test_an_app_of_another_tenant_is_not_disabled(world: MicrosoftWorld) -> None:
    with world.tenant.lock:
        world.tenant.table("applications").pop(APP)
    with Round(world) as held:
        found = own(seen(held))
    assert f"owner/servicePrincipals/{PRINCIPAL}" in found
    assert f"secret/servicePrincipals/{PRINCIPAL}/{apps.key_id('release-bot-principal')}" in found
    assert f"enabled/{PRINCIPAL}" not in found


def test_a_restore_brings_back_certificates_trust_and_ownership_but_no_secret(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        paths = cut_apps(held)
        tried = held.restore(restorable(paths))
        assert not [one.error for one in tried if one.error]
    assert "access_token" in by_certificate(world, apps.RELEASE_BOT, "release-bot-two")
    assert "access_token" in by_workflow(world, apps.RELEASE_BOT, apps.FOREIGN_REPOSITORY)
    assert error_of(by_secret(world, apps.RELEASE_BOT, "release-bot-app")) == WRONG_SECRET
    assert world.tenant.table("applications")[APP]["_owners"] == [SUSPECT_ID]


def test_a_restore_of_certificates_keeps_those_that_were_added_since(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        paths = cut_apps(held, "certificates/applications")
        row = world.tenant.table("applications")[APP]
        other = world.tenant.table("applications")[apps.app(apps.TIMESHEET)]["keyCredentials"][0]
        row["keyCredentials"] = [other]
        row["_certificates"] = {other["keyId"]: apps.key_pair("timesheet-shared")[1]}
        held.restore(paths)
    assert len(row["keyCredentials"]) == 3


def test_a_second_restore_is_already_so(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        paths = [path for path in cut_apps(held) if "/owner/" in path.id or "/federated/" in path.id]
        held.restore(paths)
        assert {one.landed.outcome for one in held.restore(paths) if one.landed} == {Outcome.ALREADY_SO}


def test_without_the_audit_log_shared_credentials_are_cards_and_the_reason_is_told(world: MicrosoftWorld) -> None:
    world.allow(reader=everything() - {"AuditLog.Read.All"})
    with Round(world) as held:
        found = seen(held)
    part = f"secret/applications/{apps.app(apps.TIMESHEET)}/{apps.key_id('timesheet-planted')}"
    assert own(found)[part].manual
    assert "who added the credentials" in found[SUSPECT_ID].unread[PathKind.APP_SECRET]


def test_an_account_without_apps_asks_nothing_about_apps(world: MicrosoftWorld) -> None:
    for table in ("applications", "servicePrincipals"):
        for row in world.tenant.rows(table):
            row["_owners"] = [one for one in row.get("_owners", ()) if one != SUSPECT_ID]
    with Round(world) as held:
        held.discover()
        mark = len(world.gate.calls)
        assert not own(seen(held))
    assert not [call for call in world.gate.calls[mark:] if "/applications" in call["name"]]


def test_hostile_names_stand_in_labels_only(world: MicrosoftWorld) -> None:
    hostile = "$(rm -rf ~)/../x"
    world.tenant.table("applications")[APP]["displayName"] = hostile
    world.tenant.rows("federatedIdentityCredentials", _application=APP)[0]["name"] = hostile
    with Round(world) as held:
        found = own(seen(held))
    assert any(hostile in path.label for path in found.values())
    assert not any("rm" in part for part in found)
    assert not any(hostile in " ".join(path.manual.instructions) for path in found.values() if path.manual)


def test_no_path_of_an_app_stands_after_the_cut(world: MicrosoftWorld) -> None:
    with Round(world) as held:
        before = seen(held)
        held.cut(cuttable(before))
        after = held.settled(before, down=[path.key for path in cuttable(before)])
    assert not [path.id for path in standing(after) if path.id.startswith("apps/") and not path.manual]


def test_the_cutter_needs_no_role_for_apps(world: MicrosoftWorld) -> None:
    world.tenant.remove("roleAssignments", world.tenant.rows("roleAssignments", principalId=guid(f"sp-{CUTTER}")))
    with Round(world) as held:
        cut_apps(held)
