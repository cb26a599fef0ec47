"""What moto lacks of Resource Access Manager: the other side's shares, and giving up one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from moto.ram.models import ram_backends

from connectors.aws.emulator.fakes.common import Fake, Reply
from connectors.aws.emulator.principals import Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request


def _shares(_gate: Gate, request: Request, principal: Principal) -> Reply | None:
    """Shares of others that name the caller's account; the caller's own are moto's."""
    if request.params["resourceOwner"] == "SELF":
        return None
    shown = [
        {
            "resourceShareArn": one.arn, "name": one.name, "owningAccountId": one.owning_account_id,
            "allowExternalPrincipals": one.allow_external_principals, "status": one.status,
        }
        for one in _all(request.region)
        if one.owning_account_id != principal.account and principal.account in one.principals
    ]  # fmt: skip
    return _rest({"resourceShares": shown})


def _leave(_gate: Gate, request: Request, principal: Principal) -> Reply:
    """Either side ends what a principal has of a share."""
    wanted, params = request.params["resourceShareArn"], request.params.get("principals", [])
    for one in _all(request.region):
        if one.arn == wanted and (one.owning_account_id == principal.account or params == [principal.account]):
            one.principals = [name for name in one.principals if name not in params]
            return _rest({"resourceShareAssociations": []})
    raise Denied("UnknownResourceException", f"ResourceShare {wanted} could not be found.", 400)


def _all(region: str) -> Iterator[Any]:
    for regions in list(ram_backends.values()):
        if region in regions:
            yield from list(regions[region].resource_shares)


def _rest(content: dict[str, Any]) -> Reply:
    return Reply(200, json.dumps(content).encode(), "application/json")


FAKES: dict[tuple[str, str], Fake] = {
    ("ram", "GetResourceShares"): _shares,
    ("ram", "DisassociateResourceShare"): _leave,
}
