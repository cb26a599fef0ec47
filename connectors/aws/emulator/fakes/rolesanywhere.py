"""IAM Roles Anywhere, which moto lacks: trust anchors, profiles, and the certificates that a scenario lets sign in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from connectors.aws.emulator.fakes.common import Fake, Reply
from connectors.aws.emulator.fakes.paging import Seed, page
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

PAGE = 50
HELD: dict[tuple[str, str, str], list[dict[str, Any]]] = kept({})
"""By account, Region and what: "trustAnchor", "profile" or "subject"."""
PATHS = {"trustAnchor": "trust-anchor", "profile": "profile", "subject": "subject"}


def _list(what: str) -> Fake:
    def fake(_gate: Gate, request: Request, principal: Principal) -> Reply:
        rows = HELD.get((principal.account, request.region, what), [])
        shown, token = page(request.operation, rows, request.params.get("nextToken"), PAGE)
        return _rest({f"{what}s": shown, **({"nextToken": token} if token else {})})

    return fake


def _create(what: str) -> Fake:
    def fake(_gate: Gate, request: Request, principal: Principal) -> Reply:
        made = _made(principal.account, request.region, what, request.params)
        return _rest({what: made}, 201)

    return fake


def _disable(what: str) -> Fake:
    def fake(_gate: Gate, request: Request, principal: Principal) -> Reply:
        wanted = request.params[f"{what}Id"]
        for one in HELD.get((principal.account, request.region, what), []):
            if one[f"{what}Id"] == wanted:
                one["enabled"] = False
                return _rest({what: one})
        raise Denied("ResourceNotFoundException", f"no such {what}", 404)

    return fake


def _made(account: str, region: str, what: str, given: Mapping[str, Any]) -> dict[str, Any]:
    name = str(uuid4())
    arn = f"arn:aws:rolesanywhere:{region}:{account}:{PATHS[what]}/{name}"
    made = {"enabled": False, **given, f"{what}Id": name, f"{what}Arn": arn}
    HELD.setdefault((account, region, what), []).append(made)
    return made


def _rest(content: Mapping[str, Any], status: int = 200) -> Reply:
    return Reply(status, json.dumps(content).encode(), "application/json")


def _plant(given: Mapping[str, Any]) -> str:
    """A certificate that signed in to one `account` and `region`, by its `x509-subject`."""
    shown = {"enabled": True, "x509Subject": given["x509-subject"], "lastSeenAt": "2026-01-31T08:00:00Z"}
    return str(_made(given["account"], given["region"], "subject", shown)["subjectArn"])


SEEDS: dict[str, Seed] = {"certificate": _plant}
FAKES: dict[tuple[str, str], Fake] = {
    ("rolesanywhere", "ListTrustAnchors"): _list("trustAnchor"),
    ("rolesanywhere", "CreateTrustAnchor"): _create("trustAnchor"),
    ("rolesanywhere", "DisableTrustAnchor"): _disable("trustAnchor"),
    ("rolesanywhere", "ListProfiles"): _list("profile"),
    ("rolesanywhere", "CreateProfile"): _create("profile"),
    ("rolesanywhere", "DisableProfile"): _disable("profile"),
    ("rolesanywhere", "ListSubjects"): _list("subject"),
}
