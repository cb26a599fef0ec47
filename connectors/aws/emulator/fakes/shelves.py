"""Things that moto lacks and that are no more than made, listed and deleted; answers follow botocore's own models."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from connectors.aws.emulator.fakes.common import Fake, Reply
from connectors.aws.emulator.fakes.paging import Seed, page
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

PAGE = 10
HELD: dict[tuple[str, str, str], list[dict[str, Any]]] = kept({})
"""By account, Region and listing."""


@dataclass(frozen=True)
class Shelf:
    """One sort of thing."""

    service: str
    """As signed; botocore's name of the model too."""
    create: str
    """"" when no call makes it."""
    listing: str
    delete: str
    rows: str
    """The member of the listing's reply."""
    id: str
    """The member of a row by which it is deleted."""
    name: str
    """An id with its variable parts in braces: account, region, token."""
    made: str = ""
    """The member of the creation's reply that holds the row; "" when its members stand alone."""
    state: Mapping[str, Any] | None = None
    """Members of every row that nobody chooses."""

    def fakes(self) -> dict[tuple[str, str], Fake]:
        """Its calls."""
        calls = {self.create: self._create, self.listing: self._list, self.delete: self._delete}
        return {(self.service, operation): fake for operation, fake in calls.items() if operation}

    def _held(self, request: Request, principal: Principal) -> list[dict[str, Any]]:
        return HELD.setdefault((principal.account, request.region, self.listing), [])

    def _create(self, _gate: Gate, request: Request, principal: Principal) -> Reply:
        token = secrets.token_hex(9)[:17]
        name = self.name.format(account=principal.account, region=request.region, token=token)
        row = {**request.params, **(self.state or {}), self.id: name}
        self._held(request, principal).append(row)
        return serialised(self.service, self.create, {self.made: row} if self.made else row)

    def _list(self, _gate: Gate, request: Request, principal: Principal) -> Reply:
        shown, token = page(self.listing, self._held(request, principal), request.params.get("NextToken"), PAGE)
        return serialised(self.service, self.listing, {self.rows: shown, **({"NextToken": token} if token else {})})

    def _delete(self, _gate: Gate, request: Request, principal: Principal) -> Reply:
        held, name = self._held(request, principal), request.params.get(self.id)
        left = [row for row in held if row[self.id] != name]
        if len(left) == len(held):
            raise Denied("ResourceNotFoundException", f"there is no {name}", 400)
        held[:] = left
        return serialised(self.service, self.delete, {self.id: name})


def serialised(service: str, operation: str, content: Mapping[str, Any]) -> Reply:
    """An answer in the form of the service's protocol."""
    model = get_service_model(service)
    serialiser = get_serializer_class(service, model.resolved_protocol)(model.operation_model(operation))
    answer = serialiser.serialize(content)
    body = answer["body"]
    kind = "text/xml" if model.resolved_protocol in ("ec2", "query") else "application/x-amz-json-1.1"
    return Reply(answer["status_code"], body if isinstance(body, bytes) else body.encode(), kind)


SHELVES = (
    Shelf("ssm", "CreateActivation", "DescribeActivations", "DeleteActivation", "ActivationList", "ActivationId",
          "{token}", state={"Expired": False, "ActivationCode": "range"}),
    Shelf("ssm", "CreateAssociation", "ListAssociations", "DeleteAssociation", "Associations", "AssociationId",
          "{token}", made="AssociationDescription"),
    Shelf("ssm", "", "DescribeInstanceInformation", "DeregisterManagedInstance",
          "InstanceInformationList", "InstanceId", "mi-{token}"),
    Shelf("codebuild", "ImportSourceCredentials", "ListSourceCredentials", "DeleteSourceCredentials",
          "sourceCredentialsInfos", "arn", "arn:aws:codebuild:{region}:{account}:token/{token}"),
    Shelf("codestar-connections", "CreateConnection", "ListConnections", "DeleteConnection", "Connections",
          "ConnectionArn", "arn:aws:codestar-connections:{region}:{account}:connection/{token}"),
    Shelf("ec2", "CreateInstanceConnectEndpoint", "DescribeInstanceConnectEndpoints", "DeleteInstanceConnectEndpoint",
          "InstanceConnectEndpoints", "InstanceConnectEndpointId", "eice-{token}", made="InstanceConnectEndpoint",
          state={"State": "create-complete"}),
    Shelf("ec2", "CreateClientVpnEndpoint", "DescribeClientVpnEndpoints", "DeleteClientVpnEndpoint",
          "ClientVpnEndpoints", "ClientVpnEndpointId", "cvpn-endpoint-{token}",
          state={"Status": {"Code": "available"}}),
)  # fmt: skip


def _enrol(given: Mapping[str, Any]) -> str:
    """A machine from outside takes up an activation; no call of the API does it."""
    name = f"mi-{secrets.token_hex(9)[:17]}"
    row = {"InstanceId": name, "ActivationId": given["activation"], "ComputerName": given["computer"]}
    HELD.setdefault((given["account"], given["region"], "DescribeInstanceInformation"), []).append(row)
    return name


FAKES: dict[tuple[str, str], Fake] = {call: fake for shelf in SHELVES for call, fake in shelf.fakes().items()}
SEEDS: dict[str, Seed] = {"managed-machine": _enrol}
