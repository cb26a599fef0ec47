"""An opened Microsoft tenant: one HTTP session for each API, all with the tokens of one app registration.

1. A claims challenge (continuous access evaluation) is answered once with a token made for it; the call it answered
   did not act.
2. What a tenant lacks a licence for is `UnsupportedError`, which callers tell as not applicable.
3. A property that only one caller may change is changed alone: callers send one property per PATCH.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from connectors.address import is_loopback
from connectors.contract import RateBudgets, System
from connectors.errors import InputError, InternalError, RefusedError, RejectedError, UnsupportedError, WorldError
from connectors.http import HttpSession
from connectors.microsoft.clouds import CLOUDS, Cloud, Service, at_range
from connectors.microsoft.credentials import Tokens
from connectors.microsoft.download import downloaded
from connectors.microsoft.odata import onward, rows
from connectors.microsoft.routes import routes_of
from connectors.replies import Answer
from connectors.vocabulary import Json

URGENT = {"x-ms-throttle-priority": "High"}
"""Sent with the calls of a cut only (Graph, throttling guidance)."""

UNLICENSED = (
    ("Authentication_RequestFromNonPremiumTenantOrB2CTenant", "the tenant has no Entra ID P1 licence"),
    ("Request not applicable to target tenant", "the tenant has no Intune licence"),
    ("AadPremiumLicenseRequired", "the tenant has no Entra ID P2 licence"),
    ("Tenant is not licensed", "the tenant has no licence for it"),
)
"""Words of refusals that mean a missing licence and no missing right (public lab notes, not Microsoft's own; the
third: github.com/JulianHayward/Azure-MG-Sub-Governance-Reporting, issue 114)."""

_CLAIMS = re.compile(r'claims="([A-Za-z0-9+/=_-]+)"')


class MicrosoftSession:
    """A hold on one tenant under one app registration. Thread-safe."""

    def __init__(self, system: System, *, cutter: bool, read_only: bool, budgets: RateBudgets) -> None:
        self.system = system
        self.settings = system.settings
        self.tenant = str(system.settings["tenant"])
        self.cloud = cloud_of(system)
        self._limited = not system.settings.get("endpoint") or bool(system.settings.get("limits"))
        self._cutter, self._read_only, self._budgets = cutter, read_only, budgets
        self._tokens = Tokens(system, self.cloud, cutter=cutter, budgets=budgets)
        self._sessions: dict[Service, HttpSession] = {}
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}

    def close(self) -> None:
        """Close all connections; forget tokens and certificate."""
        with self._lock:
            for session in self._sessions.values():
                session.close()
            self._sessions.clear()
        self._tokens.close()

    def offers(self, service: Service) -> bool:
        """Whether this cloud has the service and the estate uses it."""
        if service not in self.cloud.apis:
            return False
        if service is Service.DEVOPS:
            return bool(self.settings.get("devops-organizations"))
        return service is Service.GRAPH or bool(self.settings.get(str(service).replace("arm", "azure")))

    def call(
        self,
        method: str,
        path: str,
        *,
        service: Service = Service.GRAPH,
        query: Mapping[str, Json] | None = None,
        body: Json = None,
        headers: Mapping[str, str] | None = None,
        **values: str,
    ) -> Answer:
        """One request on a declared route; keyword arguments fill the places of its path.

        Raises:
            ReadOnlyError: a write in a session that may not write; nothing left this machine.
            UnsupportedError: the tenant has no licence for it, or its cloud not this API.
            WorldError: what Microsoft or the network answered.

        """
        if self._cutter:
            headers = {**URGENT, **(headers or {})}
        try:
            return self.seam(service).call(method, path, values=values, query=query, body=body, headers=headers)
        except (RefusedError, RejectedError) as error:
            raise licence_or(error) from None

    def get(
        self, path: str, *, service: Service = Service.GRAPH, query: Mapping[str, Json] | None = None, **values: str
    ) -> dict[str, Any]:
        """A GET's JSON object.

        Raises:
            UnsupportedError: the answer is none.
            WorldError: as `call`.

        """
        found = self.call("GET", path, service=service, query=query, body=None, headers=None, **values).json()
        if not isinstance(found, dict):
            raise UnsupportedError(f"GET {path}: the answer is no object")
        return found

    def pages(
        self,
        path: str,
        *,
        service: Service = Service.GRAPH,
        query: Mapping[str, Json] | None = None,
        headers: Mapping[str, str] | None = None,
        **values: str,
    ) -> Iterator[Answer]:
        """Every page of a listing.

        Raises:
            UnreachableError: the listing repeats a page.
            WorldError: as `call`.

        """
        found = self.seam(service).pages("GET", path, next=onward, query=query, values=values, headers=headers)
        try:
            yield from found
        except (RefusedError, RejectedError) as error:
            raise licence_or(error) from None

    def follow(
        self, answer: Answer, link: str, *, service: Service = Service.GRAPH, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The page that an answer points to, for callers that ask again for a page that did not come.

        Raises:
            WorldError: as `call`.

        """
        try:
            return self.seam(service).follow(answer, link, headers)
        except (RefusedError, RejectedError) as error:
            raise licence_or(error) from None

    def rows(self, path: str, *, service: Service = Service.GRAPH, query: Mapping[str, Json] | None = None,
             headers: Mapping[str, str] | None = None, **values: str) -> list[dict[str, Any]]:  # fmt: skip
        """All rows of a listing, over all pages.

        Raises:
            WorldError: as `pages`.

        """
        found = self.pages(path, service=service, query=query, headers=headers, **values)
        return [row for page in found for row in rows(page)]

    def download(self, link: str) -> Iterator[bytes]:
        """The file that an answer's link leads to on another host, without any credential, piece by piece.

        Raises:
            WorldError: as `downloaded`.

        """
        return downloaded(self.system, self._budgets, link)

    def alone(self, thing: str) -> AbstractContextManager[object]:
        """Hold an object's turn: writes that change one list of it go one after the other, as Graph writes it whole."""
        with self._lock:
            return self._turns.setdefault(thing, threading.Lock())

    def seam(self, service: Service) -> HttpSession:
        """The HTTP session of one API, made when it is first needed.

        Raises:
            UnsupportedError: this cloud has no such API.

        """
        with self._lock:
            if service not in self._sessions:
                if service not in self.cloud.apis:
                    raise UnsupportedError(f"this Microsoft cloud has no {service} API")
                api = self.cloud.apis[service]
                routes = routes_of(service, limited=self._limited)
                self._sessions[service] = HttpSession(
                    self.system, api.url, routes, lambda: self._tokens.header(api.scope), self._budgets,
                    cutter=self._cutter, read_only=self._read_only,
                    challenged=lambda challenge: self._challenged(api.scope, challenge),
                )  # fmt: skip
            return self._sessions[service]

    def _challenged(self, scope: str, challenge: str) -> bool:
        """Whether it is a claims challenge, which the next token then answers."""
        found = _CLAIMS.search(challenge)
        if found is None:
            return False
        padded = found[1].replace("+", "-").replace("/", "_") + "=" * (-len(found[1]) % 4)
        self._tokens.challenged(scope, base64.urlsafe_b64decode(padded).decode(errors="replace"))
        return True


def cloud_of(system: System) -> Cloud:
    """The cloud that the estate names, or the range on this machine.

    Raises:
        InputError: `endpoint` is no loopback address.

    """
    endpoint = system.settings.get("endpoint")
    if not endpoint:
        return CLOUDS[str(system.settings.get("cloud") or "global")]
    host = re.fullmatch(r"http://([^/:]+):\d+", str(endpoint))
    if host is None or not is_loopback(host[1]):
        raise InputError(
            f"system {system.name}: `endpoint` is for ranges on this machine", expected="http://127.0.0.1:PORT"
        )
    return at_range(str(endpoint))


def licence_or(error: RefusedError | RejectedError) -> WorldError:
    """The error itself, or that a licence is missing."""
    for words, why in UNLICENSED:
        if words in error.what:
            return UnsupportedError(f"not applicable (licence): {why}")
    return error


def opened(session: object) -> MicrosoftSession:
    """The session as this connector's own.

    Raises:
        InternalError: another connector opened it.

    """
    if not isinstance(session, MicrosoftSession):
        raise InternalError("this session was not opened by the Microsoft connector")
    return session
