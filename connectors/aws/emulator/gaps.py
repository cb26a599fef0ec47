"""Say plainly what moto does not implement: it raises or gives a page of HTML, which a client takes for a breakdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Start = Callable[..., Any]
App = Callable[[Environ, Start], Iterable[bytes]]

STATUS = "501 Not Implemented"
WORDS = "the range does not offer this call"
BARE = frozenset({"HEAD"})
"""Methods whose answers have no body: a plain 404 is AWS's own there."""


class Plain:
    """A WSGI application that answers NotImplemented, in the protocol's own form, where another breaks down."""

    def __init__(self, inner: App) -> None:
        self._inner = inner

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        head: list[Any] = []
        try:
            body = self._inner(environ, lambda *given: head.extend(given))
        except NotImplementedError:
            return _refuse(environ, start)
        unrouted = head[0].startswith("404") and "html" in dict(head[1]).get("Content-Type", "")
        if unrouted and environ.get("HTTP_AUTHORIZATION") and environ.get("REQUEST_METHOD") not in BARE:
            return _refuse(environ, start)
        start(*head)
        return body


def _refuse(environ: Environ, start: Start) -> list[bytes]:
    kind, told = _told(environ)
    start(STATUS, [("Content-Type", kind), ("Content-Length", str(len(told)))])
    return [told]


def _told(environ: Environ) -> tuple[str, bytes]:
    """The error in the form that the request's protocol expects."""
    if environ.get("HTTP_X_AMZ_TARGET") or "form" not in environ.get("CONTENT_TYPE", ""):
        return "application/x-amz-json-1.1", json.dumps({"__type": "NotImplemented", "message": WORDS}).encode()
    inner = f"<Error><Code>NotImplemented</Code><Message>{WORDS}</Message></Error>"
    if "/ec2/" in environ.get("HTTP_AUTHORIZATION", ""):
        return "text/xml", f"<Response><Errors>{inner}</Errors><RequestID>range</RequestID></Response>".encode()
    return "text/xml", f"<ErrorResponse>{inner}<RequestId>range</RequestId></ErrorResponse>".encode()
