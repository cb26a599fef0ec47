"""What proves an app to the login host: a secret, a certificate, or a token of an issuer that the app trusts.

The application and its service principal keep credentials apart, and Entra accepts either's. What was removed or has
ended proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import jwt
from cryptography import x509

from connectors.microsoft.emulator.tenant import Record, Tenant

AUDIENCE = "api://AzureADTokenExchange"
"""What a foreign token is for, unless a credential says otherwise (workload identity federation)."""


def secret_fits(tenant: Tenant, principal: Record, secret: str) -> bool:
    """Whether it is one of the app's secrets."""
    return bool(secret) and secret in _held(tenant, principal, "_secrets", "passwordCredentials")


def assertion_fits(tenant: Tenant, principal: Record, assertion: str) -> bool:
    """Whether it is signed with one of the app's certificates, or is a token of an issuer that the app trusts."""
    return _signed(tenant, principal, assertion) or _federated(tenant, principal, assertion)


def _signed(tenant: Tenant, principal: Record, assertion: str) -> bool:
    for held in _held(tenant, principal, "_certificates", "keyCredentials"):
        key = x509.load_pem_x509_certificate(held.encode()).public_key()
        claims = _claims(assertion, key, verify_aud=False, require=["exp", "iss", "sub", "jti"])
        if claims and claims["iss"] == claims["sub"] == principal["appId"]:
            return True
    return False


def _federated(tenant: Tenant, principal: Record, assertion: str) -> bool:
    """Issuers' public keys are in the table `issuers`, by their address."""
    application = tenant.first("applications", appId=principal["appId"]) or {}
    for trusted in tenant.rows("federatedIdentityCredentials", _application=application.get("id", "")):
        issuer = tenant.table("issuers").get(trusted["issuer"])
        claims = issuer and _claims(assertion, issuer["_key"], verify_aud=False, require=["exp", "iss", "sub", "aud"])
        if claims and (claims["iss"], claims["sub"]) == (trusted["issuer"], trusted["subject"]):
            return claims["aud"] in (trusted.get("audiences") or [AUDIENCE])
    return False


def _claims(assertion: str, key: Any, **options: Any) -> dict[str, Any]:
    try:
        return jwt.decode(assertion, key, algorithms=["PS256", "RS256"], options=options)  # type: ignore[arg-type]
    except jwt.PyJWTError:
        return {}


def _held(tenant: Tenant, principal: Record, name: str, listed: str) -> Iterator[str]:
    application = tenant.first("applications", appId=principal["appId"]) or {}
    for thing in (principal, application):
        ends = {one["keyId"]: one.get("endDateTime") for one in thing.get(listed, ())}
        for key, value in thing.get(name, {}).items():
            end = ends.get(key)
            if not end or datetime.fromisoformat(end) > tenant.now():
                yield value
