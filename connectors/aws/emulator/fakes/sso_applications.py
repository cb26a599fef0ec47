"""What moto lacks of IAM Identity Center beside accounts: applications and trusted token issuers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from connectors.aws.emulator.fakes.common import Fake, Reply, answer
from connectors.aws.emulator.fakes.paging import page
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import HOME_ACCOUNT, Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

PAGE = 100
APPLICATIONS: dict[str, dict[str, Any]] = kept({})
ISSUERS: dict[str, dict[str, Any]] = kept({})
"""By ARN."""


def _create_application(_gate: Gate, request: Request, principal: Principal) -> Reply:
    arn = f"arn:aws:sso::{HOME_ACCOUNT}:application/ssoins-1/apl-{uuid4().hex[:16]}"
    given = {name: value for name, value in request.params.items() if name not in ("ClientToken", "Tags")}
    APPLICATIONS[arn] = {"Status": "ENABLED", **given, "ApplicationArn": arn, "ApplicationAccount": principal.account}
    return answer({"ApplicationArn": arn})


def _create_issuer(_gate: Gate, request: Request, _principal: Principal) -> Reply:
    arn = f"arn:aws:sso::{HOME_ACCOUNT}:trustedTokenIssuer/ssoins-1/tti-{uuid4()}"
    given = {name: value for name, value in request.params.items() if name.startswith(("Name", "TrustedToken"))}
    ISSUERS[arn] = {**given, "TrustedTokenIssuerArn": arn}
    return answer({"TrustedTokenIssuerArn": arn})


def _describe_issuer(_gate: Gate, request: Request, _principal: Principal) -> Reply:
    return answer(_held(ISSUERS, request.params["TrustedTokenIssuerArn"]))


def _list(held: Mapping[str, dict[str, Any]], key: str, hidden: str = "") -> Fake:
    def fake(_gate: Gate, request: Request, _principal: Principal) -> Reply:
        shown, token = page(request.operation, list(held.values()), request.params.get("NextToken"), PAGE)
        rows = [{name: value for name, value in one.items() if name != hidden} for one in shown]
        return answer({key: rows, **({"NextToken": token} if token else {})})

    return fake


def _delete(held: dict[str, dict[str, Any]], key: str) -> Fake:
    def fake(_gate: Gate, request: Request, _principal: Principal) -> Reply:
        _held(held, request.params[key])
        del held[request.params[key]]
        return answer({})

    return fake


def _held(held: Mapping[str, dict[str, Any]], arn: str) -> dict[str, Any]:
    if arn not in held:
        raise Denied("ResourceNotFoundException", f"{arn} does not exist.", 400)
    return held[arn]


FAKES: dict[tuple[str, str], Fake] = {
    ("sso", "CreateApplication"): _create_application,
    ("sso", "ListApplications"): _list(APPLICATIONS, "Applications"),
    ("sso", "DeleteApplication"): _delete(APPLICATIONS, "ApplicationArn"),
    ("sso", "CreateTrustedTokenIssuer"): _create_issuer,
    ("sso", "DescribeTrustedTokenIssuer"): _describe_issuer,
    ("sso", "ListTrustedTokenIssuers"): _list(ISSUERS, "TrustedTokenIssuers", "TrustedTokenIssuerConfiguration"),
    ("sso", "DeleteTrustedTokenIssuer"): _delete(ISSUERS, "TrustedTokenIssuerArn"),
}
