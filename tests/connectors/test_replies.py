from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import (
    AmbiguousError,
    NotFoundError,
    RefusedError,
    RejectedError,
    ThrottledError,
    UnreachableError,
    UnsupportedError,
    WorldError,
)
from connectors.replies import Answer, refusal, retry_after, words_of
from connectors.routes import Does, Route

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
READ = Route("GET", "/users/{id}", Does.READ, "users.read")
WRITE = Route("POST", "/users/{id}/suspend", Does.WRITE, "users.manage")


def judged(
    route: Route, status: int, headers: dict[str, str] | None = None, body: Any = None, **more: Any
) -> WorldError:
    return refusal(route, status, headers or {}, json.dumps(body).encode(), now=NOW, **more)


@pytest.mark.parametrize(
    ("status", "of_a_read", "of_a_write"),
    [
        (400, RejectedError, RejectedError),
        (401, RefusedError, RefusedError),
        (403, RefusedError, RefusedError),
        (404, NotFoundError, NotFoundError),
        (408, UnreachableError, AmbiguousError),  # a gateway may say it while the server acts
        (409, RejectedError, RejectedError),
        (410, NotFoundError, NotFoundError),
        (418, RejectedError, RejectedError),  # no default that looks like success
        (422, RejectedError, RejectedError),
        (429, ThrottledError, ThrottledError),  # throttled requests did not act
        (500, UnreachableError, AmbiguousError),
        (501, UnsupportedError, UnsupportedError),
        (503, UnreachableError, AmbiguousError),
        (504, UnreachableError, AmbiguousError),
    ],
)
def test_a_status_is_one_error(status: int, of_a_read: type[WorldError], of_a_write: type[WorldError]) -> None:
    assert type(judged(READ, status)) is of_a_read
    assert type(judged(WRITE, status)) is of_a_write


def test_a_refusal_names_the_permission_and_a_throttle_the_wait() -> None:
    refused = judged(WRITE, 403)
    assert isinstance(refused, RefusedError)
    assert (refused.permission, refused.fix) == ("users.manage", "grant users.manage")
    assert judged(WRITE, 401).fix == "check the credential"
    for status in (429, 503):
        throttled = judged(READ, status, {"retry-after": "7"})
        assert isinstance(throttled, ThrottledError)
        assert throttled.retry_after == 7


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"error": {"code": "itemNotFound", "message": "no"}}, ("itemNotFound", "no")),  # Graph
        ({"error": {"code": 404, "message": "no", "errors": [{"reason": "x"}]}}, ("404", "no")),  # Google
        ({"errorCode": "E0000007", "errorSummary": "no"}, ("E0000007", "no")),  # Okta
        ({"error": "invalid_grant", "error_description": "no"}, ("invalid_grant", "no")),  # OAuth 2.0
        ({"message": "Not Found", "status": "404"}, ("404", "Not Found")),  # GitHub
        ({"errors": [{"code": 10000, "message": "no"}]}, ("10000", "no")),  # Cloudflare
        ({"detail": "no", "scimType": "invalidFilter", "status": "400"}, ("invalidFilter", "no")),  # SCIM
        ({"errors": []}, ("", "")),
        (["no"], ("", "")),
        ("no", ("", "")),
        (None, ("", "")),
    ],
)
def test_the_vendors_code_and_words_are_found_in_the_shapes_they_use(body: Any, found: tuple[str, str]) -> None:
    assert words_of(json.dumps(body).encode()) == found


def test_what_is_not_json_has_no_words() -> None:
    assert words_of(b"<html>") == ("", "")
    assert words_of(b"[" * 100_000) == ("", "")


def test_a_message_is_short_and_carries_no_credential_and_no_terminal_escape() -> None:
    said = "token s3cret-canary is \x1b[31mbad\n" + "x" * 5000
    text = judged(READ, 403, body={"message": said}, secrets=("s3cret-canary", "Bearer s3cret-canary")).explain()
    assert "s3cret" not in text
    assert "\x1b" not in text
    assert len(text) < 500
    assert text.startswith("GET /users/{id}: 403: token … is ")


@given(st.integers(min_value=0, max_value=10**9))
def test_retry_after_in_seconds(seconds: int) -> None:
    assert retry_after(f" {seconds} ", NOW) == seconds


@given(st.integers(min_value=-(10**8), max_value=10**8))
def test_retry_after_as_a_date_counts_from_now_and_never_back(seconds: int) -> None:
    text = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(text, NOW) == max(0, seconds)


@given(st.text())
def test_any_retry_after_is_a_wait_or_nothing(text: str) -> None:
    wait = retry_after(text, NOW)
    assert wait is None or wait >= 0


def test_an_unclear_retry_after_is_nothing() -> None:
    assert [retry_after(text, NOW) for text in (None, "", "soon", "-3", "²", "1.2.3")] == [None] * 6


def test_an_answer_that_is_not_json_is_not_this_api() -> None:
    assert Answer(READ, 204, {}, b" ", {}).json() is None
    with pytest.raises(UnsupportedError, match="not one of this API's"):
        Answer(READ, 200, {}, b"<html>log in</html>", {}).json()
