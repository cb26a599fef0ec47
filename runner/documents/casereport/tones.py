"""The colour and the words of every state and outcome. The word always says it; the colour only repeats it."""

from __future__ import annotations

from collections.abc import Mapping

from runner.documents.casereport.parts import Tone

STATES: Mapping[str, tuple[Tone, str]] = {
    "standing": (Tone.BAD, "standing: still a way in"),
    "unknown": (Tone.DARK, "unknown: could not be read"),
    "issued": (Tone.WARN, "issued: done, not proven"),
    "residual": (Tone.WARN, "residual: outlives the cut"),
    "cut": (Tone.GOOD, "cut: proven by a separate read"),
    "not-applicable": (Tone.IDLE, "not applicable"),
}
"""From the worst to the best."""

OUTCOMES: Mapping[str, Tone] = {
    "done": Tone.GOOD, "already-so": Tone.GOOD, "not-applicable": Tone.IDLE, "could-not-check": Tone.DARK,
    "not-attempted": Tone.WARN, "failed": Tone.BAD, "waiting": Tone.WARN,
}  # fmt: skip

COMPLETENESS: Mapping[str, tuple[Tone, str]] = {
    "complete": (Tone.GOOD, "complete"),
    "incomplete": (Tone.BAD, "incomplete"),
    "cannot-tell": (Tone.DARK, "cannot tell"),
}


def state_tone(state: str) -> Tone:
    """The colour of a path's state."""
    return STATES[state][0] if state in STATES else Tone.IDLE


def state_words(state: str) -> str:
    """A path's state as a reader understands it."""
    return STATES[state][1] if state in STATES else state


def outcome_tone(outcome: str) -> Tone:
    """The colour of an outcome; one that has not come yet has none."""
    return OUTCOMES.get(outcome, Tone.IDLE)
