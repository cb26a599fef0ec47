"""What moto gets wrong of EC2: it deletes key pairs by their name alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.ec2.models import ec2_backends

from connectors.aws.emulator.fakes.common import Fake, Reply
from connectors.aws.emulator.fakes.shelves import serialised
from connectors.aws.emulator.principals import Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request


def _delete_key_pair(_gate: Gate, request: Request, principal: Principal) -> Reply | None:
    """By id; by name is moto's own."""
    wanted = request.params.get("KeyPairId")
    if wanted is None:
        return None
    held = ec2_backends[principal.account][request.region].key_pairs
    for name in [name for name, pair in held.items() if pair.id == wanted]:
        del held[name]
    return serialised("ec2", "DeleteKeyPair", {"Return": True, "KeyPairId": wanted})


FAKES: dict[tuple[str, str], Fake] = {("ec2", "DeleteKeyPair"): _delete_key_pair}
