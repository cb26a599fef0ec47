"""What outlives a cut in Entra ID, for how long, and who says so.

Sources: continuous access evaluation, github.com/MicrosoftDocs/entra-docs `concept-continuous-access-evaluation.md`;
revoking access, same repository `docs/identity/users/users-revoke-access.md`; user: revokeSignInSessions, Graph.
"""

from __future__ import annotations

MINUTE, HOUR = 60, 3600

ACCESS_TOKEN_S = HOUR
"""An access token of an app without continuous access evaluation: about an hour (documented)."""

EVALUATED_S = 15 * MINUTE
"""From an event to its effect in apps with continuous access evaluation: at most 15 min (documented)."""

SYNC_S = 35 * MINUTE
"""A directory-sync cycle of about 30 min with a margin: within it a cloud-only block is undone (moderate)."""

APP_TOKEN_S = HOUR
"""A token that a service principal was given before it was disabled (general knowledge, not re-checked)."""

TOKENS = (
    "apps without continuous access evaluation accept an access token until it ends, after about 1 h; "
    "Exchange, SharePoint, parts of Teams and Graph refuse it within 15 min"
)
GUEST_TOKENS = (
    "guests are not covered by continuous access evaluation, and their session in the home tenant is out of reach: "
    "an access token lives until it ends, after about 1 h"
)
