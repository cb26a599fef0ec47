"""`evict plan`: what would be cut, from the command line."""

from __future__ import annotations

import json

from tests.runner.cli.conftest import RESPONDER, Seeded, evict, plain


def test_a_plan_shows_what_would_be_cut_and_who_signs_next(seeded: Seeded) -> None:
    before = seeded.running.snapshot()
    output = plain(evict("plan", seeded.case, "--as", RESPONDER), 0)
    assert "Would be cut" in output
    assert f"evict approve {seeded.case}" in output
    assert seeded.running.snapshot() == before


def test_json_is_the_plan_with_its_digest(seeded: Seeded) -> None:
    shape = json.loads(plain(evict("plan", seeded.case, "--as", RESPONDER, "--json"), 0))
    assert shape["evict-plan"]
    assert len(shape["digest"]) == 64


def test_wrong_inputs_are_sentences(seeded: Seeded) -> None:
    for more, word in (
        (("--input", "x"), "has no value"),
        (("--input", "nope=1"), "nope"),
        (("--playbook", "none"), "no playbook"),
        (("--estate", seeded.case / "none.yaml"), "none.yaml"),
    ):
        done = evict("plan", seeded.case, "--as", RESPONDER, *more)
        plain(done, 2)
        assert word in done.stderr, done.stderr


def test_a_system_that_cannot_be_reached_is_a_clear_sentence_and_exit_4(seeded: Seeded) -> None:
    seeded.running.stop()
    done = evict("plan", seeded.case, "--as", RESPONDER)
    plain(done, 4)
    assert "no connection could be" in done.stdout
    assert "not read, so nothing is planned there: aws-main" in done.stdout
