"""What moto lacks of Lambda URLs, build projects and package domains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.awslambda.models import lambda_backends
from moto.codebuild.models import codebuild_backends

from connectors.aws.emulator.fakes.common import Fake, Reply
from connectors.aws.emulator.fakes.shelves import serialised
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

DOMAINS: dict[tuple[str, str], dict[str, str]] = kept({})
"""Policies of package domains by account and Region; "" is none."""


def _urls(_gate: Gate, request: Request, principal: Principal) -> Reply:
    """The one URL that moto keeps of a function, as a listing."""
    function = lambda_backends[principal.account][request.region].get_function(request.params["FunctionName"])
    held = [function.url_config.to_dict()] if function.url_config else []
    return serialised("lambda", "ListFunctionUrlConfigs", {"FunctionUrlConfigs": held})


def _project(request: Request, principal: Principal) -> dict[str, Any]:
    name = request.params.get("projectName") or request.params["projectArn"].rpartition("/")[2]
    held = codebuild_backends[principal.account][request.region].codebuild_projects
    if name not in held:
        raise Denied("ResourceNotFoundException", f"Project cannot be found: {name}", 400)
    found: dict[str, Any] = held[name].project_metadata
    return found


def _create_webhook(_gate: Gate, request: Request, principal: Principal) -> Reply:
    webhook = {"payloadUrl": "https://codebuild.invalid/webhooks"}
    _project(request, principal)["webhook"] = webhook
    return serialised("codebuild", "CreateWebhook", {"webhook": webhook})


def _delete_webhook(_gate: Gate, request: Request, principal: Principal) -> Reply:
    _project(request, principal).pop("webhook", None)
    return serialised("codebuild", "DeleteWebhook", {})


def _visibility(_gate: Gate, request: Request, principal: Principal) -> Reply:
    _project(request, principal)["projectVisibility"] = request.params["projectVisibility"]
    return serialised("codebuild", "UpdateProjectVisibility", {"projectArn": request.params["projectArn"]})


def _domains(request: Request, principal: Principal) -> dict[str, str]:
    return DOMAINS.setdefault((principal.account, request.region), {})


def _create_domain(_gate: Gate, request: Request, principal: Principal) -> Reply:
    name = request.params["domain"]
    _domains(request, principal)[name] = ""
    return serialised("codeartifact", "CreateDomain", {"domain": {"name": name, "owner": principal.account}})


def _list_domains(_gate: Gate, request: Request, principal: Principal) -> Reply:
    rows = [{"name": name, "owner": principal.account} for name in sorted(_domains(request, principal))]
    return serialised("codeartifact", "ListDomains", {"domains": rows})


def _domain_policy(_gate: Gate, request: Request, principal: Principal) -> Reply:
    policy = _domains(request, principal).get(request.params["domain"])
    if not policy:
        raise Denied("ResourceNotFoundException", "the domain has no policy", 404)
    return serialised("codeartifact", request.operation, {"policy": {"document": policy}})


def _put_domain_policy(gate: Gate, request: Request, principal: Principal) -> Reply:
    _domains(request, principal)[request.params["domain"]] = request.params["policyDocument"]
    return _domain_policy(gate, request, principal)


def _delete_domain_policy(gate: Gate, request: Request, principal: Principal) -> Reply:
    reply = _domain_policy(gate, request, principal)
    _domains(request, principal)[request.params["domain"]] = ""
    return reply


FAKES: dict[tuple[str, str], Fake] = {
    ("lambda", "ListFunctionUrlConfigs"): _urls,
    ("codebuild", "CreateWebhook"): _create_webhook,
    ("codebuild", "DeleteWebhook"): _delete_webhook,
    ("codebuild", "UpdateProjectVisibility"): _visibility,
    ("codeartifact", "CreateDomain"): _create_domain,
    ("codeartifact", "ListDomains"): _list_domains,
    ("codeartifact", "GetDomainPermissionsPolicy"): _domain_policy,
    ("codeartifact", "PutDomainPermissionsPolicy"): _put_domain_policy,
    ("codeartifact", "DeleteDomainPermissionsPolicy"): _delete_domain_policy,
}
