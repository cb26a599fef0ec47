"""Settings of an estate that change the cut: shared roles, a boundary, and evict's own role within reach."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from runner.engine.advance import advance
from runner.range.organization import ACCESS_ROLE, entered
from runner.range.probe import probe_suspect
from runner.range.seed import HOME, SUSPECT, Credentials, client
from tests.runner.engine.conftest import reopened

if TYPE_CHECKING:
    from runner.range.organization import Organization
    from tests.runner.engine.conftest import Incident

RESPONDER = "responder@initech.example"


def run(incident: Incident) -> None:
    incident.plan()
    incident.approve()
    advance(incident.case, incident.registry, by=RESPONDER)


def lives(incident: Incident, who: Credentials) -> bool:
    from runner.range.probe import try_read

    return try_read(incident.world, who).allowed


def test_a_shared_role_loses_only_the_subjects_sessions_and_stays_residual(incident: Incident) -> None:
    colleague = incident.world.innocent[0]
    sts = client(incident.running.endpoint, "sts", colleague)
    made = sts.assume_role(RoleArn=incident.world.roles[0], RoleSessionName="amara")["Credentials"]
    held = Credentials("held", made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    incident = reopened(incident, {"shared-roles": [incident.world.roles[0]]})
    run(incident)
    assert lives(incident, held)
    assert [one.what for one in probe_suspect(incident.running, incident.world) if one.allowed] == []
    states = {path.path["id"]: path.state.value for path in incident.state.paths.values()}
    role = f"role/arn:aws:iam::{HOME}:user/{SUSPECT}/{incident.world.roles[0]}/sessions"
    assert states[role] == "residual"


def test_without_that_setting_the_colleague_must_sign_in_again(incident: Incident) -> None:
    colleague = incident.world.innocent[0]
    sts = client(incident.running.endpoint, "sts", colleague)
    made = sts.assume_role(RoleArn=incident.world.roles[0], RoleSessionName="amara")["Credentials"]
    held = Credentials("held", made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    run(incident)
    assert not lives(incident, held)


def test_a_boundary_is_set_as_second_lock_and_the_old_one_comes_back(incident: Incident) -> None:
    iam = client(incident.running.endpoint, "iam")
    deny = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    allow = deny.replace("Deny", "Allow")
    lock = iam.create_policy(PolicyName="lock", PolicyDocument=deny)["Policy"]["Arn"]
    old = iam.create_policy(PolicyName="old", PolicyDocument=allow)["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName=SUSPECT, PermissionsBoundary=old)
    incident = reopened(incident, {"boundary": lock})
    run(incident)
    assert incident.running.snapshot()[HOME]["users"][SUSPECT]["boundary"] == lock
    incident.restore()
    assert incident.running.snapshot()[HOME]["users"][SUSPECT]["boundary"] == old


def test_evict_survives_its_own_deny_when_the_subject_can_take_evicts_role(
    organization: tuple[Incident, Organization],
) -> None:
    incident, made = organization
    trust = [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"}, "Action": "sts:AssumeRole"}]
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    for member in made.members:
        iam = client(incident.running.endpoint, "iam", entered(incident.running, member))
        iam.update_assume_role_policy(RoleName=ACCESS_ROLE, PolicyDocument=document)
    run(incident)
    assert [one.what for one in probe_suspect(incident.running, incident.world) if one.allowed] == []
    assert incident.state.current
    assert incident.state.current.steps["cut[0]"].outcome == "done"
