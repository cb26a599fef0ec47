"""Domains whose sign-in another identity provider answers for: its key mints a token for anybody in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract import Finding
from connectors.microsoft.hunt.area import Look, quoted

AREA = "domains and federation"
PERMISSIONS = ("Domain.Read.All", "Domain-InternalFederation.Read.All")
DOMAIN_WORDS = ("domain", "federation")
"""Words of the activities that change a domain (general knowledge); the log names it by its name, not by an id."""


def sweep(look: Look) -> Iterator[Finding]:
    """Domains that the subject added or federated, with what their federation says now."""
    changed = _changed(look)
    for domain in look.session.rows("/v1.0/domains"):
        name = str(domain["id"])
        if name.casefold() not in changed:
            continue
        if domain.get("authenticationType") != "Federated":
            yield _added(look, domain)
            continue
        found: list[dict[str, Any]] = []
        with look.tried():
            found = look.session.rows("/v1.0/domains/{domain}/federationConfiguration", domain=name)
        yield _federated(look, name, found)


def _changed(look: Look) -> frozenset[str]:
    """Names of domains that the subject changed."""
    targets = [one for row in look.trail.changes(*DOMAIN_WORDS) for one in row.get("targetResources") or []]
    return frozenset(str(one.get(key) or "").casefold() for one in targets for key in ("displayName", "id")) - {""}


def _federated(look: Look, name: str, found: list[dict[str, Any]]) -> Finding:
    issuer = ", ".join(str(one.get("issuerUri")) for one in found) or "an issuer that could not be read"
    trusts = any(one.get("federatedIdpMfaBehavior") == "acceptIfMfaDoneByFederatedIdp" for one in found)
    allows = "whoever holds the issuer's signing key signs in as anybody of this domain"
    return look.finding(
        "federated-domain", name, f"sign-in of {name} is answered for by {issuer}, which the subject set up",
        found_by="GET /domains/{id}/federationConfiguration and the audit log",
        allows=f"{allows}, with multi-factor claims that are believed" if trusts else allows,
        remove=f"Update-MgDomain -DomainId {quoted(name)} -AuthenticationType Managed",
        severity="high", by_subject=True,
        detail={"issuers": [str(one.get("issuerUri")) for one in found],
                "sign-in": [str(one.get("passiveSignInUri")) for one in found]},
    )  # fmt: skip


def _added(look: Look, domain: dict[str, Any]) -> Finding:
    name = str(domain["id"])
    return look.finding(
        "changed-domain", name, f"the subject added or changed the domain {name}",
        found_by="GET /domains and the audit log",
        allows="accounts and mail under a name that the subject may own, or federation later",
        remove=f"Remove-MgDomain -DomainId {quoted(name)}, once nothing of the company's uses it",
        severity="medium", by_subject=True, detail={"verified": domain.get("isVerified")},
    )  # fmt: skip
