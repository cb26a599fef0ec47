"""The whole seeded company: its home account, the organisation around it, its machines, and its Microsoft tenant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from connectors.microsoft.connector import MicrosoftConnector
from runner.range.machines import REGION, Machines, seed_machines
from runner.range.microsoft import seed_tenant
from runner.range.microsoft.doors import Held, sign_in
from runner.range.microsoft.estate import add_system, rights
from runner.range.microsoft.people import COLLEAGUE, CUTTER, READER, SUSPECT, People
from runner.range.organization import Organization, seed_organization
from runner.range.process import AwsRange, MicrosoftRange
from runner.range.seed import HOME, Credentials, World, seed


@dataclass
class Company:
    """Everything that the seeds made, on its ranges."""

    running: AwsRange
    tenant: MicrosoftRange
    world: World
    organization: Organization
    machines: Machines
    people: People
    held: dict[str, Held]
    """The tokens that people of the tenant hold, by user name."""


def seed_company(running: AwsRange, tenant: MicrosoftRange, directory: Path) -> Company:
    """Make the company in a folder of its own; the suspect copies the credentials of their instance as well."""
    world = seed(running, directory)
    organization, machines = seed_organization(running, world), seed_machines(running, world)
    people = seed_tenant(tenant.put)
    add_system(directory, tenant.endpoint, people)
    for app in (READER, CUTTER):
        tenant.allow(people.apps[app], rights(MicrosoftConnector(), cutter=app == CUTTER))
    held = {name: sign_in(tenant, name) for name in (SUSPECT, COLLEAGUE)}
    made = Company(running, tenant, world, organization, machines, people, held)
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
