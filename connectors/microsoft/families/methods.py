"""Authentication methods: what the subject could prove themselves with once more, after a mistaken re-enable.

A blocked account with an unknown password cannot use them, so they go late: some tell the subject. Each type has its
own segment and its own narrow right. An alternate phone goes before the mobile, and the default method last: it
cannot be deleted while another is left (the first documented, the last general knowledge). The password is no method
that can be deleted; it is read with the sign-in. Nothing that a person registered on a device comes back by API.

Sources: Graph, authentication methods; delete and create phone method, create Temporary Access Pass. The QR code and
the default method are in the beta alone: when those routes vanish, that is told and fails nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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
from connectors.errors import NotFoundError, RefusedError, RejectedError, WorldError
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.families.sign_in import ROLE_HINT
from connectors.microsoft.paths import Paths, Unread, path
from connectors.microsoft.routes.methods import GIVEN_BACK, METHODS, PREFERENCES, QR, QR_RIGHT, READ, RIGHTS

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "methods"
KINDS = (MEMBER, GUEST)
OBSERVE_PERMISSIONS = (READ,)
CUT_PERMISSIONS = (*RIGHTS.values(), QR_RIGHT)
RESTORE_PERMISSIONS = tuple(RIGHTS[segment] for segment in GIVEN_BACK)
READ_BY = "GET /users/{id}/authentication/methods"

LATE, MOBILE, DEFAULT = 2, 3, 4
"""Waves: the alternate phone is deleted before the mobile, and the default last; a restore goes the other way."""

ALTERNATE = "b6332ec1-7057-4abe-9331-3d72feddfe41"
MOBILE_ID = "3179e48a-750b-4051-897c-87b9720928f7"
NO_API = "no API makes it anew: the person registers it again, with a Temporary Access Pass"


@dataclass(frozen=True)
class Method:
    """One type of method."""

    segment: str
    what: str
    undo: Undo = Undo.NO
    undo_note: str = NO_API
    kept: tuple[str, ...] = ()
    """Properties that a restore needs."""
    one: bool = False
    """Whether a user has one at most, under an id that changes."""


TYPES: Mapping[str, Method] = {
    "fido2AuthenticationMethod": Method("fido2Methods", "passkey"),
    "phoneAuthenticationMethod": Method(
        "phoneMethods", "phone", Undo.YES, "the same number is added; which method is the default is not given back",
        ("phoneNumber", "phoneType"),
    ),
    "microsoftAuthenticatorAuthenticationMethod": Method("microsoftAuthenticatorMethods", "Authenticator app"),
    "softwareOathAuthenticationMethod": Method("softwareOathMethods", "one-time code app"),
    "temporaryAccessPassAuthenticationMethod": Method(
        "temporaryAccessPassMethods", "Temporary Access Pass", Undo.WHEN_ASKED,
        "the old pass is gone: a restore makes a new one and tells it once", ("lifetimeInMinutes", "isUsableOnce"),
        one=True,
    ),
    "windowsHelloForBusinessAuthenticationMethod": Method("windowsHelloForBusinessMethods", "Windows Hello"),
    "emailAuthenticationMethod": Method(
        "emailMethods", "e-mail for password reset", Undo.YES, "the same address is added", ("emailAddress",)
    ),
    "platformCredentialAuthenticationMethod": Method("platformCredentialMethods", "platform credential (macOS)"),
    "externalAuthenticationMethod": Method(
        "externalAuthenticationMethods", "external method", Undo.YES,
        "added again for the same provider (general knowledge, not re-checked)", ("configurationId", "displayName"),
    ),
}  # fmt: skip
BY_SEGMENT = {one.segment: one for one in TYPES.values()}
READ_ELSEWHERE = frozenset({"passwordAuthenticationMethod", "qrCodePinAuthenticationMethod"})
"""The password is in the sign-in's paths, and cannot be deleted; the QR code is read from its own route."""

PREFERRED: Mapping[str, tuple[str, str]] = {
    "sms": ("phoneAuthenticationMethod", "mobile"), "voiceMobile": ("phoneAuthenticationMethod", "mobile"),
    "voiceAlternateMobile": ("phoneAuthenticationMethod", "alternateMobile"),
    "voiceOffice": ("phoneAuthenticationMethod", "office"), "oath": ("softwareOathAuthenticationMethod", ""),
    "push": ("microsoftAuthenticatorAuthenticationMethod", ""),
}  # fmt: skip
"""By the word for the default: the type of method, and of phone."""


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every method of one account but the password."""
    del subject
    try:
        rows = session.rows(f"{METHODS}/methods", user=account.id)
        first = _default(session, account)
        paths = [_path(account, row, first) for row in rows if _type(row) not in READ_ELSEWHERE]
        return [*paths, _qr(session, account, known)], {}
    except NotFoundError:
        return [], {}
    except RefusedError as error:
        return [], {PathKind.FACTOR: error.what}


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """One DELETE.

    Raises:
        RejectedError: it is the default while another is left.
        RefusedError: naming the role that is missing, where a right alone does not do.
        WorldError: what Graph answered.

    """
    del order
    segment, _slash, _id = _part(path)
    try:
        if segment == "qr":
            session.call("DELETE", QR, user=path.account)
        else:
            session.call("DELETE", f"{METHODS}/{segment}/{{factor}}", user=path.account, factor=path.before["id"])
    except RefusedError as error:
        raise RefusedError(error.what, permission=error.permission, fix=f"{error.fix}; {ROLE_HINT}") from None
    except RejectedError as error:
        raise RejectedError(error.what, fix="the default cannot be deleted while another method is left") from None
    return Landed(datetime.now(UTC))


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """The same phone, address or provider; a pass comes back as a new one, told once."""
    del order
    segment, _slash, _id = _part(path)
    if segment not in GIVEN_BACK:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)
    body = {name: path.before[name] for name in BY_SEGMENT[segment].kept}
    made = session.call("POST", f"{METHODS}/{segment}", body=body, user=path.account).json() or {}
    if segment != "temporaryAccessPassMethods":
        return Landed(datetime.now(UTC))
    told = str(made.get("temporaryAccessPass") or "")
    return Landed(datetime.now(UTC), detail="a new Temporary Access Pass was made", one_time_secret=told)


def _part(path: AccessPath) -> tuple[str, str, str]:
    return path.id.split("/", 2)[2].partition("/")


def _type(row: Mapping[str, Any]) -> str:
    return str(row.get("@odata.type") or "").removeprefix("#microsoft.graph.")


def _default(session: MicrosoftSession, account: Account) -> tuple[str, str]:
    """Type of the default method, and of phone; unknown when the beta route does not say."""
    try:
        found = session.get(PREFERENCES, user=account.id)
    except RefusedError:
        raise
    except WorldError:
        return "", ""
    return PREFERRED.get(str(found.get("userPreferredMethodForSecondaryAuthentication")), ("", ""))


def _path(account: Account, row: Mapping[str, Any], first: tuple[str, str]) -> AccessPath:
    kind, id_ = _type(row), str(row["id"])
    method = TYPES.get(kind)
    if method is None:
        label = f"{kind or 'unknown'}: no API of evict deletes it"
        return path(account, FAMILY, PathKind.FACTOR, f"other/{id_}", label, wave=LATE,
                    undo=Undo.NO, undo_note=NO_API, manual=IN_PORTAL)  # fmt: skip
    name = "pass" if method.one else str(row.get("configurationId") or id_)
    made = path(
        account, FAMILY, PathKind.FACTOR, f"{method.segment}/{name}", _label(method, row), wave=_wave(kind, row, first),
        undo=method.undo, undo_note=method.undo_note,
        before={"id": id_, **{one: row.get(one) for one in method.kept}},
    )  # fmt: skip
    spent = row.get("methodUsabilityReason")
    return made.seen(PathState.CUT, f"the pass is {spent}") if spent in ("Expired", "OneTimeUsed") else made


def _wave(kind: str, row: Mapping[str, Any], first: tuple[str, str]) -> int:
    if row["id"] == ALTERNATE:
        return LATE  # before the mobile, even where it is the default: that is then refused, and says why
    if kind == first[0] and str(row.get("phoneType") or "") == first[1]:
        return DEFAULT
    return MOBILE if row["id"] == MOBILE_ID else LATE


def _label(method: Method, row: Mapping[str, Any]) -> str:
    """What it is, with what evidence needs to tell one device from another; of a number only its end."""
    number = str(row.get("phoneNumber") or "")
    parts = [
        str(row.get("displayName") or ""), str(row.get("model") or ""), str(row.get("aaGuid") or ""),
        f"{row.get('phoneType')}, ends in {number[-2:]}" if number else "", str(row.get("emailAddress") or ""),
        f"registered {row['createdDateTime']}" if row.get("createdDateTime") else "",
    ]  # fmt: skip
    told = ", ".join(part for part in parts if part)
    return f"{method.what} ({told})" if told else method.what


def _qr(session: MicrosoftSession, account: Account, known: tuple[AccessPath, ...]) -> AccessPath:
    """The QR code with its PIN, of which a user has one at most."""
    made = path(account, FAMILY, PathKind.FACTOR, "qr", "QR code and PIN (beta)", wave=LATE, undo=Undo.NO,
                undo_note="an administrator gives out a new code and PIN in the portal")  # fmt: skip
    stood = any(one.id == made.id and one.state is not PathState.NOT_APPLICABLE for one in known)
    try:
        session.get(QR, user=account.id)
    except NotFoundError:
        if stood:
            return made.seen(PathState.CUT, "absent from the beta route")
        return made.seen(PathState.NOT_APPLICABLE, "none is registered, or the beta route is gone")
    except RejectedError as error:
        if stood:
            return made.seen(PathState.UNKNOWN, f"the beta route no longer answers: {error.what}")
        return made.seen(PathState.NOT_APPLICABLE, f"the beta route does not answer, look in the portal: {error.what}")
    return made


IN_PORTAL = Manual(
    "Delete an authentication method that no API of evict deletes",
    (
        "In the Entra portal: Users, the person, Authentication methods.",
        "Write down what is shown of the method that the path names, then delete it.",
    ),
    "the method is no longer listed",
    "Which method did you delete, and what was shown of it?",
    "https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview",
)
