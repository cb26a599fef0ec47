"""Licences: what the tenant has not bought is not applicable, with what that means."""

from __future__ import annotations

from dataclasses import replace

from connectors.contract import Readiness
from connectors.microsoft.preflight.facts import Unread
from connectors.microsoft.preflight.licences import LICENCES, licences
from tests.connectors.microsoft.preflight.cases import GOOD, one


def test_without_the_licence_it_is_said_what_is_not_there() -> None:
    found = one(licences(replace(GOOD, plans=frozenset())), "licence/entra-p1")
    assert found.readiness is Readiness.NOT_APPLICABLE
    assert "no sign-in log" in found.why


def test_the_higher_licence_is_the_lower_one_too() -> None:
    checks = list(licences(replace(GOOD, plans=frozenset({"AAD_PREMIUM_P2"}))))
    assert one(checks, "licence/entra-p1").readiness is Readiness.READY
    assert one(checks, "licence/entra-p2").readiness is Readiness.READY
    assert one(licences(GOOD), "licence/entra-p2").readiness is Readiness.NOT_APPLICABLE


def test_plans_that_could_not_be_read_are_never_called_missing() -> None:
    checks = list(licences(replace(GOOD, plans=Unread("403", "grant LicenseAssignment.Read.All"))))
    assert len(checks) == len(LICENCES)
    assert {check.readiness for check in checks} == {Readiness.CANNOT_TELL}
