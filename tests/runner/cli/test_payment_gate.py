"""`evict payment-gate`: closed and why; asked for, signed, closed again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.runner.cli.conftest import evict, plain
from tests.runner.documents.bench import HOSTILE
from tests.runner.engine.counter import Counter, mail
from tests.runner.engine.desk import ASKER


def shape(counter: Counter, *more: object) -> dict[str, Any]:
    return dict(json.loads(plain(evict("payment-gate", counter.case.directory, "--json", *more), 0)))


def asked(counter: Counter, act: str) -> None:
    day = datetime.now(UTC).date()
    arguments = ("--open", "licence", "--reference", "NK-1", "--dated", day, "--until", day + timedelta(days=9))
    plain(evict("payment-gate", counter.case.directory, *arguments, "--act", act, "--as", ASKER), 0)


def test_it_is_closed_and_says_why_and_what_opens_it(counter: Counter) -> None:
    output = " ".join(plain(evict("payment-gate", counter.case.directory), 0).split())
    assert "EXERCISE DESK payment gate CLOSED" in output
    assert "dprk_attribution_level is not known" in output
    assert "a specific licence" in output
    plain(evict("fact", counter.case.directory, "dprk_attribution_level=none", "--as", ASKER), 0)
    assert shape(counter)["state"] == "not-needed"


def test_it_is_opened_by_two_and_closed_by_one(counter: Counter) -> None:
    asked(counter, HOSTILE)
    assert shape(counter)["requests"][0]["act"] == HOSTILE
    for who in ("chris", "fiona"):
        key = counter.directory / who
        plain(
            evict("payment-gate", counter.case.directory, "--sign", "--as", mail(who), "--key", key, "--reason", "r"), 0
        )
    made = shape(counter)
    assert (made["state"], made["open_for"]) == ("open", [HOSTILE])
    assert made["requests"][0]["signed"] == [mail("chris"), mail("fiona")]
    output = plain(evict("payment-gate", counter.case.directory), 0)
    assert "\u202e" not in output
    assert shape(counter, "--close", "--as", mail("mei"), "--reason", "stop")["state"] == "closed"


def test_what_does_not_fit_is_refused_in_a_sentence(counter: Counter) -> None:
    case, key = counter.case.directory, counter.directory / "asker"
    for arguments, word in (
        (("--open", "hope", "--act", "x", "--reference", "y"), "licence or opinion"),
        (("--open", "licence"), "--act"),
        (("--sign", "--reason", "r"), "ask first"),
        (("--close",), "closed already"),
        (("--sign", "--close"), "only one"),
    ):
        done = evict("payment-gate", case, *arguments, "--as", ASKER, "--key", key)
        plain(done, 2)
        assert word in done.stderr
    asked(counter, "x")
    done = evict("payment-gate", case, "--sign", "--reason", "r", "--as", ASKER, "--key", key)
    plain(done, 2)
    assert "asked for this approval" in done.stderr
