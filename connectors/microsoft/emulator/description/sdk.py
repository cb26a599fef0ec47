"""What Microsoft generates its Python SDKs from, read back out of them: paths and fields newer than the package.

The SDK's text is read, never run. Its URL templates are the description's paths, its models the description's schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from connectors.microsoft.emulator.description.source import Newer
from connectors.microsoft.emulator.description.spelling import aliases, plain, shape

WHEELS = {"graph": "msgraph_sdk", "graph-beta": "msgraph_beta_sdk"}
_TEMPLATE = re.compile(
    r'super\(\).__init__\(request_adapter, "\{\+baseurl\}([^"{]*(?:\{[^?][^"{]*)*)(?:\{\?([^}"]*)\})?"'
)
_METHOD = re.compile(
    r"async def (get|post|put|patch|delete)\(self,(?:\s*body: (\w+),)?.*?-> (?:Optional\[(\w+)\]|None):"
)
_IMPORT = re.compile(r"^\s+from (\.+)([\w.]*) import (\w+)$", re.MULTILINE)
_FIELD = re.compile(r'"([^"]+)": lambda n : setattr\(self, \'\w+\', n\.(\w+)\(([\w., ]*)\)\)')
_CLASS = re.compile(r"^class (\w+)\(([\w., ]*)\):", re.MULTILINE)
_MEMBER = re.compile(r'^    \w+ = "([^"]+)",', re.MULTILINE)
_WORDS: dict[str, dict[str, Any]] = {
    "get_str_value": {"type": "string"},
    "get_bool_value": {"type": "boolean"},
    "get_int_value": {"type": "integer"},
    "get_float_value": {"type": "number"},
    "get_datetime_value": {"type": "string", "format": "date-time"},
    "get_date_value": {"type": "string", "format": "date"},
    "get_time_value": {"type": "string", "format": "time"},
    "get_timedelta_value": {"type": "string", "format": "duration"},
    "get_uuid_value": {"type": "string", "format": "uuid"},
    "get_bytes_value": {"type": "string", "format": "base64url"},
}
_PRIMITIVES = {"str": {"type": "string"}, "UUID": {"type": "string", "format": "uuid"}, "int": {"type": "integer"}}
_SPACE = re.compile(r"^microsoftgraph(security|identitygovernance)?(?=\w)")
_TYPED = {"$count": "boolean", "$top": "integer", "$skip": "integer"}


class Sdk:
    """One SDK's wheel."""

    def __init__(self, wheel: Path) -> None:
        self._zip = ZipFile(wheel)
        name, version = wheel.name.split("-")[:2]
        self.source = f"{name.replace('_', '-')} {version}"
        self._names = frozenset(self._zip.namelist())
        self._root = next(one for one in sorted(self._names) if "/generated/models/" in one).split("models/")[0]

    def close(self) -> None:
        """Close the wheel."""
        self._zip.close()

    def paths(self, wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The paths among the wanted shapes that the SDK knows, as a description spells them."""
        shapes = {plain(alias) for one in wanted for alias in aliases(shape(one))}
        found: dict[str, dict[str, Any]] = {}
        for file in self._builders(shapes):
            text = self._text(file)
            template = _TEMPLATE.search(text)
            if template and plain(shape(template[1])) in shapes:
                found[template[1].replace("%2D", "-")] = self._item(file, text, template[2] or "")
        return found

    def schemas(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every model of the SDK as a schema, by the name that descriptions give it."""
        for file in sorted(self._names):
            if file.startswith(self._root + "models/") and not file.endswith("__init__.py"):
                text = self._text(file)
                declared = _CLASS.search(text)
                if declared:
                    yield self._schema_name(file, declared[1]), self._schema(file, text, declared[2])

    def _builders(self, shapes: set[str]) -> Iterator[str]:
        """Files whose folders are the words of a wanted path; holes are folders called `item`."""
        wanted = {tuple("item" if part == "{}" else _word(part) for part in one.split("/")[1:]) for one in shapes}
        for file in sorted(self._names):
            if file.startswith(self._root) and file.endswith("_request_builder.py"):
                folders = file.removeprefix(self._root).split("/")[:-1]
                if tuple(_SPACE.sub("", one.replace("_", "")) for one in folders) in wanted:
                    yield file

    def _item(self, file: str, text: str, queries: str) -> dict[str, Any]:
        imports = self._imports(file, text)
        names = [one.replace("%24", "$").rstrip("*") for one in queries.split(",") if one]
        query = [{"in": "query", "name": one, "schema": {"type": _TYPED.get(one, "string")}} for one in names]
        item: dict[str, Any] = {}
        for method, body, answer in _METHOD.findall(text):
            content: dict[str, Any] = {"parameters": query if method == "get" else [], "x-source": self.source}
            inline = body and "/models/" not in imports.get(body, "/models/")
            content["x-ms-docs-operation-type"] = "action" if inline or "microsoft_graph" in file else "operation"
            if body:
                content["requestBody"] = {"required": True, "content": _json(self._inlined(body, imports))}
            schema = self._inlined(answer, imports) if answer and answer != "bytes" else None
            content["responses"] = {"2XX": {"content": _json(schema)} if schema else {}}
            item[method] = content
        return item

    def _inlined(self, name: str, imports: dict[str, str]) -> dict[str, Any]:
        """A reference to a model; bodies and answers of one operation alone are no models and stand inline."""
        file = imports.get(name, "")
        if "/models/" in file and not name.endswith("CollectionResponse"):
            return {"$ref": f"#/components/schemas/{self._schema_name(file, name)}"}
        if not file:
            return {"type": "object"}
        text = self._text(file)
        declared = _CLASS.search(text)
        return self._schema(file, text, declared[2] if declared else "")

    def _schema(self, file: str, text: str, bases: str) -> dict[str, Any]:
        if "Enum" in bases:
            return {"type": "string", "enum": _MEMBER.findall(text)}
        imports = self._imports(file, text)
        fields = {name: self._field(kind, of, imports) for name, kind, of in _FIELD.findall(text)}
        own = {"type": "object", "properties": fields}
        base = bases.split(",", maxsplit=1)[0].strip()
        if base in imports and base != "BaseCollectionPaginationCountResponse":
            return {"allOf": [{"$ref": f"#/components/schemas/{self._schema_name(imports[base], base)}"}, own]}
        return own

    def _field(self, kind: str, of: str, imports: dict[str, str]) -> dict[str, Any]:
        if kind in _WORDS:
            return {**_WORDS[kind], "nullable": True}
        of = of.split(",", maxsplit=1)[0].strip()
        inner: dict[str, Any] = dict(_PRIMITIVES.get(of, {"type": "object"}))
        if of in imports:
            inner = {"$ref": f"#/components/schemas/{self._schema_name(imports[of], of)}"}
        linked = {"x-ms-navigationProperty": True} if imports.get(of) in self._entities else {}
        if "collection" in kind:
            return {"type": "array", "items": inner, "nullable": True, **linked}
        return {"anyOf": [inner, {"type": "object", "nullable": True}], **linked}

    @cached_property
    def _entities(self) -> frozenset[str]:
        """Files of models that are entities of their own: a field of such a type is a link."""
        bases: dict[str, str] = {}
        for file in self._names:
            if file.startswith(self._root + "models/"):
                text = self._text(file)
                declared = _CLASS.search(text)
                base = declared[2].split(",")[0].strip() if declared else ""
                bases[file] = self._imports(file, text).get(base, "")
        root = self._root + "models/entity.py"
        return frozenset(one for one in bases if root in _chain(one, bases))

    def _imports(self, file: str, text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for dots, module, name in _IMPORT.findall(text):
            folder = file.split("/")[: -len(dots)]
            found[name] = "/".join([*folder, *module.split(".")]) + ".py"
        return found

    def _schema_name(self, file: str, name: str) -> str:
        folder = file.removeprefix(self._root + "models/").split("/")[:-1]
        space = "".join(_camel(one) + "." for one in folder)
        return f"microsoft.graph.{space}{name[0].lower()}{name[1:]}"

    def _text(self, file: str) -> str:
        return self._zip.read(file).decode() if file in self._names else ""


def newer(folder: Path | None, service: str, paths: Iterable[str]) -> tuple[Newer | None, str]:
    """What the service's SDK in a folder of wheels adds, and the SDK's name; None when there is none."""
    wheels = sorted(folder.glob(f"{WHEELS[service]}-*.whl")) if folder and service in WHEELS else []
    if not wheels:
        return None, ""
    sdk = Sdk(wheels[-1])
    try:
        return Newer(sdk.paths(paths), list(sdk.schemas())), sdk.source
    finally:
        sdk.close()


def _chain(file: str, bases: dict[str, str]) -> Iterator[str]:
    while file:
        yield file
        file = bases.get(file, "")


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _word(name: str) -> str:
    return re.sub(r"\W", "", name).lower()


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(one.capitalize() for one in rest)
