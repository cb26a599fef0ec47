"""The whole incident over an organisation: member accounts, the pre-staged policy, IAM Identity Center, cards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from runner.engine.advance import advance
from runner.range.organization import portal_role
from runner.range.probe import probe_innocent, probe_suspect
from runner.range.seed import COLLEAGUE, HOME, SUSPECT, client
from runner.report.status import status

if TYPE_CHECKING:
    from runner.range.organization import Organization
    from tests.runner.engine.conftest import Incident

RESPONDER = "responder@initech.example"
World = tuple["Incident", "Organization"]


def run(incident: Incident) -> None:
    incident.plan()
    incident.approve()
    advance(incident.case, incident.registry, by=RESPONDER)


def test_every_account_of_the_organisation_is_read_and_cut(organization: World) -> None:
    incident, made = organization
    assert all(one.allowed for one in probe_suspect(incident.running, incident.world))
    run(incident)
    assert [one.what for one in probe_suspect(incident.running, incident.world) if one.allowed] == []
    assert [one.what for one in probe_innocent(incident.world) if not one.allowed] == []
    for member in made.members:
        assert portal_role(incident.running, made, SUSPECT, member) is None
        assert portal_role(incident.running, made, COLLEAGUE, member) is None or member == made.members[1]


def test_the_pre_staged_policy_carries_one_statement_per_account_and_keeps_what_stood_in_it(
    organization: World,
) -> None:
    incident, made = organization
    run(incident)
    organizations = client(incident.running.endpoint, "organizations")
    content = json.loads(organizations.describe_policy(PolicyId=made.policy)["Policy"]["Content"])
    sids = [one["Sid"] for one in content["Statement"]]
    assert sids[0] == "PreStaged"
    conditions = [json.dumps(one["Condition"], sort_keys=True) for one in content["Statement"][1:]]
    wanted = [{"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{one}:user/{SUSPECT}"}} for one in made.members]
    wanted.append({"StringEquals": {"identitystore:UserId": made.people[SUSPECT]}})  # type: ignore[dict-item]
    assert sorted(conditions) == sorted(json.dumps(one, sort_keys=True) for one in wanted)


def test_the_management_account_is_said_to_be_beyond_the_policy(organization: World) -> None:
    incident, _made = organization
    paths = incident.plan().paths().values()
    said = [path for path in paths if path["id"] == f"scp/arn:aws:iam::{HOME}:user/{SUSPECT}"]
    assert [path["state"] for path in said] == ["not-applicable"]
    assert "never bind the management account" in said[0]["reason"]


def test_the_two_console_acts_wait_as_cards_with_exact_instructions(organization: World) -> None:
    incident, made = organization
    run(incident)
    assert incident.state.current
    cards = [ask for ask in incident.state.current.asks.values() if ask.opened.form == "card"]
    assert {card.opened.title for card in cards} == {
        "Disable the user in IAM Identity Center",
        "End the person's access portal sessions",
    }
    assert all(made.people[SUSPECT] in " ".join(card.opened.text) for card in cards)
    assert status(incident.state)["state"] != "contained"


def test_restore_gives_the_assignment_the_group_and_the_application_back_and_leaves_no_deny(
    organization: World,
) -> None:
    incident, made = organization
    before = incident.running.snapshot()
    run(incident)
    assert incident.running.snapshot() != before
    incident.restore(frozenset({"key"}))
    assert portal_role(incident.running, made, SUSPECT, made.members[0]) is not None
    after = incident.running.snapshot()
    for member in made.members:
        assert after[member] == before[member]
    assert after["organization"] == before["organization"]
