from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.sweep import REASONS, _checks
from connectors.contract import Finding
from connectors.errors import RefusedError, UnsupportedError


def area(sweep: Any, scope: str = "region") -> Any:
    return SimpleNamespace(AREA="area", SCOPE=scope, PERMISSIONS=(), sweep=sweep)


def finding(look: Look, name: str) -> Finding:
    return look.finding("kind", name, "title", found_by="a:B", allows="x", remove="y")


def test_one_unsupported_call_hides_nothing_else_of_an_area(estate: Any) -> None:
    def sweep(look: Look) -> Iterator[Finding]:
        with look.tried():
            yield finding(look, "before")
            raise UnsupportedError("aws x:Y: not offered here")
        yield finding(look, "after")

    parts = estate.sweep(area(sweep))
    assert [[one.detail["resource"] for one in part.findings] for part in parts] == [["before", "after"]] * 2
    (check, *_rest) = _checks(parts)
    assert check["outcome"] == "could-not-check"
    assert "us-east-1: aws x:Y: not offered here" in check["why"]
    assert "eu-west-1: aws x:Y: not offered here" in check["why"]


def test_what_was_found_before_an_area_failed_counts(estate: Any) -> None:
    def sweep(look: Look) -> Iterator[Finding]:
        yield finding(look, "before")
        raise RefusedError("refused")

    (part,) = estate.sweep(area(sweep, "estate"))
    assert [one.detail["resource"] for one in part.findings] == ["before"]
    assert part.why == "refused"


def test_a_reason_is_told_once_and_many_by_their_count(estate: Any) -> None:
    def sweep(look: Look) -> Iterator[Finding]:
        for number in range(REASONS + 3):
            with look.tried():
                raise RefusedError(f"refused {number}")
            with look.tried():
                raise RefusedError("refused 0")
        yield from ()

    (part,) = estate.sweep(area(sweep, "estate"))
    assert part.why == "refused 0; refused 1; refused 2; refused 3; refused 4; and 3 more"


def test_a_place_without_gaps_is_done(estate: Any) -> None:
    (check, *_rest) = _checks(estate.sweep(area(lambda _look: ())))
    assert (check["outcome"], check["why"], check["places"]) == ("done", "", "2")


def test_a_sweep_that_was_stopped_says_where_it_did_not_look(estate: Any) -> None:
    estate.context.stop = True
    assert {part.why for part in estate.sweep(area(lambda _look: ()))} == {"stopped before it was looked at"}
