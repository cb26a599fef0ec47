"""Whom the cutter may touch: a permission alone does not do for administrators. Pure.

Source: Entra `privileged-roles-permissions` and `admin-units-restricted-management` (documented); whether an app with
the permission alone may change an ordinary user's password is uncertain there, so the role is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import Check
from connectors.microsoft.preflight.checks import absent, cannot_tell, not_ready, ready
from connectors.microsoft.preflight.facts import App, Facts, Held, Unread, User

ENOUGH_FOR_ALL = frozenset({"Privileged Authentication Administrator", "Global Administrator"})
ENOUGH_FOR_MOST = ENOUGH_FOR_ALL | {"User Administrator", "Authentication Administrator"}
LOW = frozenset({"Directory Readers", "Guest Inviter", "Message Center Reader", "Reports Reader"})
"""Roles whose holders an ordinary administrator may touch; every other role makes a privileged target."""


def targets(facts: Facts) -> Iterator[Check]:
    """For each account: whether the cutter holds the role that it takes."""
    cutter = facts.apps["cutter"]
    for id_, user in facts.users.items():
        about = f"cutter-role/{id_}", "the Entra role that the cutter needs"
        if isinstance(user, Unread):
            yield cannot_tell(*about, user)
            continue
        about = about[0], f"the Entra role that the cutter needs to cut {user.name}"
        unread = next(filter(None, map(_unread, (cutter, user.roles, user.role_groups))), None)
        if unread is not None:
            yield cannot_tell(*about, unread)
        elif isinstance(cutter, App) and isinstance(cutter.roles, tuple):
            yield _role(about, cutter, cutter.roles, user)
            yield _unit(cutter, cutter.roles, user)


def _unread(fact: object) -> Unread | None:
    if isinstance(fact, App):
        return _unread(fact.roles)
    return fact if isinstance(fact, Unread) else None


def _role(about: tuple[str, str], cutter: App, held: tuple[Held, ...], user: User) -> Check:
    why = _privileges(user)
    enough = ENOUGH_FOR_ALL if why else ENOUGH_FOR_MOST
    units = frozenset(f"/administrativeUnits/{one}" for one in user.units) if isinstance(user.units, tuple) else ()
    fitting = sorted(one.role for one in held if one.role in enough and (one.scope == "/" or one.scope in units))
    if fitting:
        return ready(*about, f"it holds {fitting[0]}")
    role = "Privileged Authentication Administrator" if why else "User Administrator"
    reason = f"{user.name} {why}, and " if why else ""
    shown = ", ".join(sorted(one.role for one in held)) or "none"
    fix = f"assign {role} to the service principal of app {cutter.label} ({cutter.app})"
    return not_ready(*about, f"{reason}the cutter holds {shown}", fix)


def _privileges(user: User) -> str:
    """What makes the account a privileged target; empty when it is an ordinary one."""
    roles = [one.role for one in user.roles if one.role not in LOW] if isinstance(user.roles, tuple) else []
    groups = user.role_groups if isinstance(user.role_groups, tuple) else ()
    parts = [f"holds {', '.join(sorted(set(roles)))}"] if roles else []
    parts += [f"is in the role-assignable group {', '.join(groups)}"] if groups else []
    return " and ".join(parts)


def _unit(cutter: App, held: tuple[Held, ...], user: User) -> Check:
    about = f"restricted-unit/{user.id}", f"whether a restricted administrative unit shields {user.name}"
    if not user.restricted:
        return absent(*about, "it is in none")
    if isinstance(user.units, Unread):
        return cannot_tell(*about, user.units)
    scopes = {f"/administrativeUnits/{one}": one for one in user.units}
    if any(one.scope in scopes and one.role in ENOUGH_FOR_MOST for one in held):
        return ready(*about, "the cutter holds a role scoped to it")
    where = ", ".join(user.units) or "which Graph does not name"
    fix = f"assign the cutter's role to app {cutter.label} ({cutter.app}) with that unit as its scope"
    return not_ready(*about, f"it does ({where}): no tenant-wide role and no permission reaches into it", fix)
