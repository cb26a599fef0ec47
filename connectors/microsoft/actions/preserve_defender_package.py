"""Investigation packages: what Defender's sensor collects on a machine, before the machine is isolated.

One collection runs at a time: where one is running already, its package is waited for. The link to a package is good
for a short time and leads to another host: it is followed at once, without a token, and what comes is hashed as it
is stored. A machine that stays off never answers: that is a gap with its reason.

Sources: github.com/MicrosoftDocs/defender-docs, collect investigation package, get package SAS URI.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.contract import (
    Action,
    ActionContext,
    ActionResult,
    Effect,
    Field,
    Gap,
    Json,
    Notice,
    Outcome,
    Receipt,
    Session,
)
from connectors.errors import OutOfTimeError, RejectedError, UnsupportedError, WorldError
from connectors.microsoft.clouds import Service
from connectors.microsoft.families.defender import WAITING, machines
from connectors.microsoft.odata import quoted
from connectors.microsoft.registered import PERMISSIONS, registered
from connectors.microsoft.routes.devices import MACHINES

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

KIND = "CollectInvestigationPackage"
WIDTH = 4
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 60.0
STOPPED = "its time was over, and the machine had not answered: it is asked for, and comes when the machine is online"


class PreserveDefenderPackage(Action):
    """Of every machine of the subject's devices that nobody else uses."""

    name = "microsoft.preserve-defender-package"
    title = "Collect Defender's investigation packages"
    doc = "Has the sensor of each of the subject's machines pack processes, autoruns, events and more, and keeps it."
    effect = Effect.PRESERVE
    inputs = (
        Field("wait_minutes", "integer", "How long to wait for the machines.", required=False, default=30),
    )  # fmt: skip
    outputs = (
        Field("packages", "list[object]", "Each machine: its package's SHA-256 and size, or why there is none."),
    )
    permissions = (MACHINES, "Machine.CollectForensics", *PERMISSIONS)
    notice = Notice.MAYBE
    notice_why = "the sensor works on the machine for some minutes; nothing is shown (general knowledge)"
    preserves = ("defender-package",)
    sources = (
        "https://learn.microsoft.com/defender-endpoint/api/collect-investigation-package",
        "https://learn.microsoft.com/defender-endpoint/api/get-package-sas-uri",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """All machines side by side; one that does not answer is a gap, not an end."""
        from connectors.microsoft.client import opened

        tenant, until = opened(session), context.now() + timedelta(minutes=int(inputs["wait_minutes"]))
        if not tenant.offers(Service.DEFENDER):
            return ActionResult({"packages": []}, Outcome.NOT_APPLICABLE, "the estate does not use Defender")
        try:
            found = sorted(_own(tenant, context))
        except UnsupportedError as error:
            return ActionResult({"packages": []}, Outcome.NOT_APPLICABLE, error.what)
        if not found:
            return ActionResult({"packages": []}, Outcome.NOT_APPLICABLE, "the subject has no machine under Defender")
        with ThreadPoolExecutor(WIDTH) as pool:
            told = list(pool.map(lambda machine: _package(tenant, machine, context, until), found))
        return ActionResult(
            {"packages": [one for one, _receipt in told]}, receipts=tuple(receipt for _one, receipt in told),
            why="; ".join(f"{one['machine']}: {one['why']}" for one, _receipt in told if one["why"]),
        )  # fmt: skip


def _own(session: MicrosoftSession, context: ActionContext) -> Iterator[str]:
    for account in context.accounts:
        devices = registered(session, account.id, context.subject)
        yield from (machine for machine, _found in machines(session, tuple(one for one in devices if not one.others)))


def _package(
    session: MicrosoftSession, machine: str, context: ActionContext, until: datetime
) -> tuple[dict[str, Json], Receipt]:
    query = {"machine": machine, "operation": KIND}
    try:
        action = _asked(session, machine, context)
        _waited(session, action, context, until)
        kept = context.store(f"defender-package-{machine}.zip", session.download(_link(session, action)),
                             "application/zip")  # fmt: skip
    except WorldError as error:
        told = {"machine": machine, "sha256": "", "size": 0, "why": error.what}
        return told, Receipt("Defender investigation package", query, "incomplete", error.what, end=context.now(),
                             gaps=(Gap(machine, error.what),))  # fmt: skip
    told = {"machine": machine, "sha256": kept.sha256, "size": kept.size, "why": ""}
    return told, Receipt("Defender investigation package", query, "complete", end=context.now(), records=1,
                         artefacts=(kept.sha256,))  # fmt: skip


def _asked(session: MicrosoftSession, machine: str, context: ActionContext) -> str:
    """The id of the collection that was begun, or of the one that is running already.

    Raises:
        WorldError: neither could be.

    """
    route = "/api/machines/{machine}/collectInvestigationPackage"
    try:
        answer = session.call(
            "POST", route, service=Service.DEFENDER, body={"Comment": context.case_id}, machine=machine
        )
    except RejectedError as error:
        running = _running(session, machine)
        if running is None:
            raise error from None
        return running
    return str((answer.json() or {}).get("id"))


def _running(session: MicrosoftSession, machine: str) -> str | None:
    query = {"$filter": f"machineId eq {quoted(machine)}"}
    rows = session.rows("/api/machineactions", service=Service.DEFENDER, query=query)
    found = [row for row in rows if row.get("type") == KIND and row.get("status") in WAITING]
    last = max(found, key=lambda row: str(row.get("creationDateTimeUtc")), default=None)
    return str(last["id"]) if last else None


def _waited(session: MicrosoftSession, action: str, context: ActionContext, until: datetime) -> None:
    """Look until it succeeded.

    Raises:
        OutOfTimeError: the machine did not answer in time.
        UnsupportedError: it ended otherwise.
        WorldError: it could not be looked at.

    """
    wait = FIRST_WAIT_S
    while True:
        row: Mapping[str, Any] = session.get("/api/machineactions/{action}", service=Service.DEFENDER, action=action)
        if row.get("status") == "Succeeded":
            return
        if row.get("status") not in WAITING:
            raise UnsupportedError(f"the collection ended as {row.get('status')}")
        if context.cancelled() or context.now() >= until:
            raise OutOfTimeError(STOPPED)
        context.pause(wait)
        wait = min(wait * 2, LONGEST_WAIT_S)


def _link(session: MicrosoftSession, action: str) -> str:
    """The link as Defender gives it: in quotation marks of its own."""
    route = "/api/machineactions/{action}/GetPackageUri"
    return str(session.get(route, service=Service.DEFENDER, action=action).get("value") or "").strip('"')
