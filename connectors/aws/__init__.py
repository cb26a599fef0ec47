"""AWS: IAM users, roles, sessions, evidence and persistence. Importing this loads no vendor library."""

from __future__ import annotations

from connectors.aws.connector import AwsConnector

__all__ = ["AwsConnector"]
