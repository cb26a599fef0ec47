"""Proof by absence: what the log shows after the cut, what it cannot show, and until when it can be trusted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.contract import ActionResult, Effect, Outcome
from connectors.microsoft.emulator import tokens
from connectors.microsoft.emulator.area import Refusal
from connectors.microsoft.evidence.sign_ins import DELAY
from connectors.microsoft.proof import ProveNoSignIn
from connectors.microsoft.survival import EVALUATED_S
from connectors.testing.rounds import Round
from runner.range.microsoft import apps
from runner.range.microsoft.people import DOMAIN, PASSWORD, SUSPECT, guid
from tests.connectors.microsoft.evidence.conftest import Scene

ME, MAIL, MINUTE = guid(SUSPECT), f"{SUSPECT}@{DOMAIN}", 60
GRAPH = "https://graph.microsoft.com/.default"


def cut(scene: Scene) -> None:
    """Block the subject and end their sessions, as evict does."""
    with Round(scene.world) as held:
        seen = held.observe(held.discover())
        paths = [path for one in seen.values() for path in one.paths if path.id.endswith(("/block", "/sessions"))]
        assert not [one.error for one in held.cut(paths) if one.error]


def sign_in(scene: Scene, minutes: float, **more: Any) -> None:
    """A row of the log, so many minutes after now; a success unless it says otherwise."""
    row = {
        "createdDateTime": scene.world.tenant.stamp(scene.context.now() + timedelta(minutes=minutes)), "userId": ME,
        "signInEventTypes": ["interactiveUser"], "isInteractive": True, "appDisplayName": "Office 365",
        "appId": guid("office"), "ipAddress": "198.51.100.9", "status": {"errorCode": 0},
        "resourceDisplayName": "Exchange", **more,
    }  # fmt: skip
    scene.world.tenant.put("signIns", row)


def prove(scene: Scene, minutes: int = 60, **inputs: Any) -> ActionResult:
    return scene.run(ProveNoSignIn(), wait_minutes=minutes, **inputs)


def said(result: ActionResult, word: str = "jordan") -> dict[str, str]:
    (found,) = [one for one in result.outputs["checks"] if word in one["check"]]
    return dict(found)


def test_a_cut_that_holds_is_proven_until_the_moment_at_which_the_log_is_complete(scene: Scene) -> None:
    cut(scene)
    result = prove(scene)
    assert said(result)["outcome"] == Outcome.DONE
    assert (result.outputs["sign_ins"], result.findings) == (0, ())
    until = scene.world.tenant.stamp(scene.context.now() - DELAY)
    assert result.outputs["trusted_until"] == until
    assert until in said(result)["why"]


def test_a_success_after_the_grace_is_a_finding_with_app_address_and_time(scene: Scene) -> None:
    cut(scene)
    sign_in(scene, 16)
    result = prove(scene)
    assert result.outcome is Outcome.FAILED
    (finding,) = [one for one in result.findings if one.by_subject]
    assert (finding.detail["error_code"], finding.detail["app"], finding.detail["ip"]) == (
        0,
        "Office 365",
        "198.51.100.9",
    )
    assert finding.detail["at"] in finding.title
    assert f"/v1.0/users/{ME}/revokeSignInSessions" in finding.remove


def test_a_success_within_the_grace_is_counted_and_is_no_finding(scene: Scene) -> None:
    cut(scene)
    sign_in(scene, EVALUATED_S / MINUTE - 1)
    result = prove(scene)
    assert (result.outputs["in_grace"], result.outputs["sign_ins"]) == (1, 0)
    assert said(result)["outcome"] == Outcome.DONE


def test_a_success_of_which_no_person_was_at_the_keyboard_counts_too(scene: Scene) -> None:
    cut(scene)
    sign_in(scene, 20, signInEventTypes=["nonInteractiveUser"], isInteractive=False)
    assert prove(scene).outcome is Outcome.FAILED


def test_what_was_before_the_cut_and_what_another_did_is_not_counted(scene: Scene) -> None:
    sign_in(scene, -5)
    cut(scene)
    sign_in(scene, 20, userId=guid("amara.okafor"))
    result = prove(scene)
    assert (result.outputs["sign_ins"], result.outputs["in_grace"]) == (0, 0)


def test_attempts_that_were_refused_are_counted_as_such(scene: Scene) -> None:
    cut(scene)
    form = {"grant_type": "password", "username": MAIL, "password": PASSWORD, "scope": GRAPH, "client_id": "t"}
    with pytest.raises(Refusal, match="AADSTS50057"):
        tokens.grant(scene.world.tenant, form)
    result = prove(scene)
    assert (result.outputs["refused"], result.outputs["sign_ins"]) == (1, 0)


def test_rows_that_may_still_be_on_their_way_prove_nothing_yet(scene: Scene) -> None:
    cut(scene)
    result = prove(scene, 20)
    assert scene.context.pauses == [20 * MINUTE]
    assert said(result)["outcome"] == Outcome.COULD_NOT_CHECK
    assert "ask again after" in said(result)["why"]
    assert said(prove(scene, 40))["outcome"] == Outcome.DONE


def test_a_row_that_came_late_is_seen_by_the_later_proof(scene: Scene) -> None:
    scene.settings(log_delay=30 * MINUTE)
    cut(scene)
    sign_in(scene, 16)
    assert prove(scene, 20).outcome is Outcome.COULD_NOT_CHECK
    assert prove(scene, 40).outcome is Outcome.FAILED


def test_without_the_licence_for_the_log_nothing_is_proven_and_nothing_is_clean(scene: Scene) -> None:
    cut(scene)
    scene.settings(licences=[])
    result = prove(scene)
    assert result.outcome is Outcome.NOT_APPLICABLE
    assert "licence" in said(result)["why"]


def test_without_the_beta_listing_the_rest_could_not_be_checked_but_a_success_is_still_one(scene: Scene) -> None:
    cut(scene)
    scene.settings(beta_sign_ins=False)
    result = prove(scene)
    assert said(result)["outcome"] == Outcome.COULD_NOT_CHECK
    assert "interactive sign-ins only" in said(result)["why"]
    sign_in(scene, 16)
    found = prove(scene)
    assert found.outcome is Outcome.FAILED
    assert {one.found_by for one in found.findings} == {"GET /v1.0/auditLogs/signIns"}


def test_a_log_that_may_not_be_read_proves_nothing(scene: Scene) -> None:
    cut(scene)
    scene.world.allow(reader=frozenset({"User.Read.All"}))
    result = prove(scene)
    assert result.outcome is Outcome.COULD_NOT_CHECK
    assert "AuditLog.Read.All" in said(result)["why"] or "403" in said(result)["why"]


def test_an_account_that_may_sign_in_was_not_cut_and_no_moment_is_made_up(scene: Scene) -> None:
    result = prove(scene)
    assert result.outcome is Outcome.COULD_NOT_CHECK
    assert "say `since`" in said(result)["why"]


def test_the_moment_that_the_step_names_counts_before_the_directorys_stamp(scene: Scene) -> None:
    start = scene.context.now() - timedelta(hours=3)
    sign_in(scene, -120)
    cut(scene)
    assert said(prove(scene))["outcome"] == Outcome.DONE
    result = scene.run(ProveNoSignIn(), since=start.isoformat())
    assert said(result)["outcome"] == Outcome.FAILED


def test_a_guest_has_the_longer_grace_and_it_is_said_what_this_log_does_not_hold(scene: Scene) -> None:
    guest = scene.context.accounts[0]
    scene.context.accounts = (type(guest)(guest.system, guest.id, guest.persona, "guest", guest.label),)
    cut(scene)
    sign_in(scene, 45)
    result = prove(scene, 100)
    assert result.outputs["in_grace"] == 1
    assert said(result)["outcome"] == Outcome.DONE
    assert "home tenant" in said(result)["why"]


def test_an_app_whose_secret_the_subject_planted_and_which_signed_in_after_the_cut_is_found(scene: Scene) -> None:
    cut(scene)
    scene.context.pause(5)
    form = {"grant_type": "client_credentials", "client_id": apps.app_id(apps.MAIL_ARCHIVER), "scope": GRAPH}
    backup = {**form, "client_id": apps.app_id(apps.BACKUP_AGENT), "client_secret": apps.SECRETS["backup-planted"]}
    tokens.grant(scene.world.tenant, backup)
    result = prove(scene, app_ids=[apps.app_id(apps.BACKUP_AGENT)])
    (finding,) = [one for one in result.findings if apps.app_id(apps.BACKUP_AGENT) in one.title]
    assert (finding.by_subject, finding.severity) == (None, "medium")
    assert "key id" in finding.allows
    assert result.outcome is Outcome.COULD_NOT_CHECK
    assert said(result)["outcome"] == Outcome.DONE


def test_apps_that_the_audit_log_puts_into_the_subjects_hands_are_asked_for_by_themselves(scene: Scene) -> None:
    taken = apps.principal(apps.TIMESHEET)
    scene.world.tenant.put("directoryAudits", {
        "activityDateTime": scene.world.tenant.stamp(), "activityDisplayName": "Add service principal credentials",
        "result": "success", "initiatedBy": {"user": {"id": ME}},
        "targetResources": [{"id": taken, "type": "ServicePrincipal", "modifiedProperties": []}],
    })  # fmt: skip
    cut(scene)
    sign_in(scene, 3, userId="", servicePrincipalId=taken, signInEventTypes=["servicePrincipal"], isInteractive=False,
            servicePrincipalCredentialKeyId="key-7")  # fmt: skip
    result = prove(scene)
    assert said(result, taken)["outcome"] == Outcome.COULD_NOT_CHECK
    assert [one.detail["credential"] for one in result.findings] == ["key-7"]
    assert any(f"/v1.0/servicePrincipals/{taken}" in one.remove for one in result.findings)


def test_it_only_observes() -> None:
    assert ProveNoSignIn.effect is Effect.OBSERVE


def test_an_app_whose_registration_the_subject_gave_a_secret_is_asked_for_by_its_application_id(scene: Scene) -> None:
    cut(scene)
    checks = [one["check"] for one in prove(scene).outputs["checks"]]
    assert f"sign-ins of the app {apps.app_id(apps.BACKUP_AGENT)}" in checks
    assert not [one for one in checks if apps.app_id(apps.PAYROLL_SYNC) in one]


def test_a_registration_that_may_not_be_read_is_told(scene: Scene) -> None:
    cut(scene)
    scene.world.allow(reader=frozenset({"User.Read.All", "AuditLog.Read.All"}))
    found = said(prove(scene), "which apps the subject held")
    assert found["outcome"] == Outcome.COULD_NOT_CHECK
    assert "Application" in found["why"] or "403" in found["why"]
