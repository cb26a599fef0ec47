"""A playbook as a graph: Mermaid or DOT text, phases from left to right, arrows where a step needs another."""

from __future__ import annotations

import itertools

from runner.playbook.expressions import references
from runner.playbook.model import Phase, Playbook, Step


def needed(playbook: Playbook) -> list[tuple[str, str]]:
    """Which step needs which: pairs of step ids, the needed one first, in the order of writing."""
    aliases = {step.id.replace("-", "_"): step.id for step in playbook.steps} | {s.id: s.id for s in playbook.steps}
    return [(aliases[name], step.id) for step in playbook.steps for name in _names(step) if name in aliases]


def mermaid(playbook: Playbook) -> str:
    """Mermaid flowchart text; every title is escaped, so that none of it becomes markup."""
    numbers = _numbers(playbook)
    lines = ["flowchart LR"]
    for phase in playbook.phases:
        lines.append(f'  subgraph {phase.name}["{_coded(caption(phase))}"]')
        lines += [f'    {numbers[step.id]}["{_coded(step.id)}<br/>{_coded(step.uses)}"]' for step in phase.steps]
        lines.append("  end")
    names = [phase.name for phase in playbook.phases]
    lines += [f"  {before} --> {after}" for before, after in itertools.pairwise(names)]
    lines += [f"  {numbers[before]} --> {numbers[after]}" for before, after in needed(playbook)]
    return "\n".join(lines)


def dot(playbook: Playbook) -> str:
    """Graphviz text, for `dot -Tpdf`."""
    numbers = _numbers(playbook)
    lines = ["digraph playbook {", "  rankdir=LR; compound=true;", '  node [shape=box, fontname="sans-serif"];']
    for phase in playbook.phases:
        lines += [f"  subgraph cluster_{phase.name} {{", f"    label={_quoted(caption(phase))};"]
        lines += [f"    {numbers[step.id]} [label={_quoted(step.id, step.uses)}];" for step in phase.steps]
        lines.append("  }")
    filled = [phase for phase in playbook.phases if phase.steps]
    for before, after in itertools.pairwise(filled):
        ends = f"ltail=cluster_{before.name}, lhead=cluster_{after.name}"
        lines.append(f"  {numbers[before.steps[0].id]} -> {numbers[after.steps[0].id]} [{ends}, style=bold];")
    lines += [f"  {numbers[before]} -> {numbers[after]};" for before, after in needed(playbook)]
    return "\n".join([*lines, "}"])


def caption(phase: Phase) -> str:
    """A phase's name with its gate and its budget."""
    parts = [phase.name]
    if phase.approval:
        parts.append(f"{phase.approval.count} approvals")
    if phase.budget_s:
        parts.append(f"at most {phase.budget_s:g} s")
    return " · ".join(parts)


def _numbers(playbook: Playbook) -> dict[str, str]:
    return {step.id: f"s{index}" for index, step in enumerate(playbook.steps)}


def _names(step: Step) -> list[str]:
    values = [*step.arguments.values(), *(one for one in (step.condition, step.for_each) if one is not None)]
    read = [one.path[0] for value in values for one in references(value) if one.root == "steps" and one.path]
    return list(dict.fromkeys((*step.needs, *read)))


def _coded(text: str) -> str:
    """Mermaid's own entity codes for everything that could be markup."""
    return "".join(letter if letter.isalnum() or letter in " .-_" else f"#{ord(letter)};" for letter in text)


def _quoted(*lines: str) -> str:
    escaped = [line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") for line in lines]
    return '"' + "\\n".join(escaped) + '"'
