"""Privileged Identity Management, the same for directory roles, groups and Azure: who has what until when, who may.

A plain assignment is an instance too. An active instance makes the assignment itself, and takes it away at its end.
Whoever is eligible activates it for themselves, as long as they are.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

from connectors.microsoft.emulator.area import Call, Refusal, denied
from connectors.microsoft.emulator.tenant import Record, Tenant

ACTIVE, ELIGIBLE = "assignment", "eligibility"


class Schedules(ABC):
    """One sort of thing that PIM gives. Records hold the fields of `place`, `startDateTime` and `endDateTime`."""

    tables: dict[str, str]
    place: tuple[str, ...]
    """Fields that name what is given to whom."""

    @abstractmethod
    def give(self, tenant: Tenant, wanted: Record) -> None:
        """Make the assignment itself."""

    @abstractmethod
    def take(self, tenant: Tenant, wanted: Record) -> bool:
        """Take the assignment itself away; whether there was one."""

    def ask(self, tenant: Tenant, call: Call, kind: str, action: str, given: Record) -> Record:
        """Answer a request: `adminRemove`, `adminAssign` or `selfActivate`.

        Raises:
            Refusal: it is not there, there already, or nobody's to activate.

        """
        wanted = {name: given.get(name) for name in self.place}
        match action.casefold():
            case "adminremove":
                self._remove(tenant, kind, wanted)
            case "adminassign":
                self._assign(tenant, kind, wanted, given, "Assigned")
            case "selfactivate":
                if call.who.id != wanted["principalId"]:
                    raise denied()
                if not tenant.rows(self.tables[ELIGIBLE], **wanted):
                    raise Refusal(400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.")
                self._assign(tenant, ACTIVE, wanted, given, "Activated")
            case _:
                raise Refusal(400, "InvalidAction", f"The range does not know {action}.")
        return wanted

    def end(self, tenant: Tenant) -> None:
        """Take away what has ended."""
        for kind, table in self.tables.items():
            for row in tenant.rows(table):
                if row["endDateTime"] and datetime.fromisoformat(row["endDateTime"]) <= tenant.now():
                    self._remove(tenant, kind, {name: row[name] for name in self.place})

    def _remove(self, tenant: Tenant, kind: str, wanted: Record) -> None:
        found = tenant.rows(self.tables[kind], **wanted)
        tenant.remove(self.tables[kind], found)
        held = kind == ACTIVE and self.take(tenant, wanted)
        if not found and not held:
            raise Refusal(400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.")

    def _assign(self, tenant: Tenant, kind: str, wanted: Record, given: Record, how: str) -> None:
        if tenant.rows(self.tables[kind], **wanted):
            raise Refusal(400, "RoleAssignmentExists", "The Role assignment already exists.")
        planned = given.get("scheduleInfo") or {}
        tenant.put(self.tables[kind], {
            "id": str(uuid.uuid4()), **wanted, "memberType": "Direct", "startDateTime": planned.get("startDateTime"),
            "endDateTime": (planned.get("expiration") or {}).get("endDateTime"),
            **({"assignmentType": how} if kind == ACTIVE else {}),
        })  # fmt: skip
        if kind == ACTIVE:
            self.give(tenant, wanted)


def provisioned(call: Call, wanted: Record) -> dict[str, Any]:
    """A request as Graph answers it."""
    action = (call.body or {}).get("action")
    status = "Revoked" if action == "adminRemove" else "Provisioned"
    return {"id": str(uuid.uuid4()), "status": status, "action": action, **wanted}
