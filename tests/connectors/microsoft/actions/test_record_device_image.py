"""A custody sheet is kept only for the device that it is of."""

from __future__ import annotations

import json

import pytest

from connectors.errors import InputError
from connectors.microsoft.actions.record_device_image import RecordDeviceImage
from connectors.microsoft.actions.wipe_device import WipeDevice
from runner.range.microsoft.devices import LAPTOP
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, guid
from tests.connectors.microsoft.actions.conftest import Bench

MINE, THEIRS = (guid(f"managed-{LAPTOP}-{name}") for name in (SUSPECT, COLLEAGUE))
SERIAL = f"SN-{guid(f'{LAPTOP}-{SUSPECT}')[:8]}"
SHEET = {"device": MINE, "serial_number": SERIAL, "image_sha256": "ab" * 32, "held_by": "Evidence room 2"}


def test_what_the_sheet_says_is_kept_and_told_as_a_persons_word(bench: Bench) -> None:
    done = bench.run(RecordDeviceImage(), **SHEET)
    said = json.loads(bench.context.stored[f"device-image-{MINE}.json"])
    assert (said["image_sha256"], said["held_by"], said["serial_number"]) == ("ab" * 32, "Evidence room 2", SERIAL)
    (receipt,) = done.receipts
    assert receipt.complete == "cannot-tell"
    assert "a person's word" in receipt.why


@pytest.mark.parametrize(
    "wrong",
    [{"serial_number": "SN-0"}, {"serial_number": ""}, {"image_sha256": "ab"}, {"device": THEIRS},
     {"device": guid("nowhere")}],
)  # fmt: skip
def test_a_sheet_of_another_device_or_without_a_hash_is_refused(bench: Bench, wrong: dict[str, str]) -> None:
    with pytest.raises(InputError):
        bench.run(RecordDeviceImage(), **(SHEET | wrong))
    assert bench.context.stored == {}


def test_it_preserves_what_a_wipe_destroys() -> None:
    assert set(WipeDevice.destroys) <= set(RecordDeviceImage.preserves)
