"""Azure roles that the subject gave, that outsiders hold, and the root."""

from __future__ import annotations

import pytest

from connectors.errors import UnsupportedError
from connectors.microsoft.hunt.areas import azure_roles
from runner.range.microsoft.azure import PROD, READER, STRANGER, STRANGER_TENANT, assignment
from runner.range.microsoft.people import BOSS, COLLEAGUE, guid
from runner.range.microsoft.tenant import PLANTED_USER
from tests.connectors.microsoft.kit import everything
from tests.connectors.microsoft.trial import trial


def test_what_the_subject_gave_is_found_and_who_else_is_at_the_root_is_told() -> None:
    with trial() as one:
        found, gaps = one.sweep(azure_roles)
    given = {(finding.kind, str(finding.detail["principal"])): finding for finding in found}
    stranger = given["azure-role-given", guid(f"principal-{STRANGER}")]
    assert stranger.by_subject is True
    assert stranger.detail["tenant"] == STRANGER_TENANT
    assert stranger.remove.startswith("az role assignment delete --ids ")
    assert given["azure-role-given", guid(PLANTED_USER)].allows == "give anybody any Azure role"
    root = given["azure-root", guid(COLLEAGUE)]
    assert (root.by_subject, root.severity) == (None, "medium")
    assert len(given) == 3
    assert not gaps


def test_an_outsiders_app_that_others_let_in_is_told_and_an_own_one_is_not() -> None:
    with trial() as one:
        other = assignment(f"/subscriptions/{PROD}", guid("principal-other"), READER, "ServicePrincipal",
                           createdBy=guid(BOSS))  # fmt: skip
        one.world.tenant.put("azureAssignments", other)
        one.world.tenant.put("servicePrincipals", {"id": guid("principal-other"), "appId": guid("other"),
                                                   "appOwnerOrganizationId": guid("tenant-other")})  # fmt: skip
        (outsider,) = [finding for finding in one.sweep(azure_roles)[0] if finding.kind == "azure-outsider"]
        assert outsider.detail["principal"] == guid("principal-other")


def test_the_subjects_own_roles_are_access_paths_and_no_findings() -> None:
    with trial() as one:
        assert one.account.id not in {finding.detail["principal"] for finding in one.sweep(azure_roles)[0]}


def test_a_scope_that_cannot_be_read_is_told_and_the_root_hides_behind_nothing() -> None:
    with trial() as one:
        match = "GET /{scope+}/providers/Microsoft.Authorization/roleAssignments"
        one.door("faults", faults=[{"kind": "refuse", "match": match, "times": 99}])
        _found, gaps = one.sweep(azure_roles)
        assert len(gaps) >= 4
        one.world.allow(reader=everything() - {"Microsoft.Resources/subscriptions/read"})
        assert any("no Azure subscription is visible" in gap for gap in one.sweep(azure_roles)[1])


def test_an_estate_without_azure_has_nothing_of_the_sort() -> None:
    with trial(azure=False) as one, pytest.raises(UnsupportedError, match="azure: false"):
        one.sweep(azure_roles)
