"""Calls that moto lacks or answers with fixed samples. One module per service; each lists its own `FAKES`."""

from connectors.aws.emulator.fakes import (
    accessanalyzer,
    advisor,
    building,
    cloudtrail,
    config,
    ebs,
    ec2,
    eks,
    guardduty,
    iam,
    logs,
    organizations,
    paging,
    ram,
    rolesanywhere,
    shelves,
    ssm,
    sso,
    sso_applications,
    sts,
)
from connectors.aws.emulator.fakes.common import Fake, Reply
from connectors.aws.emulator.fakes.paging import Seed

FAKES: dict[tuple[str, str], Fake] = {}
"""By service (as signed) and operation."""
for _module in (
    accessanalyzer,
    advisor,
    building,
    cloudtrail,
    config,
    ebs,
    ec2,
    eks,
    guardduty,
    iam,
    logs,
    organizations,
    ram,
    rolesanywhere,
    shelves,
    ssm,
    sso,
    sso_applications,
    sts,
):
    FAKES.update(_module.FAKES)

SEEDS: dict[str, Seed] = {}
"""What a scenario may plant, by the name that the range's `seed` route takes."""
for _seeded in (accessanalyzer, advisor, config, ebs, guardduty, paging, rolesanywhere, shelves):
    SEEDS.update(_seeded.SEEDS)

__all__ = ["FAKES", "SEEDS", "Fake", "Reply"]
