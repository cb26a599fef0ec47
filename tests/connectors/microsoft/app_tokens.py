"""Tries of apps and people at the emulated login host and at Graph, as somebody who holds their credentials."""

from __future__ import annotations

import time
from typing import Any

import httpx
import jwt

from connectors.microsoft.emulator.proofs import AUDIENCE
from connectors.microsoft.emulator.tokens import ASSERTION
from runner.range.microsoft import apps
from runner.range.microsoft.people import DOMAIN, PASSWORD, TENANT
from tests.connectors.microsoft.kit import MicrosoftWorld

GRAPH = "https://graph.microsoft.com/.default"


def by_secret(world: MicrosoftWorld, name: str, secret: str) -> dict[str, Any]:
    """What the login host answers an app with one of its secrets."""
    return _asked(world, {"client_id": apps.app_id(name), "client_secret": apps.SECRETS[secret]})


def by_certificate(world: MicrosoftWorld, name: str, certificate: str) -> dict[str, Any]:
    """What it answers an app that signs with one of its certificates."""
    who = apps.app_id(name)
    claims = {"iss": who, "sub": who, "jti": "one", "exp": time.time() + 60}
    return _asserted(world, name, jwt.encode(claims, apps.key_pair(certificate)[0], "RS256"))


def by_workflow(world: MicrosoftWorld, name: str, subject: str) -> dict[str, Any]:
    """What it answers a workflow of that repository, which brings its host's token."""
    claims = {"iss": apps.GITHUB, "sub": subject, "aud": AUDIENCE, "exp": time.time() + 60}
    return _asserted(world, name, jwt.encode(claims, apps.issuer_key(), "RS256"))


def as_person(world: MicrosoftWorld, name: str) -> httpx.Client:
    """Graph, as a person of the tenant who has signed in."""
    form = {"grant_type": "password", "username": f"{name}@{DOMAIN}", "password": PASSWORD, "scope": GRAPH}
    return at_graph(world, _asked(world, form)["access_token"])


def at_graph(world: MicrosoftWorld, token: str) -> httpx.Client:
    """Graph with a token."""
    return httpx.Client(
        base_url=f"{world.system.settings['endpoint']}/graph", headers={"Authorization": f"Bearer {token}"}
    )


def _asserted(world: MicrosoftWorld, name: str, assertion: str) -> dict[str, Any]:
    form = {"client_id": apps.app_id(name), "client_assertion": assertion, "client_assertion_type": ASSERTION}
    return _asked(world, form)


def _asked(world: MicrosoftWorld, form: dict[str, str]) -> dict[str, Any]:
    whole = {"grant_type": "client_credentials", "scope": GRAPH, **form}
    url = f"{world.system.settings['endpoint']}/login/{TENANT}/oauth2/v2.0/token"
    found: dict[str, Any] = httpx.post(url, data=whole).json()
    return found
