"""What every fake shares: its reply, its signature, and the XML envelope of the query services."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.aws.emulator.principals import Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

JSON_TYPE = "application/x-amz-json-1.1"
VERSIONS = {"sts": "2011-06-15", "iam": "2010-05-08", "ec2": "2016-11-15"}


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    body: bytes
    media_type: str = "text/xml"


Fake = Callable[["Gate", "Request", Principal], Reply | None]
"""None leaves the answer to moto."""


def xml(operation: str, inner: str, service: str = "sts") -> Reply:
    """An answer of a query service around `inner`, which is XML already."""
    result = f"<{operation}Result>{inner}</{operation}Result>" if inner else ""
    meta = "<ResponseMetadata><RequestId>range</RequestId></ResponseMetadata>"
    space = f'xmlns="https://{service}.amazonaws.com/doc/{VERSIONS[service]}/"'
    return Reply(200, f"<{operation}Response {space}>{result}{meta}</{operation}Response>".encode())


def answer(content: Mapping[str, Any]) -> Reply:
    """An answer of a JSON service."""
    return Reply(200, json.dumps(content).encode(), JSON_TYPE)
