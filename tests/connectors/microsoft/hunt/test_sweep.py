"""The whole sweep on the seeded tenant: what was planted is found and tied to the subject, and gaps are told."""

from __future__ import annotations

from connectors.contract import Effect
from connectors.microsoft.hunt.areas import AREAS
from connectors.microsoft.hunt.sweep import NOT_COVERED, HuntPersistence
from connectors.microsoft.hunt.trail import PERMISSION
from tests.connectors.microsoft.evidence.conftest import opened_scene
from tests.connectors.microsoft.kit import everything, microsoft_world

PLANTED = {
    "azure-deed", "azure-delegation", "azure-resource", "azure-role-given", "delegated-administration", "device",
    "federated-domain", "group-member", "group-owner", "group-rule", "guest", "intune-change", "partner-tenant",
    "pim-setting", "planted-user", "policy-deleted", "policy-exception", "policy-off", "role-eligible", "role-given",
    "role-group", "runbook", "runbook-webhook", "sign-in-method", "storage-keys", "taken-user", "trusted-location",
}  # fmt: skip
"""Kinds of finding that the audit log ties to the subject."""


def test_what_was_planted_is_found_and_tied_to_the_subject() -> None:
    with microsoft_world() as world:
        result = opened_scene(world, read_only=True).run(HuntPersistence())
        assert {one.kind for one in result.findings if one.by_subject} >= PLANTED
        assert all(one.remove and one.allows and one.found_by for one in result.findings)
        assert not any(call.write for call in world.calls())


def test_every_area_and_what_no_area_looks_at_stands_in_the_checks() -> None:
    with microsoft_world() as world:
        checks = opened_scene(world, read_only=True).run(HuntPersistence()).outputs["checks"]
    told = {one["check"]: one["outcome"] for one in checks}
    assert {area.AREA for area in AREAS} | set(NOT_COVERED) <= set(told)
    assert all(told[name] == "not-covered" for name in NOT_COVERED)


def test_without_the_audit_log_nobody_is_called_the_maker_and_it_is_said() -> None:
    with microsoft_world() as world:
        world.allow(reader=everything() - {PERMISSION})
        result = opened_scene(world, read_only=True).run(HuntPersistence())
        assert not any(one.by_subject for one in result.findings if one.kind == "inbox-rule")
        (log,) = [one for one in result.outputs["checks"] if one["check"].startswith("the subject's own changes")]
        assert log["outcome"] == "could-not-check"
        assert log["why"]


def test_the_sweep_only_observes() -> None:
    assert HuntPersistence.effect is Effect.OBSERVE
