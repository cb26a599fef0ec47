from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import InputError
from runner.authored.source import read_yaml
from runner.playbook.load import parse_playbook


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),  # Norway is no boolean
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),  # YAML 1.1 reads 750
        ("0o17", 15),
        ("017", 17),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("2026-11-24", "2026-11-24"),
        ("~", None),
        ("null", None),
        ("true", True),
        ('"true"', "true"),
        (".inf", ".inf"),  # no JSON has it
        ("1_000", "1_000"),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: Any) -> None:
    assert read_yaml(f"key: {text}\n".encode(), "f").value == {"key": value}


def test_every_node_knows_its_place() -> None:
    places = read_yaml(b"a:\n  - x\n  - b: y\n", "f").places()
    assert str(places["a[1].b"]) == "f:3:8"


@given(st.binary(max_size=300))
def test_no_bytes_make_the_loader_fail_otherwise_than_with_an_input_error(data: bytes) -> None:
    try:
        parse_playbook(data, "f")
    except InputError as error:
        assert error.problems


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=50))
def test_quoted_text_comes_back_unchanged(text: str) -> None:
    import json

    assert read_yaml(json.dumps({"k": text}, ensure_ascii=False).encode(), "f").value == {"k": text}
