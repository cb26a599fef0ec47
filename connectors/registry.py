"""Which connectors and actions there are: those shipped, and third-party ones by entry point.

Nothing of a vendor is imported before its first action is asked for, so that `--help` and `lint` of
other playbooks stay quick.
"""

from __future__ import annotations

import difflib
import importlib
import threading
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points

from connectors.builtin import BUILTIN_ACTIONS
from connectors.contract import (
    Action,
    ActionContext,
    ActionResult,
    Connector,
    Effect,
    Field,
    Json,
    Notice,
    Session,
)
from connectors.errors import InputError, InternalError

GROUP = "evict.connectors"
SHIPPED = {"aws": "connectors.aws:AwsConnector", "microsoft": "connectors.microsoft:MicrosoftConnector"}
"""Connectors of this distribution, so that a checkout knows them without being installed."""

VERBS: Mapping[str, tuple[str, str, Effect]] = {
    "discover": ("Find the subject's accounts", "Finds accounts by exact identifiers of the personas.", Effect.OBSERVE),
    "observe": ("Read the subject's access paths", "Lists every access path, standing or not.", Effect.OBSERVE),
    "cut": ("Cut the subject's access", "Removes every access path that stands, at the one moment.", Effect.CONTAIN),
    "verify": ("Prove the cut by a separate read", "Reads again; fails while anything stands.", Effect.OBSERVE),
    "restore": ("Put back what was cut", "Only by `evict restore`, with its own plan and approval.", Effect.CONTAIN),
}

_COUNTS = (
    Field("standing", "integer", "Access paths that stand."),
    Field("residual", "integer", "Access paths that outlive the cut for a known time."),
)
_OUTPUTS: Mapping[str, tuple[Field, ...]] = {
    "discover": (Field("accounts", "list[account]", "The subject's accounts."),),
    "observe": (
        Field("paths", "list[object]", "The access paths."),
        *_COUNTS,
        Field("unknown", "integer", "Access paths that could not be read."),
    ),
    "cut": (Field("cut", "integer", "Access paths proven cut."), *_COUNTS),
    "restore": (
        Field("restored", "integer", "Access paths put back."),
        Field("missing", "list[string]", "Paths not seen standing again."),
        Field("extra", "list[string]", "Paths that came back without being asked."),
    ),
}
_CUT_INPUTS = (
    Field("only", "list[string]", "Cut only these kinds of access path.", required=False),
    Field("except", "list[string]", "Cut all but these kinds of access path.", required=False),
)


class ContainmentAction(Action):
    """One verb of a connector's containment, as an action."""

    def __init__(self, connector: Connector, verb: str) -> None:
        containment = connector.containment
        if containment is None:
            raise InternalError(f"connector {connector.name} has no containment")
        self.connector, self.verb = connector, verb
        title, doc, effect = VERBS[verb]
        source = "observe" if verb == "verify" else verb
        self.__dict__.update(
            name=f"{connector.name}.{verb}",
            title=f"{title} in {connector.title}",
            doc=doc,
            effect=effect,
            inputs=_CUT_INPUTS if verb in ("cut", "restore") else (),
            outputs=_OUTPUTS["observe" if verb == "verify" else verb],
            permissions=containment.permissions[source],
            notice=containment.notice.get(source, Notice.NEVER),
            destroys=containment.destroys if verb == "cut" else (),
            attack=containment.attack if verb == "cut" else (),
            defend=containment.defend if verb == "cut" else (),
            sources=containment.sources,
            repeatable=True,
        )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Never called: the engine speaks the four verbs itself."""
        raise InternalError(f"{self.name} is carried out by the engine")


class Registry:
    """Connectors by name, loaded on first use. Thread-safe."""

    def __init__(self, sources: Mapping[str, str | EntryPoint | Connector]) -> None:
        self._sources = dict(sources)
        self._loaded: dict[str, Connector] = {}
        self._actions: dict[str, dict[str, Action]] = {}
        self._lock = threading.RLock()

    @classmethod
    def installed(cls) -> Registry:
        """Shipped connectors and those that installed packages offer.

        Raises:
            InputError: two packages offer a connector of the same name.

        """
        sources: dict[str, str | EntryPoint | Connector] = dict(SHIPPED)
        for point in entry_points(group=GROUP):
            known = sources.get(point.name)
            if known is not None and (known.value if isinstance(known, EntryPoint) else known) != point.value:
                raise InputError(
                    f"two packages offer a connector named {point.name!r}",
                    expected="one connector of each name",
                    fix=f"uninstall one of them; the second is {point.value}",
                )
            sources.setdefault(point.name, point)
        return cls(sources)

    def names(self) -> tuple[str, ...]:
        """All connector names, without loading any."""
        return tuple(sorted(self._sources))

    def connectors(self) -> tuple[Connector, ...]:
        """All connectors, loaded."""
        return tuple(self.connector(name) for name in self.names())

    def connector(self, name: str) -> Connector:
        """The connector of this name.

        Raises:
            InputError: there is none, or its package cannot be imported.

        """
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = self._load(name)
            return self._loaded[name]

    def action(self, name: str) -> Action:
        """The action that a playbook names after `uses:`.

        Raises:
            InputError: there is none; the message suggests the nearest.

        """
        if "." not in name:
            raise InputError(f"{name!r} is not an action", expected="connector.action, e.g. aws.cut")
        vendor = name.split(".", 1)[0]
        actions = self._of(vendor) if vendor != "case" else {one.name: one for one in BUILTIN_ACTIONS}
        if name not in actions:
            raise InputError(f"there is no action {name!r}", expected=_near(name, actions))
        return actions[name]

    def actions(self) -> tuple[Action, ...]:
        """Every action of every connector, built-in ones last."""
        own = [action for name in self.names() for action in self._of(name).values()]
        return (*own, *BUILTIN_ACTIONS)

    def connector_of(self, action: Action) -> Connector:
        """The connector that offers an action."""
        return self.connector(action.name.split(".", 1)[0])

    def _of(self, name: str) -> dict[str, Action]:
        connector = self.connector(name)
        with self._lock:
            if name not in self._actions:
                verbs = VERBS if connector.containment is not None else ()
                found = [ContainmentAction(connector, verb) for verb in verbs]
                self._actions[name] = {one.name: one for one in (*found, *connector.extra_actions)}
            return self._actions[name]

    def _load(self, name: str) -> Connector:
        source = self._sources.get(name)
        if source is None:
            raise InputError(f"there is no connector {name!r}", expected=_near(name, (*self._sources, "case")))
        if isinstance(source, Connector):
            return source
        value = source.value if isinstance(source, EntryPoint) else source
        try:
            module, attribute = value.split(":")
            made = getattr(importlib.import_module(module), attribute)()
        except (ImportError, AttributeError, TypeError, ValueError) as error:
            raise InputError(
                f"connector {name!r} ({value}) cannot be loaded: {type(error).__name__}: {error}",
                fix="repair or uninstall its package; the other connectors go on",
            ) from error
        if not isinstance(made, Connector) or made.name != name:
            raise InputError(f"{value} is not a connector named {name!r}", expected="a Connector of that name")
        return made


def _near(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 3)
    return f"did you mean {' or '.join(near)}?" if near else f"one of: {', '.join(names)}"
