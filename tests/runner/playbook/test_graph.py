"""Pictures of playbooks: the order at a glance, and no text of a playbook that becomes markup."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from connectors.registry import Registry
from runner.playbook.graph import dot, mermaid, needed
from runner.playbook.load import find_playbook, load_playbook, parse_playbook
from runner.playbook.picture import svg

HOSTILE = """
evict: 1
id: hostile
title: '</text><script>alert(1)</script> "] --> x'
phases:
  triage:
    budget: 5m
    steps:
      - {id: first, uses: aws.observe, with: {system: "a"}}
      - {id: second, uses: case.note, with: {text: "{{ steps.first.outputs.standing }}"}}
  cut:
    approval: {who: [approver], count: 2}
    steps:
      - {id: third, uses: nobody.knows, needs: [second], for_each: [a, b]}
"""
BOOK = parse_playbook(HOSTILE.encode(), "hostile.yaml")
SVG = "{http://www.w3.org/2000/svg}"


def test_a_step_needs_what_it_names_and_what_it_reads() -> None:
    assert needed(BOOK) == [("first", "second"), ("second", "third")]


def test_mermaid_shows_gates_and_budgets_and_escapes_titles() -> None:
    text = mermaid(BOOK)
    assert "2 approvals" in text.replace("#183;", "·")
    assert "<script>" not in text
    assert "s0 --> s1" in text


def test_dot_quotes_what_it_is_given() -> None:
    text = dot(BOOK)
    assert 'label="cut · 2 approvals"' in text
    assert "s1 -> s2;" in text
    assert text.count("{") == text.count("}")


def test_svg_is_well_formed_told_in_words_and_holds_no_markup_of_the_title() -> None:
    root = ET.fromstring(svg(BOOK, Registry.installed()))
    texts = [one.text or "" for one in root.iter(f"{SVG}text")]
    assert not list(root.iter(f"{SVG}script"))
    assert "observe" in texts
    assert any("unknown action · for each" in text for text in texts)
    assert root.findtext(f"{SVG}desc") == "Phases in order: triage · at most 300 s, cut · 2 approvals"


def test_boxes_of_one_phase_stand_in_one_column_and_phases_go_right() -> None:
    root = ET.fromstring(svg(load_playbook(find_playbook("suspected-worker")), Registry.installed()))
    boxes = [(int(one.get("x", "0")), int(one.get("y", "0"))) for one in root.iter(f"{SVG}rect") if one.get("rx")]
    assert len(set(boxes)) == len(boxes)
    assert [x for x, _y in boxes] == sorted(x for x, _y in boxes)
