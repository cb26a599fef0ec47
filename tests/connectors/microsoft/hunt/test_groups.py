"""Groups that the subject made, gave away or changed."""

from __future__ import annotations

import shlex

from connectors.microsoft.hunt.areas import groups
from runner.range.microsoft.groups import ON_CALL, PLANTED_GROUP, RULED, group
from runner.range.microsoft.people import guid
from runner.range.microsoft.tenant import PLANTED_USER
from tests.connectors.microsoft.trial import trial


def test_all_that_the_subject_did_to_groups_is_found() -> None:
    with trial() as one:
        found, gaps = one.sweep(groups)
    planted, who = group(PLANTED_GROUP), guid(PLANTED_USER)
    assert {finding.id: finding.severity for finding in found} == {
        f"role-group/{planted}": "high",
        f"group-member/{planted}/{who}": "high",  # it can hold roles
        f"group-owner/{planted}/{who}": "high",
        f"group-owner/{group(ON_CALL)}/{who}": "medium",
        f"group-rule/{group(RULED)}": "medium",
    }
    assert all(finding.by_subject for finding in found)
    assert not gaps


def test_the_command_names_the_link_and_is_safe_for_a_shell() -> None:
    with trial() as one:
        found = {finding.id: finding for finding in one.sweep(groups)[0]}
    owner = found[f"group-owner/{group(ON_CALL)}/{guid(PLANTED_USER)}"]
    assert shlex.split(owner.remove)[-1].endswith(f"/groups/{group(ON_CALL)}/owners/{guid(PLANTED_USER)}/$ref")


def test_links_and_groups_that_are_gone_are_no_findings() -> None:
    with trial() as one:
        tenant = one.world.tenant
        tenant.table("groups")[group(ON_CALL)]["_owners"] = [guid("dana.price")]
        tenant.remove("groups", [tenant.table("groups")[group(PLANTED_GROUP)]])
        assert [finding.kind for finding in one.sweep(groups)[0]] == ["group-rule"]


def test_a_rule_that_is_no_rule_any_more_is_no_finding() -> None:
    with trial() as one:
        one.door("change", table="groups", id=group(RULED), values={"groupTypes": []})
        assert "group-rule" not in {finding.kind for finding in one.sweep(groups)[0]}


def test_what_others_did_is_no_finding() -> None:
    with trial() as one:
        for row in one.world.tenant.rows("directoryAudits"):
            if row["id"] in {guid(f"groups-{name}") for name in ("group-made", "group-owner", "group-own-owner",
                                                                 "group-member", "group-rule")}:  # fmt: skip
                row["initiatedBy"] = {"app": None, "user": {"id": guid("dana.price")}}
        assert one.sweep(groups) == ([], [])
