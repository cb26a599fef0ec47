"""Calls that moto lacks or answers with fixed samples: real sessions, service credentials, CloudTrail's history."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.aws.emulator.principals import Denied, Principal, backend

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

PAGE = 50
"""Events on a page of LookupEvents (CloudTrail API reference)."""


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    body: bytes
    media_type: str = "text/xml"


Fake = Callable[["Gate", "Request", Principal], Reply]

HISTORY: list[dict[str, Any]] = []
"""Seeded events from before the range started, in CloudTrail's own form."""
SERVICE_CREDENTIALS: dict[tuple[str, str], list[dict[str, str]]] = {}
"""By (account, user)."""


def _get_session_token(gate: Gate, request: Request, principal: Principal) -> Reply:
    seconds = int(request.params.get("DurationSeconds", 43_200))
    made = gate.principals.issue(principal.account, "user", principal.user, "session", seconds)
    return _xml("GetSessionToken", _credentials(made))


def _get_federation_token(gate: Gate, request: Request, principal: Principal) -> Reply:
    seconds = int(request.params.get("DurationSeconds", 43_200))
    made = gate.principals.issue(principal.account, "user", principal.user, request.params["Name"], seconds)
    user = f"<FederatedUser><Arn>arn:aws:sts::{principal.account}:federated-user/x</Arn></FederatedUser>"
    return _xml("GetFederationToken", _credentials(made) + user)


def _assume_role(gate: Gate, request: Request, _principal: Principal) -> Reply:
    from moto.sts.models import sts_backends

    arn = request.params["RoleArn"]
    account, name = arn.split(":")[4], request.params["RoleSessionName"]
    seconds = int(request.params.get("DurationSeconds", 3600))
    role = sts_backends[account]["aws"].assume_role(request.region, name, arn, None, seconds, None)
    made = gate.principals.issue(account, "role", arn, name, seconds, key=role.access_key_id)
    user = f"<AssumedRoleUser><Arn>{role.arn}</Arn><AssumedRoleId>{role.user_id}</AssumedRoleId></AssumedRoleUser>"
    return _xml("AssumeRole", _credentials(made) + user)


def _credentials(made: Any) -> str:
    return (
        f"<Credentials><AccessKeyId>{made.key}</AccessKeyId><SecretAccessKey>{made.secret}</SecretAccessKey>"
        f"<SessionToken>{made.token}</SessionToken><Expiration>{made.expires:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
    )


def _list_service_credentials(_gate: Gate, request: Request, principal: Principal) -> Reply:
    user = request.params.get("UserName", principal.user)
    members = "".join(
        "<member>" + "".join(f"<{name}>{value}</{name}>" for name, value in one.items()) + "</member>"
        for one in SERVICE_CREDENTIALS.get((principal.account, user), [])
    )
    inner = f"<ServiceSpecificCredentials>{members}</ServiceSpecificCredentials>"
    return _xml("ListServiceSpecificCredentials", inner, "iam")


def _create_service_credential(_gate: Gate, request: Request, principal: Principal) -> Reply:
    user = request.params["UserName"]
    if user not in backend(principal.account).users:
        raise Denied("NoSuchEntity", f"The user with name {user} cannot be found.", 404)
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
    return _xml("CreateServiceSpecificCredential", inner, "iam")


def _update_service_credential(_gate: Gate, request: Request, principal: Principal) -> Reply:
    wanted = request.params["ServiceSpecificCredentialId"]
    for one in SERVICE_CREDENTIALS.get((principal.account, request.params["UserName"]), []):
        if one["ServiceSpecificCredentialId"] == wanted:
            one["Status"] = request.params["Status"]
            return _xml("UpdateServiceSpecificCredential", "", "iam")
    raise Denied("NoSuchEntity", f"No such credential {wanted}.", 404)


def _xml(operation: str, inner: str, service: str = "sts") -> Reply:
    version = {"sts": "2011-06-15", "iam": "2010-05-08"}[service]
    result = f"<{operation}Result>{inner}</{operation}Result>" if inner else ""
    meta = "<ResponseMetadata><RequestId>range</RequestId></ResponseMetadata>"
    space = f'xmlns="https://{service}.amazonaws.com/doc/{version}/"'
    return Reply(200, f"<{operation}Response {space}>{result}{meta}</{operation}Response>".encode())


def _lookup_events(gate: Gate, request: Request, principal: Principal) -> Reply:
    """One attribute, newest first, 50 on a page, management events of the caller's account and Region."""
    events = [event for event in HISTORY if event["account"] == principal.account]
    events += [_event(call) for call in list(gate.calls) if call["account"] == principal.account and call["arn"]]
    events = [event for event in events if event["region"] == request.region]
    for wanted in request.params.get("LookupAttributes", []):
        name, value = wanted["AttributeKey"], wanted["AttributeValue"]
        events = [event for event in events if event.get(name) == value]
    start, end = request.params.get("StartTime", 0), request.params.get("EndTime", 2**40)
    events = [event for event in events if start <= event["time"] <= end]
    events.sort(key=lambda event: (-event["time"], event["EventId"]))
    at = int(request.params.get("NextToken", 0))
    answer: dict[str, Any] = {"Events": [_shown(event) for event in events[at : at + PAGE]]}
    if at + PAGE < len(events):
        answer["NextToken"] = str(at + PAGE)
    return Reply(200, json.dumps(answer).encode(), "application/x-amz-json-1.1")


def _event(call: dict[str, Any]) -> dict[str, Any]:
    return {
        "EventId": f"range-{call['id']}",
        "EventName": call["operation"],
        "EventSource": f"{call['service']}.amazonaws.com",
        "Username": call["arn"].rsplit("/", 1)[-1],
        "AccessKeyId": call["key"],
        "ReadOnly": "false" if call["write"] else "true",
        "time": datetime.fromisoformat(call["at"]).timestamp(),
        "region": call["region"],
        "account": call["account"],
        "detail": {
            "userIdentity": {"arn": call["arn"]},
            "requestParameters": call["params"],
            "errorCode": call["error"],
        },
    }


def _shown(event: dict[str, Any]) -> dict[str, Any]:
    hidden = ("time", "region", "account", "detail")
    shown = {key: value for key, value in event.items() if key not in hidden}
    return {**shown, "EventTime": event["time"], "CloudTrailEvent": json.dumps(event["detail"])}


FAKES: dict[tuple[str, str], Fake] = {
    ("sts", "GetSessionToken"): _get_session_token,
    ("sts", "GetFederationToken"): _get_federation_token,
    ("sts", "AssumeRole"): _assume_role,
    ("iam", "ListServiceSpecificCredentials"): _list_service_credentials,
    ("iam", "CreateServiceSpecificCredential"): _create_service_credential,
    ("iam", "UpdateServiceSpecificCredential"): _update_service_credential,
    ("cloudtrail", "LookupEvents"): _lookup_events,
}
