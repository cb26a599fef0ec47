"""Fill the range with a company: a suspect, an innocent colleague, planted ways back in, and the case's files.

Every person is invented. Addresses come from the documentation ranges (RFC 5737), domains from RFC 2606.
"""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from runner.range.process import AwsRange

HOME = "123456789012"
ROOT = ("AKIARANGEROOT0000000", "range")
SUSPECT = "jordan.lee"
COLLEAGUE = "amara.okafor"
BACKDOOR = "svc-metrics"
OUTSIDE_ROLE = "ci-helper"
OPERATORS = ("evict-reader", "evict-cutter")
PASSWORD = "Corr3ct-Horse!battery"
BUCKET = "initech-source-archive"
HOSTILE_NAME = "Jordan {{ 7*7 }} Lee [1, 2] \x1b[31m"
"""A display name as an adversary may choose it: an expression, a list, a terminal escape."""

PEOPLE = (
    ("responder@initech.example", "Rae Responder", ["responder"]),
    ("mei@initech.example", "Mei Approver", ["approver"]),
    ("tomas@initech.example", "Tomas Approver", ["approver"]),
    ("counsel@initech.example", "Chris Counsel", ["approver", "counsel"]),
)


@dataclass
class Credentials:
    """Something that signs requests."""

    what: str
    key: str
    secret: str
    token: str | None = None


@dataclass
class World:
    """What the seed made, for probes and tests."""

    directory: Path
    endpoint: str
    suspect: list[Credentials] = field(default_factory=list)
    planted: list[Credentials] = field(default_factory=list)
    """What the suspect holds of users that they made: found by the hunt, not by the cut."""
    innocent: list[Credentials] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    def key_of(self, email: str) -> Path:
        """The SSH private key of one of the people."""
        return self.directory / "keys" / email.split("@", maxsplit=1)[0]


def client(endpoint: str, service: str, who: Credentials | None = None, region: str = "us-east-1") -> Any:
    """A boto3 client on the range; without credentials, its root."""
    key, secret, token = (who.key, who.secret, who.token) if who else (*ROOT, None)
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    return boto3.client(
        service, region_name=region, endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret,
        aws_session_token=token, config=config,
    )  # fmt: skip


def seed(running: AwsRange, directory: Path) -> World:
    """Make the company, and write estate.yaml, case.yaml, keys and secrets into a private folder."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    world = World(directory, running.endpoint)
    iam = client(running.endpoint, "iam")
    with ThreadPoolExecutor(1) as pool:
        people = pool.submit(_people, directory)
        _data(running)
        _suspect(iam, world)
        _colleague(iam, world)
        _roles(iam, world)
        _sessions(world)
        _operators(iam, directory)
        _estate(running, directory, people.result())
    return world


def _data(running: AwsRange) -> None:
    s3 = client(running.endpoint, "s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="release/1.4/source.tar", Body=b"the crown jewels\n")


def _suspect(iam: Any, world: World) -> None:
    """Two keys, a password, a group, an SSH key, a service credential; and what they planted."""
    iam.create_group(GroupName="developers")
    reach = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:*", "iam:*", "sts:*", "ec2:Describe*", "ssm:StartSession"],
                "Resource": "*",
            },
        ],
    }
    iam.put_group_policy(GroupName="developers", PolicyName="reach", PolicyDocument=json.dumps(reach))
    iam.create_user(UserName=SUSPECT, Tags=[{"Key": "display-name", "Value": "Jordan Lee"}])
    iam.add_user_to_group(GroupName="developers", UserName=SUSPECT)
    for number in (1, 2):
        made = iam.create_access_key(UserName=SUSPECT)["AccessKey"]
        world.suspect.append(Credentials(f"access key {number}", made["AccessKeyId"], made["SecretAccessKey"]))
    iam.create_login_profile(UserName=SUSPECT, Password=PASSWORD)
    iam.upload_ssh_public_key(UserName=SUSPECT, SSHPublicKeyBody="ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ suspect")
    iam.create_service_specific_credential(UserName=SUSPECT, ServiceName="codecommit.amazonaws.com")
    planter = client(world.endpoint, "iam", world.suspect[0])
    planter.create_user(UserName=BACKDOOR)
    planter.put_user_policy(UserName=BACKDOOR, PolicyName="all", PolicyDocument=json.dumps(ALLOW_ALL))
    key = planter.create_access_key(UserName=BACKDOOR)["AccessKey"]
    world.planted.append(Credentials(f"access key of {BACKDOOR}", key["AccessKeyId"], key["SecretAccessKey"]))


def _colleague(iam: Any, world: World) -> None:
    iam.create_user(UserName=COLLEAGUE)
    iam.add_user_to_group(GroupName="developers", UserName=COLLEAGUE)
    made = iam.create_access_key(UserName=COLLEAGUE)["AccessKey"]
    world.innocent.append(Credentials("a colleague's access key", made["AccessKeyId"], made["SecretAccessKey"]))


def _roles(iam: Any, world: World) -> None:
    """One role that names both people, one that trusts the account, one chained, one planted for an outsider."""
    me, other = f"arn:aws:iam::{HOME}:user/{SUSPECT}", f"arn:aws:iam::{HOME}:user/{COLLEAGUE}"
    trusts: dict[str, dict[str, Any]] = {
        "deploy": {"AWS": [me, other]},
        "auditor": {"AWS": f"arn:aws:iam::{HOME}:root"},
        "release": {"AWS": f"arn:aws:iam::{HOME}:role/deploy"},
    }
    for name, principal in trusts.items():
        _role(iam, name, principal)
        world.roles.append(f"arn:aws:iam::{HOME}:role/{name}")
    _role(client(world.endpoint, "iam", world.suspect[0]), OUTSIDE_ROLE, {"AWS": "arn:aws:iam::999988887777:root"})


def _role(iam: Any, name: str, principal: dict[str, Any]) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}],
    }
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=json.dumps(ALLOW_ALL))


def _sessions(world: World) -> None:
    """Sessions that the suspect holds already: they outlive their key."""
    sts = client(world.endpoint, "sts", world.suspect[0])
    token = sts.get_session_token()["Credentials"]
    fed = sts.get_federation_token(Name="jl", DurationSeconds=3600)["Credentials"]
    world.suspect += [_session("GetSessionToken session", token), _session("GetFederationToken session", fed)]
    for role in world.roles[:2]:
        taken = sts.assume_role(RoleArn=role, RoleSessionName="jl")["Credentials"]
        world.suspect.append(_session(f"session of role {role.rsplit('/', 1)[1]}", taken))
    deploy = client(world.endpoint, "sts", world.suspect[-2])
    chained = deploy.assume_role(RoleArn=world.roles[2], RoleSessionName="jl")["Credentials"]
    world.suspect.append(_session("chained session of role release", chained))


def _session(what: str, made: dict[str, Any]) -> Credentials:
    return Credentials(what, made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


def _operators(iam: Any, directory: Path) -> None:
    """Evict's own two identities, with their secrets in private files."""
    secrets = directory / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    for name in OPERATORS:
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="work", PolicyDocument=json.dumps(ALLOW_ALL))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        for part, value in (("id", made["AccessKeyId"]), ("secret", made["SecretAccessKey"])):
            path = secrets / f"{name}.{part}"
            path.touch(mode=0o600)
            path.write_text(value + "\n")


def _people(directory: Path) -> list[dict[str, Any]]:
    keys = directory / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    people = []
    for email, name, roles in PEOPLE:
        path = keys / email.split("@")[0]
        if not path.exists():
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", email, "-f", str(path)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        key = path.with_suffix(".pub").read_text().strip()
        people.append({"email": email, "name": name, "roles": roles, "key": key})
    return people


def _estate(running: AwsRange, directory: Path, people: list[dict[str, Any]]) -> None:
    """JSON is YAML: these files are written by a program, and every string in them stays text."""
    secrets = (directory / "secrets").resolve()

    def credential(name: str) -> dict[str, Any]:
        return {
            "access-key-id": {"file": str(secrets / f"{name}.id")},
            "secret-access-key": {"file": str(secrets / f"{name}.secret")},
        }

    system = {
        "connector": "aws",
        "account": HOME,
        "region": "us-east-1",
        "regions": ["us-east-1", "eu-west-1"],
        "endpoint": running.endpoint,
        "settle": "1s",
        "reader": credential("evict-reader"),
        "cutter": credential("evict-cutter"),
    }
    estate = {"evict-estate": 1, "people": people, "systems": {"aws-main": system}}
    persona = {
        "id": "p1",
        "names": ["Jordan Lee", HOSTILE_NAME],
        "emails": ["jordan.lee@initech.example"],
        "identifiers": {"aws": {"user-names": [SUSPECT]}},
    }
    case = {
        "evict-case": 1,
        "id": "EXERCISE-1",
        "title": "Suspected DPRK remote worker",
        "mode": "exercise",
        "opened-by": PEOPLE[0][0],
        "subject": {"id": "worker-1", "personas": [persona]},
        "facts": {"hire-date": "2026-02-03", "payroll-country": "NO"},
    }
    for name, content in (("estate.yaml", estate), ("case.yaml", case)):
        (directory / name).touch(mode=0o600)
        (directory / name).write_text(json.dumps(content, indent=2) + "\n")


ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
