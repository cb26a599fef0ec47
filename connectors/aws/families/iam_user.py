"""An IAM user's own ways in: permissions, keys, password, certificates, SSH keys, service credentials, groups.

The first cut is an unconditional deny-all on the user. It ends what the user's own policies allow, together
with every GetSessionToken and GetFederationToken session, and the subject cannot undo it with those.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.aws.discover import account_of, user_of
from connectors.aws.policies import DENY_PREFIX, cut_time, denies_everything, deny_all, deny_name, parsed
from connectors.aws.survival import SERVICE_TOKEN_S
from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind, PathState, Subject, Undo
from connectors.errors import NotFoundError, RefusedError, UnsupportedError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

FAMILY = "iam-user"
KINDS = ("iam-user",)
"""Kinds of account that this family reads."""
OBSERVE_PERMISSIONS = (
    "iam:GetUserPolicy", "iam:ListUserPolicies", "iam:ListAccessKeys", "iam:GetLoginProfile",
    "iam:ListGroupsForUser", "iam:ListSigningCertificates", "iam:ListSSHPublicKeys",
    "iam:ListServiceSpecificCredentials", "iam:ListMFADevices", "iam:GetUser",
)  # fmt: skip
CUT_PERMISSIONS = (
    "iam:PutUserPolicy", "iam:UpdateAccessKey", "iam:DeleteLoginProfile", "iam:UpdateSigningCertificate",
    "iam:UpdateSSHPublicKey", "iam:UpdateServiceSpecificCredential", "iam:RemoveUserFromGroup",
    "iam:PutUserPermissionsBoundary",
)  # fmt: skip
RESTORE_PERMISSIONS = (
    "iam:DeleteUserPolicy", "iam:UpdateAccessKey", "iam:CreateLoginProfile", "iam:UpdateSigningCertificate",
    "iam:UpdateSSHPublicKey", "iam:UpdateServiceSpecificCredential", "iam:AddUserToGroup",
    "iam:PutUserPermissionsBoundary", "iam:DeleteUserPermissionsBoundary",
)  # fmt: skip
PASSWORD_LENGTH = 28
READ_BY = "iam:Get/List calls of the user's own credentials"

Paths = list[AccessPath]
Reader = Callable[["AwsSession", Account], Paths]


def observe(
    session: AwsSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, dict[PathKind, str]]:
    """All of the user's own paths; kinds that could not be read, with why."""
    del subject
    paths: Paths = []
    unread: dict[PathKind, str] = {}

    def read(pair: tuple[tuple[PathKind, ...], Reader]) -> Paths:
        kinds, reader = pair
        try:
            return reader(session, account)
        except NotFoundError:
            return _of_a_deleted_user(account, known) if reader is _permissions else []
        except (RefusedError, UnsupportedError) as error:
            unread.update(dict.fromkeys(kinds, error.what))
            return []

    with ThreadPoolExecutor(len(_READERS)) as pool:
        for found in pool.map(read, _READERS):
            paths.extend(found)
    return paths, unread


def _of_a_deleted_user(account: Account, known: tuple[AccessPath, ...]) -> Paths:
    """Deleting a user ends all of its own paths, but not what services gave it before; the time of that is unknown."""
    tokens = [path for path in known if path.id == f"{FAMILY}/{account.id}/service-tokens"]
    return [
        path if path.until else path.seen(PathState.UNKNOWN, f"{path.reason}; the user was deleted") for path in tokens
    ]


def _path(account: Account, kind: PathKind, part: str, label: str, **more: Any) -> AccessPath:
    before = {"user": user_of(account.id), **more.pop("before", {})}
    return AccessPath(
        system=account.system, account=account.id, kind=kind, id=f"{FAMILY}/{account.id}/{part}", label=label,
        before=before, **more,
    )  # fmt: skip


def _permissions(session: AwsSession, account: Account) -> Paths:
    """What the user may do, and what outlives the end of it."""
    where, user = account_of(account.id), user_of(account.id)
    since: datetime | None = None
    denied = ""
    for name in session.pages("iam", "list_user_policies", "PolicyNames", account=where, UserName=user):
        if not name.startswith(DENY_PREFIX):
            continue
        answer = session.call("iam", "get_user_policy", account=where, UserName=user, PolicyName=name)
        document = parsed(answer["PolicyDocument"])
        if denies_everything(document):
            denied, since = name, cut_time(document)
    state = PathState.CUT if denied else PathState.STANDING
    reason = f"denied by the user's inline policy {denied}" if denied else ""
    own = _path(
        account, PathKind.PERMISSION, "permissions",
        f"everything that {user}'s policies and GetSessionToken sessions allow in {account_of(account.id)}",
        state=state, reason=reason, wave=0,
    )  # fmt: skip
    return [own, _service_tokens(account, user, since)]


def _service_tokens(account: Account, user: str, since: datetime | None) -> AccessPath:
    """Tokens that services minted before the cut: no call lists or ends them, so their end is told instead."""
    path = _path(
        account, PathKind.TOKEN, "service-tokens",
        f"tokens that services in {account_of(account.id)} gave {user} (ECR login, CodeCommit, RDS)",
        survives_s=SERVICE_TOKEN_S, undo=Undo.NO, undo_note="they end by themselves",
        reason="may exist; cannot be listed or revoked; at most 12 h (general knowledge, not re-checked)",
    )  # fmt: skip
    if since is None:
        return path
    until = since + timedelta(seconds=SERVICE_TOKEN_S)
    if datetime.now(UTC) >= until:
        return path.seen(PathState.CUT, "every such token has expired")
    return path.seen(PathState.RESIDUAL, path.reason, until)


def _keys(session: AwsSession, account: Account) -> Paths:
    found = session.pages(
        "iam", "list_access_keys", "AccessKeyMetadata", account=account_of(account.id), UserName=user_of(account.id)
    )
    return [
        _switchable(account, PathKind.KEY, f"key/{one['AccessKeyId']}", f"access key {one['AccessKeyId']}", one,
                    before={"key": one["AccessKeyId"]}, undo=Undo.WHEN_ASKED,
                    undo_note="access keys stay off unless asked for, as in AWS's own containment runbook")
        for one in found
    ]  # fmt: skip


def _certificates(session: AwsSession, account: Account) -> Paths:
    found = session.pages(
        "iam", "list_signing_certificates", "Certificates", account=account_of(account.id), UserName=user_of(account.id)
    )
    return [
        _switchable(account, PathKind.CERTIFICATE, f"certificate/{one['CertificateId']}",
                    f"signing certificate {one['CertificateId']}", one, before={"certificate": one["CertificateId"]})
        for one in found
    ]  # fmt: skip


def _ssh_keys(session: AwsSession, account: Account) -> Paths:
    found = session.pages(
        "iam", "list_ssh_public_keys", "SSHPublicKeys", account=account_of(account.id), UserName=user_of(account.id)
    )
    return [
        _switchable(account, PathKind.KEY, f"ssh/{one['SSHPublicKeyId']}", f"CodeCommit SSH key {one['SSHPublicKeyId']}",  # noqa: E501
                    one, before={"ssh": one["SSHPublicKeyId"]})
        for one in found
    ]  # fmt: skip


def _service_credentials(session: AwsSession, account: Account) -> Paths:
    answer = session.call(
        "iam", "list_service_specific_credentials", account=account_of(account.id), UserName=user_of(account.id)
    )
    return [
        _switchable(account, PathKind.APP_SECRET, f"service/{one['ServiceSpecificCredentialId']}",
                    f"{one['ServiceName']} credential {one['ServiceSpecificCredentialId']}", one,
                    before={"service": one["ServiceSpecificCredentialId"]})
        for one in answer["ServiceSpecificCredentials"]
    ]  # fmt: skip


def _switchable(
    account: Account, kind: PathKind, part: str, label: str, one: dict[str, Any], **more: Any
) -> AccessPath:
    active = one["Status"] == "Active"
    state = PathState.STANDING if active else PathState.CUT
    return _path(account, kind, part, label, state=state, reason="" if active else f"status is {one['Status']}", **more)


def _password(session: AwsSession, account: Account) -> Paths:
    where, user = account_of(account.id), user_of(account.id)
    try:
        session.call("iam", "get_login_profile", account=where, UserName=user)
    except NotFoundError:
        return []
    note = "the old password is lost: restore makes a new one that must be changed at sign-in"
    return [
        _path(
            account,
            PathKind.PASSWORD,
            "password",
            f"console password of {user} in {account_of(account.id)}",
            undo_note=note,
        )
    ]


def _groups(session: AwsSession, account: Account) -> Paths:
    found = session.pages(
        "iam", "list_groups_for_user", "Groups", account=account_of(account.id), UserName=user_of(account.id)
    )
    return [
        _path(account, PathKind.MEMBERSHIP, f"group/{one['GroupName']}", f"member of group {one['GroupName']}",
              before={"group": one["GroupName"]})
        for one in found
    ]  # fmt: skip


def _boundary(session: AwsSession, account: Account) -> Paths:
    """A second lock beside the deny, where the estate names a policy for it."""
    wanted = session.settings.get("boundary")
    if not wanted:
        return []
    user = session.call("iam", "get_user", account=account_of(account.id), UserName=user_of(account.id))["User"]
    old = user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
    set_already = old == wanted
    return [
        _path(account, PathKind.PERMISSION, "boundary", f"what no boundary holds back of {user['UserName']}",
              state=PathState.CUT if set_already else PathState.STANDING,
              reason=f"the permissions boundary is {old}" if set_already else "",
              before={"old": "" if set_already else old, "boundary": wanted})
    ]  # fmt: skip


def _factors(session: AwsSession, account: Account) -> Paths:
    found = session.pages(
        "iam", "list_mfa_devices", "MFADevices", account=account_of(account.id), UserName=user_of(account.id)
    )
    reason = "left in place: useless without password and keys, and the same seed could not be given back"
    return [
        _path(account, PathKind.FACTOR, f"mfa/{one['SerialNumber']}", f"MFA device {one['SerialNumber']}",
              state=PathState.NOT_APPLICABLE, reason=reason, before={"mfa": one["SerialNumber"]})
        for one in found
    ]  # fmt: skip


_READERS: tuple[tuple[tuple[PathKind, ...], Reader], ...] = (
    ((PathKind.PERMISSION, PathKind.TOKEN), _permissions),
    ((PathKind.KEY,), _keys),
    ((PathKind.PASSWORD,), _password),
    ((PathKind.MEMBERSHIP,), _groups),
    ((PathKind.CERTIFICATE,), _certificates),
    ((PathKind.KEY,), _ssh_keys),
    ((PathKind.APP_SECRET,), _service_credentials),
    ((PathKind.FACTOR,), _factors),
    ((PathKind.PERMISSION,), _boundary),
)
"""Each reader with the kinds that it alone shows: without it nothing may be concluded from their absence."""


def cut(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Cut one of the user's paths."""
    part = path.id.removeprefix(f"{FAMILY}/{path.account}/").split("/")[0]
    if part == "service-tokens":
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, "nothing can end them; they expire by themselves")
    call = _call(session, path)
    if part == "permissions":
        document = deny_all(order.at)
        call("put_user_policy", PolicyName=deny_name(order.case_id), PolicyDocument=document)
    elif part == "password":
        call("delete_login_profile")
    elif part == "boundary":
        call("put_user_permissions_boundary", PermissionsBoundary=path.before["boundary"])
    elif part == "group":
        call("remove_user_from_group", GroupName=path.before["group"])
    else:
        _switch(call, part, path, "Inactive")
    return Landed(datetime.now(UTC))


def restore(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Put one of the user's paths back."""
    part = path.id.removeprefix(f"{FAMILY}/{path.account}/").split("/")[0]
    call = _call(session, path)
    if part == "permissions":
        call("delete_user_policy", PolicyName=deny_name(order.case_id))
    elif part == "password":
        password = new_password()
        call("create_login_profile", Password=password, PasswordResetRequired=True)
        return Landed(datetime.now(UTC), detail="a new password, to be changed at sign-in", one_time_secret=password)
    elif part == "boundary" and path.before["old"]:
        call("put_user_permissions_boundary", PermissionsBoundary=path.before["old"])
    elif part == "boundary":
        call("delete_user_permissions_boundary")
    elif part == "group":
        call("add_user_to_group", GroupName=path.before["group"])
    else:
        _switch(call, part, path, "Active")
    return Landed(datetime.now(UTC))


def _call(session: AwsSession, path: AccessPath) -> Callable[..., dict[str, Any]]:
    where, user = account_of(path.account), path.before["user"]
    return lambda operation, **more: session.call("iam", operation, account=where, UserName=user, **more)


_SWITCHES = {
    "key": ("update_access_key", "AccessKeyId", "key"),
    "certificate": ("update_signing_certificate", "CertificateId", "certificate"),
    "ssh": ("update_ssh_public_key", "SSHPublicKeyId", "ssh"),
    "service": ("update_service_specific_credential", "ServiceSpecificCredentialId", "service"),
}


def _switch(call: Callable[..., dict[str, Any]], part: str, path: AccessPath, status: str) -> None:
    operation, argument, name = _SWITCHES[part]
    call(operation, Status=status, **{argument: path.before[name]})


def new_password() -> str:
    """A random password that meets every IAM password policy: all four classes of characters."""
    classes = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!@#$%^&*()_+-=")
    letters = [secrets.choice(one) for one in classes]
    letters += [secrets.choice("".join(classes)) for _index in range(PASSWORD_LENGTH - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)
