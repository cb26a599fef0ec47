"""Users as Graph shows and changes them: properties that come only when named, and changes that are refused whole."""

from __future__ import annotations

import pytest

from connectors.microsoft.client import opened
from connectors.microsoft.odata import select
from connectors.testing.rounds import Identity
from runner.range.microsoft.people import CUTTER, SUSPECT, guid
from tests.connectors.microsoft.app_tokens import at_graph
from tests.connectors.microsoft.trial import Trial, trial

ME = guid(SUSPECT)
NAMED = (
    "accountEnabled",
    "signInSessionsValidFromDateTime",
    "onPremisesSyncEnabled",
    "isManagementRestricted",
    "userType",
)


def test_properties_of_the_sign_in_come_only_when_they_are_named() -> None:
    with trial() as one:
        session = opened(one.held.session(Identity.READER))
        plain = session.get("/v1.0/users/{user}", user=ME)
        assert plain["userPrincipalName"]
        assert not set(NAMED) & set(plain)
        assert set(NAMED) <= set(session.get("/v1.0/users/{user}", query=select(*NAMED), user=ME))


def test_a_change_of_two_properties_is_refused_whole_when_one_right_is_missing() -> None:
    with trial() as one:
        one.world.allow(cutter=frozenset({"User.EnableDisableAccount.All"}))
        client = at_graph(one.world, token(one))
        body = {"accountEnabled": False, "passwordProfile": {"password": "x"}}
        assert client.patch(f"/v1.0/users/{ME}", json=body).status_code == 403
        assert one.world.tenant.table("users")[ME]["accountEnabled"] is True
        assert client.patch(f"/v1.0/users/{ME}", json={"accountEnabled": False}).status_code == 204


def test_evict_sends_the_block_alone() -> None:
    with trial() as one:
        one.world.allow(cutter=frozenset({"User.EnableDisableAccount.All"}))
        (path,) = [path for path in one.paths("sign-in") if path.id.endswith("/block")]
        assert one.held.one("cut", path).error is None
        assert one.world.tenant.table("users")[ME]["accountEnabled"] is False


def test_a_password_of_an_account_that_active_directory_masters_is_not_set_in_the_cloud() -> None:
    with trial() as one:
        one.door("change", table="users", id=ME, values={"onPremisesSyncEnabled": True})
        body = {"passwordProfile": {"password": "a-new-one"}}
        assert at_graph(one.world, token(one)).patch(f"/v1.0/users/{ME}", json=body).status_code == 400


@pytest.mark.parametrize(("in_ad", "stands"), [(True, True), (False, False)])
def test_the_directory_sync_makes_the_cloud_as_active_directory_is_after_its_interval(
    in_ad: bool, stands: bool
) -> None:
    with trial() as one:
        one.door("change", table="users", id=ME, values={"onPremisesSyncEnabled": True, "_enabled_in_ad": in_ad})
        before = one.observe()
        (block,) = [path for path in before.paths if path.id == f"sign-in/{ME}/block"]
        one.cut(block)
        one.door("advance", seconds=1700)
        assert block.id not in one.standing()
        one.door("advance", seconds=200)
        assert (block.id in one.standing()) is stands


def token(one: Trial) -> str:
    """A token of evict's cutter, given now."""
    row = one.world.tenant.first("servicePrincipals", appId=one.world.people.apps[CUTTER])
    assert row is not None
    made = {"id": "t-cutter", "kind": "app", "principal": row["id"], "app": row["appId"], "cae": False,
            "audience": "https://graph.microsoft.com", "rights": row["_rights"], "issued": "2026-01-01T00:00:00+00:00",
            "expires": "2099-01-01T00:00:00+00:00"}  # fmt: skip
    return str(one.world.tenant.put("tokens", made)["id"])
