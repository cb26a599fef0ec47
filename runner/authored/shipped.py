"""Find the data that evict ships: the same from a checkout and from an installed wheel."""

from __future__ import annotations

from pathlib import Path

from connectors.errors import InternalError

PACKAGE = Path(__file__).resolve().parent.parent


def shipped(kind: str) -> Path:
    """The folder of shipped "playbooks" or "templates".

    Raises:
        InternalError: the installation lacks it.

    """
    for folder in (PACKAGE / "_shipped" / kind, PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise InternalError(f"this installation has no {kind} folder")


def shipped_playbooks() -> tuple[Path, ...]:
    """Every shipped playbook file, by name."""
    return tuple(path for path in sorted(shipped("playbooks").glob("*.yaml")) if ".rehearsal" not in path.name)
