"""Microsoft's clouds: the login host, each API's address and the scope of its tokens, which only fit together.

Sources: Graph national clouds (github.com/microsoftgraph/microsoft-graph-docs-contrib `concepts/deployments.md`);
Azure Resource Manager and Defender addresses of the sovereign clouds are general knowledge, not re-checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Service(StrEnum):
    """One API with its own address and its own tokens."""

    GRAPH = "graph"
    AZURE = "arm"
    DEFENDER = "defender"
    DEVOPS = "devops"


@dataclass(frozen=True)
class Api:
    """Where an API is, and what its tokens are for."""

    url: str
    scope: str


@dataclass(frozen=True)
class Cloud:
    """One cloud. `apis` names what it offers."""

    login: str
    apis: Mapping[Service, Api]
    portal: str


DEVOPS = Api("https://vssps.dev.azure.com", "499b84ac-1321-427f-aa17-267ca6975798/.default")


def _cloud(login: str, graph: str, arm: str, portal: str, defender: str = "", devops: Api | None = None) -> Cloud:
    apis = {Service.GRAPH: _api(graph), Service.AZURE: _api(arm)}
    if defender:
        apis[Service.DEFENDER] = _api(defender)
    if devops:
        apis[Service.DEVOPS] = devops
    return Cloud(f"https://{login}", apis, f"https://{portal}")


def _api(host: str) -> Api:
    return Api(f"https://{host}", f"https://{host}/.default")


CLOUDS: Mapping[str, Cloud] = {
    "global": _cloud(
        "login.microsoftonline.com", "graph.microsoft.com", "management.azure.com", "entra.microsoft.com",
        "api.securitycenter.microsoft.com", DEVOPS,
    ),
    "us-gov": _cloud(
        "login.microsoftonline.us", "graph.microsoft.us", "management.usgovcloudapi.net", "entra.microsoft.us"
    ),
    "us-dod": _cloud(
        "login.microsoftonline.us", "dod-graph.microsoft.us", "management.usgovcloudapi.net", "entra.microsoft.us"
    ),
    "china": _cloud(
        "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn", "management.chinacloudapi.cn",
        "entra.microsoftonline.cn",
    ),
}  # fmt: skip
"""By the name that an estate gives; GCC (not High) uses the worldwide cloud."""


def at_range(endpoint: str) -> Cloud:
    """A range on this machine that stands for a whole cloud; scopes stay those of the worldwide one."""
    apis = {service: Api(f"{endpoint}/{service}", api.scope) for service, api in CLOUDS["global"].apis.items()}
    return Cloud(f"{endpoint}/login", apis, CLOUDS["global"].portal)
