"""Partner tenants: those that the subject let in, and delegations of which nobody can tell."""

from __future__ import annotations

from connectors.microsoft.hunt.areas import partners
from runner.range.microsoft.people import guid
from runner.range.microsoft.tenant import KNOWN_PARTNER, PLANTED_PARTNER, ago
from tests.connectors.microsoft.kit import everything
from tests.connectors.microsoft.trial import trial


def test_what_the_subject_let_in_is_found_and_what_others_did_is_not() -> None:
    with trial() as one:
        findings, gaps = one.sweep(partners)
        assert {found.id for found in findings} == {
            f"partner-tenant/{PLANTED_PARTNER}", f"delegated-administration/{guid('gdap-planted')}",
        }  # fmt: skip
        assert all(found.by_subject for found in findings)
        assert gaps == []
        assert KNOWN_PARTNER not in str(findings)


def test_it_is_said_which_claims_of_a_partner_are_believed() -> None:
    with trial() as one:
        (found,) = [found for found in one.sweep(partners)[0] if found.kind == "partner-tenant"]
        assert "multi-factor claims, device compliance are believed" in found.title
        assert found.remove.endswith(f"/v1.0/policies/crossTenantAccessPolicy/partners/{PLANTED_PARTNER}")


def test_a_delegation_older_than_the_log_and_younger_than_the_subject_is_told_as_nobodys() -> None:
    with trial() as one:
        one.world.tenant.put("delegatedAdminRelationships", {
            "id": "old", "displayName": "Helpers", "status": "active", "createdDateTime": ago(60),
            "accessDetails": {"unifiedRoles": []},
        })  # fmt: skip
        (found,) = [found for found in one.sweep(partners)[0] if found.id.endswith("/old")]
        assert (found.by_subject, found.severity) == (None, "medium")
        assert "nobody can tell" in found.title


def test_a_delegation_within_the_log_that_the_log_ties_to_nobody_of_ours_is_anothers() -> None:
    with trial() as one:
        one.world.tenant.put("delegatedAdminRelationships", {
            "id": "young", "displayName": "Helpers", "status": "active", "createdDateTime": ago(10),
        })  # fmt: skip
        assert not [found for found in one.sweep(partners)[0] if found.id.endswith("/young")]
        one.world.control.does("settings", {"licences": []})  # the log reaches back 7 days only
        assert [found for found in one.sweep(partners)[0] if found.id.endswith("/young")]


def test_one_half_that_may_not_be_read_hides_not_the_other() -> None:
    with trial() as one:
        one.world.allow(reader=everything() - {"DelegatedAdminRelationship.Read.All"})
        findings, gaps = one.sweep(partners)
        assert [found.kind for found in findings] == ["partner-tenant"]
        assert gaps
