"""Evidence in AWS: one module per source, each collection with a receipt."""

from __future__ import annotations

from connectors.aws.evidence.cloudtrail import PreserveCloudTrail
from connectors.aws.evidence.iam import PreserveCredentialReport, PreserveIam
from connectors.contract import Action

EVIDENCE_ACTIONS: tuple[Action, ...] = (PreserveIam(), PreserveCredentialReport(), PreserveCloudTrail())
