"""Evidence in AWS: one module per source, each collection with a receipt."""

from __future__ import annotations

from connectors.aws.evidence.access_advisor import PreserveAccessAdvisor
from connectors.aws.evidence.cloudtrail import PreserveCloudTrail
from connectors.aws.evidence.config import PreserveConfig
from connectors.aws.evidence.ebs import PreserveEbs
from connectors.aws.evidence.guardduty import PreserveGuardDuty
from connectors.aws.evidence.iam import PreserveCredentialReport, PreserveIam
from connectors.contract import Action

EVIDENCE_ACTIONS: tuple[Action, ...] = (
    PreserveIam(),
    PreserveCredentialReport(),
    PreserveAccessAdvisor(),
    PreserveCloudTrail(),
    PreserveConfig(),
    PreserveGuardDuty(),
    PreserveEbs(),
)
