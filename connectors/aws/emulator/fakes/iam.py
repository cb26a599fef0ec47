"""What moto does not keep of IAM users: service-specific credentials and permissions boundaries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from connectors.aws.emulator.fakes.common import Fake, Reply, xml
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import BOUNDARIES, Denied, Principal, backend

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

SERVICE_CREDENTIALS: dict[tuple[str, str], list[dict[str, str]]] = kept({})
"""By (account, user)."""


def _list_service_credentials(_gate: Gate, request: Request, principal: Principal) -> Reply:
    user = request.params.get("UserName", principal.user)
    members = "".join(
        "<member>" + "".join(f"<{name}>{value}</{name}>" for name, value in one.items()) + "</member>"
        for one in SERVICE_CREDENTIALS.get((principal.account, user), [])
    )
    inner = f"<ServiceSpecificCredentials>{members}</ServiceSpecificCredentials>"
    return xml("ListServiceSpecificCredentials", inner, "iam")


def _create_service_credential(_gate: Gate, request: Request, principal: Principal) -> Reply:
    user = _existing(request.params["UserName"], principal)
    kept = SERVICE_CREDENTIALS.setdefault((principal.account, user), [])
    one = {
        "UserName": user,
        "Status": "Active",
        "ServiceUserName": f"{user}-at-{principal.account}",
        "CreateDate": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ServiceSpecificCredentialId": f"ACCA{len(kept):016d}",
        "ServiceName": request.params["ServiceName"],
    }
    kept.append(one)
    body = "".join(f"<{name}>{value}</{name}>" for name, value in one.items())
    inner = f"<ServiceSpecificCredential>{body}</ServiceSpecificCredential>"
    return xml("CreateServiceSpecificCredential", inner, "iam")


def _update_service_credential(_gate: Gate, request: Request, principal: Principal) -> Reply:
    wanted = request.params["ServiceSpecificCredentialId"]
    for one in SERVICE_CREDENTIALS.get((principal.account, request.params["UserName"]), []):
        if one["ServiceSpecificCredentialId"] == wanted:
            one["Status"] = request.params["Status"]
            return xml("UpdateServiceSpecificCredential", "", "iam")
    raise Denied("NoSuchEntity", f"No such credential {wanted}.", 404)


def _put_boundary(_gate: Gate, request: Request, principal: Principal) -> Reply:
    user = _existing(request.params["UserName"], principal)
    BOUNDARIES[principal.account, user] = request.params["PermissionsBoundary"]
    return xml("PutUserPermissionsBoundary", "", "iam")


def _delete_boundary(_gate: Gate, request: Request, principal: Principal) -> Reply:
    user = _existing(request.params["UserName"], principal)
    if BOUNDARIES.pop((principal.account, user), None) is None:
        raise Denied("NoSuchEntity", f"User {user} has no permissions boundary.", 404)
    return xml("DeleteUserPermissionsBoundary", "", "iam")


def _get_user(_gate: Gate, request: Request, principal: Principal) -> Reply:
    name = _existing(request.params.get("UserName", principal.user), principal)
    user = backend(principal.account).users[name]
    arn = BOUNDARIES.get((principal.account, name))
    kind = "<PermissionsBoundaryType>Policy</PermissionsBoundaryType>"
    boundary = (
        f"<PermissionsBoundary>{kind}<PermissionsBoundaryArn>{arn}</PermissionsBoundaryArn></PermissionsBoundary>"
    )
    inner = (
        f"<User><Path>{user.path}</Path><UserName>{escape(name)}</UserName><UserId>{user.id}</UserId>"
        f"<Arn>{escape(user.arn)}</Arn><CreateDate>{user.create_date:%Y-%m-%dT%H:%M:%SZ}</CreateDate>"
        f"{boundary if arn else ''}</User>"
    )
    return xml("GetUser", inner, "iam")


def _existing(user: str, principal: Principal) -> str:
    if user not in backend(principal.account).users:
        raise Denied("NoSuchEntity", f"The user with name {user} cannot be found.", 404)
    return user


FAKES: dict[tuple[str, str], Fake] = {
    ("iam", "ListServiceSpecificCredentials"): _list_service_credentials,
    ("iam", "CreateServiceSpecificCredential"): _create_service_credential,
    ("iam", "UpdateServiceSpecificCredential"): _update_service_credential,
    ("iam", "PutUserPermissionsBoundary"): _put_boundary,
    ("iam", "DeleteUserPermissionsBoundary"): _delete_boundary,
    ("iam", "GetUser"): _get_user,
}
