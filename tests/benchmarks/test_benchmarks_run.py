"""Every benchmark runs end to end with small sizes, and fifty users on the range really end up cut. No timing here."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import contain, documents, iam_users, startup, steps, tenant
from runner.documents.law import shipped_law
from runner.range.process import AwsRange
from runner.range.seed import HOME, client


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVICT_BENCH_ID", "AKIABENCH")
    monkeypatch.setenv("EVICT_BENCH_SECRET", "bench")
    root = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.chdir(tmp_path)


def test_containment_of_two_systems_is_measured() -> None:
    figures = contain.measure(1, systems=2)
    assert [figure.samples[0] > 0.9 for figure in figures] == [True, True]


def test_the_cost_of_steps_is_measured() -> None:
    assert all(figure.samples[0] > 0 for figure in steps.measure(1, steps=5))


def test_users_are_cut_and_the_bare_script_makes_the_same_calls() -> None:
    figure = iam_users.measure(1, users=2, delay=0.001)[0]
    assert "2 users, 56 calls" in figure.note


def test_users_of_a_tenant_are_cut_and_the_bare_client_sends_the_same() -> None:
    one, many = tenant.measure(1, users=2, delay=0.001)
    assert "waves and 3 reads" in one.note
    assert many.samples[0] > 0


def test_the_start_of_the_command_is_measured() -> None:
    assert startup.measure(1)[0].samples[0] > 0


def test_documents_are_measured_against_the_bare_libraries() -> None:
    pages, deadlines = documents.measure(1, documents=2)
    assert pages.samples[0] > 0
    assert "2 documents" in pages.note
    assert deadlines.samples[0] > 0


def test_a_case_with_everything_calls_for_sixty_documents_and_more(tmp_path: Path) -> None:
    law = shipped_law()
    assert len(documents.due_templates(documents.case_with_everything(tmp_path / "case", law), law)) >= 60


def test_fifty_users_on_the_range_all_end_up_cut(running: AwsRange, tmp_path: Path) -> None:
    iam = client(running.endpoint, "iam")
    names = [f"u{n:02d}" for n in range(50)]
    for name in names:
        iam.create_user(UserName=name)
        iam.create_access_key(UserName=name)
    operator = iam.create_user(UserName="operator")["User"]["UserName"]
    allow = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    iam.put_user_policy(UserName=operator, PolicyName="work", PolicyDocument=allow)
    key = iam.create_access_key(UserName=operator)["AccessKey"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVICT_BENCH_ID", key["AccessKeyId"])
        patch.setenv("EVICT_BENCH_SECRET", key["SecretAccessKey"])
        iam_users._engine(tmp_path, running.endpoint, 50)
    users = running.snapshot()[HOME]["users"]
    assert all(set(users[name]["keys"].values()) == {"Inactive"} for name in names)
    assert all(list(users[name]["policies"]) == ["evict-deny-BENCH"] for name in names)
    assert set(users["operator"]["keys"].values()) == {"Active"}
