"""What one act does to another: a report that costs credit elsewhere, a wipe that needs an image, wages that are pay.

`templates/interactions.yaml` holds the warnings as data. Each names the facts under which it holds and the moments at
which a person must read it, so that it is shown when it still helps. Facts that nobody knows yet do not silence it: it
is then shown as possible, with the names of those facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import Place
from runner.authored.reader import Reader
from runner.authored.shipped import shipped
from runner.authored.source import Node, read_file, read_yaml
from runner.documents.facts import Catalogue, Facts
from runner.documents.legal import (
    PROVENANCE_KEYS,
    PROVENANCE_REQUIRED,
    Provenance,
    read_boolean,
    read_choices,
    read_conditions,
    read_entry,
    read_provenance,
    read_rows,
)
from runner.documents.rules import Rule, Truth, judge_rule

MOMENTS = (
    "before-report",
    "before-payment",
    "before-wipe",
    "before-termination",
    "before-message",
    "on-fact-change",
    "always",
)
"""When a warning matters: before something leaves or happens, when a fact changes, or whenever a case is looked at."""
ACTS = frozenset(one for one in MOMENTS if one.startswith("before-"))

FILE_KEYS = ("evict-interactions", "interactions")
KEYS = ("id", "title", "when", "moments", "warning", "stop", "obligations", "documents", *PROVENANCE_KEYS)
REQUIRED = ("id", "title", "when", "moments", "warning", *PROVENANCE_REQUIRED)
WHEN_KEYS = ("all", "any")


@dataclass(frozen=True)
class Interaction:
    """One way in which an act touches another duty."""

    id: str
    title: str
    rule: Rule
    moments: tuple[str, ...]
    warning: str
    stop: bool
    """The act should wait until its conditions no longer hold, or counsel has decided on record."""
    obligations: tuple[str, ...]
    documents: tuple[str, ...]
    """Which reports and documents it is about; a warning that names none is about every act of its moments."""
    provenance: Provenance
    place: Place

    @property
    def concerns(self) -> tuple[str, ...]:
        """Ids of the obligations and documents that it is about."""
        return (*self.obligations, *self.documents)


@dataclass(frozen=True)
class InteractionWarning:
    """A warning that holds, or that may hold."""

    interaction: Interaction
    possible: bool
    """True: some facts would have to be known to say whether it holds."""
    because: tuple[str, ...]
    """Conditions that hold, as they are written."""
    unknown: tuple[str, ...]
    """Facts that would decide; empty unless it is only possible."""

    @property
    def text(self) -> str:
        """The warning as it is shown."""
        if not self.possible:
            return self.interaction.warning
        return f"Possible, as these facts are unknown: {', '.join(self.unknown)}. {self.interaction.warning}"


def load_interactions(catalogue: Catalogue, path: Path | None = None) -> tuple[Interaction, ...]:
    """Every interaction, in the order of the file.

    Raises:
        InputError: every problem of the file, sorted.

    """
    file = path or shipped("templates") / "interactions.yaml"
    root = read_yaml(read_file(file), str(file))
    reader = Reader(str(file))
    found = _file(reader, root, catalogue)
    seen: set[str] = set()
    for one in found:
        if one.id in seen:
            reader.add(one.place, "duplicate-id", f"interaction {one.id} is written twice", "keep one")
        seen.add(one.id)
    reader.finish(f"interactions {file}")
    return tuple(found)


def warnings(
    interactions: Iterable[Interaction], facts: Facts, moment: str, about: str = ""
) -> tuple[InteractionWarning, ...]:
    """What a person must read at a moment: those that hold, then those that may hold.

    `about` is the id of the obligation or document at hand; at `on-fact-change` it is the name of the fact that
    changed. Without it nothing is left out.

    Raises:
        ValueError: there is no such moment.

    """
    if moment not in MOMENTS:
        raise ValueError(f"there is no moment {moment!r}: one of {', '.join(MOMENTS)}")
    found = [_judged(one, facts) for one in interactions if _is_due(one, moment, about)]
    shown = [one for one in found if one is not None]
    return tuple(sorted(shown, key=lambda one: one.possible))


def warnings_about(interactions: Iterable[Interaction], facts: Facts, about: str) -> tuple[InteractionWarning, ...]:
    """What a person must read before any act on one obligation or document: those that hold, then those that may."""
    named = [one for one in interactions if about in one.concerns and not ACTS.isdisjoint(one.moments)]
    shown = [one for one in (_judged(each, facts) for each in named) if one is not None]
    general = [one for one in warnings(interactions, facts, "before-report", about) if not one.interaction.concerns]
    return tuple(sorted([*shown, *general], key=lambda one: one.possible))


def _is_due(interaction: Interaction, moment: str, about: str) -> bool:
    if moment not in interaction.moments and "always" not in interaction.moments:
        return False
    if not about:
        return True
    if moment == "on-fact-change":
        return about in interaction.rule.facts
    return not interaction.concerns or about in interaction.concerns


def _judged(interaction: Interaction, facts: Facts) -> InteractionWarning | None:
    verdict = judge_rule(interaction.rule, facts)
    if verdict.truth is Truth.NO:
        return None
    return InteractionWarning(interaction, verdict.truth is Truth.UNKNOWN, verdict.because, verdict.unknown)


def _file(reader: Reader, root: Node, catalogue: Catalogue) -> list[Interaction]:
    if not reader.keys(root, FILE_KEYS, "a file of interactions"):
        return []
    reader.require(root, FILE_KEYS, "a file of interactions")
    return [_interaction(reader, node, catalogue) for node in read_rows(reader, root, "interactions")]


def _interaction(reader: Reader, node: Node, catalogue: Catalogue) -> Interaction:
    name = read_entry(reader, node, "interaction", KEYS, REQUIRED)
    what = f"interaction {name!r}"
    return Interaction(
        id=name,
        title=reader.text(node.get("title"), f"title of {what}"),
        rule=_when(reader, node.get("when"), what, catalogue),
        moments=_moments(reader, node, what),
        warning=reader.text(node.get("warning"), f"warning of {what}"),
        stop=read_boolean(reader, node.get("stop"), f"stop of {what}"),
        obligations=reader.texts(node.get("obligations"), f"obligations of {what}"),
        documents=reader.texts(node.get("documents"), f"documents of {what}"),
        provenance=read_provenance(reader, node, what),
        place=node.place,
    )


def _when(reader: Reader, node: Node | None, what: str, catalogue: Catalogue) -> Rule:
    if node is None or not reader.keys(node, WHEN_KEYS, f"when of {what}"):
        return Rule()
    return read_conditions(reader, node, f"when of {what}", catalogue)


def _moments(reader: Reader, node: Node, what: str) -> tuple[str, ...]:
    rows = node.get("moments")
    moments = read_choices(reader, rows, f"moments of {what}", "moment", MOMENTS)
    if rows is not None and not moments:
        reader.add(rows.place, "no-moment", f"{what} has no moment", f"one or more of {', '.join(MOMENTS)}")
    return moments
