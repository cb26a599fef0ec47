"""Requests that the range answers and evict never sends: what a subject or a colleague does to the tenant. Data.

They are no routes of the connector, which could not plant a secret if it wanted to; the range knows their description
all the same, so that nobody's requests are taken that Microsoft would refuse.
"""

from __future__ import annotations

OTHERS: tuple[tuple[str, str, str], ...] = (
    ("graph", "POST", "/v1.0/applications/{}/addPassword"),
    ("graph", "POST", "/v1.0/servicePrincipals/{}/addPassword"),
    ("graph", "POST", "/v1.0/servicePrincipals/{}/appRoleAssignments"),
    ("arm", "GET", "/subscriptions/{}/resourcegroups"),
    ("arm", "POST", "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Storage/storageAccounts/{}/listKeys"),
)
"""Service, method, path."""
