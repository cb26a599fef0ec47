"""How AWS's listings go on: by a paginator that botocore knows, or by page tokens that only the model shows."""

from __future__ import annotations

from typing import Any

PAGE_TOKENS = (
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("ContinuationToken", "NextContinuationToken"),
    ("Marker", "NextMarker"),
)
"""Members of request and reply by which a listing goes on, where botocore has no paginator for it."""


def paging(client: Any, operation: str) -> tuple[list[str], list[str], str]:
    """What pages a listing: members of the request, members of the reply, and the reply's "more" flag.

    Some listings have page tokens that no paginator of botocore's knows; one page of them would pass for all.
    """
    if client.can_paginate(operation):
        known = client.get_paginator(operation)._pagination_cfg  # noqa: SLF001 - the model's own paging names
        return _listed(known["input_token"]), _listed(known["output_token"]), str(known.get("more_results") or "")
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
    asked, told = ({*(shape.members if shape else ())} for shape in (model.input_shape, model.output_shape))
    for given, taken in PAGE_TOKENS:
        if given in asked and taken in told:
            return [given], [taken], ""
    return [], [], ""


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
