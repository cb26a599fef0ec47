"""Evict's own apps: until when their certificates are good, and whether the subject could take one away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import Check, Readiness
from connectors.microsoft.preflight.facts import Facts, Held, Unread
from connectors.microsoft.preflight.own_apps import SOON, own_apps
from tests.connectors.microsoft.preflight.cases import GOOD, one, with_cutter, with_worker

NOW = datetime(2029, 12, 1, 12, tzinfo=UTC)


def checks(facts: Facts, at: datetime = NOW, **local: Any) -> list[Check]:
    return list(own_apps(facts, local, at))


def test_a_good_app_is_ready_in_everything() -> None:
    assert {check.readiness for check in checks(GOOD)} == {Readiness.READY}


def test_a_certificate_is_told_by_the_date_of_its_end_and_never_by_days_that_are_left() -> None:
    soon = datetime(2030, 1, 1, tzinfo=UTC) - SOON
    told = [one(checks(GOOD, at), "cutter-certificate") for at in (NOW, NOW + timedelta(days=9), soon)]
    assert {check.why for check in told} == {"the last one ends on 2030-01-01"}
    assert told[0] == told[1]
    assert told[2].readiness is Readiness.NOT_READY
    assert told[2].fix == "add a new certificate to app evict-cutter (app-cutter) before that day"


def test_of_several_certificates_the_last_one_counts_and_an_app_without_one_is_not_ready() -> None:
    facts = with_cutter(certificates=("2020-01-01T00:00:00Z", "2031-05-05T00:00:00Z"))
    assert one(checks(facts), "cutter-certificate").readiness is Readiness.READY
    assert one(checks(with_cutter(certificates=())), "cutter-certificate").readiness is Readiness.NOT_READY


def test_the_certificate_that_evict_holds_itself_is_judged_too() -> None:
    assert one(checks(GOOD, reader=NOW), "reader-own-certificate").readiness is Readiness.NOT_READY
    found = one(checks(GOOD, reader=Unread("no PEM")), "reader-own-certificate")
    assert (found.readiness, found.why) == (Readiness.CANNOT_TELL, "no PEM")


def test_a_client_secret_beside_the_certificate_is_told() -> None:
    found = one(checks(with_cutter(secrets=1)), "cutter-secrets")
    assert found.readiness is Readiness.NOT_READY
    assert "find out who made them" in found.fix


def test_a_subject_who_owns_the_cutters_app_is_told() -> None:
    found = one(checks(with_cutter(owners=frozenset({"boss", "w1"}))), "cutter-owners")
    assert found.readiness is Readiness.NOT_READY
    assert found.why.startswith("w1 is an owner")
    assert one(checks(GOOD), "cutter-owners").why == "owners: boss"


@pytest.mark.parametrize(("role", "expected"), [
    ("Application Administrator", Readiness.NOT_READY), ("Global Administrator", Readiness.NOT_READY),
    ("User Administrator", Readiness.READY),
])  # fmt: skip
def test_a_role_of_the_subject_that_reaches_the_cutters_app_is_told(role: str, expected: Readiness) -> None:
    assert one(checks(with_worker(roles=(Held(role),))), "cutter-removal/w1").readiness is expected


def test_a_disabled_app_is_not_ready_and_one_that_is_not_there_cannot_be_told() -> None:
    assert one(checks(with_cutter(enabled=False)), "cutter-app").readiness is Readiness.NOT_READY
    gone = checks(replace(GOOD, apps={**GOOD.apps, "cutter": Unread("404", "check the ids")}))
    assert one(gone, "cutter-app").fix == "check the ids"


@pytest.mark.parametrize("fact", ["owners", "certificates", "secrets"])
def test_what_could_not_be_read_of_an_app_is_told(fact: str) -> None:
    found = [one for one in checks(with_cutter(**{fact: Unread("403")})) if one.readiness is Readiness.CANNOT_TELL]
    assert [check.id for check in found] == [f"cutter-{fact.removesuffix('s') if fact == 'certificates' else fact}"]


def test_an_account_whose_roles_could_not_be_read_is_never_called_harmless() -> None:
    for facts in (with_worker(roles=Unread("403")), replace(GOOD, users={"w1": Unread("404")})):
        assert one(checks(facts), "cutter-removal/w1").readiness is Readiness.CANNOT_TELL
