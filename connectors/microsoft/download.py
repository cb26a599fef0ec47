"""Files that an API points to on another host: fetched without any credential, from hosts known beforehand.

Hosts come from the estate alone, and a link in an answer is no estate: so it is followed only to the hosts where
Microsoft keeps such files, over https. The link is its own proof; a bearer token never goes there, because the
session that fetches holds none. At a range, links stay on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from connectors.address import is_loopback
from connectors.contract import RateBudgets, System
from connectors.errors import RejectedError
from connectors.http import HttpSession
from connectors.routes import Does, Route, Routes

HOSTS = (".securitycenter.windows.com", ".securitycenter.microsoft.com", ".blob.core.windows.net")
"""Where Defender keeps packages: the first as its page shows (get package SAS URI), the others general knowledge."""

FILE = "/{path+}"
ROUTES = Routes((Route("GET", FILE, Does.READ),))


def downloaded(system: System, budgets: RateBudgets, link: str) -> Iterator[bytes]:
    """The bytes behind a link, piece by piece.

    Raises:
        RejectedError: the link leads to no known host; it is not repeated, for it is a key.
        WorldError: what the host or the network answered.

    """
    url = _known(link, at_range=bool(system.settings.get("endpoint")))
    origin = str(url.copy_with(raw_path=b"/")).rstrip("/")
    session = HttpSession(system, origin, ROUTES, dict, budgets, cutter=False, read_only=True)
    try:
        path = url.path.removeprefix("/")
        yield from session.stream("GET", FILE, values={"path": path}, query=dict(url.params.multi_items()))
    finally:
        session.close()


def _known(link: str, *, at_range: bool) -> httpx.URL:
    try:
        url = httpx.URL(link)
    except httpx.InvalidURL:
        url = httpx.URL("")
    fine = is_loopback(url.host) if at_range else url.scheme == "https" and url.host.endswith(HOSTS)
    if not fine or url.userinfo:
        raise RejectedError(
            "the link leads to a host that is not known to keep such files; it was not followed",
            fix="download the package in the Defender portal, and add it to the case by hand",
        )
    return url
