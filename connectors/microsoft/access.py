"""Containment in a tenant: the four verbs, dispatched to the families of access paths by the path's id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, ClassVar

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
from connectors.microsoft import discover as finding
from connectors.microsoft.families import (
    apps,
    azure,
    consents,
    defender,
    devices,
    devops,
    exchange,
    groups,
    intune,
    key_vault,
    mail,
    methods,
    roles,
    sharing,
    sign_in,
    teams,
)

_MODULES = (
    sign_in,
    mail,
    exchange,
    sharing,
    teams,
    devops,
    methods,
    devices,
    intune,
    defender,
    apps,
    consents,
    groups,
    roles,
    azure,
    key_vault,
)
FAMILIES: dict[str, Any] = {family.FAMILY: family for family in _MODULES}


def _declared(what: str) -> tuple[str, ...]:
    """What all families declare for one verb, each once."""
    return tuple(dict.fromkeys(one for family in FAMILIES.values() for one in getattr(family, what)))


class MicrosoftContainment(Containment):
    """Observe, cut and restore the subject's access paths in a tenant."""

    permissions: ClassVar = {
        "discover": finding.PERMISSIONS,
        "observe": _declared("OBSERVE_PERMISSIONS"),
        "cut": _declared("CUT_PERMISSIONS"),
        "restore": _declared("RESTORE_PERMISSIONS"),
    }
    notice: ClassVar = {
        "discover": Notice.NEVER,
        "observe": Notice.NEVER,
        "cut": Notice.ALWAYS,
        "restore": Notice.ALWAYS,
    }
    attack = ("T1078.004", "T1098.001", "T1098.003", "T1550.001")
    defend = ("D3-AL", "D3-CR", "D3-ANCI", "D3-ST")
    sources = (
        "https://learn.microsoft.com/entra/identity/users/users-revoke-access",
        "https://learn.microsoft.com/graph/api/user-update",
        "https://learn.microsoft.com/graph/api/user-revokesigninsessions",
    )
    settle_s = 30.0

    def discover(self, session: Session, subject: Subject) -> tuple[Account, ...]:
        """The subject's users, members and guests."""
        from connectors.microsoft.client import opened

        return finding.discover(opened(session), subject)

    def observe(
        self, session: Session, account: Account, subject: Subject, known: tuple[AccessPath, ...] = ()
    ) -> Observation:
        """All paths of one account, the families read side by side."""
        from connectors.microsoft.client import opened

        tenant, at = opened(session), datetime.now(UTC)
        families = [family for family in FAMILIES.values() if account.kind in family.KINDS]
        if not families:
            raise InternalError(f"no family of access paths in Microsoft reads accounts of kind {account.kind!r}")
        with ThreadPoolExecutor(len(families)) as pool:
            seen = list(pool.map(lambda family: family.observe(tenant, account, subject, known), families))
        unread: dict[PathKind, str] = {}
        for _paths, missed in seen:
            for kind, why in missed.items():
                unread[kind] = f"{unread[kind]}; {why}" if kind in unread else why
        paths = sorted((path for found, _missed in seen for path in found), key=lambda path: path.key)
        read_by = ", ".join(family.READ_BY for family in families)
        return Observation(account, at, tuple(paths), read_by, unread)

    def cut(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        """Cut one path; what is gone already is already so."""
        from connectors.microsoft.client import opened

        try:
            landed: Landed = _family(path).cut(opened(session), path, order)
        except NotFoundError as error:
            return Landed(datetime.now(UTC), Outcome.ALREADY_SO, error.what)
        return landed

    def restore(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        """Put one path back."""
        from connectors.microsoft.client import opened

        landed: Landed = _family(path).restore(opened(session), path, order)
        return landed


def _family(path: AccessPath) -> Any:
    name = path.id.split("/", 1)[0]
    if name not in FAMILIES:
        raise InternalError(f"no family of access paths in Microsoft is called {name!r}")
    return FAMILIES[name]
