"""`evict connectors`: every action with its effect and permissions."""

from __future__ import annotations

import json

from tests.runner.cli.conftest import evict, plain


def test_every_action_is_listed_for_people_and_for_programs() -> None:
    rows = json.loads(plain(evict("connectors", "--json"), 0))["actions"]
    names = {row["name"] for row in rows}
    assert {"aws.observe", "aws.cut", "aws.verify"} <= names
    output = plain(evict("connectors"), 0)
    assert all(name in output for name in names)
