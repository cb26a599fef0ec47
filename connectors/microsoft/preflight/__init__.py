"""Pre-flight: what could keep a cut in this tenant from working, read with the reader's credential before it starts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.contract import Account, Check, Connector, System
from connectors.errors import OperatorError
from connectors.microsoft.clouds import Service
from connectors.microsoft.preflight.accounts import accounts as of_accounts
from connectors.microsoft.preflight.conditions import conditions
from connectors.microsoft.preflight.consent import consent
from connectors.microsoft.preflight.facts import Unread
from connectors.microsoft.preflight.licences import licences
from connectors.microsoft.preflight.needs import needs_of
from connectors.microsoft.preflight.own_apps import own_apps
from connectors.microsoft.preflight.reading import PERMISSIONS, read
from connectors.microsoft.preflight.targets import targets

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession


def preflight(session: MicrosoftSession, connector: Connector, accounts: tuple[Account, ...]) -> tuple[Check, ...]:
    """All checks, sorted by id; only the reader's own certificate is fetched, never the cutter's credential."""
    unused = [service for service in Service if not session.offers(service)]
    facts = read(session, accounts)
    found = [
        *consent(facts, needs_of(connector, unused)),
        *targets(facts),
        *of_accounts(facts),
        *own_apps(facts, {"reader": _reader_ends(session.system)}, datetime.now(UTC)),
        *licences(facts),
        *conditions(facts),
    ]
    return tuple(sorted(found, key=lambda check: check.id))


def _reader_ends(system: System) -> datetime | Unread:
    """When the certificate that the estate gives for the reader ends."""
    from cryptography import x509

    from connectors.microsoft.credentials import certificate_of

    try:
        return x509.load_pem_x509_certificate(certificate_of(system, "reader")).not_valid_after_utc
    except (OperatorError, ValueError) as error:
        return Unread(f"it cannot be read: {type(error).__name__}", "give the PEM of the reader's certificate")


__all__ = ["PERMISSIONS", "preflight"]
