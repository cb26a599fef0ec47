"""Session Manager channels, which moto lacks: opened by whoever signs, listed by state, ended for good."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.aws.emulator.fakes.common import Fake, Reply, answer
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

SESSIONS: dict[str, dict[str, Any]] = kept({})
"""By session id; "account" and "region" are ours."""
PAGE = 10


def _start(_gate: Gate, request: Request, principal: Principal) -> Reply:
    owner = principal.arn
    name = f"{owner.rsplit('/', 1)[1]}-{secrets.token_hex(8)}"
    SESSIONS[name] = {
        "SessionId": name, "Target": request.params["Target"], "Status": "Connected", "Owner": owner,
        "StartDate": datetime.now(UTC).timestamp(), "account": principal.account, "region": request.region,
    }  # fmt: skip
    return answer({"SessionId": name, "TokenValue": "range", "StreamUrl": "wss://range.invalid/"})


def _describe(_gate: Gate, request: Request, principal: Principal) -> Reply:
    open_ones = request.params["State"] == "Active"
    rows = [
        one for one in SESSIONS.values()
        if one["account"] == principal.account and one["region"] == request.region
        and (one["Status"] == "Connected") == open_ones
    ]  # fmt: skip
    at = int(request.params.get("NextToken") or 0)
    shown = [{key: value for key, value in one.items() if key not in ("account", "region")} for one in rows]
    content: dict[str, Any] = {"Sessions": shown[at : at + PAGE]}
    if at + PAGE < len(shown):
        content["NextToken"] = str(at + PAGE)
    return answer(content)


def _terminate(_gate: Gate, request: Request, principal: Principal) -> Reply:
    found = SESSIONS.get(request.params["SessionId"])
    if found is None or found["account"] != principal.account or found["region"] != request.region:
        raise Denied("DoesNotExistException", "no such session", 400)
    if found["Status"] == "Connected":
        found |= {"Status": "Terminated", "EndDate": datetime.now(UTC).timestamp()}
    return answer({"SessionId": found["SessionId"]})


FAKES: dict[tuple[str, str], Fake] = {
    ("ssm", "StartSession"): _start,
    ("ssm", "DescribeSessions"): _describe,
    ("ssm", "TerminateSession"): _terminate,
}
