"""Calls that moto lacks or answers with fixed samples. One module per service; each lists its own `FAKES`."""

from connectors.aws.emulator.fakes import (
    advisor,
    cloudtrail,
    config,
    ebs,
    eks,
    guardduty,
    iam,
    organizations,
    paging,
    ssm,
    sso,
    sts,
)
from connectors.aws.emulator.fakes.common import Fake, Reply
from connectors.aws.emulator.fakes.paging import Seed

FAKES: dict[tuple[str, str], Fake] = {}
"""By service (as signed) and operation."""
for _module in (advisor, cloudtrail, config, ebs, eks, guardduty, iam, organizations, sso, ssm, sts):
    FAKES.update(_module.FAKES)

SEEDS: dict[str, Seed] = {}
"""What a scenario may plant, by the name that the range's `seed` route takes."""
for _seeded in (advisor, config, ebs, guardduty, paging):
    SEEDS.update(_seeded.SEEDS)

__all__ = ["FAKES", "SEEDS", "Fake", "Reply"]
