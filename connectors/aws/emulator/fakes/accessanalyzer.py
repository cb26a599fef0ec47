"""Access Analyzer, which moto lacks: analyzers and the findings that a scenario plants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connectors.aws.emulator.fakes.common import Fake, Reply
from connectors.aws.emulator.fakes.paging import Seed, page
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

PAGE = 100
DAY = "2026-01-31T08:00:00Z"
HELD: dict[tuple[str, str], dict[str, Any]] = kept({})
"""By account and Region: "analyzers", and "findings" with their "findingDetails"."""


def _analyzers(_gate: Gate, request: Request, principal: Principal) -> Reply:
    return _rest({"analyzers": HELD.get((principal.account, request.region), {}).get("analyzers", [])})


def _findings(_gate: Gate, request: Request, principal: Principal) -> Reply:
    wanted = request.params.get("filter", {}).get("status", {}).get("eq", [])
    rows = [one for one in _held(request, principal) if not wanted or one["status"] in wanted]
    shown, token = page(request.operation, rows, request.params.get("nextToken"), PAGE)
    summaries = [{name: value for name, value in one.items() if name != "findingDetails"} for one in shown]
    return _rest({"findings": summaries, **({"nextToken": token} if token else {})})


def _finding(_gate: Gate, request: Request, principal: Principal) -> Reply:
    for one in _held(request, principal):
        if one["id"] == request.params["id"]:
            return _rest(one)
    raise Denied("ResourceNotFoundException", "no such finding", 404)


def _held(request: Request, principal: Principal) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = HELD.get((principal.account, request.region), {}).get("findings", [])
    return found


def _rest(content: Mapping[str, Any]) -> Reply:
    return Reply(200, json.dumps(content).encode(), "application/json")


def _plant(given: Mapping[str, Any]) -> int:
    """All analyzers and findings of one `account` and `region`, in place of those of before."""
    dated = [{"analyzedAt": DAY, "createdAt": DAY, "updatedAt": DAY, **one} for one in given["findings"]]
    analyzers = [{"createdAt": DAY, **one} for one in given["analyzers"]]
    HELD[given["account"], given["region"]] = {"analyzers": analyzers, "findings": dated}
    return len(dated)


SEEDS: dict[str, Seed] = {"analyzer": _plant}
FAKES: dict[tuple[str, str], Fake] = {
    ("access-analyzer", "ListAnalyzers"): _analyzers,
    ("access-analyzer", "ListFindingsV2"): _findings,
    ("access-analyzer", "GetFindingV2"): _finding,
}
