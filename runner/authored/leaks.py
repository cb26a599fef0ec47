"""Secrets that somebody pasted into an authored file: found by their known forms, never repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.errors import Problem
from runner.authored.source import Node

FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("a GitHub token", re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})")),
    ("a Slack token", re.compile(r"\bxox[abeprs]-[A-Za-z0-9-]{10,}")),
    ("an AWS secret access key", re.compile(r"(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]*[/+])(?=[A-Za-z0-9/+]*[a-z])"
                                            r"(?=[A-Za-z0-9/+]*[A-Z])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")),
    ("a JSON web token", re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.")),
)  # fmt: skip


def find_leaks(node: Node, key: str = "") -> Iterator[Problem]:
    """A problem for each value that has the form of a secret. Public SSH keys are not secrets."""
    if isinstance(node.value, str) and key != "key":
        for what, pattern in FORMS:
            if pattern.search(node.value):
                fix = "remove it, treat it as disclosed and rotate it; reference it instead"
                yield Problem(node.place, "literal-secret", f"this looks like {what}", fix)
    for name, child in node.items():
        yield from find_leaks(child, str(name))
