"""`evict playbook`: list, show, graph, schema."""

from __future__ import annotations

import json

from tests.runner.cli.conftest import evict, plain


def test_the_shipped_playbooks_are_listed() -> None:
    rows = json.loads(plain(evict("playbook", "list", "--json"), 0))["playbooks"]
    assert {"suspected-worker", "cut-only"} <= {row["id"] for row in rows}
    assert "cut-only" in plain(evict("playbook", "list"), 0)


def test_a_playbook_is_shown_for_people_and_for_programs() -> None:
    assert "behind 2 approval(s)" in plain(evict("playbook", "show", "cut-only"), 0)
    shape = json.loads(plain(evict("playbook", "show", "cut-only", "--json"), 0))
    assert [phase["name"] for phase in shape["phases"]] == ["triage", "cut", "verify"]
    assert shape["phases"][1]["approval"] == {"who": ["approver"], "count": 2, "reason": True}
    assert shape["phases"][1]["steps"][0]["with"] == {"system": "{{ item }}"}


def test_graph_and_schema_are_alone_on_standard_output() -> None:
    assert plain(evict("playbook", "graph", "cut-only", "--format", "svg"), 0).startswith("<svg")
    assert json.loads(plain(evict("playbook", "schema"), 0))["$schema"]
