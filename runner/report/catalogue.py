"""The catalogue of actions as Markdown, for `docs/actions.md` and for whoever writes playbooks."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.contract import Action, Field

HEAD = """# Actions

Made from the connectors themselves by `make docs`; a test keeps it true. Notice says whether the subject can
notice an action. Permissions are the vendor's own names.
"""


def markdown(actions: Iterable[Action]) -> str:
    """Every action with its effect, notice, inputs, outputs and permissions."""
    return HEAD + "".join(_action(one) for one in actions)


def _action(one: Action) -> str:
    lines = [
        f"\n## {one.name}\n",
        f"{one.title}. {one.doc}\n",
        f"* effect: {one.effect.value}; noticed: {one.notice.value}",
    ]
    lines += [
        f"* {name}: {_fields(fields)}" for name, fields in (("inputs", one.inputs), ("outputs", one.outputs)) if fields
    ]
    for name, values in (("preserves", one.preserves), ("destroys", one.destroys), ("ATT&CK", one.attack)):
        if values:
            lines.append(f"* {name}: {', '.join(values)}")
    if one.permissions:
        lines.append(f"* permissions: {', '.join(f'`{name}`' for name in dict.fromkeys(one.permissions))}")
    lines += [f"* source: <{source}>" for source in one.sources]
    return "\n".join(lines) + "\n"


def _fields(fields: tuple[Field, ...]) -> str:
    return "; ".join(
        f"`{field.name}` ({field.type}{'' if field.required else ', optional'}) {field.doc}" for field in fields
    )
