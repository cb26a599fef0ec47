"""Consent: what is missing is named with the app to grant it to; what is too much is told of the reader."""

from __future__ import annotations

from dataclasses import replace

from connectors.contract import Readiness
from connectors.microsoft.preflight.consent import TAKEOVER, consent
from connectors.microsoft.preflight.facts import Unread
from connectors.microsoft.preflight.needs import Needs
from tests.connectors.microsoft.preflight.cases import CUTTER, GOOD, READER, one, with_cutter

NEEDS = Needs(
    {"reader": {"User.Read.All": ("microsoft.observe",)},
     "cutter": {"User.RevokeSessions.All": ("microsoft.cut",), "Mail.Read": ("microsoft.cut", "microsoft.restore")}},
    {"reader": ("a/read",), "cutter": ("a/write",)},
)  # fmt: skip


def test_a_missing_permission_is_named_with_what_needs_it_and_the_app_to_grant_it_to() -> None:
    found = one(consent(GOOD, NEEDS), "cutter-consent/Mail.Read")
    assert found.readiness is Readiness.NOT_READY
    assert found.why == "missing; needed by microsoft.cut, microsoft.restore"
    assert found.fix == "grant admin consent for Mail.Read to app evict-cutter (app-cutter)"


def test_a_permission_that_is_there_is_ready() -> None:
    checks = list(consent(GOOD, NEEDS))
    assert one(checks, "cutter-consent/User.RevokeSessions.All").readiness is Readiness.READY
    assert one(checks, "reader-consent/User.Read.All").readiness is Readiness.READY


def test_a_reader_that_could_take_over_the_tenant_is_told_and_a_cutter_that_can_is_not() -> None:
    facts = replace(GOOD, apps={"reader": replace(READER, rights=READER.rights | TAKEOVER),
                                "cutter": replace(CUTTER, rights=TAKEOVER)})  # fmt: skip
    checks = list(consent(facts, NEEDS))
    found = one(checks, "reader-excess")
    assert found.readiness is Readiness.NOT_READY
    assert "withdraw both from app evict-reader" in found.fix
    assert not [check for check in checks if check.id == "cutter-excess"]


def test_half_of_a_dangerous_pair_is_not_too_much() -> None:
    for right in TAKEOVER:
        facts = replace(GOOD, apps={**GOOD.apps, "reader": replace(READER, rights=READER.rights | {right})})
        assert one(consent(facts, NEEDS), "reader-excess").readiness is Readiness.READY


def test_consents_that_could_not_be_read_are_one_check_that_cannot_tell_and_none_counts_as_missing() -> None:
    checks = list(consent(with_cutter(rights=Unread("403", "grant Application.Read.All")), NEEDS))
    found = one(checks, "cutter-consent")
    assert (found.readiness, found.why, found.fix) == (Readiness.CANNOT_TELL, "403", "grant Application.Read.All")
    assert not [check for check in checks if check.id.startswith("cutter-consent/")]


def test_rights_that_graph_does_not_show_are_told_of_the_cutter_and_left_to_the_reads_of_the_reader() -> None:
    checks = list(consent(GOOD, NEEDS))
    assert one(checks, "cutter-rights").readiness is Readiness.CANNOT_TELL
    assert "a/write" in one(checks, "cutter-rights").why
    assert not [check for check in checks if check.id == "reader-rights"]
