"""Conditional access that blocks everybody, break-glass accounts too. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.contract import Check
from connectors.microsoft.preflight.checks import absent, cannot_tell, not_ready, ready
from connectors.microsoft.preflight.facts import Facts, Unread

NARROWING = ("locations", "platforms", "devices", "signInRiskLevels", "userRiskLevels", "clientApplications")
"""Conditions that keep a policy from being about everybody everywhere."""
EXCLUDED = ("excludeUsers", "excludeGroups", "excludeRoles")


def conditions(facts: Facts) -> Iterator[Check]:
    """Whether each policy that blocks all people from all apps leaves somebody out."""
    about = "break-glass", "whether policies that block everybody leave break-glass accounts out"
    if isinstance(facts.policies, Unread):
        if facts.policies.why.startswith("not applicable"):
            yield absent(*about, facts.policies.why)
        else:
            yield cannot_tell(*about, facts.policies)
        return
    blocking = [one for one in facts.policies if _blocks_all(one)]
    shut = sorted(str(one.get("displayName")) for one in blocking if not _leaves_out(one))
    if not blocking:
        yield absent(*about, "no policy blocks everybody")
    elif shut:
        why = f"nobody is left out of {', '.join(shut)}"
        yield not_ready(*about, why, "exclude the break-glass accounts from each by id")
    else:
        yield ready(*about, "somebody is left out of each; whether those are the break-glass accounts, a person knows")


def _blocks_all(policy: Mapping[str, Any]) -> bool:
    controls = (policy.get("grantControls") or {}).get("builtInControls") or ()
    if policy.get("state") != "enabled" or "block" not in controls:
        return False
    asked = policy.get("conditions") or {}
    users, apps = asked.get("users") or {}, asked.get("applications") or {}
    everybody = "All" in (users.get("includeUsers") or ()) and "All" in (apps.get("includeApplications") or ())
    everywhere = set(asked.get("clientAppTypes") or ("all",)) == {"all"}
    return everybody and everywhere and not any(asked.get(name) for name in NARROWING)


def _leaves_out(policy: Mapping[str, Any]) -> bool:
    users = (policy.get("conditions") or {}).get("users") or {}
    return any(users.get(name) for name in EXCLUDED)
