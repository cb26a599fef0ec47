"""Identity providers of IAM: whoever runs one can say who signs in, so each must be somebody known.

An issuer that anybody may use (a public CI service, an EKS cluster of ours) is known; what it may do is up to the
roles that trust it, which `federation` reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from connectors.aws.hunt.area import Look
from connectors.contract import Finding

AREA = "identity providers"
SCOPE = "account"
PERMISSIONS = (
    "iam:ListOpenIDConnectProviders", "iam:GetOpenIDConnectProvider", "iam:ListSAMLProviders", "iam:GetSAMLProvider",
    "eks:ListClusters", "eks:DescribeCluster",
)  # fmt: skip

WELL_KNOWN = frozenset(
    {"token.actions.githubusercontent.com", "gitlab.com", "api.bitbucket.org", "app.terraform.io",
     "agent.buildkite.com", "oidc.circleci.com", "accounts.google.com", "appleid.apple.com"}
)  # fmt: skip
"""Public issuers, each by its documented host: they sign for anybody, under a `sub` that says for whom."""

EKS = re.compile(r"oidc\.eks\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/id/[A-Za-z0-9]+")
IDENTITY_CENTER = re.compile(r"AWSSSO_[0-9a-f]+_DO_NOT_DELETE")
"""What IAM Identity Center calls the SAML provider that it keeps in each account (general knowledge)."""

ENTITY = re.compile(r"""entityID\s*=\s*["']([^"']{1,1024})["']""")
"""Metadata is a stranger's XML: one attribute is read, and nothing is parsed."""


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per provider that nobody knows, or that the subject made or changed."""
    for row in look.call("iam", "list_open_id_connect_providers")["OpenIDConnectProviderList"]:
        yield from _openid(look, row["Arn"])
    for row in look.call("iam", "list_saml_providers")["SAMLProviderList"]:
        yield from _saml(look, row["Arn"])


def _openid(look: Look, arn: str) -> Iterator[Finding]:
    shown = look.call("iam", "get_open_id_connect_provider", OpenIDConnectProviderArn=arn)
    issuer = str(shown["Url"]).removeprefix("https://")
    theirs = look.trail.touched(look.account, look.region, arn)
    if not theirs and _known(look, issuer):
        return
    yield look.finding(
        "openid-provider", arn, f"sign-ins by {issuer} are accepted",
        found_by="iam:GetOpenIDConnectProvider", by_subject=theirs, severity="high" if theirs else "medium",
        allows=f"whoever runs {issuer} signs in to every role that trusts it",
        remove=look.command("iam", "delete-open-id-connect-provider", open_id_connect_provider_arn=arn),
        detail={"issuer": issuer, "audiences": [str(one) for one in shown.get("ClientIDList", [])]},
    )  # fmt: skip


def _known(look: Look, issuer: str) -> bool:
    cluster = EKS.fullmatch(issuer)
    if cluster is None:
        return urlsplit(f"https://{issuer}").hostname in WELL_KNOWN
    return any(issuer in _issuers(look, account, cluster["region"]) for account in sorted(look.ours))


def _issuers(look: Look, account: str, region: str) -> Iterator[str]:
    """The issuers of an account's clusters; everybody's clusters share one host, so the host says nothing."""
    where = {"account": account, "region": region}
    for name in look.session.pages("eks", "list_clusters", "clusters", **where):
        shown: dict[str, Any] = look.session.call("eks", "describe_cluster", name=name, **where)["cluster"]
        yield str(shown.get("identity", {}).get("oidc", {}).get("issuer", "")).removeprefix("https://")


def _saml(look: Look, arn: str) -> Iterator[Finding]:
    theirs = look.trail.touched(look.account, look.region, arn)
    name = arn.rsplit("/", 1)[1]
    if not theirs and IDENTITY_CENTER.fullmatch(name):
        return
    told = ENTITY.search(look.call("iam", "get_saml_provider", SAMLProviderArn=arn)["SAMLMetadataDocument"])
    entity = told[1] if told else "an issuer that its metadata does not name"
    yield look.finding(
        "saml-provider", arn, f"sign-ins by {entity} are accepted, as SAML provider {name}",
        found_by="iam:GetSAMLProvider", by_subject=theirs, severity="high" if theirs else "medium",
        allows=f"whoever holds the signing key of {entity} signs in to every role that trusts it, as anybody",
        remove=look.command("iam", "delete-saml-provider", saml_provider_arn=arn), detail={"entity": entity},
    )  # fmt: skip
