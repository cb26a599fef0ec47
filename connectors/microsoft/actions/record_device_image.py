"""A person's word that a device's disk was imaged, checked against the device, before anything may wipe it.

No API of Microsoft images a disk: a person does, and writes a custody sheet. What they wrote is held against what
Intune says of the device; the statement becomes an artefact. It is a person's word, and told as one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Json, Receipt, Session
from connectors.errors import InputError
from connectors.microsoft.actions.targets import targets
from connectors.microsoft.actions.wipe_device import DISK
from connectors.microsoft.registered import PERMISSIONS
from connectors.microsoft.routes.devices import INTUNE

SHA256 = re.compile(r"[0-9a-f]{64}")
WORD = "a person's word: nobody but the holder of the image can check it"


class RecordDeviceImage(Action):
    """The serial number on the sheet must be the device's."""

    name = "microsoft.record-device-image"
    title = "Record that a device's disk was imaged"
    doc = "Keeps a person's statement on a disk image, when its serial number is that of the device."
    effect = Effect.PRESERVE
    inputs = (
        Field("device", "guid", "Exact Intune device id."),
        Field("serial_number", "string", "The serial number as it stands on the custody sheet."),
        Field("image_sha256", "string", "SHA-256 of the image, 64 hexadecimal digits."),
        Field("held_by", "string", "Who holds the image."),
    )
    outputs = (Field("statement", "string", "SHA-256 of the statement that was kept."),)
    permissions = (INTUNE, *PERMISSIONS)
    preserves = (DISK,)
    sources = ("https://learn.microsoft.com/graph/api/intune-devices-manageddevice-get",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Compare, then keep.

        Raises:
            InputError: the sheet is of another device, or its hash is none.
            WorldError: the device could not be read.

        """
        from connectors.microsoft.client import opened

        digest, serial = str(inputs["image_sha256"]).lower(), str(inputs["serial_number"]).strip()
        if not SHA256.fullmatch(digest):
            raise InputError("image_sha256 is no SHA-256", expected="64 hexadecimal digits")
        (target,) = targets(opened(session), context, [str(inputs["device"])])
        if not serial or serial != target.row.get("serialNumber"):
            raise InputError(f"device {target.id} has another serial number than the custody sheet",
                             expected="the serial number of the device that was imaged")  # fmt: skip
        held = str(inputs["held_by"])
        said = {**target.told(), "image_sha256": digest, "held_by": held, "recorded_at": context.now().isoformat()}
        kept = context.store(f"device-image-{target.id}.json", json.dumps(said, sort_keys=True).encode())
        receipt = Receipt("custody sheet of a disk image", {"device": target.id, "image_sha256": digest}, "cannot-tell",
                          WORD, end=context.now(), records=1, artefacts=(kept.sha256,))  # fmt: skip
        return ActionResult({"statement": kept.sha256}, why=WORD, receipts=(receipt,))
