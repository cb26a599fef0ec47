"""How pre-flight makes its checks: one word of four, the reason, and what a person does about it."""

from __future__ import annotations

from connectors.contract import Check, Readiness
from connectors.microsoft.preflight.facts import Unread


def ready(id: str, asks: str, why: str = "") -> Check:  # noqa: A002 - the check's id
    """Nothing to do."""
    return Check(id, asks, Readiness.READY, why)


def not_ready(id: str, asks: str, why: str, fix: str) -> Check:  # noqa: A002 - the check's id
    """It will hinder the cut unless somebody does something."""
    return Check(id, asks, Readiness.NOT_READY, why, fix)


def absent(id: str, asks: str, why: str) -> Check:  # noqa: A002 - the check's id
    """The question does not arise here, and what that means."""
    return Check(id, asks, Readiness.NOT_APPLICABLE, why)


def cannot_tell(id: str, asks: str, unread: Unread) -> Check:  # noqa: A002 - the check's id
    """It could not be read."""
    return Check(id, asks, Readiness.CANNOT_TELL, unread.why, unread.fix)
