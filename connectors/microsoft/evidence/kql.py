"""Hunting queries, built from exact ids and nothing else. Pure.

1. A value is always a quoted string literal, whoever chose it.
2. A table and a column are names of this module's own.
3. Names of tables and columns are those of the advanced hunting schema (general knowledge, not re-checked).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.microsoft.evidence.windows import Window, stamp


@dataclass(frozen=True)
class Source:
    """One table, and the columns by which its rows are the subject's."""

    table: str
    device: str = ""
    account: str = ""


_BY_PROCESS = "InitiatingProcessAccountObjectId"
SOURCES = (
    Source("DeviceLogonEvents", "DeviceId"),
    Source("DeviceProcessEvents", "DeviceId", _BY_PROCESS),
    Source("DeviceNetworkEvents", "DeviceId", _BY_PROCESS),
    Source("DeviceFileEvents", "DeviceId", _BY_PROCESS),
    Source("DeviceRegistryEvents", "DeviceId", _BY_PROCESS),
    Source("DeviceEvents", "DeviceId", _BY_PROCESS),
    Source("IdentityLogonEvents", "", "AccountObjectId"),
    Source("CloudAppEvents", "", "AccountObjectId"),
)


def literal(value: str) -> str:
    """A string literal of the query language: quotes, backslashes and control characters escaped, as in JSON."""
    return json.dumps(value)


def among(column: str, values: Iterable[str]) -> str:
    """A column is one of these."""
    return f"{column} in ({', '.join(literal(value) for value in sorted(values))})"


def rows(source: Source, devices: Iterable[str], accounts: Iterable[str], window: Window) -> str:
    """The rows of a table in a window; "" when nothing in it can be the subject's."""
    terms = [among(column, values) for column, values in ((source.device, devices), (source.account, accounts))
             if column and list(values)]  # fmt: skip
    if not terms:
        return ""
    return "\n".join((
        source.table,
        f"| where Timestamp >= datetime({stamp(window.start)}) and Timestamp < datetime({stamp(window.end)})",
        f"| where {' or '.join(terms)}",
    ))  # fmt: skip


def counted(query: str) -> str:
    """How many rows it has."""
    return f"{query}\n| summarize Records = count()"


def devices(entra: Iterable[str]) -> str:
    """Defender's ids of devices that Entra knows by these ids."""
    return f"DeviceInfo\n| where {among('AadDeviceId', entra)}\n| distinct DeviceId, DeviceName, AadDeviceId"
