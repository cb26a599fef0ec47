"""Open Session Manager channels: they are not authorised again per keystroke, so each is terminated by its id.

Owners are compared exactly: an IAM user's ARN, or a role session whose session name is the person's user name.
On the subject's own instance every open channel counts, whoever opened it; the subject's own are told once, as theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.aws.everywhere import everywhere
from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind, Subject, Undo

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

FAMILY = "ssm"
KINDS = ("iam-user", "identity-center-user", "ec2-instance")
OBSERVE_PERMISSIONS = ("ssm:DescribeSessions",)
CUT_PERMISSIONS = ("ssm:TerminateSession",)
RESTORE_PERMISSIONS: tuple[str, ...] = ()
READ_BY = "ssm:DescribeSessions"


def observe(
    session: AwsSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[list[AccessPath], dict[PathKind, str]]:
    """One path per open channel, over all accounts and Regions."""
    del known

    def read(where: str, region: str) -> Iterator[AccessPath]:
        rows = session.pages("ssm", "describe_sessions", "Sessions", account=where, region=region, State="Active")
        return (_path(account, where, region, one) for one in rows if _is_of(one, account, subject))

    paths, why = everywhere(session, read)
    return paths, {PathKind.SESSION: why} if why else {}


def _is_of(one: dict[str, Any], account: Account, subject: Subject) -> bool:
    owner = str(one.get("Owner", ""))
    if account.kind == "ec2-instance":
        theirs = ":user/" in owner and owner.rsplit("/", 1)[1] in _user_names(subject)
        return bool(one.get("Target") == account.id.rsplit("/", 1)[1]) and not theirs
    if account.kind == "iam-user":
        return owner == account.id
    return ":assumed-role/AWSReservedSSO_" in owner and owner.rsplit("/", 1)[1] == account.label


def _user_names(subject: Subject) -> set[str]:
    """Names under which the subject's own IAM users are accounts of this case: their channels are listed there."""
    return {
        name
        for persona in subject.personas
        for name in (*persona.exact("aws", "user-names"), *persona.exact("aws", "emails"), *persona.emails)
    }


def _path(account: Account, where: str, region: str, one: dict[str, Any]) -> AccessPath:
    return AccessPath(
        system=account.system, account=account.id, kind=PathKind.SESSION,
        id=f"{FAMILY}/{where}/{region}/{one['SessionId']}",
        label=f"open channel to {one.get('Target', 'unknown')} in {where} {region}", undo=Undo.NO,
        undo_note="a channel cannot be given back; the person opens a new one",
        before={"account": where, "region": region, "session": one["SessionId"]},
    )  # fmt: skip


def cut(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Terminate the channel; permanent, and safe to repeat."""
    del order
    where = {"account": path.before["account"], "region": path.before["region"]}
    session.call("ssm", "terminate_session", SessionId=path.before["session"], **where)
    return Landed(datetime.now(UTC))


def restore(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Nothing gives a channel back."""
    del session, path, order
    return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, "a channel cannot be given back")
