"""Consent: whether each app holds what its verbs and actions need, and nothing that is dangerous. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import Check
from connectors.microsoft.preflight.checks import cannot_tell, not_ready, ready
from connectors.microsoft.preflight.facts import App, Facts, Unread
from connectors.microsoft.preflight.needs import Needs

TAKEOVER = frozenset({"Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All"})
"""Together they are worth the whole tenant: whoever holds them gives any app any permission (general knowledge)."""


def consent(facts: Facts, needs: Needs) -> Iterator[Check]:
    """One check for each permission of each app; one for all where they cannot be read."""
    for name, wanted in needs.consents.items():
        app = facts.apps[name]
        about = f"{name}-consent", f"what the {name}'s app was consented to"
        if isinstance(app, Unread):
            yield cannot_tell(*about, app)
        elif isinstance(app.rights, Unread):
            yield cannot_tell(*about, app.rights)
        else:
            for permission, users in wanted.items():
                yield _one(app, permission, users, held=permission in app.rights)
            yield from _too_many(app, app.rights)
            yield from _elsewhere(app, needs.elsewhere.get(name, ()))


def _one(app: App, permission: str, users: tuple[str, ...], *, held: bool) -> Check:
    about = f"{app.name}-consent/{permission}", f"the {app.name}'s consent to {permission}"
    if held:
        return ready(*about)
    fix = f"grant admin consent for {permission} to app {app.label} ({app.app})"
    return not_ready(*about, f"missing; needed by {', '.join(users)}", fix)


def _too_many(app: App, rights: frozenset[str]) -> Iterator[Check]:
    """The cutter is break-glass by its nature; the reader is always on."""
    if app.name != "reader":
        return
    about = "reader-excess", "whether the reader's app can take over the tenant"
    if rights >= TAKEOVER:
        why = f"it holds {' and '.join(sorted(TAKEOVER))}, which together give any app any permission"
        yield not_ready(*about, why, f"withdraw both from app {app.label} ({app.app}): they are the cutter's alone")
    else:
        yield ready(*about)


def _elsewhere(app: App, rights: tuple[str, ...]) -> Iterator[Check]:
    """Of the cutter; what the reader lacks there, its own reads say."""
    if rights and app.name == "cutter":
        why = f"Graph does not show them: {', '.join(rights)}"
        about = f"{app.name}-rights", f"the {app.name}'s rights in Azure and Azure DevOps, which are no consents"
        yield cannot_tell(*about, Unread(why, f"look at the role assignments of app {app.label} ({app.app}) there"))
