"""Users that the subject made, or made their own: what the audit log says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.microsoft.hunt.area import Look

MADE = ("add user",)
TAKEN = ("reset user password", "reset password (by admin)", "change user password", "enable account", "restore user")
"""Activities that give an account's password, or a blocked account, to whoever does them (general knowledge)."""


def planted_users(look: Look) -> dict[str, str]:
    """Object ids of others' users, with what the subject did last that gave them the account; oldest first."""
    found: dict[str, str] = {}
    for row in look.trail.changes(*MADE, *TAKEN):
        activity = str(row.get("activityDisplayName"))
        if not activity.casefold().startswith((*MADE, *TAKEN)):
            continue
        for target in row.get("targetResources") or []:
            user = str(target.get("id") or "")
            if target.get("type") == "User" and user and user not in look.subjects:
                made_it = found.get(user, "").casefold().startswith(MADE)
                found[user] = found[user] if made_it else activity
    return found
