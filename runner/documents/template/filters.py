"""The filters of templates. Each takes and gives values with their sources; a gap goes through unchanged.

Every one is listed with an example in `docs/writing-a-template.md`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from jinja2 import pass_context
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context

from runner.authored.sandbox import bounded_arguments, replace
from runner.documents.template.values import Gap, Sourced, elements, plain, sources_of
from runner.documents.template.words import Words

WORDS_KEY = "_words"
"""Name in the scope of the document's words; no template can write a name that begins with _."""

Function = Callable[..., Any]


@functools.cache
def filters() -> Mapping[str, Function]:
    """Every filter by the name that templates use."""
    with_words: dict[str, Function] = {
        "date": _date, "day": _day, "number": _number, "money": _money, "listed": _listed, "join": _join,
    }  # fmt: skip
    simple: dict[str, Function] = {
        "count": _count, "length": _count, "first": _first, "last": _last, "total": _total, "sort": _sort,
        "unique": _unique, "where": _where, "where_not": _where_not, "lower": lambda text: str(text).lower(),
        "upper": lambda text: str(text).upper(), "trim": lambda text: str(text).strip(), "round": round,
        "replace": replace, "items": _items, "say": _say,
    }  # fmt: skip
    return (
        {name: _lifted(function, words=True) for name, function in with_words.items()}
        | {name: _lifted(function, words=False) for name, function in simple.items()}
        | {"cited": _cited, "lines": _lines}
    )


def _lifted(function: Function, *, words: bool) -> Function:
    """A function on plain values, made one on values with sources and gaps."""

    @functools.wraps(function)
    def lifted(context: Context, *arguments: Any, **named: Any) -> Any:
        given = [*arguments, *named.values()]
        for one in given:
            if isinstance(one, Gap):
                return one
        if arguments and plain(arguments[0]) is None:
            return None  # what evict itself has nothing to say about stays "—"
        plainly, names = [plain(one) for one in arguments], {key: plain(one) for key, one in named.items()}
        bounded_arguments([*plainly, *names.values()])
        result = function(*([context[WORDS_KEY]] if words else []), *plainly, **names)
        if isinstance(result, Gap):
            return result
        sourced = [one for one in given if isinstance(one, Sourced)]
        if not sourced:
            return result
        spec = sourced[0].spec if isinstance(result, list) else None
        return Sourced(result, sources_of(sourced), spec, cited=any(one.cited for one in sourced))

    return pass_context(lifted)


def _cited(value: Any) -> Any:
    """The value with a note that says where it comes from."""
    if isinstance(value, Gap):
        return value
    if not isinstance(value, Sourced):
        raise TemplateRuntimeError("cited needs a fact or an artefact: this value has no source of its own")
    return Sourced(value.value, value.sources, value.spec, cited=True, lines=value.lines)


def _lines(value: Any) -> Any:
    """The value with its line breaks kept; for text that a person wrote over several lines."""
    if isinstance(value, Gap):
        return value
    if isinstance(value, Sourced):
        return Sourced(value.value, value.sources, value.spec, value.cited, lines=True)
    return Sourced(value, lines=True)


def _date(words: Words, value: Any) -> str:
    """A date or a time; text that is neither stays as it was given."""
    try:
        return words.when(str(value))
    except ValueError:
        return str(value)


def _day(words: Words, value: Any) -> str:
    """The day of a time."""
    try:
        return words.when(str(value), day_only=True)
    except ValueError:
        return str(value)


def _number(words: Words, value: Any, places: int | None = None) -> str:
    """A number with the language's separators; text that is no number stays as it was given."""
    try:
        return words.number(value if isinstance(value, (int, float)) else float(Decimal(str(value))), places)
    except InvalidOperation:
        return str(value)


def _money(words: Words, value: Any, currency: str) -> str:
    """An amount with its currency's code before it."""
    whole = isinstance(value, int)
    return f"{currency} {_number(words, value, None if whole else 2)}"


def _listed(words: Words, value: Any, last: str = "and") -> Any:
    """A list as a sentence says it."""
    if last not in ("and", "or"):
        raise TemplateRuntimeError("listed joins by 'and' or 'or'")
    items = [plain(one) for one in elements(value)]
    return next((one for one in items if isinstance(one, Gap)), None) or words.listed([str(one) for one in items], last)


def _join(_words: Words, value: Any, separator: str = "") -> Any:
    items = [plain(one) for one in elements(value)]
    return next((one for one in items if isinstance(one, Gap)), None) or separator.join(str(one) for one in items)


def _count(value: Any) -> int:
    return len(value)


def _first(value: Any) -> Any:
    return elements(value)[0] if value else None


def _last(value: Any) -> Any:
    return elements(value)[-1] if value else None


def _total(value: Any, key: str) -> Any:
    """The sum of one key over rows; the first row that lacks it makes the sum a gap."""
    total = Decimal(0)
    for row in elements(value):
        part = _key(row, key)
        if isinstance(part, Gap):
            return part
        try:
            total += Decimal(str(part))
        except InvalidOperation:
            raise TemplateRuntimeError(f"total: {key} is no number in one row") from None
    return int(total) if total == total.to_integral() else float(total)


def _sort(value: Any, key: str = "") -> list[Any]:
    """Numbers by their size before text by its letters."""
    return sorted(elements(value), key=lambda row: _order(_key(row, key) if key else plain(row)))


def _order(value: Any) -> tuple[int, float, str]:
    number = isinstance(value, (int, float))
    return (0, float(value), "") if number else (1, 0.0, str(value))


def _unique(value: Any) -> list[Any]:
    return list({repr(one): one for one in elements(value)}.values())


def _where(value: Any, key: str, *wanted: Any) -> list[Any]:
    """Rows in which a key has one of these values; rows that lack the key stay, so that nothing is lost."""
    return [row for row in elements(value) if isinstance(_key(row, key), Gap) or _key(row, key) in wanted]


def _where_not(value: Any, key: str, *unwanted: Any) -> list[Any]:
    """Rows in which a key has none of these values; rows that lack the key stay."""
    return [row for row in elements(value) if isinstance(_key(row, key), Gap) or _key(row, key) not in unwanted]


def _key(row: Any, key: str) -> Any:
    inner = plain(row)
    if not isinstance(inner, dict):
        raise TemplateRuntimeError(f"{key!r} was asked of something that has no keys")
    found = inner.get(key)
    return Gap(key, key.replace("_", " "), (), asked=False) if found is None else found


def _items(value: Any) -> list[list[Any]]:
    return [[key, one] for key, one in sorted(value.items())]


def _say(value: Any, **words: str) -> str:
    """One sentence part per choice of a fact; yes and no of a boolean."""
    key = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else str(value)
    if key not in words:
        raise TemplateRuntimeError(f"say has no words for {key!r}")
    return words[str(key)]
