"""OneDrive: source code that is open to whoever has a link, and the same of a colleague's holiday pictures."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from connectors.microsoft.emulator.areas.files import grant_id
from runner.range.microsoft.people import BOSS, COLLEAGUE, DOMAIN, LONG_AGO, SUSPECT, People, guid

LINK = "https://initech-my.sharepoint.example/:u:/g/personal/{owner}/{item}"


def seed(put: Any, people: People) -> None:
    """Two links and an outsider's grant for each, a folder's link that a file inherits, and a file of nobody else's."""
    for owner, name in ((people.suspect, SUSPECT), (people.colleague, COLLEAGUE)):
        item = f"01{guid(f'drive-{name}')[:8].upper()}"
        mail = f"{name}@{DOMAIN}"
        put("driveItems",
            made(owner, f"{item}A", "billing-service.zip", own(mail), link(name, "A", "anonymous", "edit")),
            made(owner, f"{item}B", "architecture.docx", own(mail), link(name, "B", "organization", "view")),
            made(owner, f"{item}C", "keys for k.xlsx", own(mail), grant("broker@agency.example", "write"),
                 grant(f"{BOSS}@{DOMAIN}", "read", people.boss)),
            made(owner, f"{item}D", "handover", own(mail), link(name, "D", "anonymous", "view"), _folder=True),
            made(owner, f"{item}E", "readme.md", own(mail),
                 {**link(name, "D", "anonymous", "view"), "inheritedFrom": {"id": f"{item}D"}}),
            made(owner, f"{item}F", "notes.txt", own(mail)))  # fmt: skip


def made(owner: str, item: str, name: str, *permissions: dict[str, Any], _folder: bool = False) -> dict[str, Any]:
    """One item of a drive."""
    hashes = {"quickXorHash": b64encode(guid(f"{item}-hash").replace("-", "")[:20].encode()).decode()}
    whole = {"file": {"mimeType": "application/octet-stream", "hashes": hashes}, "size": 4096}
    return {
        "id": item, "name": name, "_drive": owner, **({"folder": {"childCount": 1}} if _folder else whole),
        "createdDateTime": LONG_AGO, "lastModifiedDateTime": LONG_AGO,
        "_permissions": {one["id"]: one for one in permissions},
    }  # fmt: skip


def own(mail: str) -> dict[str, Any]:
    """The owner's own permission."""
    return {"id": grant_id(mail), "roles": ["owner"], "grantedToV2": {"user": {"email": mail, "displayName": mail}}}


def link(owner: str, item: str, scope: str, kind: str) -> dict[str, Any]:
    """A sharing link."""
    return {
        "id": guid(f"link-{owner}-{item}"), "roles": ["write" if kind == "edit" else "read"],
        "link": {"scope": scope, "type": kind, "webUrl": LINK.format(owner=owner, item=item)},
    }  # fmt: skip


def grant(address: str, role: str, user: str = "") -> dict[str, Any]:
    """Access for a named person."""
    who = {"email": address, "displayName": address, **({"id": user} if user else {})}
    return {"id": grant_id(address), "roles": [role], "grantedToV2": {"user": who}}
