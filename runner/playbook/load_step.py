"""Read one step of a playbook."""

from __future__ import annotations

import re

from runner.authored.reader import Reader
from runner.authored.source import Node
from runner.playbook.model import ON_FAILURE, ON_FAILURE_DEFAULT, Approval, Retry, Step, Value, as_value

STEP_KEYS = (
    "id", "uses", "title", "with", "needs", "if", "for_each", "timeout", "retry", "approval", "on_failure", "outputs",
    "playbook", "more",
)  # fmt: skip
APPROVAL_KEYS = ("who", "count", "reason")
RETRY_KEYS = ("times", "delay", "backoff")
STEP_ID = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
USES = re.compile(r"playbook|[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*")
MOST_APPROVERS = 9
LONGEST_BACKOFF = 10


def read_step(reader: Reader, node: Node, phase: str) -> Step:
    """One step; what is wrong is noted."""
    if not reader.keys(node, STEP_KEYS, "a step"):
        return _empty(node, phase)
    step_id = reader.text(node.get("id"), "id")
    what = f"step {step_id!r}" if step_id else "a step"
    reader.require(node, ("id", "uses"), what)
    id_node = node.get("id")
    if id_node is not None and step_id and not STEP_ID.fullmatch(step_id):
        message = f"step id {step_id!r:.60} must be lower-case words joined by - or _"
        reader.add(id_node.place, "bad-id", message, "e.g. cut-aws")
    uses = reader.text(node.get("uses"), f"uses of {what}")
    uses_node = node.get("uses")
    if uses_node is not None and uses and not USES.fullmatch(uses):
        message = f"{uses!r:.60} is neither connector.action nor playbook"
        reader.add(uses_node.place, "bad-uses", message, "e.g. uses: aws.cut")
    playbook = reader.text(node.get("playbook"), f"playbook of {what}")
    if (uses == "playbook") != bool(playbook) and uses:
        fix = "write `uses: playbook` and `playbook: its-id` together"
        reader.add(node.place, "bad-uses", f"{what}: uses and playbook do not go together", fix)
    return Step(
        id=step_id,
        phase=phase,
        uses=uses,
        title=reader.text(node.get("title"), f"title of {what}"),
        arguments=_values(reader, node.get("with"), f"with of {what}"),
        needs=_needs(reader, node.get("needs"), what),
        condition=_expression(reader, node.get("if"), f"if of {what}"),
        for_each=_for_each(reader, node.get("for_each"), what),
        timeout_s=reader.duration(node.get("timeout"), f"the timeout of {what}"),
        retry=_retry(reader, node.get("retry")),
        approval=read_approval(reader, node.get("approval")),
        on_failure=reader.choice(
            node.get("on_failure"), f"on_failure of {what}", ON_FAILURE, ON_FAILURE_DEFAULT.get(phase, "continue")
        ),
        outputs=_values(reader, node.get("outputs"), f"outputs of {what}"),
        playbook=playbook,
        more=reader.choice(node.get("more"), f"more of {what}", ("cut", "ask"), "cut"),
        place=node.place,
        places=dict(node.keys),
    )


def read_approval(reader: Reader, node: Node | None) -> Approval | None:
    """An approval: who may sign, how many, and whether a reason is required."""
    if node is None or not reader.keys(node, APPROVAL_KEYS, "an approval"):
        return None
    reader.require(node, ("who",), "an approval")
    who = reader.texts(node.get("who"), "who")
    if node.get("who") is not None and not who:
        reader.add(node.place, "bad-approval", "an approval needs somebody who may give it", "write who: [approver]")
    reason = node.get("reason")
    if reason is not None and not isinstance(reason.value, bool):
        reader.add(reason.place, "bad-type", "reason must be true or false", "write true to require one")
    count = reader.whole(node.get("count"), "count", 1, most=MOST_APPROVERS)
    return Approval(who, count, bool(reason.value) if reason is not None else True, node.place)


def _retry(reader: Reader, node: Node | None) -> Retry | None:
    if node is None or not reader.keys(node, RETRY_KEYS, "retry"):
        return None
    times = reader.whole(node.get("times"), "times", 3, most=20)
    backoff = reader.whole(node.get("backoff"), "backoff", 2, most=LONGEST_BACKOFF)
    return Retry(times, reader.duration(node.get("delay"), "delay") or 1.0, float(backoff), node.place)


def _needs(reader: Reader, node: Node | None, what: str) -> tuple[str, ...]:
    if node is not None and isinstance(node.value, str):
        return (node.value,)
    return reader.texts(node, f"needs of {what}")


def _values(reader: Reader, node: Node | None, what: str) -> dict[str, Value]:
    if node is None or not reader.keys(node, node.children, what):
        return {}
    return {name: as_value(child) for name, child in node.items()}


def _expression(reader: Reader, node: Node | None, what: str) -> Value | None:
    if node is None:
        return None
    if isinstance(node.value, bool):
        return as_value(node)
    if not isinstance(node.value, str) or "{{" not in node.value:
        reader.add(node.place, "bad-if", f"{what} must be an expression", 'write it as "{{ … }}"')
        return None
    return as_value(node)


def _for_each(reader: Reader, node: Node | None, what: str) -> Value | None:
    if node is None:
        return None
    if isinstance(node.value, list) or (isinstance(node.value, str) and "{{" in node.value):
        return as_value(node)
    reader.add(
        node.place, "bad-for-each", f"for_each of {what} must be a list or an expression", 'e.g. "{{ estate.aws }}"'
    )
    return None


def _empty(node: Node, phase: str) -> Step:
    return Step(
        id="", phase=phase, uses="", title="", arguments={}, needs=(), condition=None, for_each=None, timeout_s=None,
        retry=None, approval=None, on_failure="continue", outputs={}, playbook="", more="cut", place=node.place,
    )  # fmt: skip
