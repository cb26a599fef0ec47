"""A playbook as an SVG picture that needs no program but a browser: phases as columns, steps as boxes.

What an action does to the world is told by a word as well as by a colour. Every text is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from connectors.contract import Effect
from connectors.errors import EvictError
from connectors.registry import Registry
from runner.playbook.graph import caption, needed
from runner.playbook.model import Playbook, Step

WIDTH, HEIGHT, GAP_X, GAP_Y, TOP, MARGIN = 210, 62, 60, 18, 96, 24
LONGEST = 28
"""Letters of a line that fit a box."""
FILLS = {
    Effect.OBSERVE: "#e8f1fb", Effect.PRESERVE: "#e5f4e8", Effect.CONTAIN: "#fbe3e3", Effect.DESTROY: "#f6cccc",
    Effect.NOTIFY: "#fdf3d8", Effect.ASK: "#f3e8fb", Effect.RECORD: "#eeeeee",
}  # fmt: skip
STYLE = (
    "text{font-family:system-ui,sans-serif;font-size:13px;fill:#1b1b1b}.phase{font-size:15px;font-weight:600}"
    ".small{font-size:11px;fill:#444}.need{stroke:#555;fill:none;stroke-width:1.4;marker-end:url(#tip)}"
    ".order{stroke:#999;stroke-width:3;marker-end:url(#tip)}"
)


@dataclass(frozen=True)
class Box:
    """Where a step stands."""

    x: int
    y: int


def svg(playbook: Playbook, registry: Registry) -> str:
    """The picture; a step whose action is not installed is drawn without an effect."""
    boxes = {
        step.id: Box(MARGIN + column * (WIDTH + GAP_X), TOP + row * (HEIGHT + GAP_Y))
        for column, phase in enumerate(playbook.phases)
        for row, step in enumerate(phase.steps)
    }
    columns, rows = len(playbook.phases), max((len(phase.steps) for phase in playbook.phases), default=1)
    width = 2 * MARGIN + columns * WIDTH + (columns - 1) * GAP_X
    height = TOP + rows * (HEIGHT + GAP_Y) + MARGIN
    body = [
        _text(MARGIN, 30, f"{playbook.id}: {playbook.title}", "phase", 90),
        *(_column(number, caption(phase), columns) for number, phase in enumerate(playbook.phases)),
        *(_arrow(boxes[before], boxes[after]) for before, after in needed(playbook)),
        *(_box(step, boxes[step.id], _effect(step, registry)) for step in playbook.steps),
    ]
    tip = '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#666"/></marker>'  # noqa: E501
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">',  # noqa: E501
            f"<title>{escape(_plain(playbook.title))}</title>",
            f"<desc>{escape('Phases in order: ' + ', '.join(caption(phase) for phase in playbook.phases))}</desc>",
            f"<style>{STYLE}</style><defs>{tip}</defs>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *body,
            "</svg>",
        ]
    )


def _column(number: int, name: str, columns: int) -> str:
    x = MARGIN + number * (WIDTH + GAP_X)
    arrow = f'<path class="order" d="M{x + WIDTH + 8} {TOP - 22}H{x + WIDTH + GAP_X - 12}"/>'
    return _text(x, TOP - 18, name, "phase", LONGEST) + (arrow if number < columns - 1 else "")


def _box(step: Step, box: Box, effect: Effect | None) -> str:
    fill = FILLS[effect] if effect else "#ffffff"
    told = [effect.value if effect else "another playbook" if step.uses == "playbook" else "unknown action"]
    told += ["for each"] if step.for_each is not None else []
    told += [f"{step.approval.count} approvals"] if step.approval else []
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{fill}" stroke="#555"/>'
        + _text(box.x + 10, box.y + 20, step.id, "", LONGEST)
        + _text(box.x + 10, box.y + 37, step.playbook or step.uses, "small", LONGEST + 4)
        + _text(box.x + 10, box.y + 53, " · ".join(told), "small", LONGEST + 4)
    )


def _arrow(before: Box, after: Box) -> str:
    if before.x == after.x:
        x = before.x + 24
        return f'<path class="need" d="M{x} {before.y + HEIGHT}V{after.y - 2}"/>'
    start, end = before.x + WIDTH, after.x - 2
    middle = (start + end) // 2
    y, to = before.y + HEIGHT // 2, after.y + HEIGHT // 2
    return f'<path class="need" d="M{start} {y}C{middle} {y} {middle} {to} {end} {to}"/>'


def _text(x: int, y: int, text: str, style: str, longest: int) -> str:
    plain = _plain(text)
    shown = plain if len(plain) <= longest else plain[: longest - 1] + "…"
    return f'<text x="{x}" y="{y}" class="{style}">{escape(shown)}</text>'


def _plain(text: str) -> str:
    """Without control characters: XML has no way to write them."""
    return "".join(letter for letter in text if letter.isprintable())


def _effect(step: Step, registry: Registry) -> Effect | None:
    try:
        return registry.action(step.uses).effect
    except EvictError:
        return None
