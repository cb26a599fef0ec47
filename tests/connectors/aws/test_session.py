from __future__ import annotations

from pathlib import Path

import pytest

from connectors.aws.client import AwsSession
from connectors.contract import SecretRef, System
from connectors.errors import InputError, NotFoundError, ReadOnlyError, RefusedError, SecretError, ThrottledError
from connectors.rates import RateBudgets
from connectors.registry import Registry
from runner.playbook.estate import load_estate
from runner.range.process import AwsRange
from runner.range.seed import SUSPECT, seed


@pytest.fixture
def reader(running: AwsRange, tmp_path: Path) -> AwsSession:
    seed(running, tmp_path / "w")
    registry = Registry.installed()
    system = load_estate(tmp_path / "w" / "estate.yaml", registry).systems["aws-main"]
    made = registry.connector("aws").open(system, cutter=False, read_only=True, budgets=RateBudgets(200.0))
    assert isinstance(made, AwsSession)
    return made


def test_a_reader_refuses_every_write_before_it_leaves(reader: AwsSession, running: AwsRange) -> None:
    mark = len(running.calls())
    writes = {
        "delete_login_profile": {"UserName": SUSPECT},
        "put_user_policy": {"UserName": SUSPECT, "PolicyName": "x", "PolicyDocument": "{}"},
        "generate_credential_report": {},
    }
    for operation, params in writes.items():
        with pytest.raises(ReadOnlyError, match="before it left"):
            reader.call("iam", operation, **params)
    with pytest.raises(ReadOnlyError):
        reader.call("sts", "get_session_token")
    assert running.calls(mark) == []


def test_no_way_to_a_client_goes_past_the_guard(reader: AwsSession, running: AwsRange) -> None:
    mark = len(running.calls())
    with pytest.raises(ReadOnlyError, match="before it left"):
        reader.client("iam").delete_login_profile(UserName=SUSPECT)
    assert running.calls(mark) == []


def test_answers_of_aws_become_typed_errors(reader: AwsSession, running: AwsRange) -> None:
    with pytest.raises(NotFoundError):
        reader.call("iam", "get_user", UserName="nobody")
    running.faults({"kind": "refuse", "operation": "GetUser"})
    with pytest.raises(RefusedError) as refused:
        reader.call("iam", "get_user", UserName=SUSPECT)
    assert refused.value.permission == "iam:GetUser"
    running.faults({"kind": "throttle", "operation": "GetUser", "times": 99})
    with pytest.raises(ThrottledError):
        reader.call("iam", "get_user", UserName=SUSPECT)


def test_an_endpoint_that_is_not_on_this_machine_is_refused(tmp_path: Path, running: AwsRange) -> None:
    seed(running, tmp_path / "w")
    path = tmp_path / "w" / "estate.yaml"
    path.write_text(path.read_text().replace(running.endpoint, "http://198.51.100.7"))
    registry = Registry.installed()
    system = load_estate(path, registry).systems["aws-main"]
    with pytest.raises(InputError, match="not on this machine"):
        registry.connector("aws").open(system, cutter=False, read_only=True, budgets=RateBudgets(200.0))


def test_a_profile_that_is_not_there_is_a_secret_that_cannot_be_resolved() -> None:
    system = System("a", "aws", {"account": "123456789012"}, {"profile": SecretRef("aws-profile", "nobodys")}, {})
    with pytest.raises(SecretError, match="no usable credential"):
        Registry.installed().connector("aws").open(system, cutter=False, read_only=True, budgets=RateBudgets(9.0))


def test_listing_connectors_imports_no_vendor_library() -> None:
    import subprocess
    import sys

    code = "import sys; from connectors.registry import Registry; Registry.installed().actions(); assert 'boto3' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
