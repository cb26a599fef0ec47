from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.documents.facts import UNKNOWN, FactSpec
from runner.documents.rules import Condition, Rule, Truth, facts_read, judge, judge_rule, parse_condition

NAMES = ("a", "b", "c", "d")


def spec(name: str, kind: str, *choices: str) -> FactSpec:
    return FactSpec(name, kind, choices, "", "", ("counsel",), "ordinary", "place")


CATALOGUE = {
    **{name: spec(name, "boolean") for name in NAMES},
    "level": spec("level", "string", "none", "low", "high"),
    "state": spec("state", "string"),
    "count": spec("count", "integer"),
    "rate": spec("rate", "number"),
    "names": spec("names", "list[string]"),
    "seen_at": spec("seen_at", "date-time"),
}


@pytest.mark.parametrize(
    ("text", "value", "truth"),
    [
        ("a", True, "yes"),
        ("a", False, "no"),
        ("a", UNKNOWN, "unknown"),
        ("not a", True, "no"),
        ("not a", False, "yes"),
        ("not a", UNKNOWN, "unknown"),
        ("level", "high", "yes"),
        ("level", "none", "no"),
        ("level=low|high", "high", "yes"),
        ("level=low|high", "none", "no"),
        ("level=low|high", UNKNOWN, "unknown"),
        ("level!=low|high", "none", "yes"),
        ("level!=low", "low", "no"),
        ("a=yes", True, "yes"),
        ("a=no", False, "yes"),
        ("state=CA", "CA", "yes"),
        ("state=CA", "TX", "no"),
        ("count", 0, "no"),
        ("count", 1, "yes"),
        ("count>500", 500, "no"),
        ("count>500", 501, "yes"),
        ("count>=500", 500, "yes"),
        ("count<500", 499, "yes"),
        ("count<=500", 501, "no"),
        ("count>500", UNKNOWN, "unknown"),
        ("rate>0.5", 0.75, "yes"),
        ("names", [], "no"),
        ("names", ["x"], "yes"),
        ("seen_at", "2026-11-24T02:00:00Z", "yes"),
        ("not seen_at", "2026-11-24T02:00:00Z", "no"),
    ],
)
def test_one_condition(text: str, value: Any, truth: str) -> None:
    condition = parse_condition(text, CATALOGUE)
    assert judge(condition, {condition.fact: value}) == truth


def test_an_unasked_fact_is_as_unknown_as_one_nobody_knows() -> None:
    condition = parse_condition("not a", CATALOGUE)
    assert judge(condition, {}) is judge(condition, {"a": UNKNOWN}) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not a condition"),
        ("A", "is not a condition"),
        ("a and b", "is not a condition"),
        ("a ==", "is not a condition"),
        ("nobody", "there is no fact 'nobody'"),
        ("not level=low", "write level!=… instead of not"),
        ("level=medium", "level can never be 'medium': it is one of none, low, high"),
        ("level!=low|medium", "level can never be 'medium'"),
        ("level>3", "only numbers can be compared"),
        ("count>many", "only numbers can be compared"),
        ("count>1|2", "only numbers can be compared"),
        ("a>=1", "only numbers can be compared"),
    ],
)
def test_a_wrong_condition_says_why(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_condition(text, CATALOGUE)


@given(
    fact=st.sampled_from(sorted(CATALOGUE)),
    form=st.sampled_from(["{}", "not {}", "{}={}", "{}!={}", "{}>{}", "{}>={}", "{}<{}", "{}<={}"]),
    number=st.integers(-999, 999),
    choice=st.sampled_from(["low", "high|none", "high"]),
)
def test_a_condition_keeps_its_text_and_reads_back(fact: str, form: str, number: int, choice: str) -> None:
    numbers = CATALOGUE[fact].type in ("integer", "number")
    text = form.format(fact, choice if fact == "level" else number)
    if not numbers and (">" in form or "<" in form):
        return
    condition = parse_condition(text, CATALOGUE)
    assert condition.text == text
    if condition.operator in ("is", "not"):
        written = fact if condition.operator == "is" else f"not {fact}"
    else:
        written = f"{fact}{condition.operator}{'|'.join(condition.values)}"
    assert written == text
    assert parse_condition(written, CATALOGUE) == condition


TRUTHS = st.sampled_from([True, False, UNKNOWN])
FACTS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, TRUTHS))
CONDITIONS = st.lists(
    st.builds(
        lambda name, negated: parse_condition(f"not {name}" if negated else name, CATALOGUE),
        st.sampled_from(NAMES),
        st.booleans(),
    ),
    max_size=4,
).map(tuple)
RULES = st.builds(Rule, CONDITIONS, CONDITIONS)


def kleene(rule: Rule, facts: dict[str, Any]) -> Truth:
    """Independent reading: numbers 0, 1/2, 1; all is the least, any is the greatest."""

    def value(one: Condition) -> float:
        known = facts.get(one.fact, UNKNOWN)
        if known is UNKNOWN:
            return 0.5
        return float(known is (one.operator == "is"))

    least = min((value(one) for one in rule.all), default=1.0)
    greatest = max((value(one) for one in rule.any), default=1.0)
    return {0.0: Truth.NO, 0.5: Truth.UNKNOWN, 1.0: Truth.YES}[min(least, greatest)]


@given(RULES, FACTS)
def test_a_rule_is_kleene_logic(rule: Rule, facts: dict[str, Any]) -> None:
    assert judge_rule(rule, facts).truth is kleene(rule, facts)


@given(RULES, FACTS, st.lists(st.booleans(), min_size=4, max_size=4))
def test_what_is_learnt_never_turns_a_decided_rule(rule: Rule, facts: dict[str, Any], rest: list[bool]) -> None:
    before = judge_rule(rule, facts)
    answers = dict(zip(NAMES, rest, strict=True))
    learnt = {**answers, **{name: value for name, value in facts.items() if value is not UNKNOWN}}
    after = judge_rule(rule, learnt)
    assert after.truth is not Truth.UNKNOWN
    assert before.truth in (Truth.UNKNOWN, after.truth)


@given(RULES, FACTS)
def test_unknown_names_just_the_facts_that_are_open(rule: Rule, facts: dict[str, Any]) -> None:
    verdict = judge_rule(rule, facts)
    assert bool(verdict.unknown) == (verdict.truth is Truth.UNKNOWN)
    assert all(facts.get(name, UNKNOWN) is UNKNOWN and name in rule.facts for name in verdict.unknown)
    assert len(set(verdict.unknown)) == len(verdict.unknown)


@given(RULES, FACTS)
def test_the_reasons_are_conditions_of_the_rule(rule: Rule, facts: dict[str, Any]) -> None:
    verdict = judge_rule(rule, facts)
    written = {one.text: one for one in (*rule.all, *rule.any)}
    expected = Truth.NO if verdict.truth is Truth.NO else Truth.YES
    assert all(judge(written[text], facts) is expected for text in verdict.because)
    if verdict.truth is Truth.NO:
        assert verdict.because


def test_the_facts_of_rules() -> None:
    first, second = (parse_condition(text, CATALOGUE) for text in ("a", "level=low"))
    assert Rule((first, second), (first,)).facts == ("a", "level")
    assert facts_read([Rule((first,)), Rule((), (second,))]) == {"a", "level"}
