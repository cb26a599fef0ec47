"""Evict's own two apps: whether they work, until when, and whether the subject could take one away. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from connectors.contract import Check
from connectors.microsoft.preflight.checks import cannot_tell, not_ready, ready
from connectors.microsoft.preflight.facts import App, Facts, Unread

SOON = timedelta(days=7)
"""A case runs for days; a certificate that ends meanwhile ends the case's access."""
COULD_REMOVE = frozenset({
    "Global Administrator", "Application Administrator", "Cloud Application Administrator",
    "Privileged Role Administrator",
})  # fmt: skip
"""Roles that can delete an app registration, add a credential to it, or take its role away (general knowledge)."""


def own_apps(facts: Facts, local: Mapping[str, datetime | Unread], now: datetime) -> Iterator[Check]:
    """Both apps; `local` says when the certificates that evict itself holds end, as far as it was fetched."""
    for name, app in facts.apps.items():
        if isinstance(app, Unread):
            yield cannot_tell(f"{name}-app", f"the {name}'s app registration", app)
            continue
        yield _enabled(app)
        yield _certificate(app, now)
        yield _secrets(app)
        yield from _held_here(app, local.get(name), now)
    cutter = facts.apps["cutter"]
    if isinstance(cutter, App):
        yield _owners(cutter, facts)
        yield from _removers(facts)


def _enabled(app: App) -> Check:
    about = f"{app.name}-app", f"the {app.name}'s app registration"
    if app.enabled:
        return ready(*about)
    return not_ready(*about, "its service principal is disabled", f"enable app {app.label} ({app.app})")


def _certificate(app: App, now: datetime) -> Check:
    about = f"{app.name}-certificate", f"the certificates of the {app.name}'s app registration"
    if isinstance(app.certificates, Unread):
        return cannot_tell(*about, app.certificates)
    if not app.certificates:
        return not_ready(*about, "it has none", f"add a certificate to app {app.label} ({app.app})")
    return _until(about, max(map(datetime.fromisoformat, app.certificates)), app, now)


def _held_here(app: App, ends: datetime | Unread | None, now: datetime) -> Iterator[Check]:
    about = f"{app.name}-own-certificate", f"the certificate that evict holds for the {app.name}"
    if isinstance(ends, Unread):
        yield cannot_tell(*about, ends)
    elif ends is not None:
        yield _until(about, ends, app, now)


def _until(about: tuple[str, str], ends: datetime, app: App, now: datetime) -> Check:
    """By its date: days that are left would make every plan another one."""
    why = f"the last one ends on {ends.date().isoformat()}"
    if ends - now > SOON:
        return ready(*about, why)
    return not_ready(*about, why, f"add a new certificate to app {app.label} ({app.app}) before that day")


def _secrets(app: App) -> Check:
    about = f"{app.name}-secrets", f"client secrets of the {app.name}'s app registration"
    if isinstance(app.secrets, Unread):
        return cannot_tell(*about, app.secrets)
    if not app.secrets:
        return ready(*about, "none")
    why = f"{app.secrets}: evict uses none, and whoever has one acts as this app"
    return not_ready(
        *about, why, f"remove the client secrets of app {app.label} ({app.app}), and find out who made them"
    )


def _owners(cutter: App, facts: Facts) -> Check:
    about = "cutter-owners", "whether the subject owns the cutter's app"
    if isinstance(cutter.owners, Unread):
        return cannot_tell(*about, cutter.owners)
    ours = sorted(cutter.owners & set(facts.users))
    if ours:
        why = f"{', '.join(ours)} is an owner, and can add a credential or delete the app"
        return not_ready(*about, why, f"remove the owner from app {cutter.label} ({cutter.app}) now, by another owner")
    return ready(*about, f"owners: {', '.join(sorted(cutter.owners)) or 'none'}")


def _removers(facts: Facts) -> Iterator[Check]:
    for id_, user in facts.users.items():
        about = f"cutter-removal/{id_}", "whether a role of the subject reaches the cutter's app"
        if isinstance(user, Unread):
            yield cannot_tell(*about, user)
            continue
        if isinstance(user.roles, Unread):
            yield cannot_tell(*about, user.roles)
            continue
        reach = sorted({one.role for one in user.roles} & COULD_REMOVE)
        if reach:
            why = f"{user.name} holds {', '.join(reach)} and could remove the cutter's app until the cut"
            fix = "tell nobody of the case, and have a Global Administrator ready who can cut in the portal"
            yield not_ready(*about, why, fix)
        else:
            yield ready(*about, "none does")
