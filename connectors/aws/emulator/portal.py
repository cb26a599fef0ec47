"""The access portal, and what only a person can do in the console of IAM Identity Center."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from connectors.aws.emulator.fakes import sso
from connectors.aws.emulator.principals import Principals, backend


def portal(principals: Principals, given: dict[str, str]) -> dict[str, Any]:
    """One act at the portal: sign-in, a role's credentials, or an administrator's disable and end-sessions."""
    act = {"sign-in": _sign_in, "disable": _disable, "end-sessions": _end}.get(given["act"])
    return act(given) if act else _credentials(principals, given)


def _sign_in(given: dict[str, str]) -> dict[str, Any]:
    user = next((one for one in sso.store().users.values() if one.UserName == given["user"]), None)
    if user is None or user.UserId in sso.DISABLED:
        return {"signed_in": False}
    token = token_hex(16)
    sso.PORTAL[token] = user.UserId
    return {"signed_in": True, "portal": token, "user_id": user.UserId}


def _disable(given: dict[str, str]) -> dict[str, Any]:
    sso.DISABLED.add(given["user_id"])
    return {"disabled": True}


def _end(given: dict[str, str]) -> dict[str, Any]:
    ended = [token for token, user in sso.PORTAL.items() if user == given["user_id"]]
    for token in ended:
        del sso.PORTAL[token]
    return {"ended": len(ended)}


def _credentials(principals: Principals, given: dict[str, str]) -> dict[str, Any]:
    """Role credentials for one account, when an assignment gives it: a disabled user's open portal still does."""
    user = sso.PORTAL.get(given["portal"])
    found = next((one for one in sso.admin().permission_sets if one.name == given["set"]), None)
    if user is None or found is None or not _assigned(user, given["account"], found.permission_set_arn):
        return {"given": False}
    name = sso.role_of(found)
    role = next(one for one in backend(given["account"]).roles.values() if one.name == name)
    made = principals.issue(
        given["account"], "role", role.arn, "portal", sso.SESSION_S, **{"identitystore:UserId": user}
    )
    return {"given": True, "key": made.key, "secret": made.secret, "token": made.token}


def _assigned(user: str, account: str, permission_set: str) -> bool:
    groups = {one["GroupId"] for one in sso.store().group_memberships.values() if one["MemberId"]["UserId"] == user}
    return any(
        one.target_id == account and one.permission_set_arn == permission_set and one.principal_id in {user, *groups}
        for one in sso.admin().account_assignments
    )
