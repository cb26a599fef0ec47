"""The Microsoft connector: what an estate and a case may say about a tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.contract import Account, Check, Connector, Field, RateBudgets, Session, System
from connectors.microsoft.access import MicrosoftContainment
from connectors.microsoft.actions import ACTIONS
from connectors.microsoft.evidence import EVIDENCE_ACTIONS
from connectors.microsoft.hunt import HUNT_ACTIONS
from connectors.microsoft.preflight import PERMISSIONS
from connectors.microsoft.proof import PROOF_ACTIONS

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession


class MicrosoftConnector(Connector):
    """One Entra tenant with what hangs on it."""

    name = "microsoft"
    title = "Microsoft"
    doc = (
        "Entra ID users, sessions, methods, groups, roles and applications; Microsoft 365 mail, files and Teams; "
        "Intune and Defender devices; Azure roles and key vaults; Azure DevOps tokens."
    )
    settings = (
        Field("tenant", "guid", "The tenant's id."),
        Field("reader-app", "guid", "Application id of the reader's app registration."),
        Field("cutter-app", "guid", "Application id of the cutter's app registration."),
        Field("cloud", "string", "Which Microsoft cloud.", required=False, default="global",
              choices=("global", "us-gov", "us-dod", "china")),
        Field("azure", "boolean", "Read and cut Azure roles and key vaults.", required=False, default=True),
        Field("defender", "boolean", "Use Defender for Endpoint.", required=False, default=False),
        Field("devops-organizations", "list[string]", "Azure DevOps organisations by name.", required=False),
        Field("endpoint", "string", "Loopback address of a range; never a real service.", required=False),
        Field("limits", "boolean", "Keep Microsoft's published limits at a range too; it has none.", required=False,
              default=False),
    )  # fmt: skip
    identifiers = (
        Field("user-principal-names", "list[string]", "Exact user principal names."),
        Field("emails", "list[email]", "Exact mail addresses, guests' too."),
        Field("user-ids", "list[guid]", "Exact object ids of users."),
    )
    credentials = (
        Field("private-key", "string", "The certificate's private key, PEM."),
        Field("certificate", "string", "The certificate, PEM."),
        Field("passphrase", "string", "Passphrase of the private key.", required=False),
    )
    rate = 100.0
    containment = MicrosoftContainment()
    extra_actions = (*ACTIONS, *EVIDENCE_ACTIONS, *HUNT_ACTIONS, *PROOF_ACTIONS)
    preflight_permissions = PERMISSIONS

    def open(self, system: System, *, cutter: bool, read_only: bool, budgets: RateBudgets) -> MicrosoftSession:
        """Open a session; httpx and msal are imported only here."""
        from connectors.microsoft.client import MicrosoftSession

        return MicrosoftSession(system, cutter=cutter, read_only=read_only, budgets=budgets)

    def preflight(self, session: Session, accounts: tuple[Account, ...]) -> tuple[Check, ...]:
        """Consents, roles, accounts, evict's own apps and licences, by the reader alone."""
        from connectors.microsoft.client import opened
        from connectors.microsoft.preflight import preflight

        return preflight(opened(session), self, accounts)
