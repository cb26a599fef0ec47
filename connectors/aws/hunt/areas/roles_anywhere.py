"""IAM Roles Anywhere: a certificate authority that the account trusts lets in whoever it certifies.

Sources: https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.contract import Finding

AREA = "certificates for roles (Roles Anywhere)"
SCOPE = "region"
PERMISSIONS = ("rolesanywhere:ListTrustAnchors", "rolesanywhere:ListProfiles", "rolesanywhere:ListSubjects")

OWN_AUTHORITY = "AWS_ACM_PCA"


def sweep(look: Look) -> Iterator[Finding]:
    """Authorities that are none of ours or that the subject brought, their profiles, and who came in by them."""
    anchors = [one for one in look.pages("rolesanywhere", "list_trust_anchors", "trustAnchors") if one.get("enabled")]
    doubtful = [anchor for anchor in anchors if _theirs(look, anchor["trustAnchorArn"]) or not _ours(look, anchor)]
    yield from (_anchor(look, anchor) for anchor in doubtful)
    with look.tried():
        for profile in look.pages("rolesanywhere", "list_profiles", "profiles"):
            if profile.get("enabled") and _theirs(look, profile["profileArn"]):
                yield _profile(look, profile)
    if doubtful:
        for subject in look.pages("rolesanywhere", "list_subjects", "subjects"):
            if subject.get("enabled"):
                yield _subject(look, subject, doubtful[0])


def _theirs(look: Look, arn: str) -> bool | None:
    return look.trail.touched(look.account, look.region, arn)


def _ours(look: Look, anchor: dict[str, Any]) -> bool:
    """A private authority of the estate's own; a certificate that somebody pasted in says nothing of its holder."""
    source = anchor.get("source", {})
    authority = str(source.get("sourceData", {}).get("acmPcaArn", ""))
    return source.get("sourceType") == OWN_AUTHORITY and bool(authority) and not look.strangers([authority])


def _anchor(look: Look, anchor: dict[str, Any]) -> Finding:
    theirs = _theirs(look, anchor["trustAnchorArn"])
    return look.finding(
        "trust-anchor", anchor["trustAnchorArn"], f"certificates of authority {anchor['name']} are accepted",
        found_by="rolesanywhere:ListTrustAnchors", by_subject=theirs, severity="high" if theirs else "medium",
        allows="whoever holds the authority's key takes every role that trusts Roles Anywhere; sessions that run "
        "already end by themselves, within 12 hours",
        remove=look.command("rolesanywhere", "disable-trust-anchor", trust_anchor_id=anchor["trustAnchorId"]),
        detail={"name": str(anchor["name"]), "source": str(anchor.get("source", {}).get("sourceType", ""))},
    )  # fmt: skip


def _profile(look: Look, profile: dict[str, Any]) -> Finding:
    roles = [str(one) for one in profile.get("roleArns", [])]
    return look.finding(
        "certificate-profile", profile["profileArn"],
        f"profile {profile['name']} gives certificates {len(roles)} roles",
        found_by="rolesanywhere:ListProfiles", by_subject=True,
        allows=f"certificates of any trust anchor here take {', '.join(roles) or 'no role yet'}",
        remove=look.command("rolesanywhere", "disable-profile", profile_id=profile["profileId"]),
        detail={"name": str(profile["name"]), "roles": roles},
    )  # fmt: skip


def _subject(look: Look, subject: dict[str, Any], anchor: dict[str, Any]) -> Finding:
    """A certificate ends with its authority; one alone by a revocation list, which the authority's holder makes."""
    who = str(subject["x509Subject"])
    revoke = look.command(
        "rolesanywhere", "import-crl", name="revoked", crl_data="fileb://revoked.crl",
        trust_anchor_arn=anchor["trustAnchorArn"], enabled=True,
    )  # fmt: skip
    return look.finding(
        "certificate", subject["subjectArn"], f"certificate {who} has signed in",
        found_by="rolesanywhere:ListSubjects", severity="medium",
        allows="the roles of the profiles here, until its authority is disabled or it is revoked",
        remove=f"{revoke}; or disable its trust anchor",
        detail={"x509-subject": who, "last-seen": str(subject.get("lastSeenAt", ""))},
    )  # fmt: skip
