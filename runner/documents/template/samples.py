"""Invented values of every type, with which templates are tried out before they meet a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from runner.documents.facts import Catalogue, FactSpec

_BY_TYPE: dict[str, Any] = {
    "string": "sample", "text": "First line of a sample.\nSecond line.", "integer": 12, "number": 1234.5,
    "boolean": True, "email": "sample@initech.example", "date": "2026-11-24", "date-time": "2026-11-24T02:00:00Z",
    "duration": "2h", "aws-account-id": "000000000000", "arn": "arn:aws:iam::000000000000:user/sample",
    "subject": {"id": "sample"}, "account": {"id": "sample"}, "any": "sample",
}  # fmt: skip


class SampleRow(dict[str, Any]):
    """A row that has every key, because the keys of facts of several parts are free."""

    def get(self, key: str, default: Any = None) -> Any:
        """Any key has a value."""
        return super().get(key, "2" if default is None else default)


def sample(spec: FactSpec) -> Any:
    """One invented value of a fact."""
    if spec.choices:
        return spec.choices[0]
    if spec.type.startswith("list["):
        inner = spec.type[5:-1]
        one = SampleRow({"sample": 1}) if inner == "object" else _BY_TYPE.get(inner, "sample")
        return [one, one]
    return SampleRow({"sample": 1}) if spec.type == "object" else _BY_TYPE[spec.type]


def samples(catalogue: Catalogue, names: Iterable[str]) -> dict[str, Any]:
    """An invented value of each of some facts."""
    return {name: sample(catalogue[name]) for name in names if name in catalogue}
