"""A OneDrive without its contents: every item with its id and hashes, and who may open what is shared.

OneDrive makes quickXorHash of every file and SHA-256 of some (general knowledge). No list of a tenant's sharing links
exists: each shared item is asked for its own. An item may come several times while the drive changes; the last counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.contract import Account, Action, ActionContext, ActionResult, Effect, Field, Json, Receipt, Session
from connectors.microsoft.discover import MEMBER
from connectors.microsoft.evidence.collection import Collection, Row
from connectors.microsoft.evidence.subject import users

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

PERMISSION = "Files.Read.All"
ITEMS = "/v1.0/users/{user}/drive/root/delta"
PERMISSIONS = "/v1.0/users/{user}/drive/items/{item}/permissions"
RETENTION = "the drive as it is now; deleted items stay in its recycle bin for a while and are in no listing"


class PreserveFiles(Action):
    """The subject's OneDrive, contents left out."""

    name = "microsoft.preserve-files"
    title = "Save the list of the subject's OneDrive files and their sharing"
    doc = "Every item with its id and hashes, and the permissions of those that are shared; no contents."
    effect = Effect.PRESERVE
    outputs = (
        Field("records", "integer", "Items kept, each once."),
        Field("shared", "integer", "Items that others may open."),
        Field("unhashed", "integer", "Files that came without a hash."),
    )
    permissions = (PERMISSION,)
    preserves = ("onedrive-inventory", "onedrive-sharing")
    attack = ("T1530", "T1567.002")
    sources = (
        "https://learn.microsoft.com/graph/api/driveitem-delta",
        "https://learn.microsoft.com/graph/api/driveitem-list-permissions",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """The inventory first, then the permissions of every shared item in it."""
        from connectors.microsoft.client import opened

        tenant = opened(session)
        receipts: list[Receipt] = []
        totals = dict.fromkeys(("records", "shared", "unhashed"), 0)
        for account in users(context):
            if account.kind == MEMBER:
                drive = _Drive(tenant, context, account)
                drive.read()
                receipts += drive.receipts()
                totals["records"] += drive.items.records
                totals["shared"] += len(drive.shared)
                totals["unhashed"] += drive.unhashed
        return ActionResult(totals, receipts=tuple(receipts))


class _Drive:
    """One person's."""

    def __init__(self, tenant: MicrosoftSession, context: ActionContext, account: Account) -> None:
        self.tenant, self.context, self.user = tenant, context, account.id
        query: dict[str, Json] = {"user": account.id}
        self.items = Collection(context, "OneDrive items", f"drive-{account.id}", query, "lastModifiedDateTime")
        self.open = Collection(context, "OneDrive permissions", f"drive-permissions-{account.id}", dict(query), "")
        self.shared: list[str] = []
        self.unhashed = 0

    def read(self) -> None:
        """Items, then permissions."""
        self.items.listing(self.tenant, ITEMS, part="items", each=self._note, user=self.user)
        if self.unhashed:
            self.items.notes.append(f"{self.unhashed} files came without a hash")
        for number, item in enumerate(self.shared, 1):
            self.context.progress("sharing", number, len(self.shared))
            self.open.listing(self.tenant, PERMISSIONS, part=f"permissions of {item}", scope=f"{item}/",
                              user=self.user, item=item)  # fmt: skip

    def receipts(self) -> list[Receipt]:
        """Of the inventory, and of the sharing where anything is shared."""
        found = [self.items.receipt(retention=RETENTION)]
        if self.shared:
            self.open.query["items"] = len(self.shared)
            found.append(self.open.receipt(retention="the present state only"))
        return found

    def _note(self, row: Row) -> None:
        if row.get("shared"):
            self.shared.append(str(row["id"]))
        if row.get("file") is not None and not (row["file"] or {}).get("hashes"):
            self.unhashed += 1
