"""The tenant in the company's files: a system in `estate.yaml`, and evict's certificates as private files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from connectors.contract import Connector
from connectors.vocabulary import READ_EFFECTS
from runner.range.microsoft.people import CUTTER, READER, TENANT, People

SYSTEM = "entra-main"
PARTS = ("private-key", "certificate")


def references(directory: Path, people: People) -> dict[str, dict[str, Path]]:
    """Write the key and the certificate of both apps; their paths by app and part."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    made: dict[str, dict[str, Path]] = {}
    for app in (READER, CUTTER):
        made[app] = {}
        for part, text in zip(PARTS, people.keys[app], strict=True):
            path = (directory / f"{app}.{part}.pem").resolve()
            path.touch(mode=0o600)
            path.write_text(text)
            made[app][part] = path
    return made


def settings(endpoint: str, people: People) -> dict[str, Any]:
    """What an estate says of the tenant, credentials apart."""
    return {
        "tenant": TENANT, "endpoint": endpoint, "azure": True, "defender": True, "devops-organizations": ["initech"],
        "reader-app": people.apps[READER], "cutter-app": people.apps[CUTTER],
    }  # fmt: skip


def add_system(directory: Path, endpoint: str, people: People) -> None:
    """Add the tenant to the estate that is in this folder."""
    files = references(directory / "secrets", people)
    credentials = {
        role: {part: {"file": str(path)} for part, path in files[app].items()}
        for role, app in (("reader", READER), ("cutter", CUTTER))
    }
    path = directory / "estate.yaml"
    estate = json.loads(path.read_text())
    estate["systems"][SYSTEM] = {
        "connector": "microsoft", **settings(endpoint, people), "settle": "1s", **credentials,
    }  # fmt: skip
    path.write_text(json.dumps(estate, indent=2) + "\n")


def rights(connector: Connector, *, cutter: bool) -> frozenset[str]:
    """What an administrator consents to for one of the two apps: what the connector declares, and no more."""
    containment = connector.containment
    verbs = ("cut", "restore") if cutter else ("discover", "observe")
    own = [one for verb in verbs for one in (containment.permissions[verb] if containment else ())]
    actions = [one for one in connector.extra_actions if (one.effect in READ_EFFECTS) != cutter]
    asked = () if cutter else connector.preflight_permissions
    return frozenset((*own, *asked, *(right for action in actions for right in action.permissions)))
