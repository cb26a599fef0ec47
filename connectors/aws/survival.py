"""What outlives which cut: AWS's credentials against evict's cuts, with how sure we are.

Source: the survival table of AWS's IAM and STS documentation, collected with confidence marks: "V" read in a
named source or run, "K" general knowledge not re-checked, "?" sources conflict.
"""

from __future__ import annotations

from dataclasses import dataclass

HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True)
class Survival:
    """One kind of credential: how long it can live, and what each cut does to it ("dies", "survives", "unknown")."""

    credential: str
    longest_s: int | None
    """None: no end of its own."""
    key_inactive: str
    deny_on_user: str
    older_sessions_denied: str
    trust_edited: str
    scp_deny: str
    confidence: str
    note: str = ""


TABLE: tuple[Survival, ...] = (
    Survival("access key", None, "dies", "dies", "survives", "survives", "dies", "V",
             "a deny on aws:TokenIssueTime has no effect on long-term keys; seconds of lag after deactivation"),
    Survival("GetSessionToken session", 36 * HOUR, "survives", "dies", "dies", "survives", "dies", "V"),
    Survival("GetFederationToken session", 36 * HOUR, "survives", "dies", "unknown", "survives", "dies", "V",
             "sources conflict on a TokenIssueTime deny; the unconditional deny on the user ends it"),
    Survival("assumed-role session", 12 * HOUR, "survives", "survives", "dies", "survives", "dies", "V",
             "it has the role's permissions: it dies by a deny on the role"),
    Survival("chained-role session", HOUR, "survives", "survives", "dies", "survives", "dies", "V",
             "each hop is a role of its own: every one must be denied"),
    Survival("console session", 12 * HOUR, "survives", "dies", "dies", "survives", "dies", "K"),
    Survival("aws login refresh", 12 * HOUR, "survives", "dies", "dies", "survives", "dies", "K",
             "there is no call that revokes it for a user; only a deny ends it"),
    Survival("S3 presigned URL", 7 * DAY, "dies", "dies", "dies", "survives", "dies", "K",
             "evaluated as the signer when it is used"),
    Survival("EC2 instance credentials", 6 * HOUR, "survives", "survives", "dies", "survives", "dies", "V",
             "the metadata service hands out new ones while the profile is attached"),
    Survival("service token (ECR login, CodeCommit, RDS)", 12 * HOUR, "survives", "survives", "survives", "survives",
             "survives", "K", "mostly lives until it expires; cannot be listed"),
)  # fmt: skip

SERVICE_TOKEN_S = 12 * HOUR
"""The longest of the service tokens that a cut does not reach: an ECR login (K)."""


def survives(credential: str) -> Survival:
    """The row of one credential."""
    return next(row for row in TABLE if row.credential == credential)
