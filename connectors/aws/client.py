"""An opened AWS estate: one boto3 session per identity, cached clients, member accounts, guard and errors.

boto3 sessions and clients are costly to make (a first IAM client about 0.1 s) and clients are thread-safe, so
each is made once under a lock and shared. Retries are evict's own; botocore makes a single attempt.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config

from connectors.aws.failures import translated
from connectors.aws.identities import Identities
from connectors.aws.paging import paging
from connectors.aws.reads import is_hold, is_read
from connectors.contract import RateBudgets, System
from connectors.errors import InputError, ReadOnlyError, RefusedError, ThrottledError, UnreachableError

POOL = 64
"""Connections kept per client, as many as the engine has calls in flight."""

READ_TRIES = 6
"""A read that is throttled or finds no connection is repeated; AWS's own SDKs try three to five times."""

QUOTAS: dict[tuple[str, str], float] = {("cloudtrail", "lookup_events"): 2.0}
"""Calls a second in one account and Region, where AWS grants less than evict would take (CloudTrail API reference)."""

RENEWALS = 3
RENEWAL_S = 0.6
"""Between new sessions of one account: a deny of older sessions is stamped up to a second ahead."""

CONFIG = {
    "retries": {"total_max_attempts": 1, "mode": "standard"},
    "max_pool_connections": POOL,
    "connect_timeout": 5,
    "read_timeout": 30,
    "parameter_validation": True,
}


class AwsSession:
    """A hold on one AWS estate under one identity. Thread-safe."""

    def __init__(self, system: System, *, cutter: bool, read_only: bool, budgets: RateBudgets) -> None:
        self.system = system
        self.settings = system.settings
        self.home_account = str(system.settings["account"])
        self.home_region = str(system.settings.get("region") or "us-east-1")
        self.read_only = read_only
        self._holds = not read_only and not cutter
        self._cutter = cutter
        self._budgets = budgets
        self._lock = threading.RLock()
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._accounts: tuple[str, ...] | None = None
        self._regions: tuple[str, ...] | None = None
        self._endpoint = _loopback(system.settings.get("endpoint"))
        self._identities = Identities(
            system, cutter=cutter, home=self.home_account, region=self.home_region, assume=self._assume
        )

    def close(self) -> None:
        """Drop clients and credentials."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()
            self._identities.clear()

    def call(
        self, service: str, operation: str, *, account: str | None = None, region: str | None = None, **params: Any
    ) -> dict[str, Any]:
        """One API call; `operation` is boto3's method name.

        Raises:
            ReadOnlyError: a write in a read-only session; nothing left this machine.
            WorldError: what AWS or the network answered, translated.

        """
        name = self.client(service, account=account, region=region).meta.method_to_api_mapping[operation]
        for _renewal in range(RENEWALS):
            try:
                return self._tried(service, operation, name, account, region, params)
            except RefusedError as error:
                if not self._renewable(account, error):
                    raise
                self._renew(str(account))
        return self._tried(service, operation, name, account, region, params)

    def _tried(
        self, service: str, operation: str, name: str, account: str | None, region: str | None, params: dict[str, Any]
    ) -> dict[str, Any]:
        client = self.client(service, account=account, region=region)
        tries = READ_TRIES if is_read(service, name) else 1
        wait = 0.2
        for attempt in range(1, tries + 1):
            self._take_turn(service, operation, account, region)
            try:
                with translated(service, name, write=not is_read(service, name)):
                    answer: dict[str, Any] = getattr(client, operation)(**params)
                answer.pop("ResponseMetadata", None)
                return answer
            except (ThrottledError, UnreachableError) as error:
                if attempt == tries:
                    raise
                wait = max(wait, getattr(error, "retry_after", None) or 0.0)
                if isinstance(error, ThrottledError):
                    self._budgets.own.slow_down(wait)
                threading.Event().wait(wait)
                wait *= 2
        raise AssertionError("the loop above returns or raises")

    def _take_turn(self, service: str, operation: str, account: str | None, region: str | None) -> None:
        self._budgets.own.take()
        quota = QUOTAS.get((service, operation))
        if quota is not None:
            place = (account or self.home_account, region or self.home_region)
            self._budgets.narrow((service, operation, *place), quota).take()

    def _renewable(self, account: str | None, error: RefusedError) -> bool:
        """Whether a new session of evict's own role in a member account may help.

        Role sessions end after an hour, and evict's own deny of a role's older sessions ends evict's session too,
        where the subject can take the role that evict uses.
        """
        ended = "Expired" in error.what or "explicit deny in an identity-based policy" in error.what
        return ended and account not in (None, self.home_account)

    def _renew(self, account: str) -> None:
        """Forget an account's session; the next call takes a new one, issued after the deny's own second."""
        threading.Event().wait(RENEWAL_S)
        with self._lock:
            self._identities.forget(account)
            for key in [key for key in self._clients if key[1] == account]:
                del self._clients[key]

    def pages(
        self,
        service: str,
        operation: str,
        key: str,
        *,
        account: str | None = None,
        region: str | None = None,
        **params: Any,
    ) -> Iterator[Any]:
        """All items under `key`, over all pages, whatever the service's paging tokens are called.

        Raises:
            WorldError: as `call`; also when a service repeats a page token, which would never end.

        """
        client = self.client(service, account=account, region=region)
        inputs, outputs, more = paging(client, operation)
        seen: set[str] = set()
        while True:
            answer = self.call(service, operation, account=account, region=region, **params)
            yield from answer.get(key, [])
            tokens = [answer.get(name) for name in outputs]
            if not any(tokens) or (more and not answer.get(more)):
                return
            if repr(tokens) in seen:
                raise UnreachableError(f"{service} {operation} repeats a page token; the listing would never end")
            seen.add(repr(tokens))
            params = {**params, **{name: token for name, token in zip(inputs, tokens, strict=True) if token}}

    def client(self, service: str, *, account: str | None = None, region: str | None = None) -> Any:
        """A cached client for one service, account and Region."""
        key = (service, account or self.home_account, region or self.home_region)
        known = self._clients.get(key)
        if known is not None:
            return known
        session = self._identities.of(key[1])
        with self._lock:
            if key not in self._clients:
                config = Config(**CONFIG)
                made = session.client(service, region_name=key[2], endpoint_url=self._endpoint, config=config)
                made.meta.events.register("provide-client-params", self._guard)
                self._clients[key] = made
            return self._clients[key]

    def _assume(self, role: str) -> dict[str, Any]:
        answer = self.call("sts", "assume_role", RoleArn=role, RoleSessionName="evict")
        credentials: dict[str, Any] = answer["Credentials"]
        return credentials

    def accounts(self) -> tuple[str, ...]:
        """The account ids to read: home first, then members."""
        with self._lock:
            if self._accounts is None:
                self._accounts = self._find_accounts()
            return self._accounts

    def regions(self) -> tuple[str, ...]:
        """The Regions to read, home first."""
        with self._lock:
            if self._regions is None:
                given = self.settings.get("regions")
                found = given or [one["RegionName"] for one in self.call("ec2", "describe_regions")["Regions"]]
                self._regions = tuple(dict.fromkeys((self.home_region, *sorted(found))))
            return self._regions

    def _find_accounts(self) -> tuple[str, ...]:
        listed = self.settings.get("accounts")
        if listed:
            return tuple(dict.fromkeys((self.home_account, *listed)))
        if not self.settings.get("organization"):
            return (self.home_account,)
        members = [one["Id"] for one in self.pages("organizations", "list_accounts", "Accounts") if _active(one)]
        return tuple(dict.fromkeys((self.home_account, *sorted(members))))

    def _guard(self, params: dict[str, Any], model: Any, **_more: Any) -> None:
        """Refuse every call that is not a declared read before it leaves; a preserver may make evidence holds.

        It hangs on botocore's own event, so that no way to a client goes past it.
        """
        service, name = model.service_model.service_name, model.name
        if is_read(service, name) or (self._holds and is_hold(service, name, params)):
            return
        if self.read_only or not self._cutter:
            raise ReadOnlyError(
                f"{service}:{name} changes something and was refused before it left this machine",
                expected="declared reads only in plan, observe and preserve",
            )


def _active(account: dict[str, Any]) -> bool:
    return bool(account.get("State", account.get("Status", "ACTIVE")) == "ACTIVE")


def _loopback(endpoint: Any) -> str | None:
    """The range's address; anything but loopback is refused, so that no estate redirects credentials."""
    if not endpoint:
        return None
    host = urlsplit(str(endpoint)).hostname or ""
    try:
        fine = ipaddress.ip_address(host).is_loopback
    except ValueError:
        fine = host == "localhost"
    if not fine:
        raise InputError(
            f"endpoint {str(endpoint)[:80]!r} is not on this machine",
            expected="a loopback address such as http://127.0.0.1:5000, for ranges only",
            fix="remove `endpoint` to use AWS itself",
        )
    return str(endpoint)
