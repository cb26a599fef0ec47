"""`evict answer`: questions and cards by the name that `status` shows."""

from __future__ import annotations

import json

import pytest

from tests.runner.cli.conftest import RESPONDER, TOMAS, Seeded, evict, plain

PLAYBOOK = """
evict: 1
id: asks
title: Ask two people
description: d
phases:
  triage:
    steps:
      - {id: lawyer, uses: case.ask, with: {question: Is counsel told?, type: boolean}}
      - {id: door, uses: case.card, with: {title: Lock the door, instructions: [turn the key]}}
"""


@pytest.fixture
def asked(seeded: Seeded) -> Seeded:
    """A run that waits for a question and a card."""
    path = seeded.case / "asks.yaml"
    path.write_text(PLAYBOOK)
    plain(evict("run", seeded.case, "--playbook", path, "--as", RESPONDER), 3)
    return seeded


def test_what_waits_is_answered_by_its_short_name(asked: Seeded) -> None:
    waiting = json.loads(evict("status", asked.case, "--json").stdout)["waiting"]
    names = [one["name"] for one in waiting]
    assert names == ["lawyer/answer", "door/answer"]
    done = evict("answer", asked.case, names[1], "yes", "--as", TOMAS, "--why", "seen", "--json")
    assert json.loads(plain(done, 0))["value"] is True
    again = evict("answer", asked.case, names[1], "yes", "--as", TOMAS)
    plain(again, 2)
    assert "already answered" in again.stderr
    assert "recorded" in plain(evict("answer", asked.case, names[0], "no", "--as", TOMAS), 0)
    plain(evict("resume", asked.case, "--as", RESPONDER), 0)


def test_a_wrong_answer_is_a_sentence(asked: Seeded) -> None:
    wrong = evict("answer", asked.case, "nope", "yes", "--as", TOMAS)
    plain(wrong, 2)
    assert "one of: lawyer/answer, door/answer" in wrong.stderr
    plain(evict("answer", asked.case, "answer", "yes", "--as", TOMAS), 2)
    plain(evict("answer", asked.case, "door/answer", "perhaps", "--as", TOMAS), 2)
    plain(evict("answer", asked.case, "door/answer", "yes"), 2)
