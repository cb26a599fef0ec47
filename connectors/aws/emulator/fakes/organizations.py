"""New member accounts with the role by which the management account enters them.

moto makes that role too, in a partition of its own where nothing finds it; account ids here are stable, so that
a scenario can name them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.organizations.models import organizations_backends

from connectors.aws.emulator.fakes.common import Fake, Reply, answer
from connectors.aws.emulator.principals import HOME_ACCOUNT, Principal, backend

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

ENTRY_ROLE = "OrganizationAccountAccessRole"
IDS = ("111122223333", "444455556666", "777788889999")
"""Account ids of AWS's own documentation."""


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


FAKES: dict[tuple[str, str], Fake] = {("organizations", "CreateAccount"): _create_account}
