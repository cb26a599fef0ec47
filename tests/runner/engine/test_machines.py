"""Machines in the incident: isolation in two steps, profiles, open channels, cluster entries; and their way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.engine.advance import advance
from runner.range.machines import CLUSTER, REGION
from runner.range.seed import COLLEAGUE, HOME, SUSPECT, client

if TYPE_CHECKING:
    from runner.range.machines import Machines
    from tests.runner.engine.conftest import Incident

RESPONDER = "responder@initech.example"
World = tuple["Incident", "Machines"]


def run(incident: Incident) -> None:
    incident.plan()
    incident.approve()
    advance(incident.case, incident.registry, by=RESPONDER)


def test_the_suspects_machine_is_isolated_through_a_group_that_untracks_its_flows(workshop: World) -> None:
    incident, made = workshop
    incident.plan()
    start = len(incident.running.calls())
    incident.approve()
    advance(incident.case, incident.registry, by=RESPONDER)
    ec2 = client(incident.running.endpoint, "ec2", region=REGION)
    groups = {one["GroupId"]: one["GroupName"] for one in ec2.describe_security_groups()["SecurityGroups"]}
    moves = [call["operation"] for call in incident.running.calls(start) if call["service"] == "ec2" and call["write"]]
    assert [name for name in moves if name == "ModifyNetworkInterfaceAttribute"] == [
        "ModifyNetworkInterfaceAttribute"
    ] * 2
    machines = incident.running.snapshot()["machines"]
    assert machines[f"{HOME}/{REGION}/{made.suspect}"] == {"groups": [["evict-isolated-EXERCISE-1"]], "profile": None}
    assert machines[f"{HOME}/{REGION}/{made.colleague}"] == {"groups": [["default"]], "profile": "builder"}
    empty = next(
        one
        for one in ec2.describe_security_groups()["SecurityGroups"]
        if one["GroupName"].startswith("evict-isolated-")
    )
    assert (empty["IpPermissions"], empty["IpPermissionsEgress"]) == ([], [])
    assert not [name for name in groups.values() if name.startswith("evict-untrack-")]
    assert [name for name in moves if "SecurityGroup" in name] == [
        "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "CreateSecurityGroup", "RevokeSecurityGroupEgress",
        "DeleteSecurityGroup",
    ]  # fmt: skip


def test_the_suspects_channel_is_ended_and_the_colleagues_stays_open(workshop: World) -> None:
    incident, made = workshop
    run(incident)
    assert incident.running.snapshot()["machines"]["channels"] == [made.channels[COLLEAGUE]]


def test_the_suspects_cluster_entry_goes_with_its_policies_and_a_card_tells_how_to_look_inside(workshop: World) -> None:
    incident, _made = workshop
    run(incident)
    entries = incident.running.snapshot()["clusters"][f"{HOME}/{REGION}/{CLUSTER}"]
    assert set(entries) == {f"arn:aws:iam::{HOME}:user/{COLLEAGUE}"}
    assert incident.state.current
    cards = [ask.opened for ask in incident.state.current.asks.values() if ask.opened.form == "card"]
    assert [card.title for card in cards] == [f"Look inside EKS cluster {CLUSTER}"]
    assert any("aws-auth" in line for line in cards[0].text)


def test_restore_gives_networks_profiles_and_entries_back_and_takes_its_own_groups_away(workshop: World) -> None:
    incident, _made = workshop
    before = incident.running.snapshot()
    run(incident)
    incident.restore(frozenset({"key"}))
    after = incident.running.snapshot()
    assert after["clusters"] == before["clusters"]
    channels = after["machines"].pop("channels")
    assert set(channels) < set(before["machines"].pop("channels"))
    assert after["machines"] == before["machines"]
    ec2 = client(incident.running.endpoint, "ec2", region=REGION)
    assert not [
        one for one in ec2.describe_security_groups()["SecurityGroups"] if one["GroupName"].startswith("evict-")
    ]


def test_a_role_that_serves_other_machines_is_left_to_a_person(workshop: World) -> None:
    incident, made = workshop
    ec2 = client(incident.running.endpoint, "ec2", region=REGION)
    other = ec2.describe_iam_instance_profile_associations(
        Filters=[{"Name": "instance-id", "Values": [made.colleague]}]
    )["IamInstanceProfileAssociations"][0]["AssociationId"]
    ec2.disassociate_iam_instance_profile(AssociationId=other)
    ec2.associate_iam_instance_profile(IamInstanceProfile={"Name": "workstation"}, InstanceId=made.colleague)
    run(incident)
    assert incident.state.current
    titles = {ask.opened.title for ask in incident.state.current.asks.values()}
    assert "Decide whether to end all sessions of role workstation" in titles
    assert list(incident.running.snapshot()[HOME]["roles"]["workstation"]["policies"]) == ["work"]


def test_a_region_that_refuses_the_read_is_unknown_never_silent(workshop: World) -> None:
    incident, _made = workshop
    incident.running.faults(
        {"kind": "refuse", "operation": "DescribeSessions", "times": 1000},
    )
    paths = incident.plan().bytes()
    incident.running.faults()
    assert b"DescribeSessions" in paths
    assert b"could" in paths or b"unread" in paths


def test_an_instance_of_nobody_is_not_looked_for_by_likeness(workshop: World) -> None:
    incident, made = workshop
    plan = incident.plan()
    assert {account["id"] for account in plan.accounts if account["kind"] == "ec2-instance"} == {made.arn}
    assert SUSPECT not in made.arn
