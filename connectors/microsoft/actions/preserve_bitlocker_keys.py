"""BitLocker recovery keys of the subject's devices: always which there are, and the keys themselves when asked.

A recovery key unlocks a disk: it is a secret, and secrets never enter the ledger, a log, a document or an error. So:

1. Outputs and receipts name key ids, devices and volumes, and never a key.
2. The keys are read only where `keys` is true; each such read stands in the tenant's audit log (KeyManagement).
3. What is read goes into one artefact of the evidence store, apart from the list, and nowhere else. The receipt says
   that this artefact opens disks, so that whoever hands out evidence leaves it out unless the disks go along.

Without the key an imaged disk is not readable, and the key is lost with the device object: that is why it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Gap, Json, Receipt, Session
from connectors.errors import WorldError
from connectors.microsoft.odata import quoted, select
from connectors.microsoft.registered import PERMISSIONS, registered
from connectors.microsoft.routes.devices import KEYS

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

OPENS = "this artefact opens the disks that it names: hand it on only together with them"


class PreserveBitlockerKeys(Action):
    """By device of the subject's accounts."""

    name = "microsoft.preserve-bitlocker-keys"
    title = "Keep the BitLocker recovery keys"
    doc = "Lists the recovery keys of the subject's devices; reads the keys themselves, which is audited, when asked."
    effect = Effect.PRESERVE
    inputs = (
        Field("keys", "boolean", "Read the keys themselves into the evidence store; every read is audited.",
              required=False, default=False),
    )  # fmt: skip
    outputs = (
        Field("found", "list[object]", "Each key: its id, device and volume, and never the key."),
        Field("read", "integer", "How many keys were read into the evidence store."),
    )
    permissions = (*PERMISSIONS, "BitlockerKey.ReadBasic.All", "BitlockerKey.Read.All")
    preserves = ("bitlocker-recovery-keys",)
    sources = (
        "https://learn.microsoft.com/graph/api/bitlocker-list-recoverykeys",
        "https://learn.microsoft.com/graph/api/bitlockerrecoverykey-get",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """List, then read when asked; a device that somebody else uses too is listed and not read."""
        from connectors.microsoft.client import opened

        tenant, gaps = opened(session), list[Gap]()
        devices = {one.device_id: one for account in context.accounts
                   for one in registered(tenant, account.id, context.subject)}  # fmt: skip
        found = [row for device in sorted(devices) for row in _listed(tenant, device, gaps)]
        told = [_told(row) for row in found]
        receipts = [_listing(context, told, gaps)]
        own = [row for row in found if not devices[str(row["deviceId"])].others]
        read = _read(tenant, own, context, receipts) if inputs["keys"] and own else 0
        why = f"{len(found)} recovery keys of {len(devices)} devices; {read} were read"
        return ActionResult({"found": told, "read": read}, why=why, receipts=tuple(receipts))


def _listed(session: MicrosoftSession, device: str, gaps: list[Gap]) -> list[dict[str, Any]]:
    try:
        rows = session.rows(KEYS, query={"$filter": f"deviceId eq {quoted(device)}"})
    except WorldError as error:
        gaps.append(Gap(device, error.what))
        return []
    return [row for row in rows if str(row.get("deviceId")) == device]


def _told(row: Mapping[str, Any]) -> dict[str, str]:
    names = {"key_id": "id", "device_id": "deviceId", "volume": "volumeType", "created": "createdDateTime"}
    return {name: str(row.get(key) or "") for name, key in names.items()}


def _listing(context: ActionContext, told: list[dict[str, str]], gaps: Iterable[Gap]) -> Receipt:
    missing = tuple(gaps)
    kept = context.store("bitlocker-key-ids.json", json.dumps(told, sort_keys=True).encode())
    return Receipt("BitLocker key ids", {"operation": "list"}, "incomplete" if missing else "complete",
                   "; ".join(f"{one.what}: {one.why}" for one in missing), end=context.now(), records=len(told),
                   gaps=missing, artefacts=(kept.sha256,))  # fmt: skip


def _read(
    session: MicrosoftSession, rows: Iterable[Mapping[str, Any]], context: ActionContext, receipts: list[Receipt]
) -> int:
    lines, gaps = list[bytes](), list[Gap]()
    for row in rows:
        try:
            answer = session.call("GET", f"{KEYS}/{{key}}", query=select("key", "deviceId", "volumeType"),
                                  key=str(row["id"]))  # fmt: skip
        except WorldError as error:
            gaps.append(Gap(str(row["id"]), error.what))
            continue
        lines.append(answer.body + b"\n")
    kept = (context.store("bitlocker-recovery-keys.jsonl", b"".join(lines), "application/x-ndjson"),) if lines else ()
    receipts.append(
        Receipt("BitLocker recovery keys", {"operation": "get"}, "incomplete" if gaps else "complete",
                "; ".join((OPENS, *(f"{one.what}: {one.why}" for one in gaps))), end=context.now(), records=len(lines),
                gaps=tuple(gaps), artefacts=tuple(one.sha256 for one in kept))
    )  # fmt: skip
    return len(lines)
