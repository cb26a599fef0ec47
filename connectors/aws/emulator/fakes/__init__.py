"""Calls that moto lacks or answers with fixed samples. One module per service; each lists its own `FAKES`."""

from connectors.aws.emulator.fakes import cloudtrail, eks, iam, organizations, ssm, sso, sts
from connectors.aws.emulator.fakes.common import Fake, Reply

FAKES: dict[tuple[str, str], Fake] = {}
"""By service (as signed) and operation."""
for _module in (cloudtrail, eks, iam, organizations, sso, ssm, sts):
    FAKES.update(_module.FAKES)

__all__ = ["FAKES", "Fake", "Reply"]
