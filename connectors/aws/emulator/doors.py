"""Ways in that are no signed API call: console sign-in, an open channel, a cluster, the metadata of an instance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models import ec2_backends

from connectors.aws.emulator.fakes.eks import ENTRIES
from connectors.aws.emulator.fakes.ssm import SESSIONS
from connectors.aws.emulator.principals import Denied, Principals, backend

Door = Callable[[Principals, dict[str, str]], dict[str, Any]]

SESSION_S = 12 * 3600
METADATA_S = 6 * 3600
"""Instance credentials last about six hours (EC2 user guide, instance metadata)."""


def _console(principals: Principals, given: dict[str, str]) -> dict[str, Any]:
    """User and password give a session, when there is a login profile with that password."""
    user = backend(given["account"]).users.get(given["user"])
    if user is None or user.password is None or user.password != given["password"]:
        return {"signed_in": False}
    made = principals.issue(given["account"], "user", user.name, "console", SESSION_S)
    return {"signed_in": True, "key": made.key, "secret": made.secret, "token": made.token}


def _channel(_principals: Principals, given: dict[str, str]) -> dict[str, Any]:
    """Typing into a Session Manager channel works while it is connected, whatever became of the key."""
    return {"open": SESSIONS.get(given["id"], {}).get("Status") == "Connected"}


def _cluster(principals: Principals, given: dict[str, str]) -> dict[str, Any]:
    """A cluster lets in whom a key names, when the key still signs and an access entry names them."""
    try:
        who = principals.of(given["key"])
    except Denied as denied:
        return {"entered": False, "why": denied.code}
    entries = ENTRIES.get((given["account"], given["region"], given["cluster"]), {})
    entered = (who.role or who.arn) in entries
    return {"entered": entered, "why": "" if entered else "no access entry"}


def _metadata(principals: Principals, given: dict[str, str]) -> dict[str, Any]:
    """Whoever runs code on an instance gets credentials of its profile's role, while it has one."""
    account, instance = given["account"], given["instance"]
    held = ec2_backends[account][given["region"]].iam_instance_profile_associations.values()
    roles = [role for one in held if one.instance.id == instance for role in one.iam_instance_profile.roles]
    if not roles:
        return {"given": False}
    made = principals.issue(account, "role", roles[0].arn, instance, METADATA_S)
    return {"given": True, "key": made.key, "secret": made.secret, "token": made.token}


DOORS: dict[str, Door] = {"console": _console, "channel": _channel, "cluster": _cluster, "metadata": _metadata}
