"""Teams that the suspect and others are in."""

from __future__ import annotations

from typing import Any

from runner.range.microsoft.people import People, guid

OWNED, JOINED = "Platform", "All hands"


def seed(put: Any, people: People) -> None:
    """One team that the suspect owns beside a colleague, one where they are a member."""
    put("teams",
        team(OWNED, {people.suspect: ["owner"], people.colleague: ["owner"]}),
        team(JOINED, {people.suspect: [], people.colleague: [], people.boss: ["owner"]}))  # fmt: skip


def team(name: str, members: dict[str, list[str]]) -> dict[str, Any]:
    """One team, its members with their roles."""
    return {"id": guid(f"team-{name}"), "displayName": name, "description": name, "_members": members}
