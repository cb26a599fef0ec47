"""Links that lead elsewhere are followed only to hosts that are known, and nobody's token goes along."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from connectors import http
from connectors.contract import System
from connectors.errors import RejectedError
from connectors.microsoft.download import downloaded
from connectors.rates import RateBudgets

LINK = "https://userrequests-us.securitycenter.windows.com:443/safedownload/a%20b.zip?token=a%2bb%2Fc%3d"
CLOUD = System("entra-main", "microsoft", {}, {}, {})
RANGE = System("entra-main", "microsoft", {"endpoint": "http://127.0.0.1:1"}, {}, {})


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Request]:
    """What would have left this machine."""
    made: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        made.append(request)
        return httpx.Response(200, content=b"packed")

    session = http.HttpSession

    def opened(*given: Any, **more: Any) -> http.HttpSession:
        return session(*given, **more, transport=httpx.MockTransport(answer))

    monkeypatch.setattr("connectors.microsoft.download.HttpSession", opened)
    return made


def test_a_link_is_followed_as_it_is_without_a_credential(seen: list[httpx.Request]) -> None:
    assert b"".join(downloaded(CLOUD, RateBudgets(100.0), LINK)) == b"packed"
    (request,) = seen
    assert "authorization" not in request.headers
    assert request.url.host == "userrequests-us.securitycenter.windows.com"
    assert request.url.path == "/safedownload/a b.zip"
    assert dict(request.url.params) == {"token": "a+b/c="}


@pytest.mark.parametrize(
    "link",
    [
        "http://userrequests-us.securitycenter.windows.com/x?token=canary",  # not encrypted
        "https://securitycenter.windows.com.evil.example/x?token=canary",  # ends otherwise
        "https://evilsecuritycenter.windows.com/x?token=canary",  # no host below the known one
        "https://user:word@a.securitycenter.windows.com/x?token=canary",  # brings a credential
        "http://127.0.0.1:9/x?token=canary",  # this machine
        "ftp://a.blob.core.windows.net/x?token=canary",
        "canary",
        "",
    ],
)
def test_no_other_link_leaves_this_machine_and_none_is_repeated(seen: list[httpx.Request], link: str) -> None:
    with pytest.raises(RejectedError) as caught:
        b"".join(downloaded(CLOUD, RateBudgets(100.0), link))
    assert seen == []
    assert "canary" not in caught.value.explain()


def test_a_range_never_reaches_the_real_cloud(seen: list[httpx.Request]) -> None:
    with pytest.raises(RejectedError):
        b"".join(downloaded(RANGE, RateBudgets(100.0), LINK))
    assert b"".join(downloaded(RANGE, RateBudgets(100.0), "http://localhost:9/files/x?token=1")) == b"packed"
    assert [request.url.host for request in seen] == ["localhost"]
