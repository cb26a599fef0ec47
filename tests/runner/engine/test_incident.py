"""The main job on a real range: plan, approve, cut, prove, drift, restore."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.errors import ApprovalError, BusyError
from runner.case.verify import verify_case
from runner.engine.advance import advance
from runner.engine.gates import answer_gate
from runner.engine.saving import frozen_plan
from runner.range.probe import probe_innocent, probe_suspect
from runner.range.seed import BACKDOOR, SUSPECT, client
from runner.report.status import status

if TYPE_CHECKING:
    from tests.runner.engine.conftest import Incident

RESPONDER = "responder@initech.example"
MEI = "mei@initech.example"


def test_planning_writes_nothing_and_two_plans_are_byte_equal(incident: Incident) -> None:
    before = incident.running.snapshot()
    calls = len(incident.running.calls())
    assert incident.plan().bytes() == incident.plan().bytes()
    assert incident.running.snapshot() == before
    assert not [call for call in incident.running.calls(calls) if call["write"]]


def test_a_frozen_plan_reads_back_as_the_plan_that_was_approved(incident: Incident) -> None:
    plan = incident.plan("suspected-worker")
    assert frozen_plan(incident.case, plan.digest) == plan


def test_nothing_is_cut_before_two_people_signed(incident: Incident) -> None:
    incident.plan()
    incident.approve(people=("mei",))
    before = incident.running.snapshot()
    assert advance(incident.case, incident.registry, by=RESPONDER).state == "waiting"
    assert incident.running.snapshot() == before


def test_the_requester_a_stranger_and_the_same_person_twice_cannot_approve(incident: Incident) -> None:
    incident.plan()
    for by, match in ((RESPONDER, "asked for"), ("who@initech.example", "not one of")):
        with pytest.raises(ApprovalError, match=match):
            answer_gate(
                incident.case, incident.registry, "phase:cut", by=by, answer="approve", reason="r",
                key=incident.world.key_of(MEI),
            )  # fmt: skip
    incident.approve(people=("mei",))
    with pytest.raises(ApprovalError, match="already answered"):
        incident.approve(people=("mei",))
    with pytest.raises(ApprovalError, match="signature is not"):
        answer_gate(
            incident.case, incident.registry, "phase:cut", by="tomas@initech.example", answer="approve", reason="r",
            key=incident.world.key_of(MEI),
        )  # fmt: skip


def test_a_denial_leaves_everything_standing(incident: Incident) -> None:
    incident.plan()
    key = incident.world.key_of(MEI)
    answer_gate(incident.case, incident.registry, "phase:cut", by=MEI, answer="deny", reason="wrong person", key=key)
    before = incident.running.snapshot()
    advance(incident.case, incident.registry, by=RESPONDER)
    assert incident.running.snapshot() == before
    assert incident.state.current
    assert incident.state.current.steps["cut[0]"].outcome == "not-attempted"


def test_the_cut_locks_the_suspect_out_and_spares_the_colleague(incident: Incident) -> None:
    assert all(one.allowed for one in probe_suspect(incident.running, incident.world))
    incident.plan("suspected-worker")
    incident.approve()
    ending = advance(incident.case, incident.registry, by=RESPONDER)
    assert ending.state == "residual"
    assert [one.what for one in probe_suspect(incident.running, incident.world) if one.allowed] == []
    assert all(one.allowed for one in probe_innocent(incident.world))
    shape = status(incident.state)
    assert shape["time_to_contain_s"] > 0
    assert {path["state"] for path in shape["paths"]} == {"cut", "residual"}
    assert any(BACKDOOR in finding["title"] for finding in shape["findings"])
    assert shape["artefacts"] >= 3
    assert verify_case(incident.case.directory).faults == []


def test_access_that_appeared_after_the_plan_is_cut_too_and_told(incident: Incident) -> None:
    iam = client(incident.running.endpoint, "iam")
    kept = incident.world.suspect[1].key
    iam.delete_access_key(UserName=SUSPECT, AccessKeyId=kept)
    incident.plan()
    incident.approve()
    made = client(incident.running.endpoint, "iam", incident.world.suspect[0]).create_access_key(UserName=SUSPECT)
    advance(incident.case, incident.registry, by=RESPONDER)
    keys = incident.running.snapshot()["123456789012"]["users"][SUSPECT]["keys"]
    assert keys[made["AccessKey"]["AccessKeyId"]] == "Inactive"
    assert incident.state.current
    assert len(incident.state.current.drift[0].more) == 1


def test_a_planned_path_that_changed_stops_the_cut(incident: Incident) -> None:
    incident.plan()
    incident.approve()
    iam = client(incident.running.endpoint, "iam")
    trust = incident.running.snapshot()["123456789012"]["roles"]["deploy"]["trust"]
    trust["Statement"].append({**trust["Statement"][0], "Principal": {"Service": "ec2.amazonaws.com"}})
    import json

    iam.update_assume_role_policy(RoleName="deploy", PolicyDocument=json.dumps(trust))
    before = incident.running.snapshot()
    assert advance(incident.case, incident.registry, by=RESPONDER).state == "drift"
    assert incident.running.snapshot() == before


def test_a_lost_reply_is_read_back_and_not_repeated(incident: Incident) -> None:
    incident.plan()
    incident.approve()
    incident.running.faults({"kind": "drop-reply", "operation": "DeleteLoginProfile"})
    mark = len(incident.running.calls())
    advance(incident.case, incident.registry, by=RESPONDER)
    calls = [call["operation"] for call in incident.running.calls(mark) if call["write"]]
    assert calls.count("DeleteLoginProfile") == 1
    assert not any(one.allowed for one in probe_suspect(incident.running, incident.world))


def test_throttling_is_waited_out(incident: Incident) -> None:
    incident.plan()
    incident.approve()
    incident.running.faults({"kind": "throttle", "operation": "PutUserPolicy", "times": 2})
    advance(incident.case, incident.registry, by=RESPONDER)
    assert not any(one.allowed for one in probe_suspect(incident.running, incident.world))


def test_what_cannot_be_cut_is_shouted_and_becomes_a_card_and_the_rest_is_cut(incident: Incident) -> None:
    incident.plan()
    incident.approve()
    incident.running.faults({"kind": "refuse", "operation": "DeleteLoginProfile", "times": 99})
    ending = advance(incident.case, incident.registry, by=RESPONDER)
    assert ending.state == "waiting"
    shape = status(incident.state)
    assert [path["kind"] for path in shape["paths"] if path["state"] == "standing"] == ["password"]
    assert "by hand" in shape["waiting"][0]["title"]


def test_two_runs_on_one_case_the_second_is_refused_politely(incident: Incident) -> None:
    incident.plan()
    with incident.case.lease(), pytest.raises(BusyError, match="is being run by process"):
        advance(incident.case, incident.registry, by=RESPONDER)


def test_an_interrupt_ends_the_run_and_resume_finishes_it(incident: Incident) -> None:
    incident.plan()
    incident.approve()
    stop = threading.Event()
    stop.set()
    assert advance(incident.case, incident.registry, by=RESPONDER, stop=stop).state == "interrupted"
    assert advance(incident.case, incident.registry, by=RESPONDER).state == "residual"


def test_restore_gives_back_what_was_there_and_leaves_access_keys_off_unless_asked(incident: Incident) -> None:
    before = incident.running.snapshot()
    incident.plan()
    incident.approve()
    advance(incident.case, incident.registry, by=RESPONDER)
    incident.restore(frozenset())
    after = incident.running.snapshot()
    user, was = after["123456789012"]["users"][SUSPECT], before["123456789012"]["users"][SUSPECT]
    assert set(user["keys"].values()) == {"Inactive"}
    assert {**user, "keys": was["keys"]} == was
    assert after["123456789012"]["roles"] == before["123456789012"]["roles"]
    incident.restore(frozenset({"key"}))
    assert incident.running.snapshot() == before


def test_no_secret_reaches_the_case_folder(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVICT_CANARY", "canary-3f9a")
    incident.plan("suspected-worker")
    incident.approve()
    advance(incident.case, incident.registry, by=RESPONDER)
    secrets = [path.read_text().strip() for path in (incident.world.directory / "secrets").glob("*.secret")]
    texts = [path.read_bytes() for path in Path(incident.case.directory).rglob("*") if path.is_file()]
    for secret in (*secrets, "canary-3f9a"):
        assert not [1 for text in texts if secret.encode() in text]


def test_a_role_session_that_could_not_be_denied_still_stands_although_the_way_to_it_is_cut(incident: Incident) -> None:
    incident.plan()
    incident.approve()
    incident.running.faults({"kind": "refuse", "operation": "PutRolePolicy", "times": 99})
    advance(incident.case, incident.registry, by=RESPONDER)
    states = {(path["kind"], path["state"]) for path in status(incident.state)["paths"]}
    assert ("trust", "cut") in states
    assert ("session", "standing") in states
    assert ("session", "cut") not in states


def test_a_user_deleted_after_the_plan_leaves_only_what_outlives_it_to_cut(incident: Incident) -> None:
    from runner.range.seed import SUSPECT, client

    incident.plan()
    incident.approve()
    client(incident.running.endpoint, "iam").delete_user(UserName=SUSPECT)
    advance(incident.case, incident.registry, by=RESPONDER)
    states = {path["id"].rsplit("/", 1)[1]: path["state"] for path in status(incident.state)["paths"]}
    assert states["permissions"] == states["password"] == "cut"
    assert states["service-tokens"] == "unknown"
    assert states["sessions"] == states["trust"] == "cut"
    assert {step.outcome for step in incident.state.current.steps.values()} == {"done"}  # type: ignore[union-attr]


def test_the_approver_sees_for_whom_what_cannot_be_undone_and_what_outlives_the_cut(incident: Incident) -> None:
    from rich.console import Console

    from runner.engine.gates import open_gates
    from runner.report.approval import approval_view

    plan = incident.plan()
    with (console := Console(width=80, markup=False)).capture() as shown:
        console.print(approval_view(plan.to_json(), open_gates(incident.state)[0]))
    text = " ".join(shown.get().split())
    assert "for jordan.lee, persona p1, in aws-main" in text
    assert "user/jordan.lee" in text
    assert "outlives the cut, at most 12 h" in text
    assert "only when asked" in text
