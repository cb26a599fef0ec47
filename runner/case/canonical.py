"""Canonical JSON (RFC 8785) and SHA-256: the only way evict turns a value into bytes that are hashed or signed."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785

from connectors.errors import InternalError


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value.

    Raises:
        InternalError: the value is not JSON, or holds an integer beyond ±(2^53 - 1).

    """
    try:
        data: bytes = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise InternalError(f"a value has no canonical form: {type(error).__name__}") from error
    return data


def sha256_hex(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()
