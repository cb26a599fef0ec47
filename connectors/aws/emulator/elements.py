"""What CloudTrail shows of a reply: its members by botocore's own model, but those that the model calls sensitive.

An id that AWS chooses (an instance's, a share's) stands in the reply alone, so that a trail without it could tie
nothing to whoever made the thing.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.parsers
import botocore.session
from botocore.awsrequest import HeadersDict

from connectors.aws.emulator.operations import MODELS

OK = 300
"""Replies from this status on are errors: they have no elements."""
SECRET = frozenset({"SessionToken"})
"""Members that no model calls sensitive, and that nobody needs to tie a thing to its maker."""


def elements(service: str, operation: str, status: int, body: bytes) -> dict[str, Any] | None:
    """A reply as `responseElements`; None for errors, and where no model or no member tells anything."""
    model = _operation(service, operation)
    if model is None or model.output_shape is None or status >= OK:
        return None
    try:
        parser = botocore.parsers.create_parser(_protocol(model))
        found = parser.parse({"status_code": status, "headers": HeadersDict(), "body": body}, model.output_shape)
    except (botocore.parsers.ResponseParserError, KeyError):
        return None
    found.pop("ResponseMetadata", None)
    return _shown(found, model.output_shape) or None


def _shown(value: Any, shape: Any) -> Any:
    """A value without its sensitive members; CloudTrail begins member names with a small letter."""
    if shape.type_name == "structure":
        members = {
            name: member
            for name, member in shape.members.items()
            if name not in SECRET and not member.metadata.get("sensitive")
        }
        return {name[:1].lower() + name[1:]: _shown(value[name], members[name]) for name in members if name in value}
    if shape.type_name == "list":
        return [_shown(one, shape.member) for one in value]
    if shape.type_name == "map":
        return {name: _shown(one, shape.value) for name, one in value.items()}
    return value if isinstance(value, (bool, int, float)) else str(value)


def _protocol(model: Any) -> str:
    """The protocol that the client speaks with this range: the one that its model was made for."""
    return str(model.service_model.resolved_protocol)


@cache
def _operation(service: str, operation: str) -> Any:
    try:
        model = botocore.session.get_session().get_service_model(MODELS.get(service, service))
        return model.operation_model(operation)
    except (botocore.exceptions.UnknownServiceError, botocore.model.OperationNotFoundError):
        return None
