"""Reads of one family, each for itself: what one of them is refused hides nothing of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from connectors.contract import AccessPath, PathKind
from connectors.errors import NotFoundError, RefusedError, RejectedError, UnsupportedError
from connectors.microsoft.paths import Paths, Unread

LICENCE = "not applicable (licence)"


class Reading:
    """Paths found so far, and kinds that could not be read, each with why."""

    def __init__(self) -> None:
        self.paths: Paths = []
        self.unread: Unread = {}

    def read(
        self, kinds: Iterable[PathKind], reader: Callable[[], Iterable[AccessPath]],
        unlicensed: Callable[[str], AccessPath] | None = None,
    ) -> None:  # fmt: skip
        """Take what a reader finds. What is gone has no paths; a missing licence is one path where a caller makes it.

        Raises:
            WorldError: the network or the service failed, which is no property of the tenant.

        """
        try:
            self.paths.extend(reader())
        except NotFoundError:
            return
        except (RefusedError, RejectedError, UnsupportedError) as error:
            if unlicensed is not None and error.what.startswith(LICENCE):
                self.paths.append(unlicensed(error.what))
                return
            self.missed(kinds, error.what)

    def missed(self, kinds: Iterable[PathKind], why: str) -> None:
        """Nothing may be concluded from the absence of these kinds."""
        for kind in kinds:
            before = self.unread.get(kind, "")
            if why not in before:
                self.unread[kind] = f"{before}; {why}" if before else why
