"""A small estate with a suspect who plants, a sweep over it, and a shell that runs the removals."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore import xform_name

from connectors.aws.client import AwsSession
from connectors.aws.hunt.area import Look
from connectors.aws.hunt.sweep import Swept, sweep
from connectors.aws.hunt.trail import Trail
from connectors.contract import Account, Finding, SecretRef, System
from connectors.rates import RateBudgets
from runner.range.process import AwsRange
from runner.range.seed import ALLOW_ALL, HOME, ROOT, SUSPECT, Credentials, client

REGIONS = ("us-east-1", "eu-west-1")
STRANGER = "999988887777"


class Estate:
    """One account in two Regions, with a suspect who may do anything."""

    home = HOME
    stranger = STRANGER

    def __init__(self, running: AwsRange, directory: Path, lent: Callable[..., Any]) -> None:
        self.running = running
        iam = self.client("iam")
        arn = iam.create_user(UserName=SUSPECT)["User"]["Arn"]
        iam.put_user_policy(UserName=SUSPECT, PolicyName="all", PolicyDocument=json.dumps(ALLOW_ALL))
        made = iam.create_access_key(UserName=SUSPECT)["AccessKey"]
        self.suspect = Credentials("access key", made["AccessKeyId"], made["SecretAccessKey"])
        self.context = lent(accounts=(Account("aws-main", arn, "p1", "iam-user", SUSPECT),))
        self.session = AwsSession(self._system(directory), cutter=False, read_only=True, budgets=RateBudgets(1000.0))

    def _system(self, directory: Path) -> System:
        reader = {}
        for name, value in zip(("access-key-id", "secret-access-key"), ROOT, strict=True):
            path = directory / name
            path.touch(mode=0o600)
            path.write_text(value)
            reader[name] = SecretRef("file", str(path))
        settings = {"account": HOME, "region": REGIONS[0], "regions": list(REGIONS), "endpoint": self.running.endpoint}
        return System("aws-main", "aws", settings, reader, {})

    def client(self, service: str, region: str = REGIONS[0]) -> Any:
        """The company's own hand."""
        return client(self.running.endpoint, service, region=region)

    def plant(self, service: str, region: str = REGIONS[0]) -> Any:
        """The suspect's hand."""
        return client(self.running.endpoint, service, self.suspect, region)

    def role(self, name: str = "worker") -> str:
        """A role for whatever needs one."""
        services = ("lambda.amazonaws.com", "codepipeline.amazonaws.com")
        trust = {
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": one}, "Action": "sts:AssumeRole"} for one in services
            ]
        }
        made = self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        return str(made["Role"]["Arn"])

    def sweep(self, *areas: ModuleType) -> list[Swept]:
        """What areas find, and why they could not look."""
        return sweep(self.session, self.context, areas)  # type: ignore[arg-type]  # modules are areas by their names

    def found(self, *areas: ModuleType, kind: str = "") -> list[Finding]:
        """The findings of areas, of one kind when it is given."""
        return [one for part in self.sweep(*areas) for one in part.findings if kind in ("", one.kind)]

    def removed(self, area: ModuleType, kind: str) -> Finding:
        """The one finding of a kind, after its own command has removed what it found."""
        (finding,) = self.found(area, kind=kind)
        self.run(finding.remove)
        assert self.found(area, kind=kind) == []
        return finding

    def look(self, **more: Any) -> Look:
        """One place, for what is tried without a sweep."""
        trail = Trail(self.session, frozenset({SUSPECT}), frozenset(), self.context.now())
        return Look(self.session, HOME, REGIONS[0], trail, frozenset({HOME}), frozenset({SUSPECT}), **more)

    def run(self, command: str) -> None:
        """Run aws-cli commands as a shell and the client would; every word of them must be known."""
        words: list[str] = []
        for word in [*shlex.split(command), "&&"]:
            if word != "&&":
                words.append(word)
                continue
            self._run(*words)
            words = []

    def _run(self, program: str, service: str, operation: str, *words: str) -> None:
        assert program == "aws"
        if operation == "wait":
            assert words[0].replace("-", "_") in self.client(service).waiter_names
            return
        options: dict[str, list[str]] = {}
        for word in words:
            if word.startswith("--"):
                name, given, value = word.removeprefix("--").partition("=")
                options[name] = [value] if given else []
            else:
                options[name].append(word)
        made = self.client({"s3api": "s3", "configservice": "config"}.get(service, service), options.pop("region")[0])
        names = {xform_name(one, "-"): one for one in made.meta.service_model.operation_names}
        model = made.meta.service_model.operation_model(names[operation])
        getattr(made, xform_name(names[operation]))(**dict(_params(model.input_shape, options)))


def _params(shape: Any, options: dict[str, list[str]]) -> Iterator[tuple[str, Any]]:
    members = {xform_name(one, "-"): one for one in (shape.members if shape else ())}
    for flag, values in options.items():
        if flag not in members:
            yield members[flag.removeprefix("no-")], False
            continue
        yield members[flag], _value(shape.members[members[flag]], values)


def _value(shape: Any, values: list[str]) -> Any:
    if shape.type_name == "boolean":
        return True
    if values and values[0][:1] in "[{" and shape.type_name in ("structure", "list", "map"):
        return json.loads(values[0])
    if shape.type_name == "list":
        return values
    assert len(values) == 1
    return int(values[0]) if shape.type_name in ("integer", "long") else values[0]


@pytest.fixture
def estate(running: AwsRange, tmp_path: Path, lent: Callable[..., Any]) -> Estate:
    """The estate, with nothing planted yet."""
    return Estate(running, tmp_path, lent)
