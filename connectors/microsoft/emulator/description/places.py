"""Which service a declared route or a request belongs to, and its path there."""

from __future__ import annotations

GRAPH, BETA, ARM, DEFENDER, DEVOPS = "graph", "graph-beta", "arm", "defender", "devops"
SERVICES = (GRAPH, BETA, ARM, DEFENDER, DEVOPS)
_VERSIONS = {"/v1.0/": GRAPH, "/beta/": BETA}


def placed(service: str, path: str) -> tuple[str, str]:
    """The service and the path without Graph's version in front of it."""
    if service in {GRAPH, BETA}:
        for version, place in _VERSIONS.items():
            if path.startswith(version):
                return place, path[len(version) - 1 :]
    return service, path
