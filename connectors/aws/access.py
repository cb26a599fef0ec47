"""Containment in AWS: the four verbs, dispatched to the families of access paths by the path's id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from connectors.aws import discover as finding
from connectors.aws.families import ec2, eks, iam_user, identity_center, organizations, roles, ssm
from connectors.contract import (
    AccessPath,
    Account,
    Containment,
    CutOrder,
    Landed,
    Notice,
    Observation,
    Outcome,
    PathKind,
    Session,
    Subject,
)
from connectors.errors import InternalError, NotFoundError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

_MODULES = (organizations, iam_user, roles, identity_center, ec2, ssm, eks)
FAMILIES: dict[str, Any] = {family.FAMILY: family for family in _MODULES}


def _declared(what: str, *more: str) -> tuple[str, ...]:
    """What all families declare for one verb, each once, and the way into member accounts."""
    own = (one for family in FAMILIES.values() for one in getattr(family, what))
    return tuple(dict.fromkeys((*more, "sts:AssumeRole", *own)))


class AwsContainment(Containment):
    """Observe, cut and restore the subject's access paths in AWS."""

    permissions: ClassVar = {
        "discover": finding.PERMISSIONS,
        "observe": _declared("OBSERVE_PERMISSIONS", "organizations:ListAccounts", "ec2:DescribeRegions"),
        "cut": _declared("CUT_PERMISSIONS"),
        "restore": _declared("RESTORE_PERMISSIONS"),
    }
    notice: ClassVar = {
        "discover": Notice.NEVER,
        "observe": Notice.NEVER,
        "cut": Notice.ALWAYS,
        "restore": Notice.ALWAYS,
    }
    attack = ("T1078.004", "T1098.001", "T1550.001")
    defend = ("D3-AL", "D3-CR", "D3-ANCI")
    sources = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html",
        "https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/awssupport-contain-iam-principal.html",
    )
    settle_s = 10.0

    def discover(self, session: Session, subject: Subject) -> tuple[Account, ...]:
        """The subject's IAM users, people of IAM Identity Center and instances."""
        return finding.discover(_aws(session), subject)

    def observe(
        self, session: Session, account: Account, subject: Subject, known: tuple[AccessPath, ...] = ()
    ) -> Observation:
        """All paths of one account, the families that know its kind read side by side."""
        aws = _aws(session)
        at = datetime.now(UTC)
        families = [family for family in FAMILIES.values() if account.kind in family.KINDS]
        if not families:
            raise InternalError(f"no family of AWS access paths reads accounts of kind {account.kind!r}")
        with ThreadPoolExecutor(len(families)) as pool:
            seen = list(pool.map(lambda family: family.observe(aws, account, subject, known), families))
        unread: dict[PathKind, str] = {}
        for _paths, missed in seen:
            unread.update(missed)
        paths = sorted((path for found, _missed in seen for path in found), key=lambda path: path.key)
        read_by = ", ".join(family.READ_BY for family in families)
        return Observation(account, at, tuple(paths), read_by, unread)

    def cut(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        """Cut one path; what is gone already is already so."""
        try:
            landed: Landed = _family(path).cut(_aws(session), path, order)
        except NotFoundError as error:
            return Landed(datetime.now(UTC), Outcome.ALREADY_SO, error.what)
        return landed

    def restore(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        """Put one path back."""
        landed: Landed = _family(path).restore(_aws(session), path, order)
        return landed


def _family(path: AccessPath) -> Any:
    name = path.id.split("/", 1)[0]
    if name not in FAMILIES:
        raise InternalError(f"no family of AWS access paths is called {name!r}")
    return FAMILIES[name]


def _aws(session: Session) -> AwsSession:
    from connectors.aws.client import AwsSession

    if not isinstance(session, AwsSession):
        raise InternalError("this session was not opened by the AWS connector")
    return session
