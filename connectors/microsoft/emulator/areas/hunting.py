"""Advanced hunting: the few shapes of query that are used, over tables of events; cut short in silence at a limit.

The query language is read as: a table, `| where` of comparisons joined by `or` and `and`, then at most one `| distinct`
or `| summarize NAME = count()`. Anything else is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Refusal
from connectors.microsoft.emulator.areas.reports import arrived
from connectors.microsoft.emulator.tenant import Record, Tenant, shown

AREA = Area("hunting")
NEEDS = ("ThreatHunting.Read.All",)
KEPT = timedelta(days=30)
TABLES = frozenset({
    "DeviceInfo", "DeviceLogonEvents", "DeviceProcessEvents", "DeviceNetworkEvents", "DeviceFileEvents",
    "DeviceRegistryEvents", "DeviceEvents", "IdentityLogonEvents", "CloudAppEvents",
})  # fmt: skip
_TIME = re.compile(r"Timestamp (>=|<) datetime\(([0-9TZ:-]+)\)")
_AMONG = re.compile(r'(\w+) in \(("(?:[^"\\]|\\.)*"(?:, "(?:[^"\\]|\\.)*")*)\)')
_SUMMARY = re.compile(r"summarize (\w+) = count\(\)")
Test = Callable[[Record], bool]


@AREA.route("POST", "/v1.0/security/runHuntingQuery", NEEDS, write=False, licence="DEFENDER")
def _run(tenant: Tenant, call: Call) -> Any:
    body = {name.casefold(): value for name, value in (call.body or {}).items()}
    table, *pipes = [part.strip() for part in str(body.get("query", "")).split("\n|")]
    if table not in TABLES:
        raise _semantic(f"no table {table!r}")
    rows = _rows(tenant, table)
    for pipe in pipes:
        word, _space, rest = pipe.partition(" ")
        if word == "where":
            test = _where(rest)
            rows = [row for row in rows if test(row)]
        else:
            rows = _shaped(word, pipe, rest, rows)
    rows = rows[: tenant.settings.hunting_limit]
    names = list(rows[0]) if rows else []
    return {"schema": [{"name": name, "type": "String"} for name in names], "results": rows}


def _rows(tenant: Tenant, table: str) -> list[Record]:
    oldest = tenant.now() - KEPT
    kept = [row for row in tenant.rows(f"hunt{table}") if arrived(tenant, row)]
    plain = [{name: value for name, value in shown(row).items() if name != "id"} for row in kept]
    return [row for row in plain if datetime.fromisoformat(row["Timestamp"]) >= oldest]


def _shaped(word: str, pipe: str, rest: str, rows: list[Record]) -> list[Record]:
    if word == "distinct":
        columns = [name.strip() for name in rest.split(",")]
        return list(
            {json.dumps(cut): cut for row in rows for cut in [{name: row.get(name) for name in columns}]}.values()
        )
    summary = _SUMMARY.fullmatch(pipe)
    if summary is None:
        raise _semantic(pipe)
    return [{summary[1]: len(rows)}]


def _where(text: str) -> Test:
    """All of the parts between `and`, each any of the parts between `or`."""
    parts = [[_term(one) for one in _parts(part, "or")] for part in _parts(text, "and")]
    return lambda row: all(any(test(row) for test in part) for part in parts)


def _parts(text: str, word: str) -> list[str]:
    """Parts between a word, where it stands outside of string literals."""
    found = re.findall(rf'(?:"(?:[^"\\]|\\.)*"|(?! {word} ).)+', text, re.DOTALL)
    return [str(part).removeprefix(f" {word} ").removeprefix(f"{word} ") for part in found]


def _term(text: str) -> Test:
    at, among = _TIME.fullmatch(text), _AMONG.fullmatch(text)
    if at is not None:
        when, later = datetime.fromisoformat(at[2]), at[1] == ">="
        return lambda row: (datetime.fromisoformat(row["Timestamp"]) >= when) == later
    if among is not None:
        column, values = among[1], set(json.loads(f"[{among[2]}]"))
        return lambda row: row.get(column) in values
    raise _semantic(text)


def _semantic(text: str) -> Refusal:
    return Refusal(400, "BadRequest", f"Semantic error near {text[:80]!r}")
