"""Obligations as data: what the law asks for or invites, when, by when, of whom, with its sources and how sure we are.

One file per jurisdiction, `templates/obligations/<jurisdiction>.yaml`; an entry may name a part of it (US-CA).
Content is collected for counsel, who decides; nothing here is advice, and nothing is ever sent by the tool.

A clock has *legs*; the deadline is the earliest of those that can be computed. A leg starts at a fact (a time or a
date) and runs for `within`:

* `{hours: n}`           running hours, nights and weekends count
* `{calendar_days: n}`   the day after the event is day 1; the last day counts to its end
* `{business_days: n}`   as above, over days that the leg's `calendar` calls working days
* `{months: n}`, `{years: n}`   the same-numbered day, or the last day of a shorter month
* `{fixed: "09-30"}`     the next such date
* `immediate`            at once
* `no-number`            the law names none: never shown as a deadline

`basis` tells law (a period that the law names), target (this project's own, told apart everywhere), and retention
(how long something is to be kept).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.errors import Place
from runner.authored.reader import Reader
from runner.authored.shipped import shipped
from runner.authored.source import Node, read_file, read_yaml
from runner.documents.facts import Catalogue
from runner.documents.legal import (
    optional_text,
    read_boolean,
    read_conditions,
    read_entry,
    read_provenance,
    read_roles,
    read_rows,
)
from runner.documents.rules import Rule

KINDS = ("mandatory", "conditional", "voluntary")
BASES = ("law", "target", "retention")
UNITS = ("hours", "calendar_days", "business_days", "months", "years")
WORDS = ("immediate", "no-number")
CALENDARS = (
    "US-federal",
    "GB",
    "PT",
    "DE",
    "IE",
    "NL",
    "PL",
    "RO",
    "CH",
    "JP",
    "KR",
    "SG",
    "AU",
    "CA",
    "IN",
    "VN",
    "UA",
)
"""Names of business-day calendars; `runner.documents.calendars` knows each."""

KEYS = (
    "id", "jurisdiction", "title", "authority", "citation", "kind", "in_force", "replaces", "series", "who", "applies",
    "clock", "submit_via", "fields", "document", "cautions", "sources", "as_of", "confidence", "confidence_note",
)  # fmt: skip
REQUIRED = (
    "id", "title", "authority", "citation", "kind", "in_force", "who", "applies", "clock", "submit_via", "fields",
    "document", "cautions", "sources", "as_of", "confidence",
)  # fmt: skip
APPLIES_KEYS = ("summary", "all", "any")
CLOCK_KEYS = ("event", "legs", "note")
LEG_KEYS = ("starts", "within", "basis", "calendar", "note")


@dataclass(frozen=True)
class Leg:
    """One way to count: from a fact, for a period."""

    starts: str
    """Name of a date-time or date fact; "" when nothing that can be dated starts it."""
    unit: str
    """One of UNITS, "fixed", "immediate" or "no-number"."""
    amount: int
    fixed: str
    """MM-DD, or a word such as next-regular-payday that only a person can turn into a date."""
    basis: str
    calendar: str
    note: str


@dataclass(frozen=True)
class Clock:
    """What starts the clock, in words, and how it is counted."""

    event: str
    legs: tuple[Leg, ...]
    note: str


@dataclass(frozen=True)
class Obligation:
    """One duty, option or signpost."""

    id: str
    jurisdiction: str
    title: str
    authority: str
    citation: str
    kind: str
    in_force: bool
    """False: shown for information only; never starts a clock."""
    replaces: tuple[str, ...]
    """Ids of more general obligations whose place this one takes when both apply."""
    series: str
    """Name that several stages of one duty share (nis2, dora, ofac-vsd …); "" for a duty of its own."""
    who: tuple[str, ...]
    """Roles that act."""
    summary: str
    rule: Rule
    clock: Clock
    submit_via: str
    fields: tuple[str, ...]
    document: str
    """Id of the document template to render; "" when there is nothing to write."""
    cautions: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: str
    confidence: str
    confidence_note: str
    place: Place


def load_obligations(catalogue: Catalogue, folder: Path | None = None) -> tuple[Obligation, ...]:
    """Every obligation of every jurisdiction, sorted by id.

    Raises:
        InputError: every problem of all files, sorted.

    """
    files = sorted((folder or shipped("templates") / "obligations").glob("*.yaml"))
    everything = Reader("obligations")
    found: list[Obligation] = []
    for file in files:
        reader = Reader(str(file))
        found += _file(reader, read_yaml(read_file(file), str(file)), catalogue)
        everything.problems.extend(reader.problems)
    known = {one.id for one in found}
    for one in found:
        if [other.id for other in found].count(one.id) > 1:
            everything.add(one.place, "duplicate-id", f"obligation {one.id} is written twice", "keep one")
        for name in one.replaces:
            if name not in known:
                everything.add(
                    one.place, "unknown-id", f"{one.id} replaces {name!r}, which does not exist", "correct it"
                )
    everything.finish("the obligations")
    return tuple(sorted(found, key=lambda one: one.id))


def _file(reader: Reader, root: Node, catalogue: Catalogue) -> list[Obligation]:
    if not reader.keys(root, ("evict-obligations", "jurisdiction", "obligations"), "a file of obligations"):
        return []
    reader.require(root, ("evict-obligations", "jurisdiction", "obligations"), "a file of obligations")
    jurisdiction = reader.text(root.get("jurisdiction"), "jurisdiction")
    return [_obligation(reader, node, jurisdiction, catalogue) for node in read_rows(reader, root, "obligations")]


def _obligation(reader: Reader, node: Node, jurisdiction: str, catalogue: Catalogue) -> Obligation:
    name = read_entry(reader, node, "obligation", KEYS, REQUIRED)
    what = f"obligation {name!r}"
    applies = node.get("applies")
    provenance = read_provenance(reader, node, what)
    return Obligation(
        id=name,
        jurisdiction=_within_jurisdiction(reader, node, jurisdiction, what),
        title=reader.text(node.get("title"), f"title of {what}"),
        authority=reader.text(node.get("authority"), f"authority of {what}"),
        citation=provenance.citation,
        kind=reader.choice(node.get("kind"), f"kind of {what}", KINDS, "voluntary"),
        in_force=read_boolean(reader, node.get("in_force"), f"in_force of {what}"),
        replaces=reader.texts(node.get("replaces"), f"replaces of {what}"),
        series=reader.text(node.get("series"), f"series of {what}"),
        who=read_roles(reader, node, what),
        summary=reader.text(applies.get("summary") if applies else None, f"summary of {what}"),
        rule=_rule(reader, applies, what, catalogue),
        clock=_clock(reader, node.get("clock"), what, catalogue),
        submit_via=reader.text(node.get("submit_via"), f"submit_via of {what}"),
        fields=reader.texts(node.get("fields"), f"fields of {what}"),
        document=optional_text(node.get("document")),
        cautions=reader.texts(node.get("cautions"), f"cautions of {what}"),
        sources=provenance.sources,
        as_of=provenance.as_of,
        confidence=provenance.confidence,
        confidence_note=provenance.confidence_note,
        place=node.place,
    )


def _within_jurisdiction(reader: Reader, node: Node, jurisdiction: str, what: str) -> str:
    """That of the file, or a part of it such as US-CA that the entry names itself."""
    own = node.get("jurisdiction")
    if own is None:
        return jurisdiction
    if not str(own.value).startswith(f"{jurisdiction}-"):
        message = f"{what}: jurisdiction {own.value!r:.40} is no part of {jurisdiction}"
        reader.add(own.place, "bad-jurisdiction", message, f"write {jurisdiction}-…, or move it to another file")
    return str(own.value)


def _rule(reader: Reader, node: Node | None, what: str, catalogue: Catalogue) -> Rule:
    if node is None or not reader.keys(node, APPLIES_KEYS, f"applies of {what}"):
        return Rule()
    reader.require(node, ("summary",), f"applies of {what}")
    return read_conditions(reader, node, f"applies of {what}", catalogue)


def _clock(reader: Reader, node: Node | None, what: str, catalogue: Catalogue) -> Clock:
    if node is None or not reader.keys(node, CLOCK_KEYS, f"clock of {what}"):
        return Clock("", (), "")
    reader.require(node, ("event", "legs"), f"clock of {what}")
    legs = node.get("legs")
    rows = legs.children.values() if legs is not None and isinstance(legs.value, list) else ()
    if not rows:
        reader.add(node.place, "no-leg", f"clock of {what} has no leg", "write at least one, if only no-number")
    return Clock(
        reader.text(node.get("event"), f"event of {what}"),
        tuple(_leg(reader, one, what, catalogue) for one in rows),
        optional_text(node.get("note")),
    )


def _leg(reader: Reader, node: Node, what: str, catalogue: Catalogue) -> Leg:
    reader.keys(node, LEG_KEYS, f"a leg of {what}")
    reader.require(node, ("within", "basis"), f"a leg of {what}")
    starts = optional_text(node.get("starts"))
    if starts and (starts not in catalogue or catalogue[starts].type not in ("date-time", "date")):
        reader.add(
            node.place, "bad-start", f"{what}: {starts!r} is no fact of type date-time or date", "see the catalogue"
        )
    unit, amount, fixed = _within(reader, node.get("within"), what)
    calendar = optional_text(node.get("calendar"))
    if unit == "business_days" and calendar not in CALENDARS:
        reader.add(
            node.place, "no-calendar", f"{what}: business days need a calendar", f"one of {', '.join(CALENDARS)}"
        )
    if not starts and unit in UNITS:
        reader.add(node.place, "no-start", f"{what}: a leg with a period needs a fact that starts it", "write starts:")
    return Leg(
        starts, unit, amount, fixed, reader.choice(node.get("basis"), f"basis of {what}", BASES, "law"), calendar,
        optional_text(node.get("note")),
    )  # fmt: skip


def _within(reader: Reader, node: Node | None, what: str) -> tuple[str, int, str]:
    if node is None:
        return "no-number", 0, ""
    if node.value in WORDS:
        return str(node.value), 0, ""
    value: Mapping[str, Any] = node.value if isinstance(node.value, dict) else {}
    if len(value) == 1:
        unit, amount = next(iter(value.items()))
        if unit in UNITS and isinstance(amount, int) and not isinstance(amount, bool) and amount > 0:
            return unit, amount, ""
        if unit == "fixed" and isinstance(amount, str) and re.fullmatch(r"\d\d-\d\d|[a-z]+(-[a-z]+)*", amount):
            return "fixed", 0, amount
    reader.add(node.place, "bad-within", f"{what}: within is not a period", "e.g. {hours: 72}, immediate or no-number")
    return "no-number", 0, ""
