"""AWS Config's history and its query, which moto answers without any; recorders are moto's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from moto.config.models import config_backends

from connectors.aws.emulator.fakes.common import Fake, Reply, answer
from connectors.aws.emulator.fakes.paging import Seed, page
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

PAGE, MOST = 10, 100
"""Configuration items on a page by default, and at most (AWS Config API reference)."""
IN = re.compile(r"resourceId IN \(([^)]*)\)")
ITEMS: dict[tuple[str, str], list[dict[str, Any]]] = kept({})
"""Configuration items by account and Region, as the history gives them, newest first."""


def _history(_gate: Gate, request: Request, principal: Principal) -> Reply:
    if not config_backends[principal.account][request.region].recorders:
        raise Denied("NoAvailableConfigurationRecorderException", "There are no configuration recorders.", 400)
    wanted = (request.params["resourceType"], request.params["resourceId"])
    held = ITEMS.get((principal.account, request.region), [])
    rows = [one for one in held if (one["resourceType"], one["resourceId"]) == wanted]
    if not rows:
        raise Denied("ResourceNotDiscoveredException", f"Resource {wanted[1]} of type {wanted[0]} is unknown.", 400)
    size = min(int(request.params.get("limit") or PAGE), MOST)
    shown, token = page(request.operation, rows, request.params.get("nextToken"), size)
    return answer({"configurationItems": shown, **({"nextToken": token} if token else {})})


def _select(_gate: Gate, request: Request, principal: Principal) -> Reply:
    """The newest item of each resource that the expression lists by id; no other expression is faked."""
    listed = IN.search(request.params["Expression"])
    if listed is None:
        raise Denied("InvalidExpressionException", "The range knows `WHERE resourceId IN (…)` only.", 400)
    wanted = [one.strip().strip("'") for one in listed[1].split(",")]
    newest = {one["resourceId"]: one for one in reversed(ITEMS.get((principal.account, request.region), []))}
    rows = [json.dumps(newest[one]) for one in wanted if one in newest]
    shown, token = page(request.operation, rows, request.params.get("NextToken"), int(request.params.get("Limit", 25)))
    return answer({"Results": shown, **({"NextToken": token} if token else {})})


def _plant(given: Mapping[str, Any]) -> int:
    """Configuration items of one `account` and `region`."""
    ITEMS.setdefault((given["account"], given["region"]), []).extend(given["items"])
    return len(ITEMS)


SEEDS: dict[str, Seed] = {"config": _plant}
FAKES: dict[tuple[str, str], Fake] = {
    ("config", "GetResourceConfigHistory"): _history,
    ("config", "SelectResourceConfig"): _select,
}
