"""New member accounts with the role by which the management account enters them; the organisation's own policy.

moto makes that role too, in a partition of its own where nothing finds it; account ids here are stable, so that
a scenario can name them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.organizations.models import organizations_backends

from connectors.aws.emulator.fakes.common import Fake, Reply, answer
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import HOME_ACCOUNT, Denied, Principal, backend

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

ENTRY_ROLE = "OrganizationAccountAccessRole"
IDS = ("111122223333", "444455556666", "777788889999")
"""Account ids of AWS's own documentation."""
POLICY: dict[str, Any] = kept({})
"""The organisation's own resource policy, which moto lacks, as DescribeResourcePolicy gives it; empty without one."""


def _create_account(_gate: Gate, request: Request, _principal: Principal) -> Reply:
    organization = organizations_backends[HOME_ACCOUNT]["aws"]
    organization.create_account(**request.params)
    account = organization.accounts[-1]
    number = IDS[len(organization.accounts) - 2]
    organizations_backends.master_accounts[number] = organizations_backends.master_accounts.pop(account.id)
    account.id = number
    trust = _statement({"Principal": {"AWS": f"arn:aws:iam::{HOME_ACCOUNT}:root"}, "Action": "sts:AssumeRole"})
    iam = backend(number)
    iam.create_role(ENTRY_ROLE, trust, "/", None, "", [], "3600")
    iam.put_role_policy(ENTRY_ROLE, "everything", _statement({"Action": "*", "Resource": "*"}))
    return answer(account.create_account_status)


def _statement(content: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **content}]})


def _put_policy(_gate: Gate, request: Request, _principal: Principal) -> Reply:
    summary = {"Id": "rp-range", "Arn": f"arn:aws:organizations::{HOME_ACCOUNT}:resourcepolicy/o-range/rp-range"}
    POLICY["ResourcePolicy"] = {"ResourcePolicySummary": summary, "Content": request.params["Content"]}
    return answer(POLICY)


def _describe_policy(_gate: Gate, _request: Request, _principal: Principal) -> Reply:
    if not POLICY:
        raise Denied("ResourcePolicyNotFoundException", "The organization has no resource policy.", 400)
    return answer(POLICY)


def _delete_policy(_gate: Gate, _request: Request, _principal: Principal) -> Reply:
    POLICY.clear()
    return answer({})


FAKES: dict[tuple[str, str], Fake] = {
    ("organizations", "CreateAccount"): _create_account,
    ("organizations", "PutResourcePolicy"): _put_policy,
    ("organizations", "DescribeResourcePolicy"): _describe_policy,
    ("organizations", "DeleteResourcePolicy"): _delete_policy,
}
