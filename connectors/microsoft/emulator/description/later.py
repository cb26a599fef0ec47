"""Fields that came to a described type after the package's snapshot, where no SDK is read that would tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Later:
    """What one type gained."""

    service: str
    type: str
    source: str
    fields: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    def add(self, entry: dict[str, Any]) -> None:
        """Add it to the type's facts as they were read."""
        if self.fields:
            entry["fields"] = {**self.fields, **entry["fields"]}
        if self.words:
            entry["enum"] = [*entry["enum"], *self.words]


_ROLES = "authorization-authorization-RoleAssignmentsCalls"
_SDK = "azure-mgmt-authorization 4.0.0, API version 2022-04-01"
_GIVEN = {
    "description": "string",
    "condition": "string",
    "conditionVersion": "string",
    "delegatedManagedIdentityResourceId": "string",
}
_MADE = {"createdOn": "date-time", "updatedOn": "date-time", "createdBy": "string", "updatedBy": "string"}

LATER: tuple[Later, ...] = (
    Later("arm", f"{_ROLES}/RoleAssignmentProperties", _SDK, _GIVEN),
    Later("arm", f"{_ROLES}/RoleAssignmentProperties.principalType", _SDK, words=("Device",)),
    Later("arm", f"{_ROLES}/RoleAssignmentPropertiesWithScope", _SDK, {**_GIVEN, **_MADE}),
    Later("arm", f"{_ROLES}/RoleAssignmentPropertiesWithScope.principalType", _SDK, words=("Device",)),
)
