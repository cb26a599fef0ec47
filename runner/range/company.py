"""The whole seeded company: its home account, the organisation around it, and its machines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runner.range.machines import REGION, Machines, seed_machines
from runner.range.organization import Organization, seed_organization
from runner.range.process import AwsRange
from runner.range.seed import HOME, Credentials, World, seed


@dataclass
class Company:
    """Everything that the seeds made, on its range."""

    running: AwsRange
    world: World
    organization: Organization
    machines: Machines


def seed_company(running: AwsRange, directory: Path) -> Company:
    """Make the company in a folder of its own; the suspect copies the credentials of their instance as well."""
    world = seed(running, directory)
    made = Company(running, world, seed_organization(running, world), seed_machines(running, world))
    taken = metadata(made)
    if taken is not None:
        world.suspect.append(taken)
    return made


def metadata(company: Company) -> Credentials | None:
    """What the metadata service of the suspect's instance gives to whoever runs code there."""
    given = company.running.ask("metadata", account=HOME, region=REGION, instance=company.machines.suspect)
    if not given["given"]:
        return None
    return Credentials("credentials copied from the instance", given["key"], given["secret"], given["token"])
