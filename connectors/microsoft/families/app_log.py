"""What the directory's audit log says that one account did to apps: credentials that it added, owners that it made.

Asked once for each read, and only when an app has other owners: of the subject's own apps everything goes. Rows of a
change of credentials list all key ids before and after (names of activities and properties: general knowledge). The
log reaches back 7 days without a licence and 30 with Entra ID P1; what is older is nobody's.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from connectors.errors import RefusedError
from connectors.microsoft.odata import quoted

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

AUDIT = "AuditLog.Read.All"
OWNER = "add owner to"
CREDENTIALS, TRUSTS = "KeyDescription", "FederatedIdentityCredentials"


class AppLog:
    """One account's changes of apps, read when first asked about. Thread-safe."""

    def __init__(self, session: MicrosoftSession, account: str) -> None:
        self._session, self._account = session, account
        self._lock = threading.Lock()
        self._rows: list[dict[str, Any]] | None = None
        self.why = ""
        """Why the log could not be read: then nothing is tied to anybody."""

    def added(self, key: str, name: str = CREDENTIALS) -> bool:
        """Whether the account added the credential with this id."""
        return any(
            key in str(changed.get("newValue") or "") and key not in str(changed.get("oldValue") or "")
            for row in self._read() for target in row.get("targetResources") or []
            for changed in target.get("modifiedProperties") or [] if changed.get("displayName") == name
        )  # fmt: skip

    def made_owner(self, owner: str, thing: str) -> bool:
        """Whether the account made somebody an owner of an application or service principal."""
        return any(
            {owner, thing} <= {str(target.get("id")) for target in row.get("targetResources") or []}
            for row in self._read() if str(row.get("activityDisplayName", "")).casefold().startswith(OWNER)
        )  # fmt: skip

    def _read(self) -> list[dict[str, Any]]:
        with self._lock:
            if self._rows is None:
                query = {"$filter": f"initiatedBy/user/id eq {quoted(self._account)}"}
                try:
                    found = self._session.rows("/v1.0/auditLogs/directoryAudits", query=query)
                except RefusedError as error:
                    found, self.why = [], error.what
                self._rows = [row for row in found if str(row.get("result", "success")).casefold() == "success"]
            return self._rows
