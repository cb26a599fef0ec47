"""Whether anything of value may move to the subject, an agency or an extorter: no, unless the facts rule it out. Pure.

Liability under sanctions law is strict: a US person can be fined without knowing who was paid, and breach on purpose is
a crime (31 CFR 510.201, 510.206, 510.701; 18 USC 2332d). OFAC meets requests for a licence to pay a ransom with a
presumption of denial (advisory of 2021-09-21). The money of an insurer, a negotiator or a customer is the same money.
"""

from __future__ import annotations

from collections.abc import Mapping

from runner.documents.facts import UNKNOWN, Facts

LEVEL = "dprk_attribution_level"

SPEAKS_AGAINST: Mapping[str, tuple[object, ...]] = {
    LEVEL: ("suspected", "reasonable_cause", "confirmed"),
    "subject_acts_for_dprk_government": ("presumed", "evidenced"),
    "designated_person_match": ("possible", "confirmed"),
    "subject_on_sdn_list_or_50pct_owned": (True,),
    "property_held_with_blocked_interest": (True,),
}
"""Facts and their values that close the gate."""

GROUNDS: Mapping[str, str] = {
    "licence": "a specific licence that names the act",
    "opinion": "a dated written opinion of sanctions counsel that no sanctions link exists",
}
"""The only two things that open it."""

ROLES = ("counsel", "finance")
"""General counsel and chief financial officer: both sign, two people with two keys."""


def closed_because(facts: Facts) -> tuple[str, ...]:
    """Why the gate is closed by default; empty when the facts rule a sanctions link out."""
    level = facts.get(LEVEL, UNKNOWN)
    reasons = [f"{LEVEL} is not known, so a sanctions link cannot be excluded"] if level in (UNKNOWN, None) else []
    for fact, values in SPEAKS_AGAINST.items():
        value = facts.get(fact)
        if value in values:
            reasons.append(f"{fact} is {'yes' if value is True else value}")
    return tuple(reasons)


def weighed(facts: Facts) -> dict[str, object]:
    """The facts that an opinion rests on; when one of them changes, it does not hold any more."""
    known = {fact: facts.get(fact) for fact in SPEAKS_AGAINST}
    return {fact: None if value is UNKNOWN else value for fact, value in known.items()}
