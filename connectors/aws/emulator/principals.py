"""Who signs a request: users by their keys, sessions by theirs, and what each of them may do."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.iam.models import iam_backends

from connectors.aws.emulator.kept import kept
from connectors.aws.policies import parsed

HOME_ACCOUNT = "123456789012"
BOUNDARIES: dict[tuple[str, str], str] = kept({})
"""Permissions boundary ARNs by (account, user): moto keeps them for roles only."""
ROOT_KEY = "AKIARANGEROOT0000000"
"""Seeds the range: the root of the home account, above every policy."""


@dataclass(frozen=True)
class Principal:
    """Whoever signed."""

    arn: str
    account: str
    policies: tuple[dict[str, Any], ...]
    issued: datetime | None = None
    """When a session was issued; None for long-term keys, which carry no aws:TokenIssueTime."""
    root: bool = False
    user: str = ""
    role: str = ""
    """ARN of the role behind a role session, which is what trust documents name."""
    boundary: dict[str, Any] | None = None
    """The permissions boundary's document."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Further condition keys of the session, such as identitystore:UserId."""

    def context(self) -> dict[str, Any]:
        """The condition keys that this principal brings."""
        keys: dict[str, Any] = {"aws:PrincipalArn": self.role or self.arn, **self.extra}
        if self.issued is not None:
            keys["aws:TokenIssueTime"] = self.issued
        return keys


@dataclass
class Issued:
    """Temporary credentials that the range handed out."""

    key: str
    secret: str
    token: str
    account: str
    kind: str
    """"user" (GetSessionToken, GetFederationToken, console) or "role"."""
    owner: str
    """User name or role ARN."""
    name: str
    issued: datetime
    expires: datetime
    extra: Mapping[str, Any] = field(default_factory=dict)


class Denied(Exception):  # noqa: N818 - it is an answer, not a fault
    """The request is refused, with AWS's error code."""

    def __init__(self, code: str, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class Principals:
    """All keys and sessions of the range."""

    def __init__(self) -> None:
        self.sessions: dict[str, Issued] = {}

    def issue(
        self, account: str, kind: str, owner: str, name: str, seconds: int, key: str = "", **extra: Any
    ) -> Issued:
        """New temporary credentials; `key` when another part already chose it, `extra` condition keys they bring."""
        now = datetime.now(UTC)
        made = Issued(
            key or "ASIA" + secrets.token_hex(8).upper(), secrets.token_hex(20), secrets.token_hex(32), account, kind,
            owner, name, now, now + timedelta(seconds=seconds), extra,
        )  # fmt: skip
        self.sessions[made.key] = made
        return made

    def account_of(self, key: str) -> str:
        """The account that a key belongs to; "" when nobody knows it."""
        if key in self.sessions:
            return self.sessions[key].account
        return next((account for account, _user, one in _access_keys() if one.access_key_id == key), "")

    def of(self, key: str) -> Principal:
        """The principal behind an access key id.

        Raises:
            Denied: unknown, inactive or expired.

        """
        if key == ROOT_KEY:
            return Principal(f"arn:aws:iam::{HOME_ACCOUNT}:root", HOME_ACCOUNT, (), root=True)
        if key in self.sessions:
            return self._session(self.sessions[key])
        for account, user, access_key in _access_keys():
            if access_key.access_key_id == key:
                if access_key.status != "Active":
                    raise Denied("InvalidClientTokenId", "The security token included in the request is invalid.")
                return _user(account, user.name)
        raise Denied("InvalidClientTokenId", "The security token included in the request is invalid.")

    def _session(self, one: Issued) -> Principal:
        if datetime.now(UTC) > one.expires:
            raise Denied("ExpiredToken", "The security token included in the request is expired")
        if one.kind == "user":
            if one.owner not in backend(one.account).users:
                raise Denied("InvalidClientTokenId", "The security token included in the request is invalid.")
            return _user(one.account, one.owner, one.issued)
        role = one.owner.rsplit("/", 1)[1]
        arn = f"arn:aws:sts::{one.account}:assumed-role/{role}/{one.name}"
        own = role_policies(one.account, role)
        userid = f"{_role_id(one.account, role)}:{one.name}"
        return Principal(
            arn, one.account, own, one.issued, role=one.owner, boundary=_role_boundary(one.account, role),
            extra={"aws:userid": userid, **one.extra},
        )  # fmt: skip


def backend(account: str) -> Any:
    """Moto's IAM of one account."""
    return iam_backends[account]["aws"]


def _user(account: str, name: str, issued: datetime | None = None) -> Principal:
    user = backend(account).users[name]
    boundary = BOUNDARIES.get((account, name))
    return Principal(
        user.arn, account, user_policies(account, name), issued, user=name,
        boundary=document_of(account, boundary) if boundary else None, extra={"aws:username": name},
    )  # fmt: skip


def document_of(account: str, arn: str) -> dict[str, Any]:
    """The default version of a managed policy; one that denies everything when it is gone."""
    policy = backend(account).managed_policies.get(arn)
    return _default(policy) if policy else {"Statement": []}


def _role_id(account: str, name: str) -> str:
    return next((str(role.id) for role in backend(account).roles.values() if role.name == name), "")


def _role_boundary(account: str, name: str) -> dict[str, Any] | None:
    for role in backend(account).roles.values():
        if role.name == name and role.permissions_boundary_arn:
            return document_of(account, role.permissions_boundary_arn)
    return None


def _access_keys() -> list[tuple[str, Any, Any]]:
    return [
        (account, user, key)
        for account in list(iam_backends)
        for user in list(backend(account).users.values())
        for key in list(user.access_keys)
    ]


def user_policies(account: str, name: str) -> tuple[dict[str, Any], ...]:
    """Every identity policy of a user, its groups' included."""
    iam = backend(account)
    user = iam.users[name]
    documents = [parsed(text) for text in user.policies.values()]
    managed = list(user.managed_policies.values())
    for group in iam.get_groups_for_user(name):
        documents += [parsed(text) for text in group.policies.values()]
        managed += list(group.managed_policies.values())
    return tuple(documents + [_default(policy) for policy in managed])


def role_policies(account: str, name: str) -> tuple[dict[str, Any], ...]:
    """Every identity policy of a role; none when the role is gone, so that its sessions are denied."""
    roles = [role for role in backend(account).roles.values() if role.name == name]
    if not roles:
        return ()
    documents = [parsed(text) for text in roles[0].policies.values()]
    return tuple(documents + [_default(policy) for policy in roles[0].managed_policies.values()])


def _default(policy: Any) -> dict[str, Any]:
    return next(parsed(version.document) for version in policy.versions if version.is_default)
