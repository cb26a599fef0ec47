"""The pre-staged service control policy: the one deny in a member account that the subject cannot undo.

The organisation attaches a policy with a placeholder in advance (setting `containment-policy`); the cut is one
UpdatePolicy that adds a statement about the subject. SCPs bind sessions that exist already. They never bind the
management account (Organizations User Guide), and only the management account or a delegated administrator may call.
"""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.aws.discover import account_of
from connectors.aws.policies import parsed, statements
from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind, PathState, Subject
from connectors.errors import NotFoundError, RefusedError, RejectedError, UnsupportedError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

FAMILY = "scp"
KINDS = ("iam-user", "identity-center-user")
OBSERVE_PERMISSIONS = (
    "organizations:DescribePolicy",
    "organizations:ListTargetsForPolicy",
    "organizations:ListParents",
)
CUT_PERMISSIONS = ("organizations:UpdatePolicy", "organizations:DescribePolicy")
RESTORE_PERMISSIONS = ("organizations:UpdatePolicy", "organizations:DescribePolicy")
READ_BY = "organizations:DescribePolicy"
LONGEST = 5120
"""Characters of a service control policy (historical quota; general knowledge, the service itself decides)."""
SID_PREFIX = "EvictCase"
UNBOUND = "service control policies never bind the management account: the deny on the identity is the first cut here"

_lock = threading.Lock()
"""Reading and writing the one shared document is one step; two accounts of a subject are cut side by side."""


def observe(
    session: AwsSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[list[AccessPath], dict[PathKind, str]]:
    """One path for an account in an organisation; none where the estate names no organisation."""
    del subject, known
    policy = session.settings.get("containment-policy")
    if not (policy or session.settings.get("organization")):
        return [], {}
    path = AccessPath(
        system=account.system, account=account.id, kind=PathKind.PERMISSION, id=f"{FAMILY}/{account.id}",
        label=f"what no service control policy denies {account.label or account.id}", wave=0,
        before={"policy": policy, "condition": _condition(account)},
    )  # fmt: skip
    if not policy:
        return [_apart(path, "the estate names no `containment-policy`: the deny on the identity is the first cut")], {}
    if account.kind == "iam-user" and account_of(account.id) == session.home_account:
        return [_apart(path, UNBOUND)], {}
    try:
        return [_judged(session, account, path, str(policy))], {}
    except (RefusedError, UnsupportedError, NotFoundError) as error:
        return [], {PathKind.PERMISSION: error.what}


def _judged(session: AwsSession, account: Account, path: AccessPath, policy: str) -> AccessPath:
    where = account_of(account.id) if account.kind == "iam-user" else ""
    if not _attached(session, policy, where):
        return _apart(
            path, f"policy {policy} is not attached to the root, a unit or the account above {where or 'any'}"
        )
    own = [one for one in statements(_document(session, policy)) if _is_about(one, path.before["condition"])]
    if own:
        return path.seen(PathState.CUT, f"denied by {own[0]['Sid']} in service control policy {policy}")
    return path


def _apart(path: AccessPath, why: str) -> AccessPath:
    return path.seen(PathState.NOT_APPLICABLE, why)


def _attached(session: AwsSession, policy: str, account: str) -> bool:
    """Whether the policy stands above an account; for people without one account of theirs, anywhere."""
    targets = {
        one["TargetId"] for one in session.pages("organizations", "list_targets_for_policy", "Targets", PolicyId=policy)
    }
    if not account:
        return bool(targets)
    child = account
    while child not in targets:
        parents = session.call("organizations", "list_parents", ChildId=child)["Parents"]
        if not parents:
            return False
        child = parents[0]["Id"]
        if parents[0]["Type"] == "ROOT":
            return child in targets
    return True


def _document(session: AwsSession, policy: str) -> dict[str, Any]:
    return parsed(session.call("organizations", "describe_policy", PolicyId=policy)["Policy"]["Content"])


def _condition(account: Account) -> dict[str, Any]:
    """By what AWS recognises the subject, whatever credential signs."""
    if account.kind == "iam-user":
        return {"ArnEquals": {"aws:PrincipalArn": account.id}}
    return {"StringEquals": {"identitystore:UserId": account.id.rsplit("/", 1)[1]}}


def _is_about(statement: dict[str, Any], condition: dict[str, Any]) -> bool:
    return (
        statement.get("Effect") == "Deny"
        and statement.get("Action") == "*"
        and statement.get("Resource") == "*"
        and statement.get("Condition") == condition
    )


def sid(case_id: str, account: str) -> str:
    """The id of one case's statement about one account; letters and digits only, as IAM's grammar asks."""
    return SID_PREFIX + hashlib.sha256(f"{case_id}\n{account}".encode()).hexdigest()[:16]


def cut(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Add the statement about this account; what others wrote into the policy stays.

    Raises:
        RejectedError: the policy would be too long.

    """
    name, policy = sid(order.case_id, path.account), str(path.before["policy"])
    with _lock:
        document = _document(session, policy)
        if any(one.get("Sid") == name for one in statements(document)):
            return Landed(datetime.now(UTC), Outcome.ALREADY_SO, f"{name} stands in {policy} already")
        deny = {"Sid": name, "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": path.before["condition"]}
        _write(session, policy, {**document, "Statement": [*statements(document), deny]})
    return Landed(datetime.now(UTC))


def restore(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Take this case's statement about this account out again, and nothing else."""
    name, policy = sid(order.case_id, path.account), str(path.before["policy"])
    with _lock:
        document = _document(session, policy)
        kept = [one for one in statements(document) if one.get("Sid") != name]
        if len(kept) == len(statements(document)):
            return Landed(datetime.now(UTC), Outcome.ALREADY_SO, f"{name} is not in {policy}")
        _write(session, policy, {**document, "Statement": kept})
    return Landed(datetime.now(UTC))


def _write(session: AwsSession, policy: str, document: dict[str, Any]) -> None:
    content = json.dumps(document, separators=(",", ":"))
    if len(content) > LONGEST:
        raise RejectedError(
            f"service control policy {policy} would have {len(content)} characters",
            expected=f"at most {LONGEST}",
            fix="take statements of closed cases out of it, or pre-stage a second policy",
        )
    session.call("organizations", "update_policy", PolicyId=policy, Content=content)
