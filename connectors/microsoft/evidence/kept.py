"""Pages as they came: their bytes one after the other, and an index that says of each where it is and who sent it.

The pages of one query are one artefact, or several where they are large; behind each page stands one line feed that
is not its own. The index has a line for each page: offset, length and SHA-256, the request, and the headers that
Microsoft can find it by (`request-id`, `Date`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from connectors.contract import ActionContext
from connectors.replies import Answer

LARGEST = 32 * 1024 * 1024
"""Bytes from which on a new artefact is begun, so that memory is not the limit."""
TRACED = ("date", "request-id", "client-request-id", "content-type")


class Kept:
    """The artefacts of one query."""

    def __init__(self, context: ActionContext, name: str) -> None:
        """`name` is metadata only; it never holds text that the subject chose."""
        self._context, self._name = context, name
        self._bodies: list[bytes] = []
        self._index: list[dict[str, Any]] = []
        self._size = self._parts = 0
        self._artefacts: list[str] = []

    def page(self, answer: Answer, asked: Mapping[str, Any]) -> None:
        """Keep one answer; `asked` is what of the request is no part of its route."""
        self._index.append({
            "part": self._parts + 1, "offset": self._size, "length": len(answer.body),
            "sha256": hashlib.sha256(answer.body).hexdigest(), "request": answer.route.name, "asked": dict(asked),
            "status": answer.status, **{name: answer.headers[name] for name in TRACED if name in answer.headers},
        })  # fmt: skip
        self._bodies += [answer.body, b"\n"]
        self._size += len(answer.body) + 1
        if self._size >= LARGEST:
            self._flush()

    def close(self) -> tuple[str, ...]:
        """Store what is left, then the index; the SHA-256 of all artefacts, none when nothing came."""
        if not self._index:
            return ()
        if self._bodies:
            self._flush()
        lines = b"".join(json.dumps(line, sort_keys=True).encode() + b"\n" for line in self._index)
        index = self._context.store(f"{self._name}.index.jsonl", lines, "application/x-ndjson")
        return (*self._artefacts, index.sha256)

    def _flush(self) -> None:
        self._parts += 1
        made = self._context.store(f"{self._name}-{self._parts}.pages", self._bodies, "application/x-ndjson")
        self._artefacts.append(made.sha256)
        self._bodies, self._size = [], 0
