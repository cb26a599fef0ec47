"""The board of access paths by system and account, and what is left of them after the cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from runner.case.state import PathStatus
from runner.documents.casereport import told
from runner.documents.casereport.parts import (
    Block,
    Grid,
    Piece,
    Prose,
    Row,
    Section,
    Under,
    badge,
    given,
    plain,
    quiet,
    row,
)
from runner.documents.casereport.source import Source
from runner.documents.casereport.tones import STATES, state_tone, state_words

BOARD = ("Access path", "Kind", "State", "Why, and until when")
BOARD_SHARES = (40, 10, 20, 30)
LEFT = ("Access path", "Until", "Why it is left")
LEFT_SHARES = (40, 20, 40)

LEFT_WORDS = {
    "standing": "Still standing: a way in",
    "unknown": "Could not be read: may be a way in",
    "residual": "Outlives the cut and ends by itself",
    "issued": "Done, but no read has proven it",
}
"""What is not proven cut, the worst first."""


def counts(source: Source) -> dict[str, int]:
    """How many paths are in each state, the worst first; only states that there are."""
    found = Counter(one.state.value for one in source.state.paths.values())
    return {state: found[state] for state in STATES if found[state]}


def in_state(source: Source, state: str) -> list[PathStatus]:
    """The paths of one state, by system and account."""
    return [one for _key, one in sorted(source.state.paths.items()) if one.state.value == state]


def board(source: Source) -> Section:
    """Every access path that was ever seen, under its system and account."""
    blocks: list[Block] = []
    groups: dict[tuple[str, str], list[PathStatus]] = {}
    for _key, one in sorted(source.state.paths.items()):
        groups.setdefault((one.path["system"], one.path["account"]), []).append(one)
    for (system, account), paths in groups.items():
        blocks.append(Under((given(system), plain(" · "), given(account), plain("  "), *_tally(paths))))
        order = list(STATES)
        ordered = sorted(paths, key=lambda one: (order.index(one.state.value), one.path["kind"]))
        blocks.append(Grid(BOARD, tuple(map(_row, ordered)), BOARD_SHARES))
    if not blocks:
        blocks.append(Prose((plain("No access path has been read yet."),)))
    else:
        blocks.insert(0, Prose((plain(
            "An access path is one concrete way in: a key, a session, a role, a machine. A path counts as cut only "
            "when a later read, separate from the cut's own answer, no longer shows it."
        ),)))  # fmt: skip
    return Section("paths", "Access paths", tuple(blocks))


def _tally(paths: list[PathStatus]) -> Iterator[Piece]:
    found = Counter(one.state.value for one in paths)
    for state in STATES:
        if found[state]:
            yield badge(state_tone(state), f"{found[state]} {state}")
            yield plain(" ")


def _row(one: PathStatus) -> Row:
    state = one.state.value
    until = (plain(f"until {told.told(one.until)}; "),) if one.until else ()
    same = one.path["id"] == one.path["label"]
    label = (given(one.path["label"]), *(() if same else (quiet(f" {one.path['id']}"),)))
    return row(label, one.path["kind"], badge(state_tone(state), state_words(state)), (*until, given(one.reason)))


def residual(source: Source) -> Section:
    """What is not proven cut: the reason of each, and until when."""
    blocks: list[Block] = []
    for state, heading in LEFT_WORDS.items():
        found = in_state(source, state)
        if found:
            blocks.append(Under((badge(state_tone(state), state), plain(f" {heading} ({len(found)})"))))
            blocks.append(Grid(LEFT, tuple(_left(source, one) for one in found), LEFT_SHARES))
    if not blocks:
        proven = "Nothing: every known access path is cut and proven cut."
        blocks.append(Prose((plain(proven if source.state.paths else "Nothing was read yet."),)))
    return Section("residual", "Access that is left", tuple(blocks))


def _left(source: Source, one: PathStatus) -> Row:
    until: list[Piece] = [plain("nobody knows until when" if one.state.value != "standing" else "until it is cut")]
    at = told.read(one.until) if one.until else None
    if at:
        left = (at - source.now).total_seconds()
        ends = f"{told.lasting(left)} left" if left > 0 else "over by now, if the vendor's word holds"
        until = [plain(told.told(one.until)), quiet(f" ({ends})")]
    label = (given(one.path["label"]), quiet(f" {one.path['system']} · {one.path['account']}"))
    return row(label, tuple(until), given(one.reason))
