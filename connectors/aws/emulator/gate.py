"""The gate: authenticate, authorise, record, inject faults, fill moto's gaps, then let moto answer."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from connectors.aws.emulator.doors import DOORS
from connectors.aws.emulator.elements import elements
from connectors.aws.emulator.fakes import FAKES, SEEDS, Reply
from connectors.aws.emulator.guardrails import held_back
from connectors.aws.emulator.kept import forget
from connectors.aws.emulator.lag import Lag
from connectors.aws.emulator.operations import operation_of
from connectors.aws.emulator.policy import allowed, trusted
from connectors.aws.emulator.principals import Denied, Principal, Principals, backend
from connectors.aws.emulator.requested import requested
from connectors.aws.policies import parsed
from connectors.aws.reads import is_read

Environ = dict[str, Any]
Start = Callable[..., Any]
App = Callable[[Environ, Start], Iterable[bytes]]
SCOPE = re.compile(r"Credential=([^/,]+)/\d+/([^/]+)/([^/]+)/aws4_request")
REST_S3 = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject", "POST": "PostObject"}
JSON_TYPE = "application/x-amz-json-1.1"


@dataclass(frozen=True)
class Request:
    """One signed API request."""

    key: str
    region: str
    service: str
    operation: str
    params: dict[str, Any]
    body: bytes
    resource: str
    json: bool


class Gate:
    """A WSGI application in front of moto."""

    def __init__(self, inner: App) -> None:
        self._inner = inner
        self.principals = Principals()
        self.calls: list[dict[str, Any]] = []
        self.faults: list[dict[str, Any]] = []
        self.latency_s = 0.0
        self.lag = Lag()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/evict-range/"):
            return self._admin(path.removeprefix("/evict-range/"), environ, start)
        request = _read(environ)
        if request is None:
            return self._inner(environ, start)
        if self.latency_s:
            time.sleep(self.latency_s)
        return self._serve(request, environ, start)

    def _serve(self, request: Request, environ: Environ, start: Start) -> Iterable[bytes]:
        fault = self._fault(request)
        arn, account, code = "", "", ""
        try:
            principal = self._principal(request.key)
            arn, account = principal.arn, principal.account
            if fault and fault["kind"] == "throttle":
                raise Denied("Throttling", "Rate exceeded", 400)
            if fault and fault["kind"] == "refuse":
                raise Denied("AccessDenied", f"not authorized to perform: {request.service}:{request.operation}")
            self._authorise(request, principal)
            if not is_read(request.service, request.operation):
                self.lag.wrote(account)
            fake = FAKES.get((request.service, request.operation))
            reply = fake(self, request, principal) if fake else None
            record = self._record(request, arn, account, code)
            if reply is not None:
                answer: Iterable[bytes] = _send(reply, start)
                record["reply"] = _elements(request, reply.status, reply.body)
            else:
                answer = self._answer(request, account, environ, start, record)
            if fault and fault["kind"] == "drop-reply":
                list(answer)
                raise ConnectionAbortedError("the range drops this reply after the effect, as asked")
            return answer
        except Denied as denied:
            self._record(request, arn, account, denied.code)
            return _send(_error(request, denied), start)

    def _principal(self, key: str) -> Principal:
        """Who signs, as far as the news of the last change has spread."""

        def look() -> Principal | Denied:
            try:
                return self.principals.of(key)
            except Denied as denied:
                return denied

        found = self.lag.seen(self.principals.account_of(key), key, look)
        if isinstance(found, Denied):
            raise found
        return found

    def _answer(
        self, request: Request, account: str, environ: Environ, start: Start, record: dict[str, Any]
    ) -> Iterable[bytes]:
        """Moto's answer; inside the lag, the one that it gave before. A write's is recorded."""
        if not is_read(request.service, request.operation):
            return self._wrote(request, environ, start, record)
        if request.service != "iam":
            return self._inner(environ, start)

        def ask() -> tuple[list[Any], bytes]:
            head: list[Any] = []
            body = b"".join(self._inner(environ, lambda *given: head.extend(given)))
            return head, body

        head, body = self.lag.seen(account, (request.operation, request.body), ask)
        start(*head)
        return [body]

    def _wrote(self, request: Request, environ: Environ, start: Start, record: dict[str, Any]) -> list[bytes]:
        head: list[Any] = []
        body = b"".join(self._inner(environ, lambda *given: head.extend(given)))
        record["reply"] = _elements(request, int(head[0][:3]), body)
        start(*head)
        return [body]

    def _authorise(self, request: Request, principal: Principal) -> None:
        action = f"{request.service}:{request.operation}"
        if principal.root or request.operation == "GetCallerIdentity":
            return
        context = {**principal.context(), "sts:ExternalId": request.params.get("ExternalId")}
        own = allowed(principal.policies, action, request.resource, context)
        if action == "sts:AssumeRole":
            own = self._may_assume(request.params.get("RoleArn", ""), principal, context, own=own)
        above = held_back(principal, action, request.resource, context)
        if not own or above:
            denied = not allowed((*principal.policies, _ANYTHING), action, request.resource, context)
            why = above or ("with an explicit deny in an identity-based policy" if denied else "")
            words = f"User: {principal.arn} is not authorized to perform: {action} {why}"
            raise Denied("AccessDenied", words.strip())

    @staticmethod
    def _may_assume(arn: str, principal: Principal, context: dict[str, Any], *, own: bool) -> bool:
        """Both sides must agree: the trust document, and the identity policies unless the trust names the ARN."""
        account = arn.split(":")[4] if arn.count(":") >= 5 else ""  # noqa: PLR2004 - an ARN has six parts
        roles = [role for role in backend(account).roles.values() if role.arn == arn] if account else []
        if not roles:
            return False
        document = parsed(roles[0].assume_role_policy_document)
        verdict = trusted(document, principal.role or principal.arn, principal.account, context)
        denied = not allowed((*principal.policies, _ANYTHING), "sts:AssumeRole", arn, context)
        return not denied and (verdict == "named" or (verdict == "account" and own))

    def _fault(self, request: Request) -> dict[str, Any] | None:
        """The first fault that fits this request; each counts down and goes."""
        with self._lock:
            for fault in self.faults:
                fits = (
                    fault.get("operation") in (request.operation, "*")
                    and fault.get("key", request.key) == request.key
                    and fault.get("region", request.region) == request.region
                )
                wanted = fault.get("write") is None or fault["write"] != is_read(request.service, request.operation)
                if not fits or not wanted:
                    continue
                fault["skip"] = fault.get("skip", 0) - 1
                if fault["skip"] >= 0:
                    continue
                fault["times"] = fault.get("times", 1) - 1
                if fault["times"] <= 0:
                    self.faults.remove(fault)
                return dict(fault)
        return None

    def _record(self, request: Request, arn: str, account: str, code: str) -> dict[str, Any]:
        with self._lock:
            self.calls.append(
                {
                    "id": f"{len(self.calls):08d}",
                    "at": datetime.now(UTC).isoformat(),
                    "service": request.service,
                    "operation": request.operation,
                    "write": not is_read(request.service, request.operation),
                    "arn": arn,
                    "account": account,
                    "key": request.key,
                    "region": request.region,
                    "params": requested(request.params),
                    "resource": request.resource,
                    "reply": None,
                    "error": code,
                }
            )
            return self.calls[-1]

    def _reset(self) -> bool:
        """Begin anew, as if the process had just started."""
        forget()
        with self._lock:
            self.principals, self.lag = Principals(), Lag()
            self.calls, self.faults, self.latency_s = [], [], 0.0
        return True

    def _admin(self, what: str, environ: Environ, start: Start) -> Iterable[bytes]:
        body = _body(environ)
        given = json.loads(body) if body else {}
        if what == "calls":
            answer: Any = self.calls[int(given.get("after", 0)) :]
        elif what == "faults":
            self.faults = list(given["faults"])
            self.latency_s = float(given.get("latency_s", 0.0))
            self.lag.seconds = float(given.get("lag_s", 0.0))
            answer = {"faults": len(self.faults)}
        elif what == "reset":
            answer = {"reset": self._reset()}
        elif what == "snapshot":
            from connectors.aws.emulator.snapshot import snapshot

            answer = snapshot()
        elif what == "seed":
            answer = SEEDS[given["of"]](given)
        elif what in DOORS:
            answer = DOORS[what](self.principals, given)
        elif what == "portal":
            from connectors.aws.emulator.portal import portal

            answer = portal(self.principals, given)
        else:
            answer = {"ready": True}
        return _send(Reply(200, json.dumps(answer).encode(), "application/json"), start)


_ANYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def _elements(request: Request, status: int, body: bytes) -> dict[str, Any] | None:
    """What the trail shows of a reply: nothing of reads, but the sessions that STS hands out."""
    if is_read(request.service, request.operation) and request.service != "sts":
        return None
    return elements(request.service, request.operation, status, body)


def _read(environ: Environ) -> Request | None:
    scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if scope is None:
        return None
    key, region, service = scope.groups()
    body = _body(environ)
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        params = json.loads(body) if body else {}
        return Request(key, region, service, target.rsplit(".", 1)[-1], params, body, "*", json=True)
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    form = parse_qs(body.decode(errors="replace")) if "form" in environ.get("CONTENT_TYPE", "") else {}
    action = (form.get("Action") or query.get("Action") or [""])[0]
    if action:
        params = {name: values[0] for name, values in form.items()}
        return Request(key, region, service, action, params, body, _resource(params), json=False)
    path = unquote(environ.get("PATH_INFO", "/"))
    method = environ.get("REQUEST_METHOD", "GET")
    if service == "s3":
        operation = REST_S3[method] if path.count("/") > 1 and not path.endswith("/") else f"{method.title()}Bucket"
        operation = "ListAllMyBuckets" if path == "/" else operation
        named = {"bucketName": path.strip("/")} if path.strip("/") and operation.endswith("Bucket") else {}
        return Request(key, region, service, operation, named, body, f"arn:aws:s3:::{path.strip('/')}", json=False)
    raw = environ.get("RAW_URI", path).partition("?")[0]
    operation, held = operation_of(service, method, raw, environ.get("QUERY_STRING", ""))
    return Request(key, region, service, operation, {**_json(body), **held}, body, "*", json=True)


def _json(body: bytes) -> dict[str, Any]:
    """A REST body's members; none when it is not a JSON object (uploads, empty bodies)."""
    try:
        given = json.loads(body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _resource(params: dict[str, Any]) -> str:
    return str(params.get("RoleArn", "*"))


def _body(environ: Environ) -> bytes:
    """The request's body, put back so that moto can read it too."""
    import io

    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _send(reply: Reply, start: Start) -> list[bytes]:
    headers = [("Content-Type", reply.media_type), ("Content-Length", str(len(reply.body)))]
    start(f"{reply.status} Status", headers)
    return [reply.body]


def _error(request: Request, denied: Denied) -> Reply:
    if request.json:
        body = json.dumps({"__type": denied.code, "message": denied.message}).encode()
        return Reply(denied.status, body, JSON_TYPE)
    if request.service == "s3":
        text = f"<Error><Code>{denied.code}</Code><Message>{denied.message}</Message></Error>"
    elif request.service == "ec2":
        inner = f"<Error><Code>{denied.code}</Code><Message>{denied.message}</Message></Error>"
        text = f"<Response><Errors>{inner}</Errors><RequestID>range</RequestID></Response>"
    else:
        inner = f"<Error><Type>Sender</Type><Code>{denied.code}</Code><Message>{denied.message}</Message></Error>"
        text = f"<ErrorResponse>{inner}<RequestId>range</RequestId></ErrorResponse>"
    return Reply(denied.status, text.encode(), "text/xml")
