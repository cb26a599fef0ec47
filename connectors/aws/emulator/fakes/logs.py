"""What moto lacks of CloudWatch Logs: subscriptions over the account's border, and those of a whole account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.logs.models import logs_backends

from connectors.aws.emulator.fakes.common import Fake, Reply, answer
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

POLICIES: dict[tuple[str, str, str, str], dict[str, str]] = kept({})
"""By account, Region, type and name."""


def _subscribe(_gate: Gate, request: Request, principal: Principal) -> Reply | None:
    """Moto looks for every destination in the caller's own account; one elsewhere is taken at its word."""
    params = request.params
    group = logs_backends[principal.account][request.region].groups.get(params["logGroupName"])
    if group is None or f":{principal.account}:" in params["destinationArn"]:
        return None
    group.put_subscription_filter(
        params["filterName"], params["filterPattern"], params["destinationArn"], params.get("roleArn")
    )
    return answer({})


def _put(_gate: Gate, request: Request, principal: Principal) -> Reply:
    made = {name: request.params[name] for name in ("policyName", "policyType", "policyDocument")}
    POLICIES[principal.account, request.region, made["policyType"], made["policyName"]] = made
    return answer({"accountPolicy": made})


def _describe(_gate: Gate, request: Request, principal: Principal) -> Reply:
    where = (principal.account, request.region, request.params["policyType"])
    return answer({"accountPolicies": [one for key, one in POLICIES.items() if key[:3] == where]})


def _delete(_gate: Gate, request: Request, principal: Principal) -> Reply:
    key = (principal.account, request.region, request.params["policyType"], request.params["policyName"])
    if POLICIES.pop(key, None) is None:
        raise Denied("ResourceNotFoundException", "no such policy", 400)
    return answer({})


FAKES: dict[tuple[str, str], Fake] = {
    ("logs", "PutSubscriptionFilter"): _subscribe,
    ("logs", "PutAccountPolicy"): _put,
    ("logs", "DescribeAccountPolicies"): _describe,
    ("logs", "DeleteAccountPolicy"): _delete,
}
