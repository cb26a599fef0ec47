"""What an account itself brings: mastered elsewhere, or at home in another tenant. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import Check
from connectors.microsoft.preflight.checks import absent, cannot_tell, not_ready, ready
from connectors.microsoft.preflight.facts import Facts, Unread

AD_FIRST = (
    "cut it in Active Directory at the same moment (an ad or mdi step, or the card of this plan): "
    "a block in the cloud alone is undone by the next sync, after about 30 min"
)
"""Moderate confidence: public reports, not Microsoft's own words."""
ELSEWHERE = (
    "another one: the password and sessions there are out of reach, and an access token given here lives until it ends"
)


def accounts(facts: Facts) -> Iterator[Check]:
    """For each account: whether Active Directory masters it, and whether its sessions are in this tenant."""
    for id_, user in facts.users.items():
        if isinstance(user, Unread):
            yield cannot_tell(f"hybrid/{id_}", "whether Active Directory masters the account", user)
            continue
        synced = f"hybrid/{id_}", f"whether Active Directory masters {user.name}"
        if user.synced:
            yield not_ready(*synced, "it does: onPremisesSyncEnabled is true", AD_FIRST)
        else:
            yield ready(*synced, "it does not")
        home = f"guest/{id_}", f"the home tenant of {user.name}"
        yield absent(*home, ELSEWHERE) if user.guest else ready(*home, "this one")
