"""The subject's apps, the main way back in: blocking a person does not touch what their apps prove themselves with.

For each app that an account owns: its credentials (`app_credentials`), the ownership itself, whether the app may sign
in, and the tokens that it was given. An app that the subject alone owns is disabled, which a restore undoes; one with
other owners goes on working for them, and one of another tenant may serve everybody here: neither is disabled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind, PathState, Subject, Undo
from connectors.errors import RefusedError, RejectedError
from connectors.microsoft.clouds import Service
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.families import app_credentials
from connectors.microsoft.families.app_credentials import CERTIFICATES, FEDERATED, SECRET
from connectors.microsoft.families.app_log import AUDIT, AppLog
from connectors.microsoft.families.app_reads import PRINCIPALS, App, Thing, ask, read
from connectors.microsoft.paths import Paths, Unread, path
from connectors.microsoft.survival import APP_TOKEN_S
from connectors.vocabulary import Json

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = app_credentials.FAMILY
KINDS = (MEMBER, GUEST)
OBSERVE_PERMISSIONS = ("User.Read.All", "Application.Read.All", AUDIT)
CUT_PERMISSIONS = ("Application.ReadWrite.All",)
RESTORE_PERMISSIONS = ("Application.ReadWrite.All",)
READ_BY = "GET /users/{id}/ownedObjects, GET of each app, its service principal, owners and credentials"

READS = (PathKind.APP_SECRET, PathKind.CERTIFICATE, PathKind.TRUST, PathKind.PERMISSION, PathKind.TOKEN)
OF_OTHERS = (PathKind.APP_SECRET, PathKind.CERTIFICATE, PathKind.TRUST, PathKind.TOKEN)
ALREADY = "already exist"
"""Words of the 400 and 409 that answer a restore of what is back already (general knowledge)."""

TOKENS = (
    "no call takes back a token that the app was given: it lives until it ends, after about 1 h (general knowledge; "
    "continuous access evaluation for workload identities shortens it)"
)


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every app of one account, owned now or by an earlier read."""
    earlier = {one.id: one for one in known if one.id.startswith(f"{FAMILY}/{account.id}/")}
    log = AppLog(session, account.id)
    try:
        apps = read(session, account, subject, earlier.values(), log)
    except RefusedError as error:
        return [], dict.fromkeys(READS, error.what)
    found = [path for app in apps for path in _paths(account, app, earlier)]
    shown = {one.id for one in found}
    found += [_ending(one, one) for one in earlier.values() if one.survives_s and one.id not in shown]
    unread = f"who added the credentials of apps with other owners is unknown: {log.why}"
    return found, dict.fromkeys(OF_OTHERS, unread) if log.why else {}


def _paths(account: Account, app: App, known: Mapping[str, AccessPath]) -> Iterator[AccessPath]:
    credentials = list(app_credentials.paths(account, app, known))
    yield from credentials
    yield from (_ownership(account, app, thing) for thing in app.things if thing.owned_by(account.id))
    disabled = [one for thing in app.things if (one := _enabled(account, app, thing, known))]
    yield from disabled
    tokens = _tokens(account, app, [*credentials, *disabled], known)
    if tokens:
        yield tokens


def _ownership(account: Account, app: App, thing: Thing) -> AccessPath:
    """Whoever owns it can give it a new credential at any time."""
    label = f"ownership of {app_credentials.OF[thing.table]} {app.name}"
    return path(account, FAMILY, PathKind.PERMISSION, f"owner/{thing.where}", label,
                before={"table": thing.table, "thing": thing.id})  # fmt: skip


def _enabled(account: Account, app: App, thing: Thing, known: Mapping[str, AccessPath]) -> AccessPath | None:
    """Whether an app of the subject's alone may sign in; one that was disabled for them stays theirs."""
    part = f"enabled/{thing.id}"
    theirs = app.alone and app.home
    if thing.table != PRINCIPALS or not (theirs or f"{FAMILY}/{account.id}/{part}" in known):
        return None
    made = path(account, FAMILY, PathKind.TOKEN, part, f"new tokens for the app {app.name}",
                before={"table": PRINCIPALS, "thing": thing.id})  # fmt: skip
    disabled = thing.row.get("accountEnabled") is False
    return made.seen(PathState.CUT, "accountEnabled of its service principal is false") if disabled else made


def _tokens(
    account: Account, app: App, ways: Iterable[AccessPath], known: Mapping[str, AccessPath]
) -> AccessPath | None:
    """What the subject took before: residual from the first read on that shows them no way to a new one."""
    earlier = known.get(f"{FAMILY}/{account.id}/tokens/{app.id}")
    cuttable = [one for one in ways if one.manual is None]
    if not cuttable and not earlier:
        return None
    made = path(
        account, FAMILY, PathKind.TOKEN, f"tokens/{app.id}", f"tokens that {app.name} was given",
        survives_s=APP_TOKEN_S, undo=Undo.NO, undo_note="they end by themselves", reason=TOKENS,
        before={"table": app.things[-1].table, "thing": app.things[-1].id},
    )  # fmt: skip
    shut = [one for one in cuttable if one.id.split("/")[2] == "enabled"]
    if any(one.state is PathState.STANDING for one in shut or cuttable):
        return made
    return _ending(made, earlier)


def _ending(made: AccessPath, earlier: AccessPath | None) -> AccessPath:
    """Tokens of an app that gets no new ones; an app that is gone altogether has them all the same."""
    if earlier and earlier.state is PathState.CUT:
        return made.seen(PathState.CUT, earlier.reason)
    now = datetime.now(UTC)
    until = earlier.until if earlier and earlier.until else now + timedelta(seconds=APP_TOKEN_S)
    if now >= until:
        return made.seen(PathState.CUT, "every such token has ended")
    return made.seen(PathState.RESIDUAL, TOKENS, until)


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """One request; a token has none."""
    del order
    part = path.id.split("/")[2]
    if part == "tokens":
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.reason)
    if part in (SECRET, CERTIFICATES, FEDERATED):
        app_credentials.cut(session, path, part)
    elif part == "enabled":
        _write(session, "PATCH", path, body={"accountEnabled": False})
    else:
        _write(session, "DELETE", path, "/owners/{owner}/$ref", owner=path.account)
    return Landed(datetime.now(UTC))


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """What was there before; a secret's value is gone for good."""
    del order
    part = path.id.split("/")[2]
    if path.undo is Undo.NO:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)
    try:
        if part in (CERTIFICATES, FEDERATED):
            app_credentials.restore(session, path, part)
        elif part == "enabled":
            _write(session, "PATCH", path, body={"accountEnabled": True})
        else:
            reference = f"{session.cloud.apis[Service.GRAPH].url}/v1.0/directoryObjects/{path.account}"
            _write(session, "POST", path, "/owners/$ref", body={"@odata.id": reference})
    except RejectedError as error:
        if ALREADY not in error.what:
            raise
        return Landed(datetime.now(UTC), Outcome.ALREADY_SO, error.what)
    return Landed(datetime.now(UTC))


def _write(session: MicrosoftSession, method: str, path: AccessPath, below: str = "", *, body: Json = None,
           **values: Any) -> None:  # fmt: skip
    """One write to one object, in its turn."""
    table, thing = str(path.before["table"]), str(path.before["thing"])
    with session.alone(thing):
        ask(session, method, table, thing, below, body=body, **values)
