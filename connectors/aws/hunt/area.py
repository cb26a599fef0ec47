"""What an area of the persistence sweep is, and what it is lent. One module of `areas/` per area.

An area module has these names:

* `AREA`: its name, as the sweep's checks tell it.
* `SCOPE`: where it is swept: once ("estate", from the home account), in every "account", or in every "region" of
  every account.
* `PERMISSIONS`: the vendor's names of what it calls.
* `sweep(look)`: yields findings, and raises what the system answers where it cannot be read: the sweep records
  that as could-not-check, never as nothing found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from connectors.aws.discover import account_of
from connectors.contract import Finding

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession
    from connectors.aws.hunt.trail import Trail


class Area(Protocol):
    """The names that an area module has."""

    AREA: str
    SCOPE: str
    PERMISSIONS: tuple[str, ...]
    sweep: Callable[[Look], Iterable[Finding]]


@dataclass(frozen=True)
class Look:
    """One place that an area looks at, and what the audit log says that the subject did there."""

    session: AwsSession
    account: str
    region: str
    trail: Trail
    ours: frozenset[str]
    """Account ids of the estate; whoever else is named is a stranger."""
    subjects: frozenset[str]
    """The subject's own ARNs and user names."""
    tell: Callable[[str], None] = field(default=lambda _text: None)

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        """One read in this place."""
        return self.session.call(service, operation, account=self.account, region=self.region, **params)

    def pages(self, service: str, operation: str, key: str, **params: Any) -> Iterator[Any]:
        """All items of a listing in this place."""
        return self.session.pages(service, operation, key, account=self.account, region=self.region, **params)

    def strangers(self, principals: Iterable[str]) -> list[str]:
        """Those of some AWS principals (ARNs, account ids, `*`) that belong to no account of the estate; sorted."""
        return sorted({one for one in principals if _account(one) not in self.ours})

    def finding(
        self,
        kind: str,
        resource: str,
        title: str,
        *,
        found_by: str,
        allows: str,
        remove: str,
        severity: str = "high",
        by_subject: bool | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> Finding:
        """A finding in this place. Who made it is asked of the audit log unless the caller knows.

        Args:
            kind: a short stable word for what it is, e.g. "lambda-url".
            resource: ARN or name, unique within account, Region and kind.
            title: one sentence that a responder reads.
            found_by: the calls that showed it, e.g. "lambda:GetPolicy".
            allows: what somebody can do with it.
            remove: the exact command or action that removes it.
            severity: "high", "medium" or "low".
            by_subject: True when it is known that the subject made it.
            detail: what else the reply showed.

        """
        made = self.trail.touched(self.account, self.region, resource) if by_subject is None else by_subject
        return Finding(
            id=f"{self.account}/{self.region}/{kind}/{resource}", system=self.session.system.name, kind=kind,
            title=title, found_by=found_by, allows=allows, remove=remove, by_subject=made, severity=severity,
            detail={"account": self.account, "region": self.region, "resource": resource, **(detail or {})},
        )  # fmt: skip


def _account(principal: str) -> str:
    if principal.startswith("arn:") and principal.count(":") >= 5:  # noqa: PLR2004 - an ARN has six parts
        return account_of(principal)
    return principal
