"""Real sessions: moto hands out samples, the range hands out credentials that it authenticates later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.aws.emulator.fakes.common import Fake, Reply, xml
from connectors.aws.emulator.principals import Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request


def _get_session_token(gate: Gate, request: Request, principal: Principal) -> Reply:
    seconds = int(request.params.get("DurationSeconds", 43_200))
    made = gate.principals.issue(principal.account, "user", principal.user, "session", seconds)
    return xml("GetSessionToken", _credentials(made))


def _get_federation_token(gate: Gate, request: Request, principal: Principal) -> Reply:
    seconds = int(request.params.get("DurationSeconds", 43_200))
    made = gate.principals.issue(principal.account, "user", principal.user, request.params["Name"], seconds)
    user = f"<FederatedUser><Arn>arn:aws:sts::{principal.account}:federated-user/x</Arn></FederatedUser>"
    return xml("GetFederationToken", _credentials(made) + user)


def _assume_role(gate: Gate, request: Request, _principal: Principal) -> Reply:
    from moto.sts.models import sts_backends

    arn = request.params["RoleArn"]
    account, name = arn.split(":")[4], request.params["RoleSessionName"]
    seconds = int(request.params.get("DurationSeconds", 3600))
    role = sts_backends[account]["aws"].assume_role(request.region, name, arn, None, seconds, None)
    made = gate.principals.issue(account, "role", arn, name, seconds, key=role.access_key_id)
    user = f"<AssumedRoleUser><Arn>{role.arn}</Arn><AssumedRoleId>{role.user_id}</AssumedRoleId></AssumedRoleUser>"
    return xml("AssumeRole", _credentials(made) + user)


def _credentials(made: Any) -> str:
    return (
        f"<Credentials><AccessKeyId>{made.key}</AccessKeyId><SecretAccessKey>{made.secret}</SecretAccessKey>"
        f"<SessionToken>{made.token}</SessionToken><Expiration>{made.expires:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
    )


FAKES: dict[tuple[str, str], Fake] = {
    ("sts", "GetSessionToken"): _get_session_token,
    ("sts", "GetFederationToken"): _get_federation_token,
    ("sts", "AssumeRole"): _assume_role,
}
