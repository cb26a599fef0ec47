"""When something applies: conditions on facts, judged in three values. Pure.

A condition is one line of text:

* `fact`            true for true, for text other than none, no and excluded, for a number above 0, for a non-empty list
* `not fact`        the opposite of that
* `fact=value`, `fact=a|b`   the value is one of these
* `fact!=a|b`       the value is none of these
* `fact>n`, `fact>=n`, `fact<n`, `fact<=n`   numbers

A rule holds when every condition under `all` and at least one under `any` holds. A fact that is unasked or unknown
makes its condition unknown, and a rule is judged by Kleene's three-valued logic: one false condition under `all`
decides, whatever else is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from runner.documents.facts import UNKNOWN, Catalogue, Facts

FORM = re.compile(r"(?:(not) )?([a-z][a-z0-9_]*)(?:(>=|<=|!=|=|>|<)(.+))?")
EMPTY_WORDS = frozenset({"none", "no", "excluded", ""})
NUMBERS = ("integer", "number")


class Truth(StrEnum):
    """Three values; `unknown` is never read as `no`."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Condition:
    """One test of one fact; `text` is how it was written."""

    text: str
    fact: str
    operator: str
    """"is", "not", "=", "!=", ">", ">=", "<" or "<="."""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """All of some conditions and any of others; empty lists do not restrict."""

    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that it reads, each once."""
        return tuple(dict.fromkeys(one.fact for one in (*self.all, *self.any)))


@dataclass(frozen=True)
class Verdict:
    """What a rule says of some facts, and by which conditions."""

    truth: Truth
    because: tuple[str, ...]
    """The conditions that decided it, as they are written."""
    unknown: tuple[str, ...]
    """Facts that would have to be known to decide; empty unless `truth` is unknown."""


def parse_condition(text: str, catalogue: Catalogue) -> Condition:
    """The condition that a line of text writes.

    Raises:
        ValueError: wrong form, an unknown fact, or a value that the fact can never have.

    """
    match = FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r:.80} is not a condition: write fact, not fact, fact=value, fact=a|b or fact>=n")
    negated, fact, operator, written = match.groups()
    spec = catalogue.get(fact)
    if spec is None:
        raise ValueError(f"there is no fact {fact!r} in the catalogue")
    if negated and operator:
        raise ValueError(f"{text!r:.80}: write {fact}!=… instead of not")
    if operator is None:
        return Condition(text, fact, "not" if negated else "is")
    values = tuple(part.strip() for part in written.split("|"))
    if operator in ("=", "!=") and spec.choices:
        wrong = [value for value in values if value not in spec.choices]
        if wrong:
            raise ValueError(f"{fact} can never be {wrong[0]!r}: it is one of {', '.join(spec.choices)}")
    if operator not in ("=", "!=") and (spec.type not in NUMBERS or len(values) > 1 or not _is_number(values[0])):
        raise ValueError(f"{text!r:.80} compares a fact of type {spec.type}: only numbers can be compared")
    return Condition(text, fact, operator, values)


def judge(condition: Condition, facts: Facts) -> Truth:
    """One condition on the facts."""
    value = facts.get(condition.fact, UNKNOWN)
    if value is UNKNOWN or value is None:
        return Truth.UNKNOWN
    return Truth.YES if _holds(condition, value) else Truth.NO


def judge_rule(rule: Rule, facts: Facts) -> Verdict:
    """All conditions together, by three-valued logic."""
    of_all = [(one, judge(one, facts)) for one in rule.all]
    of_any = [(one, judge(one, facts)) for one in rule.any]
    false = [one.text for one, truth in of_all if truth is Truth.NO]
    if false or (of_any and all(truth is Truth.NO for _one, truth in of_any)):
        return Verdict(Truth.NO, tuple(false or [one.text for one, _truth in of_any]), ())
    some = [one.text for one, truth in of_any if truth is Truth.YES]
    open_all = [one.fact for one, truth in of_all if truth is Truth.UNKNOWN]
    open_any = [] if some else [one.fact for one, truth in of_any if truth is Truth.UNKNOWN]
    true = [one.text for one, truth in of_all if truth is Truth.YES]
    if open_all or open_any:
        return Verdict(Truth.UNKNOWN, (*true, *some), tuple(dict.fromkeys((*open_all, *open_any))))
    return Verdict(Truth.YES, (*true, *some), ())


def _holds(condition: Condition, value: Any) -> bool:
    if condition.operator in ("is", "not"):
        return _is_there(value) == (condition.operator == "is")
    if condition.operator in ("=", "!="):
        return (_word(value) in condition.values) == (condition.operator == "=")
    left, right = float(value), float(condition.values[0])
    return {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}[condition.operator]


def _is_there(value: Any) -> bool:
    if isinstance(value, str):
        return value not in EMPTY_WORDS
    if isinstance(value, (bool, int, float)):
        return value > 0
    return bool(value)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def facts_read(rules: Iterable[Rule]) -> frozenset[str]:
    """Every fact that some rules read."""
    return frozenset(fact for rule in rules for fact in rule.facts)
