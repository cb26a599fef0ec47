"""Load a playbook: every fault at once, each with its place, its rule and what to do."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from connectors.errors import InputError, Place
from connectors.registry import Registry
from connectors.types import parse_type
from runner.authored.reader import Reader
from runner.authored.shipped import shipped_playbooks
from runner.authored.source import Node, read_file, read_yaml
from runner.playbook.expressions import syntax_problems
from runner.playbook.load_step import STEP_ID, read_approval, read_step
from runner.playbook.model import PHASES, Input, Phase, Playbook, Value, as_value

LANGUAGE = 1
TOP_KEYS = ("evict", "id", "title", "description", "attack", "inputs", "phases", "outputs")
INPUT_KEYS = ("type", "description", "required", "default", "choices")
PHASE_KEYS = ("budget", "approval", "steps")
PLAYBOOK_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
ATTACK = re.compile(r"T\d{4}(\.\d{3})?")


def load_playbook(path: Path, registry: Registry | None = None) -> Playbook:
    """Load a playbook from a file. `registry` is accepted for symmetry; actions are checked by lint.

    Raises:
        InputError: every problem of the file, sorted.

    """
    del registry
    return parse_playbook(read_file(path), str(path))


def parse_playbook(data: bytes, name: str) -> Playbook:
    """Load a playbook from bytes; `name` stands in messages.

    Raises:
        InputError: every problem of the file, sorted.

    """
    root = read_yaml(data, name)
    reader = Reader(name)
    playbook = _playbook(reader, root, data)
    for value in _values(playbook):
        reader.problems.extend(syntax_problems(value))
    reader.finish(f"playbook {name}")
    return playbook


def find_playbook(name: str, near: Path | None = None) -> Path:
    """The file of a playbook: a path (relative to the calling playbook), or the id of a shipped one.

    Raises:
        InputError: there is none.

    """
    if name.endswith((".yaml", ".yml")) or "/" in name:
        path = Path(name) if near is None or Path(name).is_absolute() else near.parent / name
        if path.exists():
            return path
        raise InputError(f"there is no playbook file {path}", fix="check the path; it is relative to the caller")
    beside = near.parent / f"{name}.yaml" if near is not None else Path(f"{name}.yaml")
    if near is not None and beside.exists():
        return beside
    known = {path.stem: path for path in shipped_playbooks()}
    if name in known:
        return known[name]
    listed = ", ".join(known)
    raise InputError(f"there is no playbook {name!r}", expected=f"a path ending in .yaml, or one of: {listed}")


def load_sub(name: str, near: Path | None) -> Playbook:
    """Find and load a sub-playbook, as seen from the file that calls it."""
    return load_playbook(find_playbook(name, near))


def _playbook(reader: Reader, root: Node, data: bytes) -> Playbook:
    if not reader.keys(root, TOP_KEYS, "a playbook"):
        reader.finish(f"playbook {reader.name}")
    reader.require(root, ("evict", "id", "title", "phases"), "a playbook")
    version = root.get("evict")
    if version is not None and version.value != LANGUAGE:
        message = f"language version {version.value!r:.20} is not known"
        reader.add(version.place, "bad-version", message, f"write `evict: {LANGUAGE}`")
    playbook_id = reader.text(root.get("id"), "id")
    id_node = root.get("id")
    if id_node is not None and playbook_id and not PLAYBOOK_ID.fullmatch(playbook_id):
        reader.add(
            id_node.place, "bad-id", f"id {playbook_id!r:.60} must be lower-case words joined by -", "e.g. my-plan"
        )
    attack = reader.texts(root.get("attack"), "attack")
    for index, technique in enumerate(attack):
        if technique and not ATTACK.fullmatch(technique):
            place = root.children["attack"].children[index].place
            reader.add(place, "bad-attack", f"{technique!r:.40} is not an ATT&CK technique id", "write e.g. T1078.004")
    phases = _phases(reader, root.get("phases"))
    return Playbook(
        id=playbook_id,
        title=reader.text(root.get("title"), "title"),
        description=reader.text(root.get("description"), "description"),
        attack=attack,
        inputs=_inputs(reader, root.get("inputs")),
        phases=phases,
        outputs=_outputs(reader, root.get("outputs")),
        file=reader.name,
        source=data,
        digest=hashlib.sha256(data).hexdigest(),
    )


def _inputs(reader: Reader, node: Node | None) -> tuple[Input, ...]:
    if node is None or (node.value is not None and not reader.keys(node, node.children, "inputs")):
        return ()
    return tuple(_input(reader, name, child, node.keys[name]) for name, child in node.items())


def _input(reader: Reader, name: str, node: Node, place: Place) -> Input:
    if not NAME.fullmatch(name):
        reader.add(place, "bad-id", f"input name {name!r:.60} must be letters, digits, - and _", "rename it")
    known = reader.keys(node, INPUT_KEYS, f"input {name!r}")
    type_node = node.get("type") if known else None
    if known:
        reader.require(node, ("type",), f"input {name!r}")
    type_name = reader.text(type_node, f"type of input {name!r}", "any")
    try:
        typed = parse_type(type_name)
    except ValueError as error:
        typed = parse_type("any")
        reader.add(
            type_node.place if type_node else place, "unknown-type", str(error), "choose one of the listed types"
        )
    default = node.get("default")
    if default is not None and default.value is not None and (wrong := typed.problem(default.value)):
        reader.add(default.place, "bad-default", f"the default of input {name!r} {wrong}", "correct it")
    choices = node.get("choices")
    if choices is not None and not isinstance(choices.value, list):
        reader.add(choices.place, "bad-type", "choices must be a list", "write [one, two]")
    required = node.get("required")
    if required is not None and not isinstance(required.value, bool):
        reader.add(required.place, "bad-type", "required must be true or false", "write true or false")
    return Input(
        name=name,
        type=str(typed),
        description=reader.text(node.get("description"), f"description of input {name!r}"),
        required=bool(required.value) if required is not None else default is None,
        default=default.value if default is not None else None,
        choices=tuple(choices.value) if choices is not None and isinstance(choices.value, list) else (),
        place=place,
    )


def _phases(reader: Reader, node: Node | None) -> tuple[Phase, ...]:
    if node is None or not reader.keys(node, PHASES, "phases"):
        return ()
    written = [name for name in node.children if name in PHASES]
    ordered = sorted(written, key=PHASES.index)
    for got, wanted in zip(written, ordered, strict=True):
        if got != wanted:
            fix = f"the order is {' → '.join(PHASES)}; {wanted!r} belongs here"
            reader.add(node.keys[got], "phase-order", f"phase {got!r} is written out of order", fix)
            break
    if not node.children:
        reader.add(node.place, "missing-key", "phases holds no phase", f"write one of {', '.join(PHASES)}")
    seen: dict[str, Place] = {}
    return tuple(_phase(reader, name, node.children[name], node.keys[name], seen) for name in ordered)


def _phase(reader: Reader, name: str, node: Node, place: Place, seen: dict[str, Place]) -> Phase:
    if not reader.keys(node, PHASE_KEYS, f"phase {name!r}"):
        return Phase(name, None, None, (), place)
    reader.require(node, ("steps",), f"phase {name!r}")
    steps_node = node.get("steps")
    steps = []
    if steps_node is not None and not isinstance(steps_node.value, list):
        reader.add(steps_node.place, "bad-type", "steps must be a list", "begin each step with `- id: …`")
    elif steps_node is not None:
        steps = [read_step(reader, child, name) for child in steps_node.children.values()]
    for step in steps:
        if step.id in seen and STEP_ID.fullmatch(step.id):
            first = f"it is already used in line {seen[step.id].line}"
            reader.add(step.places.get("id", step.place), "duplicate-id", f"step id {step.id!r} is used twice", first)
        for same in (step.id, step.id.replace("-", "_")):
            seen.setdefault(same, step.place)
    budget = reader.duration(node.get("budget"), f"the budget of phase {name!r}")
    return Phase(name, budget, read_approval(reader, node.get("approval")), tuple(steps), place)


def _outputs(reader: Reader, node: Node | None) -> dict[str, Value]:
    if node is None or not reader.keys(node, node.children, "outputs"):
        return {}
    return {name: as_value(child) for name, child in node.items()}


def _values(playbook: Playbook) -> list[Value]:
    values = list(playbook.outputs.values())
    for step in playbook.steps:
        values += [*step.arguments.values(), *step.outputs.values()]
        values += [value for value in (step.condition, step.for_each) if value is not None]
    return values
