"""What an area of the persistence sweep is, and what it is lent. One module of `areas/` per area.

An area module has these names:

* `AREA`: its name, as the sweep's checks tell it.
* `SCOPE`: where it is swept: once ("estate", from the home account), in every "account", or in every "region" of
  every account.
* `PERMISSIONS`: the vendor's names of what it calls.
* `sweep(look)`: yields findings, and raises what the system answers where it cannot be read: the sweep records
  that as could-not-check, never as nothing found. What it yielded before counts. An area that can go on without
  one of its reads wraps that read in `look.tried()`.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from connectors.aws.discover import account_of
from connectors.contract import Finding
from connectors.errors import WorldError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession
    from connectors.aws.hunt.trail import Trail

UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,124}")
"""What a policy shows for a principal that was deleted: it opens nothing to anybody (IAM user guide, unique ids)."""


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
    organization: str = ""
    """Id of the organisation that the estate belongs to; "" when there is none or nobody may tell."""
    gaps: list[str] = field(default_factory=list)
    """Why parts of this area could not be read here."""

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Go on with the rest of the area when a read fails; the sweep tells why, and keeps what was found."""
        try:
            yield
        except WorldError as error:
            self.gaps.append(error.what)

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        """One read in this place."""
        return self.session.call(service, operation, account=self.account, region=self.region, **params)

    def pages(self, service: str, operation: str, key: str, **params: Any) -> Iterator[Any]:
        """All items of a listing in this place."""
        return self.session.pages(service, operation, key, account=self.account, region=self.region, **params)

    def strangers(self, principals: Iterable[str]) -> list[str]:
        """Those of some AWS principals (ARNs, account ids, `*`) that belong to no account of the estate; sorted."""
        named = {one for one in principals if not UNIQUE_ID.fullmatch(one)}
        return sorted(one for one in named if _account(one) not in self.ours)

    def by_subject(self, resource: str) -> bool:
        """Whether the audit log ties a resource of this place to the subject, by its name or ARN.

        Raises:
            WorldError: the log of this place cannot be read, so that "no" would be a guess.

        """
        name = resource.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        return not self._named.isdisjoint({resource, name})

    def tied(self, resource: str) -> bool | None:
        """As `by_subject`, for what is a finding whoever made it: None, and a gap, when the log cannot be read."""
        try:
            return self.by_subject(resource)
        except WorldError as error:
            self.gaps.append(error.what)
            return None

    def events(self, *event_names: str) -> list[dict[str, Any]]:
        """The subject's changes in this place whose name begins with one of these; some services add a version.

        Raises:
            WorldError: the log of this place cannot be read.

        """
        return [
            event
            for event in self.trail.changes(self.account, self.region)
            if str(event.get("EventName")).startswith(event_names)
        ]

    @cached_property
    def _named(self) -> frozenset[str]:
        """Every text that the subject's changes in this place name, gathered once for all of its resources."""
        return frozenset().union(*(event["names"] for event in self.trail.changes(self.account, self.region)))

    def command(self, service: str, operation: str, **options: Any) -> str:
        """The aws-cli command that does something in this place, every value quoted for a shell.

        An option is a text, a list of texts, an object or a list of objects (told as JSON), or a flag: True or False.
        """
        words = ["aws", service, operation]
        for name, value in options.items():
            flag = name.replace("_", "-")
            if isinstance(value, bool):
                words.append(f"--{flag}" if value else f"--no-{flag}")
            else:
                # A name that begins like an option would be taken for one.
                words.append(f"--{flag}{'=' if str(value).startswith('-') else ' '}{_told(value)}")
        return " ".join([*words, f"--region {quoted(self.region)}"])

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


def quoted(name: object) -> str:
    """A name as one word of a shell: whoever chose it may have chosen `; rm -rf ~`."""
    return shlex.quote(str(name))


def _told(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return " ".join(quoted(one) for one in value)
    return quoted(value if isinstance(value, str) else json.dumps(value, separators=(",", ":")))


def _account(principal: str) -> str:
    if principal.startswith("arn:") and principal.count(":") >= 5:  # noqa: PLR2004 - an ARN has six parts
        return account_of(principal)
    return principal
