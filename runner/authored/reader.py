"""Small helpers to read a node tree into records: every problem is collected, none ends the reading."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from connectors.errors import InputError, Place, Problem
from connectors.types import duration_seconds
from runner.authored.source import Node


class Reader:
    """Collects problems of one file while its parts are read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def add(self, place: Place, code: str, message: str, fix: str = "") -> None:
        """Note one problem."""
        self.problems.append(Problem(place, code, message, fix))

    def finish(self, what: str) -> None:
        """Raise everything that was noted.

        Raises:
            InputError: something was noted.

        """
        if self.problems:
            count = len(self.problems)
            raise InputError(f"{what} has {count} problem{'s' if count > 1 else ''}", tuple(self.problems))

    def keys(self, node: Node, known: Iterable[str], what: str) -> bool:
        """Whether a node is a mapping; unknown keys are noted with the nearest known one."""
        if not node.is_mapping:
            self.add(node.place, "bad-type", f"{what} must be a mapping of keys to values", "write `key: value` lines")
            return False
        names = sorted(known)
        for key in node.children:
            if key not in names:
                near = difflib.get_close_matches(key, names, 1)
                fix = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(names)}"
                self.add(node.keys[key], "unknown-key", f"{what} has no key {key!r}", fix)
        return True

    def require(self, node: Node, names: Iterable[str], what: str) -> None:
        """Note each key that must be there and is not."""
        for name in names:
            if name not in node.children:
                self.add(node.place, "missing-key", f"{what} needs {name!r}", f"add `{name}: …`")

    def text(self, node: Node | None, what: str, default: str = "") -> str:
        """Text, or the default with a noted problem."""
        if node is None:
            return default
        if not isinstance(node.value, str) or not node.value.strip():
            self.add(node.place, "bad-type", f"{what} must be text, got {node.value!r:.40}", "put it in quotes")
            return default
        return node.value

    def texts(self, node: Node | None, what: str) -> tuple[str, ...]:
        """A list of texts."""
        if node is None:
            return ()
        if not isinstance(node.value, list):
            self.add(node.place, "bad-type", f"{what} must be a list", "write [one, two]")
            return ()
        return tuple(self.text(child, f"each of {what}") for child in node.children.values())

    def choice(self, node: Node | None, what: str, choices: Iterable[str], default: str) -> str:
        """One of a few words."""
        if node is None:
            return default
        if node.value not in tuple(choices):
            listed = ", ".join(choices)
            self.add(node.place, "bad-choice", f"{what} must be one of {listed}, got {node.value!r:.40}", "choose one")
            return default
        return str(node.value)

    def duration(self, node: Node | None, what: str) -> float | None:
        """Seconds of a duration."""
        if node is None:
            return None
        try:
            return duration_seconds(str(node.value))
        except ValueError as error:
            self.add(node.place, "bad-duration", f"{what} {error}", "write e.g. 90s, 10m or 2h")
            return None

    def whole(self, node: Node | None, what: str, default: int, least: int = 1, most: int = 1000) -> int:
        """A whole number within bounds."""
        if node is None:
            return default
        value = node.value
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            message = f"{what} must be a whole number from {least} to {most}, got {value!r:.40}"
            self.add(node.place, "bad-type", message, "write a number without quotes")
            return default
        return value
