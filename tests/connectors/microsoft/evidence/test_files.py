"""OneDrive: every item with its hash, who may open what is shared, and nothing of what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.microsoft.evidence.files import PreserveFiles
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, guid

if TYPE_CHECKING:
    from tests.connectors.microsoft.evidence.conftest import Scene

PERMISSIONS = "GET /v1.0/users/{user}/drive/items/{item}/permissions"


def test_items_and_the_permissions_of_shared_ones_are_kept(scene: Scene) -> None:
    scene.settings(page=2)
    result = scene.run(PreserveFiles())
    items, permissions = result.receipts
    mine = scene.rows("driveItems", _drive=guid(SUSPECT))
    held = [one for item in mine for one in item["_permissions"]]
    assert (items.complete, items.records) == ("complete", len(mine))
    assert result.outputs["shared"] == len(mine) - 1 == len(scene.calls(PERMISSIONS)) - _more_pages(scene)
    assert permissions.records == len(held) - 1, "the same person's grants on different items are each a grant"
    assert all(guid(COLLEAGUE).encode() not in data for data in scene.context.stored.values())
    assert any(b"quickXorHash" in data for data in scene.context.stored.values())


def _more_pages(scene: Scene) -> int:
    """Later pages of a list of permissions are calls of the same route."""
    return sum(max(0, (len(item["_permissions"]) - 1) // 2) for item in scene.rows("driveItems", _drive=guid(SUSPECT)))


def test_files_without_a_hash_are_counted_and_told(scene: Scene) -> None:
    item = scene.rows("driveItems", _drive=guid(SUSPECT))[0]
    del item["file"]["hashes"]
    result = scene.run(PreserveFiles())
    assert result.outputs["unhashed"] == 1
    assert "1 files came without a hash" in result.receipts[0].why


def test_an_item_whose_sharing_cannot_be_read_is_a_gap_of_its_own(scene: Scene) -> None:
    scene.faults({"kind": "refuse", "match": PERMISSIONS, "skip": 1, "times": 1})
    items, permissions = scene.run(PreserveFiles()).receipts
    assert (items.complete, permissions.complete, len(permissions.gaps)) == ("complete", "incomplete", 1)


def test_a_drive_that_is_gone_is_a_gap(scene: Scene) -> None:
    scene.world.control.does("change", {"table": "users", "id": guid(SUSPECT), "values": {"_no_drive": True}})
    result = scene.run(PreserveFiles())
    assert [one.complete for one in result.receipts] == ["incomplete"]
