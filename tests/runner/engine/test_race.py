"""The seconds in which a change spreads: late reads, keys that still sign, and ways in that appear meanwhile."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from connectors.contract import Outcome
from runner.engine.advance import advance
from runner.range.probe import probe_suspect
from runner.range.seed import HOME, SUSPECT, client
from tests.runner.engine.conftest import reopened

if TYPE_CHECKING:
    from tests.runner.engine.conftest import Incident

RESPONDER = "responder@initech.example"


def settling(incident: Incident, seconds: float) -> Incident:
    """The same incident in an estate that waits out `seconds` of eventual consistency."""
    again = reopened(incident, {"settle": f"{seconds:g}s"})
    assert [one.settle_s for one in again.estate.systems.values()] == [seconds]
    return again


def plant_after(incident: Incident, operation: str, stop: threading.Event) -> threading.Thread:
    """The suspect uploads one more SSH key as soon as the read-back has looked for SSH keys."""
    start = len(incident.running.calls())
    iam = client(incident.running.endpoint, "iam")

    def watch() -> None:
        while not stop.is_set():
            calls = [call["operation"] for call in incident.running.calls(start)]
            if "PutUserPolicy" in calls and operation in calls[calls.index("PutUserPolicy") :]:
                iam.upload_ssh_public_key(UserName=SUSPECT, SSHPublicKeyBody="ssh-rsa AAAAB3NzaC1yc2E late")
                return
            time.sleep(0.005)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def ssh_keys(incident: Incident) -> dict[str, str]:
    keys: dict[str, str] = incident.running.snapshot()[HOME]["users"][SUSPECT]["ssh"]
    return keys


def test_a_way_in_that_appears_after_the_order_is_cut_as_well(incident: Incident) -> None:
    incident = settling(incident, 0.7)
    incident.plan()
    incident.approve()
    stop = threading.Event()
    planter = plant_after(incident, "ListSSHPublicKeys", stop)
    advance(incident.case, incident.registry, by=RESPONDER)
    stop.set()
    planter.join()
    assert set(ssh_keys(incident).values()) == {"Inactive"}
    assert len(ssh_keys(incident)) == 2
    assert incident.state.current
    assert incident.state.current.steps["cut[0]"].outcome == Outcome.DONE.value
    decisions = [record.event.decision for record in incident.case.ledger.read() if record.kind == "drift-found"]
    assert decisions == ["cut"]


def test_a_way_in_that_appears_is_shouted_when_the_step_asks_before_taking_more(incident: Incident) -> None:
    incident = settling(incident, 0.7)
    playbook = incident.world.directory / "asks.yaml"
    playbook.write_text(
        "evict: 1\nid: asks\ntitle: Cut what was planned\ndescription: d\nphases:\n  cut:\n"
        "    approval: {who: [approver], count: 2, reason: true}\n    steps:\n"
        "      - {id: cut, uses: aws.cut, more: ask}\n"
    )
    incident.plan(str(playbook))
    incident.approve()
    stop = threading.Event()
    planter = plant_after(incident, "ListSSHPublicKeys", stop)
    advance(incident.case, incident.registry, by=RESPONDER)
    stop.set()
    planter.join()
    assert sorted(ssh_keys(incident).values()) == ["Active", "Inactive"]
    assert incident.state.current
    step = incident.state.current.steps["cut"]
    assert (step.outcome, "1 access path(s) still stand" in step.why) == (Outcome.FAILED.value, True)


def test_reads_that_lag_behind_the_cut_are_repeated_until_they_show_it(incident: Incident) -> None:
    incident = settling(incident, 0.2)
    incident.plan()
    incident.approve()
    incident.running.faults(lag_s=1.5)
    advance(incident.case, incident.registry, by=RESPONDER)
    incident.running.faults()
    verified = [record.event for record in incident.case.ledger.read() if record.kind == "system-verified"]
    assert len(verified) == 1
    assert 1.0 < verified[0].consistent_after_s < 20
    assert not [one.what for one in probe_suspect(incident.running, incident.world) if one.allowed]
