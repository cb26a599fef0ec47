"""The one address that an estate gives a system: what lies at it, and what does not."""

from __future__ import annotations

import ipaddress

import httpx

from connectors.errors import InputError


class Address:
    """A base URL: https, or http on this machine, which only ranges use."""

    def __init__(self, base_url: str) -> None:
        """Read it.

        Raises:
            InputError: it is neither, or carries a credential, a query or a fragment; it is not repeated.

        """
        try:
            self._base = httpx.URL(base_url)
        except (httpx.InvalidURL, TypeError):
            self._base = httpx.URL("")
        base = self._base
        fine = base.scheme == "https" or (base.scheme == "http" and is_loopback(base.host))
        if not fine or not base.host or base.userinfo or base.query or base.fragment:
            raise InputError(
                "a system's address cannot be used",
                expected="https://host, or a loopback http address for ranges only; no user, query or fragment",
            )
        self.secure = base.scheme == "https"

    def at(self, path: str) -> str:
        """The whole URL of a percent-encoded path."""
        return str(self._base).rstrip("/") + path

    def joined(self, link: str) -> httpx.URL:
        """What a link in an answer points to; a URL that is not own when it cannot be read."""
        try:
            return self._base.join(link)
        except httpx.InvalidURL:
            return httpx.URL("")

    def is_own(self, url: httpx.URL) -> bool:
        """Whether a URL has this scheme, host and port, and brings no credential of its own."""
        own = (self._base.scheme, self._base.host, self._base.port)
        return (url.scheme, url.host, url.port) == own and not url.userinfo

    def below(self, url: httpx.URL) -> str:
        """The percent-encoded path below the base; "" when it is not below."""
        path = url.raw_path.partition(b"?")[0].decode("ascii")
        base = self._base.raw_path.decode("ascii").rstrip("/")
        return path.removeprefix(base) if path.startswith(f"{base}/") else ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
