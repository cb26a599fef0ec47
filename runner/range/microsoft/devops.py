"""An Azure DevOps organisation: tokens and SSH keys of the suspect and of a colleague."""

from __future__ import annotations

import base64
from typing import Any

from runner.range.microsoft.people import COLLEAGUE, DOMAIN, SUSPECT, People, guid

ORGANIZATION = "initech"


def seed(put: Any, people: People) -> None:
    """The same for both, and a token that ended long ago."""
    for owner, name in ((people.suspect, SUSPECT), (people.colleague, COLLEAGUE)):
        put("devopsUsers", {
            "id": guid(f"devops-{name}"), "subjectKind": "user", "origin": "aad", "originId": owner,
            "principalName": f"{name}@{DOMAIN}", "mailAddress": f"{name}@{DOMAIN}", "displayName": name,
            "descriptor": "aad." + base64.urlsafe_b64encode(guid(f"descriptor-{name}").encode()).decode().rstrip("="),
            "_organization": ORGANIZATION,
        })  # fmt: skip
        put("devopsTokens",
            token(owner, name, "laptop", "app_token"),
            token(owner, name, "ci mirror", "vso.code_write"),
            token(owner, name, "laptop key", "app_token", public=True),
            token(owner, name, "old", "vso.code", ends="2026-03-01T00:00:00"))  # fmt: skip


def token(owner: str, name: str, title: str, scope: str, *, public: bool = False,
          ends: str = "2099-01-01T00:00:00") -> dict[str, Any]:  # fmt: skip
    """One token; `_secret` is what its holder knows."""
    id_ = guid(f"pat-{name}-{title}")
    return {
        "id": id_, "authorizationId": id_, "displayName": title, "scope": scope, "userId": owner, "isValid": True,
        "isPublic": public, "validFrom": "2026-02-03T08:00:00", "validTo": ends, "_organization": ORGANIZATION,
        "_secret": secret(name, title),
    }  # fmt: skip


def secret(name: str, title: str) -> str:
    """What the holder of this token knows."""
    return "pat-" + guid(f"secret-{name}-{title}").replace("-", "")
