"""Tokens: an app registration with a certificate, by msal, which itself goes through the HTTP seam.

Tokens are kept in memory only. msal answers a wrong credential with a dictionary, never with an exception.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import msal

from connectors.contract import RateBudgets, System
from connectors.errors import InputError, RefusedError, RejectedError, SecretError, WorldError
from connectors.microsoft.clouds import Cloud
from connectors.microsoft.routes.login import DISCOVERY, LOGIN_ROUTES, TOKEN
from connectors.secrets import resolve

if TYPE_CHECKING:
    from connectors.http import HttpSession

MARGIN_S = 300.0
"""A token this close to its end is renewed, as msal itself does; until then msal need not be asked at every call."""

CAPABILITIES = ("cp1",)
"""Says that claims challenges are understood: tokens that an event can revoke (continuous access evaluation)."""


@dataclass(frozen=True)
class _Response:
    """What msal asks of a reply."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    def raise_for_status(self) -> None:
        """Never: an answer that refuses left the seam as an error."""


class SeamClient:
    """The HTTP client that msal is given: two routes on the login host of this cloud, and nothing else."""

    def __init__(self, seam: HttpSession, cloud: Cloud, tenant: str) -> None:
        self._seam, self._tenant = seam, tenant
        self._login = urlsplit(cloud.login)

    def get(self, url: str, **_more: Any) -> _Response:
        """The tenant's description of its endpoints."""
        return self._sent("GET", url, DISCOVERY)

    def post(self, url: str, data: Mapping[str, str | bytes] | None = None, **_more: Any) -> _Response:
        """A request for a token; msal gives a signed assertion as bytes."""
        form = {name: one.decode() if isinstance(one, bytes) else one for name, one in (data or {}).items()}
        return self._sent("POST", url, TOKEN, form)

    def close(self) -> None:
        """Nothing: the seam is closed by its owner."""

    def _sent(self, method: str, url: str, route: str, form: dict[str, str] | None = None) -> _Response:
        asked = urlsplit(url)
        wanted = route.replace("{tenant}", self._tenant)
        if asked.hostname != self._login.hostname or not asked.path.endswith(wanted):
            raise RejectedError("msal asked for another address than this cloud's login; that was not sent")
        answer = self._seam.call(method, route, values={"tenant": self._tenant}, form=form)
        return _Response(answer.status, answer.body.decode(), answer.headers)


class Tokens:
    """Tokens of one app registration, by scope; fetched when first needed, renewed by msal. Thread-safe."""

    def __init__(self, system: System, cloud: Cloud, *, cutter: bool, budgets: RateBudgets) -> None:
        from connectors.http import HttpSession

        self._role = "cutter" if cutter else "reader"
        self._app = str(system.settings[f"{self._role}-app"])
        self._tenant = str(system.settings["tenant"])
        self._credential = _credential(system, self._role)
        self._seam = HttpSession(system, cloud.login, LOGIN_ROUTES, dict, budgets, cutter=cutter, read_only=not cutter)
        self._client = SeamClient(self._seam, cloud, self._tenant)
        self._authority = f"https://{urlsplit(cloud.login).hostname}/{self._tenant}"
        self._made: msal.ConfidentialClientApplication | None = None
        self._claims: dict[str, str] = {}
        self._held: dict[str, tuple[dict[str, str], float]] = {}
        self._lock = threading.Lock()

    def header(self, scope: str) -> dict[str, str]:
        """The header that proves who asks.

        Raises:
            RefusedError: Entra gives no token to this app registration.
            WorldError: the login host cannot be reached.

        """
        with self._lock:
            claims = self._claims.pop(scope, None)
            header, until = self._held.get(scope, ({}, 0.0))
            if claims is None and time.monotonic() < until:
                return header
            found = self._asked(scope, claims)
            token = found.get("access_token")
            if not token:
                raise _refused(self._role, str(found.get("error", "")), str(found.get("error_description", "")))
            header = {"Authorization": f"Bearer {token}"}
            self._held[scope] = (header, time.monotonic() + float(found.get("expires_in", 0)) - MARGIN_S)
            return header

    def challenged(self, scope: str, claims: str) -> None:
        """The next token of this scope answers these claims (a continuous-access-evaluation challenge)."""
        with self._lock:
            self._claims[scope] = claims

    def close(self) -> None:
        """Forget tokens and certificate."""
        with self._lock:
            self._made, self._credential = None, {}
            self._held.clear()
        self._seam.close()

    def _asked(self, scope: str, claims: str | None) -> dict[str, Any]:
        try:
            if self._made is None:
                self._made = msal.ConfidentialClientApplication(
                    self._app, client_credential=self._credential, authority=self._authority,
                    instance_discovery=False, http_client=self._client, client_capabilities=list(CAPABILITIES),
                )  # fmt: skip
            return cast("dict[str, Any]", self._made.acquire_token_for_client([scope], claims_challenge=claims))
        except (RefusedError, RejectedError) as error:
            raise _refused(self._role, "", error.what) from None
        except WorldError:
            raise
        except ValueError as error:
            raise SecretError(
                f"the {self._role}'s private key or certificate cannot be used: {type(error).__name__}",
                fix="give the PEM of an unencrypted key, or its passphrase, and the PEM of its certificate",
            ) from None


def certificate_of(system: System, role: str) -> bytes:
    """The PEM of a credential's public certificate.

    Raises:
        SecretError: it cannot be fetched.
        InputError: the estate names none.

    """
    return _secret(system, role, "certificate").encode()


def _credential(system: System, role: str) -> dict[str, str]:
    made = {name.replace("certificate", "public_certificate").replace("-", "_"): _secret(system, role, name)
            for name in ("private-key", "certificate")}  # fmt: skip
    references = system.cutter if role == "cutter" else system.reader
    if "passphrase" in references:
        made["passphrase"] = _secret(system, role, "passphrase")
    return made


def _secret(system: System, role: str, name: str) -> str:
    references = system.cutter if role == "cutter" else system.reader
    if name not in references:
        raise InputError(
            f"system {system.name} has no {name} for its {role}", expected=f"a reference under `{role}:`",
            fix=f"add `{name}: {{file: PATH}}` with the PEM",
        )  # fmt: skip
    return resolve(references[name]).reveal()


def _refused(role: str, code: str, words: str) -> RefusedError:
    return RefusedError(
        f"Entra gives the {role} no token: {': '.join(one for one in (code, words[:300]) if one)}",
        fix=f"check `{role}-app`, its certificate in the app registration, and its consent",
    )
