"""IAM Identity Center: who else may say who signs in, and applications that stand beside the accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors.aws import identity_center
from connectors.aws.hunt.area import Look
from connectors.contract import Finding
from connectors.errors import NotFoundError

AREA = "IAM Identity Center"
SCOPE = "estate"
PERMISSIONS = (
    "sso:ListInstances", "sso:ListTrustedTokenIssuers", "sso:DescribeTrustedTokenIssuer", "sso:ListApplications",
)  # fmt: skip


def sweep(look: Look) -> Iterator[Finding]:
    """Every trusted token issuer, and applications that the subject made or that a stranger's account holds."""
    found = instance(look)
    if found is None:
        return
    here, arn, _store = found
    with here.tried():
        for row in here.pages("sso-admin", "list_trusted_token_issuers", "TrustedTokenIssuers", InstanceArn=arn):
            yield _issuer(here, row)
    for row in here.pages("sso-admin", "list_applications", "Applications", InstanceArn=arn):
        yield from _application(here, row)


def instance(look: Look) -> tuple[Look, str, str] | None:
    """The place where Identity Center is, its ARN and its store; None where the estate has none."""
    settings = look.session.settings
    if not (settings.get("identity-center-region") or settings.get("organization")):
        return None
    try:
        arn, store = identity_center.instance(look.session)
    except NotFoundError:
        return None
    return replace(look, region=identity_center.region(look.session)), arn, store


def _issuer(look: Look, row: dict[str, Any]) -> Finding:
    arn, name = str(row["TrustedTokenIssuerArn"]), str(row.get("Name", ""))
    shown = look.call("sso-admin", "describe_trusted_token_issuer", TrustedTokenIssuerArn=arn)
    config = shown.get("TrustedTokenIssuerConfiguration", {}).get("OidcJwtConfiguration", {})
    issuer = str(config.get("IssuerUrl", "an issuer that is not told"))
    theirs = look.trail.touched(look.account, look.region, arn)
    return look.finding(
        "token-issuer", arn, f"tokens of {issuer} are exchanged for identities here ({name})",
        found_by="sso-admin:DescribeTrustedTokenIssuer", by_subject=theirs, severity="high" if theirs else "medium",
        allows=f"whoever runs {issuer} acts as anybody of the directory in applications that trust it",
        remove=look.command("sso-admin", "delete-trusted-token-issuer", trusted_token_issuer_arn=arn),
        detail={"issuer": issuer, "name": name},
    )  # fmt: skip


def _application(look: Look, row: dict[str, Any]) -> Iterator[Finding]:
    arn, owner = str(row["ApplicationArn"]), str(row.get("ApplicationAccount", look.account))
    theirs = look.trail.touched(look.account, look.region, arn)
    if theirs or owner not in look.ours:
        yield look.finding(
            "application", arn, f"application {row.get('Name', arn)} signs people in, from account {owner}",
            found_by="sso-admin:ListApplications", by_subject=theirs, severity="high" if theirs else "medium",
            allows="sign-ins of the directory's people, and tokens in their name",
            remove=look.command("sso-admin", "delete-application", application_arn=arn),
            detail={"name": str(row.get("Name", "")), "owner": owner},
        )  # fmt: skip
