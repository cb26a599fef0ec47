"""What the subject left in subscriptions."""

from __future__ import annotations

import shlex

import pytest

from connectors.contract import Finding
from connectors.errors import UnsupportedError
from connectors.microsoft.hunt.areas import azure_left
from runner.range.microsoft.azure import (
    OTHER_STORAGE,
    OWN_RUNBOOK,
    PROD,
    RUNBOOK,
    STORAGE,
    STRANGER_TENANT,
    WORKFLOW,
    event,
)
from runner.range.microsoft.people import COLLEAGUE, guid
from tests.connectors.microsoft.kit import everything
from tests.connectors.microsoft.trial import Trial, trial

PAYROLL = f"/subscriptions/{PROD}/resourceGroups/payroll/providers"


def swept(one: Trial) -> dict[str, list[Finding]]:
    """The findings by kind."""
    found: dict[str, list[Finding]] = {}
    for finding in one.sweep(azure_left)[0]:
        found.setdefault(finding.kind, []).append(finding)
    return found


def test_what_runs_without_the_subject_is_found_and_what_others_made_is_not() -> None:
    with trial() as one:
        found = swept(one)
    (flow,), (runbook,), (hook,) = found["azure-resource"], found["runbook"], found["runbook-webhook"]
    assert WORKFLOW in flow.title
    assert RUNBOOK in runbook.title
    assert RUNBOOK in hook.title
    assert all(finding.by_subject for finding in (flow, runbook, hook))
    told = repr([finding for several in found.values() for finding in several])
    assert OWN_RUNBOOK not in told
    assert "invoices" not in told


def test_keys_that_were_listed_and_keys_that_could_be_are_told_apart() -> None:
    with trial() as one:
        keys = {finding.title.rsplit(" ", 1)[-1]: finding for finding in swept(one)["storage-keys"]}
    assert (keys[STORAGE].by_subject, keys[STORAGE].severity) == (True, "high")
    assert (keys[OTHER_STORAGE].by_subject, keys[OTHER_STORAGE].severity) == (None, "medium")
    assert "survive the removal" in keys[OTHER_STORAGE].allows
    words = shlex.split(keys[STORAGE].remove)
    assert [words[at + 1] for at, word in enumerate(words) if word == "--key"] == ["primary", "secondary"]


def test_after_the_cut_only_what_was_listed_is_told() -> None:
    with trial() as one:
        one.cut(*[path for path in one.paths("azure") if path.manual is None])
        one.cut(one.path("groups", "membership of engineering"))
        (keys,) = swept(one)["storage-keys"]
        assert STORAGE in keys.title


def test_a_delegation_to_another_tenant_is_told_with_who_made_it() -> None:
    with trial() as one:
        (found,) = swept(one)["azure-delegation"]
        assert STRANGER_TENANT in found.title
        assert found.by_subject is True
        one.world.tenant.remove("activityLog", one.world.tenant.rows("activityLog", id=guid("event-delegation")))
        assert swept(one)["azure-delegation"][0].by_subject is None


def test_what_only_the_log_tells_is_told_once_for_each_resource() -> None:
    with trial() as one:
        machine = f"{PAYROLL}/Microsoft.Compute/virtualMachines/build-1"
        for name in ("first", "second"):
            row = event(name, one.account.id, "Microsoft.Compute/virtualMachines/runCommand/action", machine)
            one.world.tenant.put("activityLog", row)
        titles = sorted(finding.title for finding in swept(one)["azure-deed"])
        assert len(titles) == 2
        assert "ran a command in a machine" in titles[0]
        assert "read keys or credentials" in titles[1]


def test_what_failed_and_what_others_did_is_not_the_subjects() -> None:
    with trial() as one:
        vault = f"{PAYROLL}/Microsoft.KeyVault/vaults/x"
        failed = event("failed", one.account.id, "Microsoft.KeyVault/vaults/accessPolicies/write", vault)
        failed["status"] = {"value": "Failed"}
        theirs = event("theirs", guid(COLLEAGUE), "Microsoft.KeyVault/vaults/accessPolicies/write", vault)
        for row in (failed, theirs):
            one.world.tenant.put("activityLog", row)
        assert not [finding for finding in swept(one)["azure-deed"] if "key vault" in finding.title]


def test_a_log_that_cannot_be_read_leaves_the_makers_unknown_and_is_told() -> None:
    with trial() as one:
        one.world.allow(reader=everything() - {"Microsoft.Insights/eventtypes/values/read"})
        found, gaps = one.sweep(azure_left)
        assert {finding.kind for finding in found} == {"runbook", "runbook-webhook", "storage-keys",
                                                       "azure-delegation"}  # fmt: skip
        assert sum("is unknown" in gap for gap in gaps) == 2


def test_one_part_that_cannot_be_read_hides_no_other() -> None:
    with trial() as one:
        one.world.allow(reader=everything() - {"Microsoft.Automation/automationAccounts/read"})
        found, gaps = one.sweep(azure_left)
        assert "runbook" not in {finding.kind for finding in found}
        assert {"azure-resource", "storage-keys"} <= {finding.kind for finding in found}
        assert gaps


def test_an_estate_without_azure_has_nothing_of_the_sort() -> None:
    with trial(azure=False) as one, pytest.raises(UnsupportedError, match="azure: false"):
        one.sweep(azure_left)
