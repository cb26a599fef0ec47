"""GuardDuty's findings, which moto lacks; its detectors are moto's."""

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

LIMIT = 50
"""Findings on a page of ListFindings, and ids in one GetFindings (GuardDuty API reference)."""
FINDINGS: dict[tuple[str, str], list[dict[str, Any]]] = kept({})
"""By account and Region, as GetFindings gives them."""
ONLY_LISTED: set[str] = kept(set())
"""Ids that ListFindings names and GetFindings does not give: findings that went away in between."""


def _list(_gate: Gate, request: Request, principal: Principal) -> Reply:
    criterion = request.params.get("findingCriteria", {}).get("criterion", {})
    rows = [one for one in FINDINGS.get((principal.account, request.region), []) if _fits(one, criterion)]
    size = min(int(request.params.get("maxResults", LIMIT)), LIMIT)
    shown, token = page(request.operation, rows, request.params.get("nextToken"), size)
    return _rest({"findingIds": [one["id"] for one in shown], "nextToken": token})


def _get(_gate: Gate, request: Request, principal: Principal) -> Reply:
    wanted = request.params["findingIds"]
    if len(wanted) > LIMIT:
        raise Denied("BadRequestException", "The request is rejected because too many finding ids are specified.", 400)
    rows = FINDINGS.get((principal.account, request.region), [])
    return _rest({"findings": [one for one in rows if one["id"] in wanted and one["id"] not in ONLY_LISTED]})


def _fits(finding: dict[str, Any], criterion: Mapping[str, Mapping[str, list[str]]]) -> bool:
    """Every named field has one of the values; nothing else of the criteria is faked."""
    return all(_value(finding, field) in wanted["equals"] for field, wanted in criterion.items())


def _value(finding: dict[str, Any], field: str) -> Any:
    value: Any = finding
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _rest(content: dict[str, Any]) -> Reply:
    return Reply(200, json.dumps(content).encode(), "application/json")


def _plant(given: Mapping[str, Any]) -> int:
    """Findings of one `account` and `region`; ids under `only-listed` go away before they are read."""
    FINDINGS.setdefault((given["account"], given["region"]), []).extend(given["findings"])
    ONLY_LISTED.update(given.get("only-listed", ()))
    return len(FINDINGS)


SEEDS: dict[str, Seed] = {"guardduty": _plant}
FAKES: dict[tuple[str, str], Fake] = {
    ("guardduty", "ListFindings"): _list,
    ("guardduty", "GetFindings"): _get,
}
