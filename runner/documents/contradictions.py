"""Facts that cannot all be true: `templates/contradictions.yaml`. Nothing is corrected; a person is told.

An entry speaks up when its conditions hold and, where it names them,

* `needs`: one of these facts is unasked or unknown, though the others call for it;
* `order`: the first of these two times is later than the second.

Beside the table, a time of an event (`…_at`) that lies in the future is always told: it cannot be known yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from runner.authored.reader import Reader
from runner.authored.shipped import shipped
from runner.authored.source import Node, read_file, read_yaml
from runner.documents.clocks import parse_start
from runner.documents.facts import UNKNOWN, Catalogue, Facts
from runner.documents.legal import read_conditions, read_rows
from runner.documents.rules import Rule, Truth, judge_rule

KEYS = ("id", "all", "any", "needs", "order", "says")

PAIR = 2

PLANNED = ("_deadline_at", "_target_date")
"""Endings of facts that speak of the future by their meaning."""

SLACK = timedelta(minutes=10)
"""Clocks of machines differ; a time this little ahead is not remarked on."""


@dataclass(frozen=True)
class Contradiction:
    """One thing that facts may say and that cannot be."""

    id: str
    rule: Rule
    needs: tuple[str, ...]
    order: tuple[str, ...]
    """Two facts that are times, the earlier one first; or nothing."""
    says: str

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that it speaks of, each once."""
        return tuple(dict.fromkeys((*self.rule.facts, *self.needs, *self.order)))


@dataclass(frozen=True)
class Conflict:
    """A contradiction that is there."""

    id: str
    says: str
    facts: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As the ledger and the listing hold it."""
        return {"id": self.id, "says": self.says, "facts": list(self.facts)}


def load_contradictions(catalogue: Catalogue, path: Path | None = None) -> tuple[Contradiction, ...]:
    """The shipped table, or another file of the same form.

    Raises:
        InputError: every problem of the file, sorted.

    """
    file = path or shipped("templates") / "contradictions.yaml"
    root = read_yaml(read_file(file), str(file))
    reader = Reader(str(file))
    reader.keys(root, ("evict-contradictions", "contradictions"), "the table of contradictions")
    reader.require(root, ("evict-contradictions", "contradictions"), "the table of contradictions")
    found = tuple(_read(reader, node, catalogue) for node in read_rows(reader, root, "contradictions"))
    for one in found:
        if [other.id for other in found].count(one.id) > 1:
            reader.add(root.place, "duplicate-id", f"contradiction {one.id} is written twice", "keep one")
    reader.finish(f"table of contradictions {file}")
    return found


def _read(reader: Reader, node: Node, catalogue: Catalogue) -> Contradiction:
    name = reader.text(node.get("id"), "id")
    what = f"contradiction {name!r}"
    reader.keys(node, KEYS, what)
    reader.require(node, ("id", "says"), what)
    needs, order = (
        reader.texts(node.get("needs"), f"needs of {what}"),
        reader.texts(node.get("order"), f"order of {what}"),
    )
    for fact in (*needs, *order):
        if fact not in catalogue:
            reader.add(node.place, "unknown-fact", f"{what}: there is no fact {fact!r}", "see templates/facts.yaml")
    if order and len(order) != PAIR:
        reader.add(node.place, "bad-order", f"order of {what} must name two times", "write [earlier_at, later_at]")
    return Contradiction(
        id=name,
        rule=Rule() if order and not node.get("all") else read_conditions(reader, node, what, catalogue),
        needs=needs,
        order=order,
        says=reader.text(node.get("says"), f"says of {what}"),
    )


def conflicts(table: Iterable[Contradiction], facts: Facts, now: datetime) -> tuple[Conflict, ...]:
    """Every contradiction that the facts hold, in the order of the table, then times that lie in the future."""
    found = [Conflict(one.id, one.says, one.facts) for one in table if _is_there(one, facts)]
    for name, value in sorted(facts.items()):
        start = parse_start(name, value) if name.endswith("_at") and not name.endswith(PLANNED) else None
        if start and isinstance(start.at, datetime) and start.at.astimezone(UTC) > now + SLACK:
            found.append(Conflict(f"future:{name}", f"{name} lies in the future: it is the time of an event", (name,)))
    return tuple(found)


def _is_there(one: Contradiction, facts: Facts) -> bool:
    if judge_rule(one.rule, facts).truth is not Truth.YES:
        return False
    if one.order:
        return _wrong_order(one.order, facts)
    return not one.needs or any(facts.get(fact, UNKNOWN) in (UNKNOWN, None) for fact in one.needs)


def _wrong_order(order: tuple[str, ...], facts: Facts) -> bool:
    """Times are compared as moments; where only a day is known of one of them, as days."""
    first, second = (parse_start(name, facts.get(name, UNKNOWN)) for name in order)
    if first is None or second is None:
        return False
    if isinstance(first.at, datetime) and isinstance(second.at, datetime):
        return first.at > second.at
    days = [one.at.astimezone(UTC).date() if isinstance(one.at, datetime) else one.at for one in (first, second)]
    return days[0] > days[1] + timedelta(days=1)
