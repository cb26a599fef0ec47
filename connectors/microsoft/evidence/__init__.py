"""Evidence of a tenant: what is saved before anything is cut. One module per source, each collection with a receipt."""

from __future__ import annotations

from connectors.contract import Action
from connectors.microsoft.evidence.defender_timeline import PreserveDefenderTimeline
from connectors.microsoft.evidence.devices import PreserveDevices
from connectors.microsoft.evidence.directory import PreserveDirectory
from connectors.microsoft.evidence.directory_audits import PreserveDirectoryAudits
from connectors.microsoft.evidence.ediscovery import HoldEdiscovery
from connectors.microsoft.evidence.files import PreserveFiles
from connectors.microsoft.evidence.mailbox import PreserveMailbox
from connectors.microsoft.evidence.message_trace import PreserveMessageTrace
from connectors.microsoft.evidence.risk import PreserveRisk
from connectors.microsoft.evidence.sign_ins import PreserveSignIns
from connectors.microsoft.evidence.unified_audit import PreserveUnifiedAudit

EVIDENCE_ACTIONS: tuple[Action, ...] = (
    HoldEdiscovery(),
    PreserveUnifiedAudit(),
    PreserveSignIns(),
    PreserveDirectoryAudits(),
    PreserveDefenderTimeline(),
    PreserveMessageTrace(),
    PreserveRisk(),
    PreserveDirectory(),
    PreserveDevices(),
    PreserveMailbox(),
    PreserveFiles(),
)
"""In the order in which they are best begun: what takes hours first, then what is forgotten first."""
