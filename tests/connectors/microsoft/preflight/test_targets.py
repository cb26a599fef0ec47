"""Privileged targets: which role the cutter needs, and which it lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.contract import Check, Readiness
from connectors.microsoft.preflight.facts import Facts, Held, Unread
from connectors.microsoft.preflight.targets import targets
from tests.connectors.microsoft.preflight.cases import CUTTER, GOOD, READER, one, with_cutter, with_worker

HIGH = "Privileged Authentication Administrator"


def role(facts: Facts) -> Check:
    return one(targets(facts), "cutter-role/w1")


def test_an_ordinary_account_takes_a_user_administrator() -> None:
    assert role(GOOD).readiness is Readiness.READY
    found = role(with_cutter(roles=()))
    assert found.readiness is Readiness.NOT_READY
    assert found.fix == "assign User Administrator to the service principal of app evict-cutter (app-cutter)"


@pytest.mark.parametrize("name", ["Global Administrator", "Helpdesk Administrator", "Their own role"])
def test_an_account_with_any_but_a_low_role_takes_the_highest(name: str) -> None:
    found = role(with_worker(roles=(Held(name),)))
    assert found.readiness is Readiness.NOT_READY
    assert f"holds {name}" in found.why
    assert HIGH in found.fix


def test_an_account_with_a_low_role_is_ordinary() -> None:
    assert role(with_worker(roles=(Held("Directory Readers"),))).readiness is Readiness.READY


def test_a_role_assignable_group_makes_a_privileged_target_without_any_role() -> None:
    found = role(with_worker(role_groups=("vpn-admins",)))
    assert found.readiness is Readiness.NOT_READY
    assert "role-assignable group vpn-admins" in found.why


def test_the_highest_role_is_enough_for_everybody() -> None:
    facts = replace(with_worker(roles=(Held("Global Administrator"),)),
                    apps={"reader": READER, "cutter": replace(CUTTER, roles=(Held(HIGH),))})  # fmt: skip
    assert role(facts).readiness is Readiness.READY


def test_a_role_over_another_unit_is_none() -> None:
    facts = with_cutter(roles=(Held("User Administrator", "/administrativeUnits/elsewhere"),))
    assert role(facts).readiness is Readiness.NOT_READY
    near = replace(facts, users={"w1": replace(GOOD.users["w1"], units=("elsewhere",))})  # type: ignore[type-var]
    assert role(near).readiness is Readiness.READY


@pytest.mark.parametrize("fact", ["roles", "role_groups"])
def test_an_account_whose_roles_could_not_be_read_is_never_called_ordinary(fact: str) -> None:
    assert role(with_worker(**{fact: Unread("403")})).readiness is Readiness.CANNOT_TELL


def test_a_cutter_or_an_account_that_could_not_be_read_cannot_be_told() -> None:
    assert role(with_cutter(roles=Unread("403"))).readiness is Readiness.CANNOT_TELL
    assert role(replace(GOOD, apps={"cutter": Unread("404")})).readiness is Readiness.CANNOT_TELL
    assert role(replace(GOOD, users={"w1": Unread("404")})).readiness is Readiness.CANNOT_TELL


def test_a_restricted_unit_takes_a_role_scoped_to_it_whatever_else_the_cutter_holds() -> None:
    def unit(facts: Facts) -> Check:
        return one(targets(facts), "restricted-unit/w1")

    assert unit(GOOD).readiness is Readiness.NOT_APPLICABLE
    shielded = with_worker(restricted=True, units=("u7",))
    strong = replace(shielded, apps={**GOOD.apps, "cutter": replace(CUTTER, roles=(Held("Global Administrator"),))})
    assert unit(strong).readiness is Readiness.NOT_READY
    assert "with that unit as its scope" in unit(strong).fix
    scoped = (Held("User Administrator", "/administrativeUnits/u7"),)
    assert (
        unit(replace(shielded, apps={**GOOD.apps, "cutter": replace(CUTTER, roles=scoped)})).readiness
        is Readiness.READY
    )
    assert unit(with_worker(restricted=True, units=Unread("403"))).readiness is Readiness.CANNOT_TELL
    assert "does not name" in unit(with_worker(restricted=True)).why
