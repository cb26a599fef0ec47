"""`evict approve`: shows exactly what will be cut, then signs."""

from __future__ import annotations

import json
import subprocess

from tests.runner.cli.conftest import COMMAND, MEI, RESPONDER, Seeded, environment, evict, plain


def test_it_shows_what_will_be_cut_before_it_asks(planned: Seeded) -> None:
    done = subprocess.run(
        [*COMMAND, "approve", str(planned.case), "--as", MEI, "--key", str(planned.key(MEI)), "--reason", "r"],
        capture_output=True, text=True, check=False, env=environment(), input="n\n",
    )  # fmt: skip
    output = plain(done, 3)
    assert "What will be cut" in output
    assert "NO" in output
    assert json.loads(evict("status", planned.case, "--json").stdout)["waiting"][0]["given"] == []


def test_json_is_the_recorded_answer(planned: Seeded) -> None:
    done = evict("approve", planned.case, "--as", MEI, "--key", planned.key(MEI), "--reason", "r", "--json")
    shape = json.loads(plain(done, 0))
    assert (shape["answer"], shape["by"]) == ("approve", MEI)
    assert done.stderr == ""


def test_what_does_not_fit_is_refused_in_a_sentence(planned: Seeded) -> None:
    for who, key, gate, word in (
        (RESPONDER, planned.key(RESPONDER), (), "asked for"),  # their own request
        ("who@initech.example", planned.key(MEI), (), "not one of"),  # a stranger
        (MEI, planned.case / "none", (), "key"),  # no such key
        (MEI, planned.case / "estate.yaml", (), ""),  # no key at all
        (MEI, planned.key(RESPONDER), (), "signature"),  # somebody else's key
        (MEI, planned.key(MEI), ("nope",), "no gate"),  # no such gate
    ):
        done = evict("approve", planned.case, *gate, "--as", who, "--key", key, "--reason", "r", "--yes")
        plain(done, 2)
        assert word in done.stderr, done.stderr
