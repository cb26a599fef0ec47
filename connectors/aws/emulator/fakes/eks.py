"""Access entries of EKS clusters and their policies, which moto lacks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from connectors.aws.emulator.fakes.common import Fake, Reply
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

Key = tuple[str, str, str]
ENTRIES: dict[Key, dict[str, dict[str, Any]]] = kept({})
"""By account, Region and cluster, then by principal: "entry" and "policies"."""


def _of(request: Request, principal: Principal) -> dict[str, dict[str, Any]]:
    name = request.params.get("name") or request.params.get("clusterName")
    return ENTRIES.setdefault((principal.account, request.region, str(name)), {})


def _one(request: Request, principal: Principal) -> dict[str, Any]:
    found = _of(request, principal).get(request.params["principalArn"])
    if found is None:
        raise Denied("ResourceNotFoundException", "The specified principalArn could not be found.", 404)
    return found


def _create(_gate: Gate, request: Request, principal: Principal) -> Reply:
    arn = request.params["principalArn"]
    if arn in _of(request, principal):
        raise Denied("ResourceInUseException", "The specified access entry resource is already in use.", 409)
    kept = ("principalArn", "kubernetesGroups", "username", "type", "tags")
    entry = {"type": "STANDARD", "username": arn} | {key: request.params[key] for key in kept if key in request.params}
    _of(request, principal)[arn] = {"entry": entry, "policies": []}
    return _rest({"accessEntry": entry})


def _describe(_gate: Gate, request: Request, principal: Principal) -> Reply:
    return _rest({"accessEntry": _one(request, principal)["entry"]})


def _list(_gate: Gate, request: Request, principal: Principal) -> Reply:
    return _rest({"accessEntries": sorted(_of(request, principal))})


def _delete(_gate: Gate, request: Request, principal: Principal) -> Reply:
    _one(request, principal)
    del _of(request, principal)[request.params["principalArn"]]
    return _rest({})


def _policies(_gate: Gate, request: Request, principal: Principal) -> Reply:
    return _rest({"associatedAccessPolicies": _one(request, principal)["policies"]})


def _associate(_gate: Gate, request: Request, principal: Principal) -> Reply:
    held = _one(request, principal)["policies"]
    one = {name: request.params[name] for name in ("policyArn", "accessScope")}
    held[:] = [*(other for other in held if other["policyArn"] != one["policyArn"]), one]
    return _rest({"associatedAccessPolicy": one})


def _rest(content: dict[str, Any]) -> Reply:
    return Reply(200, json.dumps(content).encode(), "application/json")


FAKES: dict[tuple[str, str], Fake] = {
    ("eks", "CreateAccessEntry"): _create,
    ("eks", "DescribeAccessEntry"): _describe,
    ("eks", "ListAccessEntries"): _list,
    ("eks", "DeleteAccessEntry"): _delete,
    ("eks", "ListAssociatedAccessPolicies"): _policies,
    ("eks", "AssociateAccessPolicy"): _associate,
}
