"""The login host and continuous access evaluation: who gets a token, and what ends one that was given."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import httpx
import pytest

from connectors.microsoft.client import opened
from connectors.testing.rounds import Identity, Round
from runner.range.microsoft import apps
from runner.range.microsoft.people import CUTTER, DOMAIN, PASSWORD, READER, SUSPECT, TENANT, guid
from tests.connectors.microsoft.app_tokens import at_graph, by_secret
from tests.connectors.microsoft.kit import MicrosoftWorld, microsoft_world
from tests.connectors.microsoft.trial import Trial, trial

ME, MAIL, HOUR = guid(SUSPECT), f"{SUSPECT}@{DOMAIN}", 3600
GRAPH, OWN_APP = "https://graph.microsoft.com/.default", "api://timesheet/.default"


def asked(world: MicrosoftWorld, **form: str) -> dict[str, Any]:
    """What the login host answers."""
    url = f"{world.system.settings['endpoint']}/login/{TENANT}/oauth2/v2.0/token"
    found: dict[str, Any] = httpx.post(url, data={"scope": GRAPH, "client_id": "t", **form}).json()
    return found


def signed_in(world: MicrosoftWorld, scope: str = GRAPH) -> dict[str, Any]:
    return asked(world, grant_type="password", username=MAIL, password=PASSWORD, scope=scope)


def renewed(world: MicrosoftWorld, tokens: dict[str, Any]) -> dict[str, Any]:
    return asked(world, grant_type="refresh_token", refresh_token=tokens["refresh_token"])


def me(world: MicrosoftWorld, tokens: dict[str, Any]) -> httpx.Response:
    return at_graph(world, tokens["access_token"]).get("/v1.0/users/me")


def cut(one: Trial, part: str) -> None:
    one.cut(*[path for path in one.paths("sign-in") if path.id.endswith(part)])


def test_a_blocked_user_gets_no_token_by_password_nor_by_refresh_token() -> None:
    with trial() as one:
        tokens = signed_in(one.world)
        assert renewed(one.world, tokens)["access_token"]
        cut(one, "/block")
        assert "AADSTS50057" in renewed(one.world, tokens)["error_description"]
        assert "AADSTS50057" in signed_in(one.world)["error_description"]


def test_a_revoked_session_is_not_renewed_although_the_user_may_sign_in() -> None:
    with trial() as one:
        tokens = signed_in(one.world)
        cut(one, "/sessions")
        assert "AADSTS50173" in renewed(one.world, tokens)["error_description"]
        assert signed_in(one.world)["access_token"]


@pytest.mark.parametrize("part", ["/block", "/sessions"])
def test_graph_refuses_a_token_that_was_given_before_the_cut_with_a_claims_challenge(part: str) -> None:
    with trial() as one:
        tokens = signed_in(one.world)
        assert me(one.world, tokens).status_code == 200
        cut(one, part)
        refused = me(one.world, tokens)
        assert refused.status_code == 401
        claims = re.search(r'claims="([^"]+)"', refused.headers["WWW-Authenticate"])
        assert claims
        assert json.loads(base64.b64decode(claims[1]))["access_token"]["nbf"]["essential"] is True


def test_graph_hears_of_an_event_only_after_the_delay_that_the_range_is_set_to() -> None:
    with trial() as one:
        one.door("settings", cae_delay=900)
        tokens = signed_in(one.world)
        cut(one, "/block")
        assert me(one.world, tokens).status_code == 200
        one.door("advance", seconds=901)
        assert me(one.world, tokens).status_code == 401


def test_an_app_without_continuous_access_evaluation_takes_the_token_until_it_ends() -> None:
    with trial() as one:
        token = signed_in(one.world, OWN_APP)["access_token"]
        one.block()
        assert one.door("app", token=token)["open"]
        one.door("advance", seconds=HOUR - 1)
        assert one.door("app", token=token)["open"]
        one.door("advance", seconds=2)
        assert not one.door("app", token=token)["open"]


def test_a_password_that_was_changed_by_the_cut_lets_nobody_in() -> None:
    with trial() as one:
        cut(one, "/password")
        assert "AADSTS50126" in signed_in(one.world)["error_description"]


def test_a_secret_of_an_app_gives_a_token_although_its_owner_is_blocked() -> None:
    with trial() as one:
        one.block()
        assert by_secret(one.world, apps.RELEASE_BOT, "release-bot-app")["access_token"]
        wrong = by_secret(one.world, apps.RELEASE_BOT, "payroll-app")
        assert "AADSTS7000215" in wrong["error_description"]


def test_an_app_that_is_disabled_gets_no_token_whatever_it_proves() -> None:
    with trial() as one:
        name = apps.principal(apps.RELEASE_BOT)
        one.door("change", table="servicePrincipals", id=name, values={"accountEnabled": False})
        assert "AADSTS7000112" in by_secret(one.world, apps.RELEASE_BOT, "release-bot-app")["error_description"]


def test_every_try_stands_in_the_sign_in_log_with_its_code() -> None:
    with trial() as one:
        tokens = signed_in(one.world)
        one.block()
        renewed(one.world, tokens)
        signed_in(one.world)
        rows = [
            (row["signInEventTypes"], row["status"]["errorCode"]) for row in one.world.tenant.rows("signIns", userId=ME)
        ]
        assert rows[-3:] == [(["interactiveUser"], 0), (["nonInteractiveUser"], 50057), (["interactiveUser"], 50057)]


def test_a_challenge_of_evicts_own_token_is_answered_once_with_a_new_one_and_the_call_is_made() -> None:
    with microsoft_world() as world, Round(world) as held:
        session = opened(held.session(Identity.READER))
        assert session.get("/v1.0/users/{user}", user=ME)
        challenge(world)
        mark = len(world.gate.calls)
        assert session.get("/v1.0/users/{user}", user=ME)["id"] == ME
        assert len(world.gate.calls) - mark == 2


def test_a_challenge_of_a_cutters_token_lets_the_cut_act_exactly_once() -> None:
    with trial() as one:
        one.cut(*[path for path in one.paths("sign-in") if path.id.endswith("/sessions")])
        challenge(one.world)
        cut(one, "/block")
        done = [
            row for row in one.world.tenant.rows("directoryAudits", activityDisplayName="Update user") if ours(one, row)
        ]
        assert len(done) == 1
        assert one.world.tenant.table("users")[ME]["accountEnabled"] is False


def ours(one: Trial, row: dict[str, Any]) -> bool:
    """Whether evict's cutter made a row of the audit log."""
    return (row["initiatedBy"]["app"] or {}).get("appId") == one.world.people.apps[CUTTER]


def challenge(world: MicrosoftWorld) -> None:
    """From now on Graph asks the holders of evict's present tokens for new ones."""
    with world.tenant.lock:
        held = [row for row in world.tenant.rows("tokens", kind="app") if row["app"] in world.people.apps.values()]
        assert held, f"{READER} holds no token"
        for row in held:
            row["challenge"] = True
