"""The AWS connector: what an estate and a case may say about AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.aws.access import AwsContainment
from connectors.aws.evidence import EVIDENCE_ACTIONS
from connectors.aws.hunt import HUNT_ACTIONS
from connectors.contract import Connector, Field, RateBudgets, System

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession


class AwsConnector(Connector):
    """Amazon Web Services: one account, or an organisation with a role to assume in each member account."""

    name = "aws"
    title = "AWS"
    doc = (
        "IAM users with every kind of credential, the roles they can assume and the sessions that outlive them; "
        "IAM Identity Center; service control policies; EC2 instances, Session Manager channels, EKS access entries."
    )
    settings = (
        Field("account", "aws-account-id", "The home account: the management account of an organisation."),
        Field("region", "string", "Home Region for global and regional calls.", required=False, default="us-east-1"),
        Field("regions", "list[string]", "Regions to read; default: those enabled.", required=False),
        Field("organization", "boolean", "Read every account of the organisation.", required=False, default=False),
        Field("accounts", "list[aws-account-id]", "Read just these member accounts.", required=False),
        Field("role", "string", "Name of the role to assume in member accounts.", required=False),
        Field("cutter-role", "string", "The role that the cutter assumes there; default: `role`.", required=False),
        Field("containment-policy", "string", "Id of the pre-staged service control policy (p-…).", required=False),
        Field("shared-roles", "list[arn]", "Roles others need: only the subject's own sessions end.", required=False),
        Field("boundary", "arn", "A managed policy set as permissions boundary: a second lock.", required=False),
        Field("identity-center-region", "string", "Home Region of IAM Identity Center.", required=False),
        Field("endpoint", "string", "Loopback address of a range; never a real service.", required=False),
    )
    identifiers = (
        Field("user-names", "list[string]", "Exact IAM user names."),
        Field("emails", "list[email]", "Exact e-mail addresses used as user names."),
        Field("identity-center-ids", "list[string]", "Exact user ids of IAM Identity Center."),
        Field("arns", "list[arn]", "Exact ARNs of IAM users."),
        Field("access-key-ids", "list[string]", "Exact access key ids."),
        Field("instance-ids", "list[string]", "Exact ids of the EC2 instances that are the person's own."),
    )
    credentials = (
        Field("profile", "string", "An AWS profile.", required=False),
        Field("access-key-id", "string", "Access key id.", required=False),
        Field("secret-access-key", "string", "Secret access key.", required=False),
        Field("session-token", "string", "Session token of temporary credentials.", required=False),
    )
    rate = 200.0
    containment = AwsContainment()
    extra_actions = (*EVIDENCE_ACTIONS, *HUNT_ACTIONS)

    def open(self, system: System, *, cutter: bool, read_only: bool, budgets: RateBudgets) -> AwsSession:
        """Open a session; boto3 is imported only here."""
        from connectors.aws.client import AwsSession

        return AwsSession(system, cutter=cutter, read_only=read_only, budgets=budgets)
