"""The timeline as SVG: lanes, bars, marks, the order and the proof. No script, no style sheet, nothing from elsewhere.

In the page every bar and mark tells its text when pointed at and leads to its row; in a PDF it is only a picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape

from runner.documents.casereport import told
from runner.documents.casereport.parts import Tone
from runner.documents.casereport.scale import Scale, Stretch, scale
from runner.documents.casereport.timeline import Bar, Lane, Mark, Timeline
from runner.documents.casereport.tones import outcome_tone
from runner.documents.page.glyphs import drawable

NAMESPACE = "http://www.w3.org/2000/svg"
WIDTH, LEFT, RIGHT = 1080.0, 146.0, 1064.0
TOP = 52.0
"""Room for the names of the moments and the times."""
TALL, THIN, MARK_ROW, PAD = 17.0, 5.0, 20.0, 6.0
LETTER = 5.6
"""Width of an average letter of the labels."""
NEAR = 13.0
"""Marks of a lane that are nearer than this become one, with their number."""
MOST_NAMED = 24
"""A lane with more bars than this draws them thin: names would be many pages high."""
MOST_THIN = 12
TOLD = 6
"""Marks that a merged one tells of."""

FILLS = {Tone.GOOD: "#2e7d4f", Tone.BAD: "#b00020", Tone.WARN: "#b26a00", Tone.DARK: "#7a3b8f", Tone.IDLE: "#5c6b7a"}
STEPS_S = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400, 172800, 604800)
TICK_ROOM = 74.0
DAY_S = 86400


@dataclass
class _Lane:
    """A lane while it is laid out."""

    name: Lane
    top: float
    height: float = 0.0
    bars: list[tuple[Bar, float, float, float, bool]] = field(default_factory=list)
    """Bar, left, right, top, and whether it has its name."""
    marks: list[tuple[list[Mark], float, float]] = field(default_factory=list)
    """Marks, middle, top."""


def draw(timeline: Timeline, *, still: bool = False) -> str:
    """The SVG; `still` for print, without what only a screen can do."""
    moments = [one.start for one in timeline.bars] + [one.end for one in timeline.bars if one.end]
    moments += [one.at for one in timeline.marks] + [one.at for one in timeline.moments] + [timeline.now]
    times = scale(moments, LEFT, RIGHT)
    lanes = _laid_out(timeline, times)
    height = (lanes[-1].top + lanes[-1].height if lanes else TOP) + 22
    family = ' font-family="Libertinus Serif, Noto Sans CJK KR, DejaVu Sans Mono"' if still else ""
    parts = [
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {WIDTH:g} {height:g}" font-size="11"{family} role="img">',
        "<title>Timeline of the case</title>",
        *(_background(one, index) for index, one in enumerate(lanes)),
        *_axis(times, height, still=still),
        *_between(timeline, times, height),
        *(text for lane in lanes for text in _contents(lane, still=still)),
        *_pauses(times, height, still=still),
        *_verticals(timeline, times, height, still=still),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _laid_out(timeline: Timeline, times: Scale) -> list[_Lane]:
    lanes, top = [], TOP
    for name in Lane:
        lane = _Lane(name, top)
        bars = [one for one in timeline.bars if one.lane is name]
        named = [one for one in bars if not one.minor]
        crowded = len(named) > MOST_NAMED
        at = _named(lane, [] if crowded else named, times, timeline.now, top + PAD)
        at = _thin(lane, bars if crowded else [one for one in bars if one.minor], times, timeline.now, at)
        marks = [one for one in timeline.marks if one.lane is name]
        if marks:
            lane.marks = [(group, x, at + MARK_ROW / 2) for group, x in _merged(marks, times)]
            at += MARK_ROW
        lane.height = max(at - top + PAD, MARK_ROW + PAD)
        top += lane.height
        lanes.append(lane)
    return lanes


def _named(lane: _Lane, bars: Sequence[Bar], times: Scale, now: datetime, top: float) -> float:
    """Bars with their names, each in the first row where it and its name have room."""
    ends: list[float] = []
    for bar in bars:
        left, right = times.x(bar.start), times.x(bar.end or now)
        words = len(bar.label) * LETTER + 8
        begins = left if _beside(right, words) else max(LEFT, left - words)
        ends_at = right + words if _beside(right, words) else right
        row = next((index for index, end in enumerate(ends) if end <= begins), len(ends))
        ends[row : row + 1] = [ends_at + 4]
        lane.bars.append((bar, left, right, top + row * TALL, True))
    return top + len(ends) * TALL


def _beside(right: float, words: float) -> bool:
    """Whether a name fits to the right of its bar; else it stands to the left."""
    return right + words <= RIGHT


def _thin(lane: _Lane, bars: Sequence[Bar], times: Scale, now: datetime, top: float) -> float:
    ends: list[float] = []
    for index, bar in enumerate(bars):
        left, right = times.x(bar.start), times.x(bar.end or now)
        row = next((place for place, end in enumerate(ends) if end <= left), len(ends))
        row = row if row < MOST_THIN else index % MOST_THIN
        ends[row : row + 1] = [right + 1]
        lane.bars.append((bar, left, right, top + row * THIN, False))
    return top + len(ends) * THIN + (4 if ends else 0)


def _merged(marks: Sequence[Mark], times: Scale) -> Iterator[tuple[list[Mark], float]]:
    """Marks from left to right, near ones together."""
    group: list[Mark] = []
    first = 0.0
    for mark in sorted(marks, key=lambda one: one.at):
        x = times.x(mark.at)
        if group and x - first > NEAR:
            yield group, first
            group = []
        first = first if group else x
        group.append(mark)
    if group:
        yield group, first


def _background(lane: _Lane, index: int) -> str:
    fill = "#f4f6f8" if index % 2 == 0 else "#ffffff"
    middle = lane.top + lane.height / 2 + 4
    return (f'<rect x="0" y="{lane.top:g}" width="{WIDTH:g}" height="{lane.height:g}" fill="{fill}"/>'
            f'<text x="8" y="{middle:g}" font-weight="bold" fill="#222">{lane.name.value}</text>')  # fmt: skip


def _axis(times: Scale, height: float, *, still: bool) -> Iterator[str]:
    bottom, free, last_day = height - 22, 0.0, ""
    for stretch in times.stretches:
        for at in _ticks(stretch):
            x = stretch.x(at)
            yield _line(x, TOP, bottom, "#d8dee4")
            words = f"{at.astimezone(UTC):%H:%M:%S}"
            if x - 22 >= free:
                yield _text(x, TOP - 6, words, still=still, middle=True)
                free = x + 24
                day = told.day(at)
                if day != last_day:
                    yield _text(x, TOP - 19, day, still=still, middle=True, fill="#000")
                    last_day = day
    for left, right, _length in times.pauses:
        yield f'<rect x="{left:g}" y="{TOP:g}" width="{right - left:g}" height="{bottom - TOP:g}" fill="#e9ecef"/>'


def _ticks(stretch: Stretch) -> Iterator[datetime]:
    span = (stretch.end - stretch.start).total_seconds()
    yield stretch.start
    most = max((stretch.right - stretch.left) / TICK_ROOM, 1.0)
    step = next((one for one in STEPS_S if span / one <= most), None) or int(span / most) + DAY_S
    at = stretch.start.replace(microsecond=0)
    begin = at - timedelta(seconds=int(at.timestamp()) % step) + timedelta(seconds=step)
    while begin <= stretch.end:
        yield begin
        begin += timedelta(seconds=step)


def _between(timeline: Timeline, times: Scale, height: float) -> Iterator[str]:
    """From the order to the proof."""
    if len(timeline.moments) > 1:
        first, last = (times.x(one.at) for one in (timeline.moments[0], timeline.moments[-1]))
        width = max(last - first, 1)
        yield (f'<rect x="{first:g}" y="{TOP:g}" width="{width:g}" height="{height - 22 - TOP:g}" fill="#2e7d4f" '
               'fill-opacity="0.12"/>')  # fmt: skip


def _verticals(timeline: Timeline, times: Scale, height: float, *, still: bool) -> Iterator[str]:
    """The order, the proof, and now."""
    for index, one in enumerate(timeline.moments):
        x, fill = times.x(one.at), "#b00020" if index == 0 else "#2e7d4f"
        place, anchor = (x - 4, "end") if index == 0 else (x + 4, "start")
        yield _line(x, TOP - 34, height - 22, fill, width=1.6)
        words = _safe(f"{one.label} {told.clock(one.at)}", still)
        yield (f'<text x="{place:g}" y="{TOP - 36:g}" text-anchor="{anchor}" font-weight="bold" fill="{fill}">{words}'
               "</text>")  # fmt: skip
    x = times.x(timeline.now)
    yield _line(x, TOP, height - 22, "#000", dash=True)
    side, anchor = (4, "start") if x < RIGHT - 120 else (-4, "end")
    yield _text(x + side, height - 8, f"this report, {told.clock(timeline.now)}", still=still, anchor=anchor)


def _pauses(times: Scale, height: float, *, still: bool) -> Iterator[str]:
    """The length of each pause, upwards in it; over the bars that run through."""
    for left, right, length in times.pauses:
        x, y = (left + right) / 2 + 4, height - 30
        words = _safe(f"{told.lasting(length.total_seconds())} not drawn", still)
        yield (f'<text x="{x:g}" y="{y:g}" fill="#333" font-size="10" transform="rotate(-90 {x:g} {y:g})">{words}'
               "</text>")  # fmt: skip


def _contents(lane: _Lane, *, still: bool) -> Iterator[str]:
    for bar, left, right, top, named in lane.bars:
        tall = TALL - 5 if named else THIN - 1
        fill = FILLS[outcome_tone(bar.outcome)]
        open_end = ' fill-opacity="0.45"' if bar.end is None else ""
        shape = (f'<rect x="{left:g}" y="{top:g}" width="{max(right - left, 2):.1f}" height="{tall:g}" rx="1.5" '
                 f'fill="{fill}"{open_end}/>')  # fmt: skip
        if named:
            words = len(bar.label) * LETTER + 8
            x, anchor = (right + 4, "start") if _beside(right, words) else (left - 4, "end")
            shape += _text(x, top + tall - 2, bar.label, still=still, anchor=anchor)
        yield _led(shape, bar.anchor, _bar_tip(bar), still=still)
    for group, x, y in lane.marks:
        yield _led(_dot(group, x, y, still=still), group[0].anchor, _mark_tip(group), still=still)


def _dot(group: Sequence[Mark], x: float, y: float, *, still: bool) -> str:
    order = (Tone.BAD, Tone.DARK, Tone.WARN, Tone.GOOD, Tone.IDLE)
    tone = min((outcome_tone(one.outcome) for one in group), key=order.index)
    if len(group) == 1:
        return f'<circle cx="{x:g}" cy="{y:g}" r="4" fill="{FILLS[tone]}"/>'
    count = str(len(group)) if len(group) < 1000 else "1k+"  # noqa: PLR2004 - three digits fit
    radius = 6.5 if len(count) < 3 else 8.5  # noqa: PLR2004
    return (f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{FILLS[tone]}"/><text x="{x:g}" y="{y + 3:g}" '
            f'text-anchor="middle" font-size="8.5" fill="#fff">{_safe(count, still)}</text>')  # fmt: skip


def _bar_tip(bar: Bar) -> str:
    end = f"{told.clock(bar.end)}, {told.lasting((bar.end - bar.start).total_seconds())}" if bar.end else "no end yet"
    return f"{bar.label}: {bar.outcome or 'open'}; {told.moment(bar.start)} to {end}"


def _mark_tip(group: Sequence[Mark]) -> str:
    lines = [f"{told.moment(one.at)}: {one.label}" for one in group[:TOLD]]
    return "\n".join([*lines, *([f"and {len(group) - TOLD} more"] if len(group) > TOLD else [])])


def _led(shape: str, anchor: str, tip: str, *, still: bool) -> str:
    return shape if still else f'<a href="#{escape(anchor)}"><title>{escape(tip)}</title>{shape}</a>'


def _line(x: float, top: float, bottom: float, stroke: str, *, width: float = 1, dash: bool = False) -> str:
    dashes = ' stroke-dasharray="3 3"' if dash else ""
    return (f'<line x1="{x:g}" y1="{top:g}" x2="{x:g}" y2="{bottom:g}" stroke="{stroke}" stroke-width="{width:g}"'
            f"{dashes}/>")  # fmt: skip


def _text(
    x: float, y: float, words: str, *, still: bool, middle: bool = False, anchor: str = "start", fill: str = "#333"
) -> str:
    return (f'<text x="{x:g}" y="{y:g}" text-anchor="{"middle" if middle else anchor}" fill="{fill}">'
            f"{_safe(words, still)}</text>")  # fmt: skip


def _safe(words: str, still: bool) -> str:
    return escape(drawable(words) if still else words)
