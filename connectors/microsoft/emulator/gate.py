"""The gate: every request in the order of a real service: faults, token, description, rights, limits, then the area.

It records each call, shows reads what the tenant's lag lets them see, writes the directory's audit log for writes
that succeed, and takes batches apart.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.microsoft.emulator import tokens
from connectors.microsoft.emulator.area import Answered, Area, Call, Refusal, Served, Who, denied
from connectors.microsoft.emulator.control import Control
from connectors.microsoft.emulator.tenant import Tenant
from connectors.vocabulary import Json

AUDIENCES = {
    "graph": "https://graph.microsoft.com",
    "arm": "https://management.azure.com",
    "defender": "https://api.securitycenter.microsoft.com",
    "devops": "499b84ac-1321-427f-aa17-267ca6975798",
    "app": "api://timesheet",
    "vault": "https://vault.azure.net",
}
"""Whom each service's tokens are for; `app` is an enterprise app without continuous access evaluation."""

FOR_PEOPLE = frozenset({"app", "vault"})
"""Doors that only the range's people try: evict calls none of them, so no description of them is kept."""

OPEN = "files"
"""Files behind links that carry their own proof: such a host takes no token, as Azure Storage does (signed URLs)."""

BATCHES = ("/v1.0/$batch", "/beta/$batch")
LARGEST_BATCH = 20
Checker = Callable[[str, str, str, Mapping[str, str], Json], list[str]]


@dataclass
class Request:
    """What came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    host: str


@dataclass
class Fault:
    """A misbehaviour that the next fitting calls meet."""

    kind: str
    match: str = "*"
    times: int = 1
    write: bool | None = None
    retry_after: float | None = None
    skip: int = 0
    """Fitting calls that go well first."""


@dataclass
class Gate:
    """One tenant behind its doors."""

    tenant: Tenant
    areas: Iterable[Area]
    check: Checker = lambda *_given: []
    calls: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sort the routes, the more literal first."""
        self.areas = tuple(self.areas)
        served = [one for area in self.areas for one in area.served]
        self._served = sorted(served, key=lambda one: (one.path.count("{"), -len(one.path)))
        self.tenant.jobs = [job for area in self.areas for job in area.jobs]
        self._control = Control(self)

    def answer(self, request: Request) -> Answered | None:
        """The answer; None when it is to be lost on its way."""
        split = urlsplit(request.target)
        service, _slash, rest = split.path.removeprefix("/").partition("/")
        path, query = "/" + unquote(rest), dict(parse_qsl(split.query, keep_blank_values=True))
        base = f"http://{request.host}/{service}"
        try:
            if service == "evict-range":
                done = self._control.does(rest, json.loads(request.body or b"{}"))
                return Answered(200, raw=json.dumps(done).encode())
            if service == "login":
                return self._login(request, path, base)
            if path in BATCHES:
                return self._batch(request, base)
            body = json.loads(request.body) if request.body else None
            return self._served_call(request, service, path, query, body, base)
        except Refusal as refusal:
            return refused(refusal)

    def _login(self, request: Request, path: str, base: str) -> Answered:
        if path.endswith("/.well-known/openid-configuration"):
            return tokens.discovery(base, self.tenant.id)
        form = dict(parse_qsl(request.body.decode()))
        with self.tenant.lock:
            self.tenant.tick()
            return tokens.grant(self.tenant, form)

    def _served_call(
        self, request: Request, service: str, path: str, query: dict[str, str], body: Json, base: str
    ) -> Answered | None:
        found, values = self._route(service, request.method, path)
        with self.tenant.lock:
            note = {"name": f"{request.method} {found.path}", "service": service, "write": found.write, "path": path,
                    "at": self.tenant.stamp()}  # fmt: skip
            self.calls.append(note)
            fault = self._fault(note)
        if self.tenant.settings.latency:
            time.sleep(self.tenant.settings.latency)
        if fault is not None and fault.kind != "drop-reply":
            raise _faulty(fault)
        with self.tenant.lock:
            self.tenant.tick()
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            who = _nobody(token) if service == OPEN else tokens.bearer(self.tenant, token, AUDIENCES[service])
            wrong = [] if service in (OPEN, *FOR_PEOPLE) else self.check(service, request.method, path, query, body)
            if wrong:
                raise Refusal(400, "BadRequest", f"not as Microsoft describes it: {'; '.join(wrong)}")
            call = Call(request.method, path, values, query, body, who, base, request.headers)
            self._may(found, call)
            done = self._done(found, call)
        note["who"], note["status"] = who.app, done.status
        return None if fault is not None else done

    def _route(self, service: str, method: str, path: str) -> tuple[Served, dict[str, str]]:
        for one in self._served:
            if one.service == service and one.method == method and (hit := one.pattern.fullmatch(path)):
                return one, hit.groupdict()
        raise Refusal(404, "NoSuchRoute", f"the range serves no {method} {path}")

    def _may(self, found: Served, call: Call) -> None:
        if found.licence and not self.tenant.licensed(found.licence):
            raise unlicensed(found.licence)
        needs = found.needs(self.tenant, call) if callable(found.needs) else found.needs
        if needs and not call.who.rights.intersection(needs):
            raise denied()

    def _done(self, found: Served, call: Call) -> Answered:
        if not found.write:
            return _answered(found.handler(self.tenant.as_read(), call))
        self.tenant.remember()
        done = _answered(found.handler(self.tenant, call))
        for row in call.audits:
            self.tenant.put("directoryAudits", {
                **row, "activityDateTime": self.tenant.stamp(), "result": "success", "initiatedBy": self._by(call.who),
                "loggedByService": "Core Directory",
            })  # fmt: skip
        return done

    def _by(self, who: Who) -> dict[str, Any]:
        if who.kind == "app":
            found = self.tenant.table("servicePrincipals").get(who.id, {})
            return {"user": None, "app": {"appId": who.app, "displayName": found.get("displayName", ""),
                                          "servicePrincipalId": who.id}}  # fmt: skip
        user = self.tenant.table("users").get(who.id, {})
        return {"app": None, "user": {"id": who.id, "userPrincipalName": user.get("userPrincipalName", ""),
                                      "displayName": user.get("displayName", "")}}  # fmt: skip

    def _batch(self, request: Request, base: str) -> Answered | None:
        """Each item for itself: the outer answer is 200 whatever became of them."""
        given = json.loads(request.body or b"{}").get("requests", [])
        if not 0 < len(given) <= LARGEST_BATCH:
            raise Refusal(400, "BadRequest", f"a batch holds 1 to {LARGEST_BATCH} requests")
        version = urlsplit(request.target).path.split("/")[2]
        answers: list[dict[str, Any]] = []
        failed: set[str] = set()
        for item in given:
            if failed.intersection(item.get("dependsOn", ())):
                answers.append({"id": item["id"], "status": 424, "body": {"error": {"code": "FailedDependency"}}})
                failed.add(item["id"])
                continue
            inner = Request(item["method"], f"/graph/{version}{item['url']}", request.headers,
                            json.dumps(item["body"]).encode() if "body" in item else b"", request.host)  # fmt: skip
            done = self.answer(inner)
            if done is None:
                return None
            if done.status >= 400:  # noqa: PLR2004 - HTTP
                failed.add(item["id"])
            answers.append({"id": item["id"], "status": done.status, "headers": done.headers, "body": done.body})
        return Answered(200, {"responses": answers})

    def _fault(self, note: Mapping[str, Any]) -> Fault | None:
        for fault in self.faults:
            fits = fault.match in ("*", note["name"]) and fault.write in (None, note["write"])
            if not fits or not fault.times:
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            return fault
        return None


def _nobody(token: str) -> Who:
    """Who asks with a link alone.

    Raises:
        Refusal: they show a token too, which another host must never see.

    """
    if token:
        raise Refusal(403, "AuthenticationFailed", "Only one form of authentication is allowed.")
    return Who("nobody", "")


def unlicensed(licence: str) -> Refusal:
    """As Microsoft words it: by licence, and never the same."""
    if licence == "INTUNE":
        return Refusal(400, "BadRequest", "Request not applicable to target tenant.")
    if licence in ("P1", "P2"):
        return Refusal(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                       "Neither tenant is B2C or tenant doesn't have premium license")  # fmt: skip
    return Refusal(403, "Forbidden", "Tenant is not licensed for this feature.")


def refused(refusal: Refusal) -> Answered:
    """A refusal in the shape of the services; the login host has its own."""
    if refusal.message.startswith("AADSTS"):
        return Answered(refusal.status, {"error": refusal.code, "error_description": refusal.message}, refusal.headers)
    body = {"error": {"code": refusal.code, "message": refusal.message}}
    return Answered(refusal.status, body, refusal.headers)


def _answered(done: Any) -> Answered:
    if isinstance(done, Answered):
        return done
    return Answered(204) if done is None else Answered(200, done)


def _faulty(fault: Fault) -> Refusal:
    if fault.kind == "throttle":
        after = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
        return Refusal(429, "TooManyRequests", "Too many requests.", after)
    if fault.kind == "refuse":
        return denied()
    if fault.kind == "withdraw":
        return Refusal(400, "BadRequest", "Resource not found for the segment.")
    return Refusal(503, "serviceNotAvailable", "The service is not available.")
