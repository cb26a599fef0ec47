"""The tenant itself: licences that it lacks close their parts, and an app's consents are what its token will hold."""

from __future__ import annotations

import pytest

from connectors.errors import NotFoundError, RefusedError, UnsupportedError
from connectors.microsoft.client import opened
from connectors.testing.rounds import Identity
from runner.range.microsoft import apps
from runner.range.microsoft.people import READER, guid
from runner.range.microsoft.tenant import SISTER_DOMAIN
from tests.connectors.microsoft.trial import trial

POLICIES = "/v1.0/identity/conditionalAccess/policies"
GIVEN = "/v1.0/servicePrincipals/{principal}/appRoleAssignments"


def test_what_was_bought_is_what_the_tenant_lets_one_use() -> None:
    with trial() as one:
        session = opened(one.held.session(Identity.READER))
        one.door("settings", licences=["INTUNE"])
        (sku,) = session.rows("/v1.0/subscribedSkus")
        assert {"INTUNE_A"} <= {plan["servicePlanName"] for plan in sku["servicePlans"]}
        assert "AAD_PREMIUM" not in str(sku)
        with pytest.raises(UnsupportedError, match="no Entra ID P1"):
            session.rows(POLICIES)
        one.door("settings", licences=["P1"])
        assert session.rows(POLICIES)


def test_only_a_federated_domain_has_a_federation_and_an_unknown_one_is_not_there() -> None:
    with trial() as one:
        session = opened(one.held.session(Identity.READER))
        path = "/v1.0/domains/{domain}/federationConfiguration"
        assert len(session.rows(path, domain=SISTER_DOMAIN)) == 1
        assert session.rows(path, domain="initech.example") == []
        with pytest.raises(NotFoundError):
            session.rows(path, domain="nowhere.example")


def test_each_list_asks_for_its_own_right() -> None:
    with trial() as one:
        session = opened(one.held.session(Identity.READER))
        one.world.allow(reader=frozenset({"User.Read.All"}))
        for path in ("/v1.0/domains", "/v1.0/subscribedSkus", POLICIES, "/v1.0/policies/crossTenantAccessPolicy/partners",
                     "/v1.0/tenantRelationships/delegatedAdminRelationships"):  # fmt: skip
            with pytest.raises(RefusedError):
                session.rows(path)


def test_consents_are_the_rights_that_the_next_token_holds_and_roles_that_were_assigned() -> None:
    with trial() as one:
        session = opened(one.held.session(Identity.READER))
        one.world.allow(reader=frozenset({"Application.Read.All", "User.Read.All"}))
        given = session.rows(GIVEN, principal=guid(f"sp-{READER}"))
        assert {row["appRoleId"] for row in given} == {guid("role-Application.Read.All"), guid("role-User.Read.All")}
        assigned = session.rows(GIVEN, principal=apps.principal(apps.RELEASE_BOT))
        assert guid(f"role-{apps.HIGH_ROLES[0]}") in {row["appRoleId"] for row in assigned}
