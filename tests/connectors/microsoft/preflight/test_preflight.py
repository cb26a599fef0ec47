"""Pre-flight on the seeded tenant: by the reader alone, deterministic, and honest about what it could not read."""

from __future__ import annotations

import pytest

from connectors.contract import Check, Readiness
from connectors.microsoft.preflight import PERMISSIONS
from connectors.microsoft.preflight.needs import needs_of
from connectors.testing.rounds import Identity, Round
from runner.range.microsoft.people import CUTTER, SUSPECT, guid
from tests.connectors.microsoft.kit import MicrosoftWorld, microsoft_world

ME = guid(SUSPECT)


def asked(world: MicrosoftWorld) -> dict[str, Check]:
    """Every check by its id."""
    with Round(world) as held:
        session = held.session(Identity.READER)
        checks = world.connector.preflight(session, held.discover())
    assert list(checks) == sorted(checks, key=lambda check: check.id)
    return {check.id: check for check in checks}


def just_enough(world: MicrosoftWorld, *without: str) -> None:
    """Each app holds what is declared for it, and nothing else."""
    needs = needs_of(world.connector).consents
    world.allow(reader=frozenset(needs["reader"]) - set(without), cutter=frozenset(needs["cutter"]))


def hindered(checks: dict[str, Check]) -> set[str]:
    return {name for name, one in checks.items() if one.readiness in (Readiness.NOT_READY, Readiness.CANNOT_TELL)}


def test_a_tenant_in_order_is_ready_but_for_rights_that_graph_does_not_show() -> None:
    with microsoft_world() as world:
        just_enough(world)
        assert hindered(asked(world)) == {"cutter-rights"}


def test_it_only_reads_and_the_cutters_credential_is_never_used() -> None:
    with microsoft_world() as world:
        asked(world)
        assert not any(call.write for call in world.calls())
        assert {one["who"] for one in world.gate.calls if "who" in one} == {world.people.apps["evict-reader"]}


def test_two_pre_flights_of_an_unchanged_tenant_are_equal() -> None:
    with microsoft_world() as world:
        assert asked(world) == asked(world)


def test_a_permission_of_the_cutter_that_was_withdrawn_is_named() -> None:
    with microsoft_world() as world:
        world.allow(cutter=frozenset(needs_of(world.connector).consents["cutter"]) - {"User.RevokeSessions.All"})
        found = asked(world)["cutter-consent/User.RevokeSessions.All"]
        assert found.readiness is Readiness.NOT_READY
        assert f"to app {CUTTER} ({world.people.apps[CUTTER]})" in found.fix


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_each_permission_is_needed_and_its_lack_is_told_as_not_knowing(permission: str) -> None:
    with microsoft_world() as world:
        with Round(world) as held:
            accounts = held.discover()
            just_enough(world, permission)
            checks = world.connector.preflight(held.session(Identity.READER), accounts)
        told = [one for one in checks if one.readiness is Readiness.CANNOT_TELL and permission in one.why + one.fix]
        assert told, f"without {permission} nothing is told"


def test_a_subject_with_a_role_takes_another_role_of_the_cutter_and_could_remove_its_app() -> None:
    with microsoft_world() as world:
        ours = guid(f"sp-{CUTTER}")
        for row in world.tenant.rows("roleAssignments", principalId=ours):
            row["roleDefinitionId"] = guid("User Administrator")
        world.tenant.put("roleAssignments", {"principalId": ME, "roleDefinitionId": guid("Application Administrator"),
                                             "directoryScopeId": "/"})  # fmt: skip
        checks = asked(world)
        assert checks[f"cutter-role/{ME}"].readiness is Readiness.NOT_READY
        assert "Application Administrator" in checks[f"cutter-role/{ME}"].why
        assert checks[f"cutter-removal/{ME}"].readiness is Readiness.NOT_READY


def test_a_subject_who_owns_the_cutters_application_is_found() -> None:
    with microsoft_world() as world:
        world.control.does("change", {"table": "applications", "id": guid(f"application-{CUTTER}"),
                                      "values": {"_owners": [ME]}})  # fmt: skip
        assert asked(world)["cutter-owners"].readiness is Readiness.NOT_READY


def test_hybrid_guest_and_shielded_accounts_are_told() -> None:
    with microsoft_world() as world:
        world.tenant.put("administrativeUnits", {"id": "u1", "displayName": "Crown", "_members": [ME],
                                                 "isMemberManagementRestricted": True})  # fmt: skip
        world.control.does("change", {"table": "users", "id": ME, "values": {
            "onPremisesSyncEnabled": True, "userType": "Guest", "isManagementRestricted": True}})  # fmt: skip
        checks = asked(world)
        assert checks[f"hybrid/{ME}"].readiness is Readiness.NOT_READY
        assert checks[f"guest/{ME}"].readiness is Readiness.NOT_APPLICABLE
        assert checks[f"restricted-unit/{ME}"].readiness is Readiness.NOT_READY
        assert "u1" in checks[f"restricted-unit/{ME}"].why


def test_a_poor_tenant_is_told_by_what_it_has_not_bought() -> None:
    with microsoft_world() as world:
        world.control.does("settings", {"licences": []})
        checks = asked(world)
        assert {one.readiness for name, one in checks.items() if name.startswith("licence/")} == {
            Readiness.NOT_APPLICABLE
        }
        assert checks["break-glass"].readiness is Readiness.NOT_APPLICABLE


def test_without_accounts_only_the_system_itself_is_asked() -> None:
    with microsoft_world() as world, Round(world) as held:
        checks = world.connector.preflight(held.session(Identity.READER), ())
        assert not [one for one in checks if ME in one.id]
        assert {"cutter-certificate", "licence/entra-p1"} <= {one.id for one in checks}


def test_an_app_id_that_the_tenant_does_not_know_is_told_with_what_to_check() -> None:
    with microsoft_world(**{"cutter-app": guid("nobody")}) as world:
        found = asked(world)["cutter-app"]
        assert found.readiness is Readiness.CANNOT_TELL
        assert found.fix == "check the application ids in the estate"
