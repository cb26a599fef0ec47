"""Sign-in itself: the account's block, its sessions, its password, and what brings a blocked account back.

The block goes first and alone: nothing that the subject holds undoes it, a disabled account cannot reset its own
password, and a PATCH that mixes properties is refused whole. Sessions and password follow at once. A 204 is no
proof: each is read back as a property of its own, and against the value that an earlier read recorded.
"""

from __future__ import annotations

import secrets
import string
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.contract import (
    AccessPath,
    Account,
    CutOrder,
    Landed,
    Manual,
    Outcome,
    PathKind,
    PathState,
    Subject,
    Undo,
)
from connectors.errors import NotFoundError, RefusedError
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.odata import select
from connectors.microsoft.paths import Paths, Unread, known_before, moment, path
from connectors.microsoft.survival import ACCESS_TOKEN_S, GUEST_TOKENS, SYNC_S, TOKENS

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "sign-in"
KINDS = (MEMBER, GUEST)
OBSERVE_PERMISSIONS = ("User.Read.All",)
CUT_PERMISSIONS = (
    "User.EnableDisableAccount.All", "User.RevokeSessions.All", "User-PasswordProfile.ReadWrite.All",
)  # fmt: skip
RESTORE_PERMISSIONS = ("User.EnableDisableAccount.All", "User-PasswordProfile.ReadWrite.All")
READ_BY = "GET /users/{id} with its own properties"

PROPERTIES = (
    "id", "userPrincipalName", "accountEnabled", "signInSessionsValidFromDateTime", "lastPasswordChangeDateTime",
    "onPremisesSyncEnabled", "userType",
)  # fmt: skip
"""Most of these are not in an answer unless they are named (user resource type)."""

PASSWORD_LENGTH = 40
ROLE_HINT = (
    "give the cutter's service principal the Entra role User Administrator, or Privileged Authentication "
    "Administrator where the target holds a role or is in a role-assignable group, or a role scoped to the "
    "restricted administrative unit that the target is in"
)


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every path of one account's sign-in; a user that is gone has none but the tokens it may still hold."""
    del subject
    try:
        user = session.get("/v1.0/users/{user}", query=select(*PROPERTIES), user=account.id)
    except NotFoundError:
        return [], {}
    except RefusedError as error:
        return [], dict.fromkeys((PathKind.PASSWORD, PathKind.SESSION, PathKind.TOKEN, PathKind.AUTOMATION), error.what)
    seen = _Seen(account, user, known)
    paths = [seen.block(), seen.sessions(), seen.password(), seen.tokens(), seen.app_sessions()]
    if user.get("onPremisesSyncEnabled"):
        paths.append(seen.sync())
    return paths, {}


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """One property, one request."""
    del order
    part = path.id.rsplit("/", 1)[1]
    user = path.account
    if part == "block":
        _patch(session, user, {"accountEnabled": False})
    elif part == "sessions":
        session.call("POST", "/v1.0/users/{user}/revokeSignInSessions", user=user)
    elif part == "password":
        _patch(session, user, {"passwordProfile": _unknown_password()})
    else:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.reason)
    return Landed(datetime.now(UTC))


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """The block is lifted where there was none; a password comes back as a new one, told once."""
    del order
    part = path.id.rsplit("/", 1)[1]
    if part == "block":
        _patch(session, path.account, {"accountEnabled": True})
        return Landed(datetime.now(UTC), detail="Exchange takes 35 to 40 min to let the person in again")
    if part == "password" and path.manual is None:
        given = _unknown_password(change=True)
        _patch(session, path.account, {"passwordProfile": given})
        return Landed(datetime.now(UTC), detail="a new password was set", one_time_secret=str(given["password"]))
    return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)


def _patch(session: MicrosoftSession, user: str, body: dict[str, Any]) -> None:
    """Change one property.

    Raises:
        RefusedError: naming the role that is missing, where a permission alone does not do.
        WorldError: what Graph answered.

    """
    try:
        session.call("PATCH", "/v1.0/users/{user}", body=body, user=user)
    except RefusedError as error:
        raise RefusedError(error.what, permission=error.permission, fix=f"{error.fix}; {ROLE_HINT}") from None


def _unknown_password(*, change: bool = False) -> dict[str, Any]:
    """A password that nobody keeps, of all classes of character that a policy may ask for."""
    letters = string.ascii_letters + string.digits + "-_.~!*"
    word = "".join(secrets.choice(letters) for _letter in range(PASSWORD_LENGTH))
    return {"password": f"aA1~{word}", "forceChangePasswordNextSignIn": change}


class _Seen:
    """One user as one read showed it, beside what earlier reads recorded."""

    def __init__(self, account: Account, user: dict[str, Any], known: tuple[AccessPath, ...]) -> None:
        self.account, self.user, self.known = account, user, known
        self.name = str(user.get("userPrincipalName") or account.id)
        self.blocked = user.get("accountEnabled") is False
        self.synced = bool(user.get("onPremisesSyncEnabled"))
        self.guest = account.kind == GUEST
        self.revoked_at = moment(user.get("signInSessionsValidFromDateTime"))

    def block(self) -> AccessPath:
        """Whether the account may sign in."""
        made = path(self.account, FAMILY, PathKind.PASSWORD, "block", f"sign-in of {self.name}", wave=0)
        return made.seen(PathState.CUT, "accountEnabled is false") if self.blocked else made

    def sessions(self) -> AccessPath:
        """Refresh tokens and browser sessions: gone when revoked after the first read, in a blocked account."""
        made = self._since("sessions", "signInSessionsValidFromDateTime", PathKind.SESSION,
                           f"refresh tokens and browser sessions of {self.name}", undo=Undo.NO,
                           undo_note="the person signs in again")  # fmt: skip
        return self._moved(made, "revoked", "the account may sign in: new sessions can be opened")

    def password(self) -> AccessPath:
        """The password that the subject knows; a guest's is the home tenant's, a synced user's the directory's."""
        label = f"the password of {self.name}"
        if self.guest:
            home = "a guest's password is in the home tenant"
            return path(self.account, FAMILY, PathKind.PASSWORD, "password", label, undo=Undo.NO,
                        state=PathState.NOT_APPLICABLE, reason=home)  # fmt: skip
        made = self._since("password", "lastPasswordChangeDateTime", PathKind.PASSWORD, label, undo=Undo.WHEN_ASKED,
                           undo_note="the old one is gone: a restore sets a new one and tells it once",
                           manual=RESET_TWICE if self.synced else None)  # fmt: skip
        return self._moved(made, "changed", "the account may sign in: its owner can reset the password")

    def tokens(self) -> AccessPath:
        """Access tokens that were given before the block: no call takes them back."""
        made = path(
            self.account, FAMILY, PathKind.TOKEN, "access-tokens", f"access tokens that {self.name} holds",
            survives_s=ACCESS_TOKEN_S, undo=Undo.NO, undo_note="they end by themselves",
            reason=GUEST_TOKENS if self.guest else TOKENS,
        )  # fmt: skip
        if not self.blocked or self.revoked_at is None:
            return made
        until = self.revoked_at + timedelta(seconds=ACCESS_TOKEN_S)
        if datetime.now(UTC) >= until:
            return made.seen(PathState.CUT, "every such token has ended")
        return made.seen(PathState.RESIDUAL, made.reason, until)

    def app_sessions(self) -> AccessPath:
        """Sessions that apps keep by a cookie of their own; a guest's home tenant keeps more."""
        manual = HOME_TENANT if self.guest else APP_SESSIONS
        return path(self.account, FAMILY, PathKind.SESSION, "app-sessions", manual.title, wave=2, undo=Undo.NO,
                    undo_note="the person signs in again", manual=manual)  # fmt: skip

    def sync(self) -> AccessPath:
        """The directory sync, which undoes a block in the cloud alone; proven off by a whole cycle without it."""
        made = path(self.account, FAMILY, PathKind.AUTOMATION, "sync",
                    f"directory sync, which enables {self.name} again", wave=0, undo=Undo.NO,
                    undo_note="enable the account in Active Directory", manual=DISABLE_IN_AD)  # fmt: skip
        quiet = self.blocked and self.revoked_at and datetime.now(UTC) - self.revoked_at > timedelta(seconds=SYNC_S)
        return made.seen(PathState.CUT, "still blocked after a whole sync cycle") if quiet else made

    def _since(self, part: str, name: str, kind: PathKind, label: str, **more: Any) -> AccessPath:
        """A path that a moved time-stamp proves cut; `before` keeps the stamp of the first read."""
        id_ = f"{FAMILY}/{self.account.id}/{part}"
        stamp = known_before(self.known, id_).get("stamp", self.user.get(name))
        return path(self.account, FAMILY, kind, part, label, before={"stamp": stamp, "property": name}, **more)

    def _moved(self, made: AccessPath, done: str, otherwise: str) -> AccessPath:
        now, first = moment(self.user.get(made.before["property"])), moment(made.before["stamp"])
        moved = now is not None and (first is None or now > first)
        if not moved:
            return made
        if not self.blocked:
            return made.seen(PathState.STANDING, f"{done} at {now:%Y-%m-%dT%H:%M:%SZ}, but {otherwise}")
        return made.seen(PathState.CUT, f"{done} at {now:%Y-%m-%dT%H:%M:%SZ} in a blocked account")


REVOKE = "https://learn.microsoft.com/entra/identity/users/users-revoke-access"
DISABLE_IN_AD = Manual(
    "Disable the account in on-premises Active Directory",
    (
        "On a domain controller: Disable-ADAccount -Identity <sAMAccountName>",
        "Start a sync: Start-ADSyncSyncCycle -PolicyType Delta",
        "The block in the cloud alone is undone by the next cycle, after about 30 minutes.",
    ),
    "Get-ADUser -Identity <sAMAccountName> shows Enabled : False",
    "What did Get-ADUser show, and when did the sync run?",
    REVOKE,
)
RESET_TWICE = Manual(
    "Reset the password twice in on-premises Active Directory",
    (
        "Set-ADAccountPassword -Identity <sAMAccountName> -Reset, with a password that nobody keeps",
        "Once more the same: the second reset defeats a hash that replication still carries.",
    ),
    "Get-ADUser -Identity <sAMAccountName> -Properties PasswordLastSet shows a time after the block",
    "Which PasswordLastSet did you see?",
    REVOKE,
)
APP_SESSIONS = Manual(
    "End the sessions that apps keep by a cookie of their own",
    (
        "Entra ID cannot end them, and how long they live is each app's own choice.",
        "In the Entra portal: Users, the person, Applications.",
        "For each app that is listed, open its own admin console and sign the person out.",
    ),
    "each app's console shows no session of the person",
    "Which apps did you sign the person out of, and which have no such button?",
    REVOKE,
)
HOME_TENANT = Manual(
    "Tell the guest's home organisation",
    (
        "The person's session and password are in the home tenant, which alone can end them.",
        "Counsel decides who is told, when, and with which words.",
    ),
    "the home organisation confirms that the account is blocked there",
    "Who was told, and what did they answer?",
    "https://learn.microsoft.com/graph/api/user-revokesigninsessions",
)
