"""OData as Graph and Azure speak it: quoted filters, links to next pages, properties that come only when named."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.replies import Answer
from connectors.vocabulary import Json


def quoted(text: str) -> str:
    """A string literal of a filter; a quote inside is doubled (OData 4.01, part 2, 5.1.1.6.2)."""
    return "'" + text.replace("'", "''") + "'"


def onward(answer: Answer) -> str | None:
    """The next page, as the answer itself names it: to be followed word for word."""
    found = answer.json()
    if not isinstance(found, dict):
        return None
    return found.get("@odata.nextLink") or found.get("nextLink") or None


def rows(answer: Answer) -> list[Json]:
    """The rows of one page; an empty page may have a next one."""
    found = answer.json()
    return list(found.get("value") or []) if isinstance(found, dict) else []


def select(*names: str) -> dict[str, str]:
    """The query that asks for these properties: some are never there unless they are named."""
    return {"$select": ",".join(names)}


def any_of(name: str, values: Iterable[str]) -> str:
    """A filter: the property equals one of these."""
    return " or ".join(f"{name} eq {quoted(value)}" for value in values)
