"""Needs: what each app must hold is what the connector declares, by who calls it."""

from __future__ import annotations

from connectors.contract import Effect
from connectors.microsoft.clouds import Service
from connectors.microsoft.connector import MicrosoftConnector
from connectors.microsoft.preflight.needs import needs_of

CONNECTOR = MicrosoftConnector()


def test_reads_are_the_readers_and_changes_the_cutters() -> None:
    needs = needs_of(CONNECTOR).consents
    assert "microsoft.observe" in needs["reader"]["User.Read.All"]
    assert "microsoft.cut" in needs["cutter"]["User.RevokeSessions.All"]
    assert "User.RevokeSessions.All" not in needs["reader"]
    assert "pre-flight" in needs["reader"]["LicenseAssignment.Read.All"]


def test_an_action_is_its_apps_by_its_effect() -> None:
    needs = needs_of(CONNECTOR).consents
    for action in CONNECTOR.extra_actions:
        app = "reader" if action.effect in (Effect.OBSERVE, Effect.PRESERVE) else "cutter"
        asked = [one for one in action.permissions if one in needs[app]]
        assert all(action.name in needs[app][one] for one in asked)


def test_rights_of_azure_roles_are_no_consents() -> None:
    needs = needs_of(CONNECTOR)
    assert not [one for wanted in needs.consents.values() for one in wanted if "/" in one]
    assert "Microsoft.Authorization/roleAssignments/delete" in needs.elsewhere["cutter"]


def test_an_api_that_the_estate_does_not_use_needs_nothing() -> None:
    used, unused = needs_of(CONNECTOR), needs_of(CONNECTOR, [Service.DEFENDER, Service.AZURE])
    assert "Machine.Isolate" in used.consents["cutter"]
    assert "Machine.Isolate" not in unused.consents["cutter"]
    assert not [one for one in unused.elsewhere["cutter"] if one.startswith("Microsoft.Authorization/")]
