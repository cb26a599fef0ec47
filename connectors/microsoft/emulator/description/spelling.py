"""How one request's path is spelled in a route, in a description and on the wire. Pure.

1. A hole is `{}` whatever its name, and `{+}` where it stands for several segments.
2. An action or function may be spelled with its namespace or without: `microsoft.graph.revokeSignInSessions`.
3. Quotes around a function's argument belong to the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

ALIASES = (
    # Graph's description names files under their drive alone; a user's drive is one of them, and `root` is an item.
    ("/users/{}/drive/", "/drives/{}/"),
    ("/drives/{}/root/", "/drives/{}/items/{}/"),
    # The scope of a role may be nothing: the root of the tenant.
    ("/providers/Microsoft.Authorization/", "/{+}/providers/Microsoft.Authorization/"),
)
_HOLE = re.compile(r"'?\{([^{}+]*)(\+?)\}'?")
_SPACE = re.compile(r"/microsoft\.graph\.(?:\w+\.)*(?=\w)")
_EMPTY = re.compile(r"\(\)$")


def shape(path: str, wide: frozenset[str] = frozenset()) -> str:
    """The path with its holes' names dropped; those in `wide` stand for several segments."""
    bare = path.rstrip("/") or "/"
    return _HOLE.sub(lambda hole: "{+}" if hole[2] or hole[1] in wide else "{}", bare)


def plain(path: str) -> str:
    """The shape without namespaces and without the brackets of a function that takes nothing."""
    return _EMPTY.sub("", _SPACE.sub("/", path))


def aliases(path: str) -> Iterator[str]:
    """The shape, then the ways in which descriptions spell the same resource."""
    yield path
    for mine, theirs in ALIASES:
        if path.startswith(mine):
            path = theirs + path.removeprefix(mine)
            yield path


def pattern(path: str, *, several: bool = True) -> re.Pattern[str]:
    """What a shape's concrete paths match; `several` lets a wide hole stand for several segments."""
    wide = ".+" if several else re.escape("{+}")
    return re.compile(re.escape(path).replace(re.escape("{+}"), wide).replace(re.escape("{}"), "[^/]+"))


def literal(path: str) -> int:
    """How many characters of a shape are not holes: of two that match, the greater is meant."""
    return len(path.replace("{+}", "").replace("{}", ""))
