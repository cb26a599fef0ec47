"""`evict restore`: a plan of its own, its own signatures, then back as it was."""

from __future__ import annotations

import json

from tests.runner.cli.conftest import RESPONDER, Seeded, evict, plain


def test_what_was_cut_comes_back_after_its_own_signatures(approved: Seeded) -> None:
    plain(approved.run(), 1)
    shape = json.loads(plain(evict("restore", approved.case, "--as", RESPONDER, "--json"), 3))
    assert [one["name"] for one in shape["waiting"]] == ["restore"]
    approved.approve()
    assert json.loads(plain(evict("restore", approved.case, "--as", RESPONDER, "--json"), 0))["state"] == "done"


def test_without_a_cut_there_is_nothing_to_put_back(planned: Seeded) -> None:
    done = evict("restore", planned.case, "--as", RESPONDER)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith("error: ")
