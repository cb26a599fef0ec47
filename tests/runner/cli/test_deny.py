"""`evict deny`: a signed refusal; nothing behind it is attempted."""

from __future__ import annotations

import json

from tests.runner.cli.conftest import MEI, Seeded, evict, plain


def test_a_denial_is_recorded_and_nothing_is_cut(planned: Seeded) -> None:
    before = planned.running.snapshot()
    done = evict("deny", planned.case, "--as", MEI, "--key", planned.key(MEI), "--reason", "wrong person", "--json")
    assert json.loads(plain(done, 0))["answer"] == "deny"
    plain(planned.run(), 1)  # a decision, not a failure: what stands is told as not cut
    assert planned.running.snapshot() == before
    steps = json.loads(evict("status", planned.case, "--json").stdout)["steps"]
    assert {step["outcome"] for step in steps if step["id"].startswith(("cut", "prove"))} == {"not-attempted"}
