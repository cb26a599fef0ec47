"""Which application permissions each of evict's two apps must hold, and which of evict's actions each is for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connectors.contract import Action, Connector, Containment
from connectors.microsoft.clouds import Service
from connectors.microsoft.routes import AREAS
from connectors.vocabulary import READ_EFFECTS

READER_VERBS, CUTTER_VERBS = ("discover", "observe"), ("cut", "restore")
PLAIN = (Service.AZURE, Service.DEVOPS)
"""APIs whose rights are roles of their own and no consents that Graph shows."""


@dataclass(frozen=True)
class Needs:
    """By app ("reader", "cutter"): each permission with the names of what needs it, sorted."""

    consents: Mapping[str, Mapping[str, tuple[str, ...]]]
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Rights that are no consents."""


def needs_of(connector: Connector, unused: Iterable[Service] = ()) -> Needs:
    """All that the connector declares, without what belongs to APIs that the estate does not use."""
    wanted: dict[str, dict[str, set[str]]] = {"reader": {}, "cutter": {}}
    for app, user, permissions in _declared(connector):
        for one in permissions:
            wanted[app].setdefault(one, set()).add(user)
    skipped, plain = _only_in(tuple(unused)), _only_in(PLAIN)
    consents = {
        app: {one: tuple(sorted(users)) for one, users in sorted(found.items()) if one not in skipped | plain}
        for app, found in wanted.items()
    }
    elsewhere = {app: tuple(sorted((set(found) & plain) - skipped)) for app, found in wanted.items()}
    return Needs(consents, elsewhere)


def _declared(connector: Connector) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    yield "reader", "pre-flight", connector.preflight_permissions
    yield from _of_verbs(connector.name, connector.containment)
    for action in connector.extra_actions:
        yield _app_of(action), action.name, action.permissions


def _of_verbs(name: str, containment: Containment | None) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    if containment is None:
        return
    for app, verbs in (("reader", READER_VERBS), ("cutter", CUTTER_VERBS)):
        yield from ((app, f"{name}.{verb}", containment.permissions[verb]) for verb in verbs)


def _app_of(action: Action) -> str:
    return "reader" if action.effect in READ_EFFECTS else "cutter"


def _only_in(services: tuple[Service, ...]) -> frozenset[str]:
    """Permissions that the routes of these APIs name and those of no other API do."""
    named: dict[bool, set[str]] = {True: set(), False: set()}
    for area in AREAS.values():
        for service, routes in area.items():
            named[service in services].update(route.permission for route in routes)
    return frozenset(named[True] - named[False] - {""})
