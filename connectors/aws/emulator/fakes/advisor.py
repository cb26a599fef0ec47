"""Access advisor, which moto lacks: jobs that take some polls, over what the range was asked and what was planted."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from xml.sax.saxutils import escape

from connectors.aws.discover import account_of
from connectors.aws.emulator.fakes.common import Fake, Reply, xml
from connectors.aws.emulator.fakes.paging import Seed, page
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Denied, Principal, backend

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

PAGE = 100
"""Services on a page unless MaxItems says otherwise (IAM API reference)."""


@dataclass
class Job:
    """One report in the making."""

    account: str
    arn: str
    polls: int
    """Polls that still answer IN_PROGRESS."""


JOBS: dict[str, Job] = kept({})
PLANTED: dict[str, list[dict[str, str]]] = kept({})
"""Rows of ServicesLastAccessed by ARN."""
BEHAVIOUR: ChainMap[str, Any] = ChainMap(kept({}), {"polls": 1, "failed": []})
"""How many polls a job takes, and the ARNs whose job fails."""


def _generate(_gate: Gate, request: Request, principal: Principal) -> Reply:
    arn = request.params["Arn"]
    iam = backend(principal.account)
    if arn not in {one.arn for one in (*iam.users.values(), *iam.roles.values())}:
        raise Denied("NoSuchEntity", f"ARN {arn} cannot be found.", 404)
    name = str(uuid4())
    JOBS[name] = Job(principal.account, arn, BEHAVIOUR["polls"])
    return xml("GenerateServiceLastAccessedDetails", f"<JobId>{name}</JobId>", "iam")


def _get(gate: Gate, request: Request, principal: Principal) -> Reply:
    job = JOBS.get(request.params["JobId"])
    if job is None or job.account != principal.account:
        raise Denied("NoSuchEntity", "The job cannot be found.", 404)
    job.polls -= 1
    if job.polls >= 0:
        return _report("IN_PROGRESS", "")
    if job.arn in BEHAVIOUR["failed"]:
        return _report("FAILED", "<Error><Message>An error occurred.</Message><Code>Internal</Code></Error>")
    rows = PLANTED.get(job.arn) or _seen(gate, job.arn)
    size = min(int(request.params.get("MaxItems", PAGE)), PAGE)
    shown, token = page(request.operation, rows, request.params.get("Marker"), size)
    marker = f"<IsTruncated>true</IsTruncated><Marker>{token}</Marker>" if token else "<IsTruncated>false</IsTruncated>"
    return _report("COMPLETED", f"<ServicesLastAccessed>{''.join(map(_member, shown))}</ServicesLastAccessed>{marker}")


def _seen(gate: Gate, arn: str) -> list[dict[str, str]]:
    """When a user, or a session of a role, last called each service of the range."""
    name = arn.rsplit("/", 1)[1]
    mine = f":assumed-role/{name}/" if ":role/" in arn else f":user/{name}/"
    last: dict[str, str] = {}
    for call in list(gate.calls):
        if mine in f"{call['arn']}/" and account_of(call["arn"]) == account_of(arn):
            last[call["service"]] = call["at"]
    return [
        {"ServiceName": name, "ServiceNamespace": name, "LastAuthenticated": at, "LastAuthenticatedEntity": arn}
        for name, at in sorted(last.items())
    ]


def _member(row: dict[str, str]) -> str:
    return "<member>" + "".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in row.items()) + "</member>"


def _report(status: str, inner: str) -> Reply:
    made = "<JobCreationDate>2026-01-01T00:00:00Z</JobCreationDate>"
    return xml("GetServiceLastAccessedDetails", f"<JobStatus>{status}</JobStatus>{made}{inner}", "iam")


def _plant(given: Mapping[str, Any]) -> int:
    """Rows by ARN under `services`; `polls` and `failed` as in BEHAVIOUR."""
    PLANTED.update(given.get("services", {}))
    BEHAVIOUR.update({key: given[key] for key in BEHAVIOUR if key in given})
    return len(PLANTED)


SEEDS: dict[str, Seed] = {"access-advisor": _plant}
FAKES: dict[tuple[str, str], Fake] = {
    ("iam", "GenerateServiceLastAccessedDetails"): _generate,
    ("iam", "GetServiceLastAccessedDetails"): _get,
}
