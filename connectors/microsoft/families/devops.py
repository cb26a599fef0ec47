"""Azure DevOps: personal access tokens and SSH keys, which ask Entra ID for nothing when they are used.

A revoked token may go on for up to an hour, until Azure DevOps has heard of the block in Entra ID, which revokes
tokens too (documented: admin-revoke-user-pats). Whether a service principal may administer tokens at all is not
documented (uncertain): where it is refused, the person's tokens are told as unread, and a card says what to do.
Who somebody is in an organisation is read from its users, whose `originId` is the object id in Entra ID.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
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
from connectors.errors import NotFoundError, WorldError
from connectors.microsoft.clouds import Service
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.odata import select
from connectors.microsoft.paths import Paths, Unread, moment, path
from connectors.microsoft.routes.devops import ADMINISTRATOR, REVOCATIONS, TOKENS, USERS, VERSION
from connectors.microsoft.survival import HOUR
from connectors.replies import Answer

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "devops"
KINDS = (MEMBER, GUEST)
OBSERVE_PERMISSIONS = (ADMINISTRATOR, "User.Read.All")
CUT_PERMISSIONS = (ADMINISTRATOR,)
RESTORE_PERMISSIONS: tuple[str, ...] = ()
READ_BY = "Azure DevOps: GET users, GET personal access tokens and SSH keys"

DELAY_S = HOUR
DELAY = "a revoked token may work for up to an hour, until Azure DevOps has heard of the block (documented)"
RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798"
PAGE = 100
REVOKING = "https://learn.microsoft.com/azure/devops/organizations/accounts/admin-revoke-user-pats"


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Tokens and keys in every organisation that the estate names."""
    del subject
    if not session.offers(Service.DEVOPS):
        return [], {}
    paths: Paths = []
    unread: Unread = {}
    for organization in (str(one) for one in session.settings["devops-organizations"]):
        try:
            paths += _organization(session, account, organization, known)
        except WorldError as error:
            told = f"Azure DevOps organisation {organization}: {error.what}"
            unread |= {kind: f"{unread[kind]}; {told}" if kind in unread else told for kind in _KINDS}
            paths.append(_by_hand(account, organization))
    return paths, unread


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Revoke one token; the organisation takes a list."""
    del order
    before = path.before
    query = {"api-version": VERSION, "isPublic": "true" if before["public"] else "false"}
    session.call(
        "POST", REVOCATIONS, service=Service.DEVOPS, query=query,
        body=[{"authorizationId": before["authorization"]}], organization=str(before["organization"]),
    )  # fmt: skip
    return Landed(datetime.now(UTC))


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Nothing gives a revoked token back."""
    del session, order
    return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)


_KINDS = (PathKind.TOKEN, PathKind.KEY, PathKind.SESSION)


def _organization(
    session: MicrosoftSession, account: Account, organization: str, known: tuple[AccessPath, ...]
) -> Paths:
    """One organisation's paths; whoever is no user of it has none."""
    descriptor = _descriptor(session, account, organization)
    if descriptor is None:
        return []
    seen: Paths = [_browser(account, organization)]
    for public in (False, True):
        tokens = _tokens(session, organization, descriptor, public=public)
        seen += [_token(account, organization, one, public=public) for one in tokens]
    ids = {one.id for one in seen}
    revoked = [one for one in known if _is_token(one, organization) and one.id not in ids]
    until = _until(session, account) if revoked else None
    return [*seen, *(_revoked(one, until) for one in revoked)]


def _is_token(path: AccessPath, organization: str) -> bool:
    before = path.before
    return "authorization" in before and before.get("organization") == organization


def _descriptor(session: MicrosoftSession, account: Account, organization: str) -> str | None:
    """Who the person is there: the user whose origin is Entra ID and whose origin id is the account's."""
    query = {"subjectTypes": "aad", "api-version": VERSION}
    pages = session.seam(Service.DEVOPS).pages(
        "GET", USERS, next=_by_header, query=query, values={"organization": organization}
    )
    for page in pages:
        for user in page.json().get("value") or []:
            if user.get("origin") == "aad" and str(user.get("originId")).casefold() == account.id.casefold():
                return str(user["descriptor"])
    return None


def _by_header(answer: Answer) -> dict[str, str] | None:
    token = answer.headers.get("x-ms-continuationtoken")
    return {"continuationToken": token} if token else None


def _tokens(session: MicrosoftSession, organization: str, descriptor: str, *, public: bool) -> Iterator[dict[str, Any]]:
    """Tokens that are still good, over all pages."""

    def onward(answer: Answer) -> dict[str, str] | None:
        token = answer.json().get("continuationToken")
        return {"continuationToken": str(token)} if token else None

    query = {"api-version": VERSION, "pageSize": PAGE, "isPublic": "true" if public else "false"}
    pages = session.seam(Service.DEVOPS).pages(
        "GET", TOKENS, next=onward, query=query, values={"organization": organization, "subject": descriptor}
    )
    for page in pages:
        yield from (one for one in page.json().get("value") or [] if _good(one))


def _good(token: dict[str, Any]) -> bool:
    """Whether it may still be used; an end without an offset is meant in UTC (as the samples write it)."""
    end = moment(token.get("validTo"))
    if end is not None and end.tzinfo is None:
        end = end.replace(tzinfo=UTC)
    return token.get("isValid") is not False and (end is None or end > datetime.now(UTC))


def _token(account: Account, organization: str, token: dict[str, Any], *, public: bool) -> AccessPath:
    name = token.get("displayName") or "without a name"
    label = f"SSH key {name}" if public else f"personal access token {name} ({token.get('scope')})"
    return path(
        account, FAMILY, PathKind.KEY if public else PathKind.TOKEN,
        f"{organization}/{token['authorizationId']}", f"{label} in Azure DevOps organisation {organization}",
        survives_s=DELAY_S, reason=DELAY, undo=Undo.NO, undo_note="the person makes a new one",
        before={"organization": organization, "authorization": token["authorizationId"], "public": public},
    )  # fmt: skip


def _until(session: MicrosoftSession, account: Account) -> datetime | None:
    """When the block is known everywhere at the latest: an hour after sessions were revoked, which follows it."""
    names = ("accountEnabled", "signInSessionsValidFromDateTime")
    try:
        user = session.get("/v1.0/users/{user}", query=select("id", *names), user=account.id)
    except NotFoundError:
        return None
    revoked = moment(user.get("signInSessionsValidFromDateTime"))
    if user.get("accountEnabled") is not False or revoked is None:
        return None
    return revoked + timedelta(seconds=DELAY_S)


def _revoked(path: AccessPath, until: datetime | None) -> AccessPath:
    """A token that is no longer listed: over when the delay is, counted from the block."""
    if until is not None and datetime.now(UTC) >= until:
        return path.seen(PathState.CUT, "it is not listed any more, and the hour after the block is over")
    return path.seen(PathState.RESIDUAL, DELAY, until)


def _browser(account: Account, organization: str) -> AccessPath:
    manual = Manual(
        "Remove the person from the Azure DevOps organisation",
        (
            "A browser that is signed in keeps a cookie (FedAuth) for 7 days, and each use makes it 7 days again.",
            "It ends within an hour once a user is removed from Entra ID; of a disabled user nothing is documented.",
            f"Open https://dev.azure.com/{organization}/_settings/users as a Project Collection Administrator.",
            "Write down the person's access level and groups, which a later restore needs.",
            "Find the person, then: More options, Remove from organization.",
        ),
        "the person is no longer in the list of users",
        "Which access level and which groups did the person have?",
        REVOKING,
    )
    return path(
        account, FAMILY, PathKind.SESSION, f"{organization}/browser",
        f"browser sessions in Azure DevOps organisation {organization}", wave=2, undo=Undo.NO,
        undo_note="add the person to the organisation again", manual=manual,
        before={"organization": organization},
    )  # fmt: skip


def _by_hand(account: Account, organization: str) -> AccessPath:
    """What a person does where the service principal is refused."""

    def command(method: str, path: str, body: str = "") -> str:
        url = shlex.quote(f"https://vssps.dev.azure.com/{organization}/_apis/{path}")
        return f"az rest --method {method} --resource {RESOURCE} --url {url}{body}"

    listing = f"tokenadmin/personalaccesstokens/<descriptor>?api-version={VERSION}"
    manual = Manual(
        "Revoke the person's Azure DevOps tokens as an administrator",
        (
            "az login, as a Project Collection Administrator: of service principals nothing is documented.",
            command("get", f"graph/users?subjectTypes=aad&api-version={VERSION}"),
            f"In the answer, take the descriptor of the user whose originId is {account.id}.",
            command("get", listing),
            command("get", f"{listing}&isPublic=true"),
            command("post", f"tokenadmin/revocations?api-version={VERSION}",
                    " --body '[{\"authorizationId\": \"<authorizationId>\"}]'"),
            "Once for each authorizationId of the first list; for those of the second list add &isPublic=true.",
        ),
        "both lists are empty",
        "Which tokens and keys (displayName, scope, validTo) were listed?",
        REVOKING,
    )  # fmt: skip
    return path(
        account, FAMILY, PathKind.TOKEN, f"{organization}/by-hand",
        f"tokens in Azure DevOps organisation {organization}, which could not be read", undo=Undo.NO,
        undo_note="the person makes new ones", manual=manual, before={"organization": organization},
    )  # fmt: skip
