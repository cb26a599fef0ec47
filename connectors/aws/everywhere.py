"""Read every account and Region side by side, and say which could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from connectors.errors import RefusedError, UnsupportedError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

WIDTH = 16
Found = TypeVar("Found")


def everywhere(session: AwsSession, read: Callable[[str, str], Iterable[Found]]) -> tuple[list[Found], str]:
    """What `read(account, region)` finds in all of them, and why some could not be read ("" when all could).

    Raises:
        WorldError: anything but a refusal or an unsupported call.

    """
    places = [(account, region) for account in session.accounts() for region in session.regions()]

    def one(place: tuple[str, str]) -> tuple[list[Found], str]:
        try:
            return list(read(*place)), ""
        except (RefusedError, UnsupportedError) as error:
            return [], f"{place[0]} {place[1]}: {error.what}"

    with ThreadPoolExecutor(WIDTH) as pool:
        answers = list(pool.map(one, places))
    return [item for found, _why in answers for item in found], "; ".join(why for _found, why in answers if why)
