"""A playbook as a picture in words: Mermaid, phases from left to right."""

from __future__ import annotations

import itertools

from runner.playbook.expressions import references
from runner.playbook.model import Playbook, Step


def mermaid(playbook: Playbook) -> str:
    """Mermaid flowchart text; every title is escaped, so that none of it becomes markup."""
    numbers = {step.id: f"s{index}" for index, step in enumerate(playbook.steps)}
    aliases = {name.replace("-", "_"): name for name in numbers} | {name: name for name in numbers}
    lines = ["flowchart LR"]
    for phase in playbook.phases:
        gate = f" ({phase.approval.count} approvals)" if phase.approval else ""
        lines.append(f'  subgraph {phase.name}["{phase.name}{gate}"]')
        lines += [f'    {numbers[step.id]}["{_escaped(step.id)}<br/>{_escaped(step.uses)}"]' for step in phase.steps]
        lines.append("  end")
    names = [phase.name for phase in playbook.phases]
    lines += [f"  {before} --> {after}" for before, after in itertools.pairwise(names)]
    for step in playbook.steps:
        lines += [f"  {numbers[aliases[need]]} --> {numbers[step.id]}" for need in _needs(step) if need in aliases]
    return "\n".join(lines)


def _needs(step: Step) -> list[str]:
    values = [*step.arguments.values(), *(one for one in (step.condition, step.for_each) if one is not None)]
    read = [one.path[0] for value in values for one in references(value) if one.root == "steps" and one.path]
    return list(dict.fromkeys((*step.needs, *read)))


def _escaped(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in " .-_" else f"#{ord(letter)};" for letter in text)
