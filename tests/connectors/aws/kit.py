"""The range as the conformance kit wants it: one company with every kind of access path that AWS has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from connectors.contract import Subject, System
from connectors.registry import Registry
from connectors.testing.world import Call
from runner.playbook.casefile import load_casefile
from runner.playbook.estate import load_estate
from runner.range.machines import REGION, seed_machines
from runner.range.organization import entered, seed_organization
from runner.range.process import AwsRange
from runner.range.seed import ALLOW_ALL, COLLEAGUE, HOME, OPERATORS, SUSPECT, Credentials, client, seed

READ_ROLE, CUT_ROLE = "evict-read", "evict-cut"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|(?<=EvictCut)\d{8}T\d{6}Z")


class AwsWorld:
    """An organisation with machines; evict has a role of its own for each of its two credentials in every member."""

    def __init__(self, running: AwsRange, directory: Path) -> None:
        self.running = running
        seeded = seed(running, directory)
        self.organization = seed_organization(running, seeded)
        self.machines = seed_machines(running, seeded)
        self._members = {one: self._administrator(one) for one in self.organization.members}
        self._home = client(running.endpoint, "iam")
        settings = self._more(seeded.roles[1])
        path = directory / "estate.yaml"
        estate = json.loads(path.read_text())
        estate["systems"]["aws-main"] |= settings
        path.write_text(json.dumps(estate))
        self._name_more(directory / "case.yaml", seeded.suspect[0].key)
        registry = Registry.installed()
        self.connector = registry.connector("aws")
        self.system: System = load_estate(path, registry).systems["aws-main"]
        self.subject: Subject = load_casefile(directory / "case.yaml", registry).subject
        self.secrets = tuple((directory / "secrets" / f"{name}.secret").read_text().strip() for name in OPERATORS)

    def _administrator(self, member: str) -> Any:
        """A user with a key: a role's session could end with the cut, where the subject can take that role."""
        iam = client(self.running.endpoint, "iam", entered(self.running, member))
        iam.create_user(UserName="administrator")
        iam.put_user_policy(UserName="administrator", PolicyName="work", PolicyDocument=json.dumps(ALLOW_ALL))
        key = iam.create_access_key(UserName="administrator")["AccessKey"]
        return client(self.running.endpoint, "iam", Credentials("kit", key["AccessKeyId"], key["SecretAccessKey"]))

    def _more(self, shared: str) -> dict[str, Any]:
        """Roles for evict, a second lock, a certificate, a permission set without a policy of its own."""
        principals = [f"arn:aws:iam::{HOME}:user/{name}" for name in OPERATORS]
        for iam in self._members.values():
            for role, principal in zip((READ_ROLE, CUT_ROLE), principals, strict=True):
                trust = [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]
                iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust}))  # fmt: skip
        self.allow()
        self._home.upload_signing_certificate(UserName=SUSPECT, CertificateBody=_certificate())
        self._boundaries()
        sso = client(self.running.endpoint, "sso-admin")
        made = sso.create_permission_set(InstanceArn=self.organization.instance, Name="Plain")["PermissionSet"]
        sso.create_account_assignment(
            InstanceArn=self.organization.instance, TargetType="AWS_ACCOUNT", TargetId=self.organization.members[0],
            PermissionSetArn=made["PermissionSetArn"], PrincipalType="USER",
            PrincipalId=self.organization.people[SUSPECT],
        )  # fmt: skip
        lock = f"arn:aws:iam::{HOME}:policy/lock"
        return {"role": READ_ROLE, "cutter-role": CUT_ROLE, "boundary": lock, "shared-roles": [shared]}

    def _boundaries(self) -> None:
        """The lock, and an older boundary on the suspect at home; none in the members."""
        deny = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
        self._home.create_policy(PolicyName="lock", PolicyDocument=deny)
        old = self._home.create_policy(PolicyName="old", PolicyDocument=json.dumps(ALLOW_ALL))["Policy"]["Arn"]
        self._home.put_user_permissions_boundary(UserName=SUSPECT, PermissionsBoundary=old)

    @staticmethod
    def _name_more(path: Path, key: str) -> None:
        """The case names a key as well, so that its owner is looked for."""
        case = json.loads(path.read_text())
        case["subject"]["personas"][0]["identifiers"]["aws"]["access-key-ids"] = [key]
        path.write_text(json.dumps(case))

    def calls(self) -> Sequence[Call]:
        return [Call(f"{one['service']}:{one['operation']}", one["write"]) for one in self.running.calls()]

    def snapshot(self) -> dict[str, Any]:
        """Flat, without times, and without evict's own two identities."""
        whole = json.loads(TIME.sub("TIME", json.dumps(self.running.snapshot())))
        found: dict[str, Any] = {}
        machines = whole.pop("machines")
        found |= {f"ssm/{HOME}/{REGION}/{channel}": "open" for channel in machines.pop("channels")}
        center = whole.pop("identity-center")
        found |= {f"policy of {name}": policy for name, policy in center.pop("policies").items()}
        found |= {f"{part} {json.dumps(row)}": True for part, rows in center.items() for row in rows}
        for part in ("organization", "clusters"):
            found |= {f"{part} {name}": value for name, value in whole.pop(part).items()}
        found |= machines
        for account, held in whole.items():
            for part, rows in held.items():
                found |= {
                    f"{account} {part} {name}": row for name, row in rows.items() if not name.startswith("evict-")
                }
        return found

    def innocent(self) -> dict[str, Any]:
        theirs = (
            COLLEAGUE,
            self.machines.colleague,
            self.machines.channels[COLLEAGUE],
            self.organization.people[COLLEAGUE],
        )
        return {name: row for name, row in self.snapshot().items() if any(one in name for one in theirs)}

    def allow(self, *, reader: frozenset[str] | None = None, cutter: frozenset[str] | None = None) -> None:
        """Two policies, on the user at home and on the role in every member."""
        for user, role, actions in zip(OPERATORS, (READ_ROLE, CUT_ROLE), (reader, cutter), strict=True):
            document = json.dumps(ALLOW_ALL if actions is None else _policy(actions))
            self._home.put_user_policy(UserName=user, PolicyName="work", PolicyDocument=document)
            for iam in self._members.values():
                iam.put_role_policy(RoleName=role, PolicyName="work", PolicyDocument=document)

    def drop_reply(self) -> None:
        self.running.faults({"kind": "drop-reply", "operation": "*", "write": True})

    def throttle(self, *, on: bool) -> None:
        self.running.faults(*([{"kind": "throttle", "operation": "*", "times": 1_000_000}] if on else []))


def _policy(actions: frozenset[str]) -> Mapping[str, Any]:
    """Nothing, where nothing is allowed: AWS knows no empty list of actions."""
    allow = {"Effect": "Allow", "Action": sorted(actions), "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [allow if actions else deny]}


def _certificate() -> str:
    """Self-signed, for one day."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SUSPECT)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


@contextmanager
def aws_world(directory: Path) -> Iterator[AwsWorld]:
    """A fresh range."""
    with AwsRange.start() as running:
        yield AwsWorld(running, directory)
