"""Find the subject's accounts in Entra ID from exact identifiers, members and guests alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from connectors.contract import Account, Persona, Subject
from connectors.errors import NotFoundError
from connectors.microsoft.odata import any_of, select

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

PERMISSIONS = ("User.Read.All",)
MEMBER, GUEST = "user", "guest"
"""Kinds of account: a guest's sessions live in another tenant."""

PROPERTIES = ("id", "userPrincipalName", "mail", "userType")
AT_ONCE = 7
"""Values in one filter: Graph takes 15 clauses (general knowledge), and each value is asked of two properties."""


def discover(session: MicrosoftSession, subject: Subject) -> tuple[Account, ...]:
    """Users with exactly these ids, user principal names or mail addresses, sorted."""
    found = {
        Account(session.system.name, str(user["id"]), persona.id, GUEST if user.get("userType") == "Guest" else MEMBER,
                str(user.get("userPrincipalName") or ""))
        for persona in subject.personas for user in _users(session, persona)
    }  # fmt: skip
    return tuple(sorted(found))


def _users(session: MicrosoftSession, persona: Persona) -> Iterator[dict[str, Any]]:
    for id_ in persona.exact("microsoft", "user-ids"):
        try:
            yield session.get("/v1.0/users/{user}", query=select(*PROPERTIES), user=id_)
        except NotFoundError:
            continue
    names = sorted({*persona.exact("microsoft", "user-principal-names"), *persona.emails})
    mails = sorted({*persona.exact("microsoft", "emails"), *persona.emails})
    for name, wanted in (("userPrincipalName", names), ("mail", mails)):
        exact = {one.casefold() for one in wanted}
        for start in range(0, len(wanted), AT_ONCE):
            query = {"$filter": any_of(name, wanted[start : start + AT_ONCE]), **select(*PROPERTIES)}
            for user in session.rows("/v1.0/users", query=query):
                if str(user.get(name) or "").casefold() in exact:
                    yield user
