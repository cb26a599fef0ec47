"""The tenant's people and evict's two app registrations. Every person is invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

TENANT = "5f0c9a6e-1d2b-4c3d-8e4f-a5b6c7d8e9f0"
DOMAIN = "initech.example"
SUSPECT, COLLEAGUE, BOSS = "jordan.lee", "amara.okafor", "dana.price"
PASSWORD = "Corr3ct-Horse!battery"
READER, CUTTER = "evict-reader", "evict-cutter"
LONG_AGO = "2026-02-03T08:00:00Z"
"""The day that the suspect was hired."""
SCOPES = ("User.Read.All", "Application.ReadWrite.All")
"""What a person's token lets the app do that they use; Azure's command line has the second one (general knowledge)."""

ROLES = (
    "Global Administrator", "Privileged Authentication Administrator", "User Administrator",
    "Application Administrator",
    "Directory Readers", "Security Reader",
)  # fmt: skip


def guid(name: str) -> str:
    """The same id for the same name, in every tenant that is seeded."""
    return str(uuid5(NAMESPACE_DNS, f"{name}.{DOMAIN}"))


@dataclass
class People:
    """Who is in the tenant, by object id, and the credentials of evict's two apps."""

    suspect: str = guid(SUSPECT)
    colleague: str = guid(COLLEAGUE)
    boss: str = guid(BOSS)
    apps: dict[str, str] = field(default_factory=dict)
    """Application id by name."""
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Private key and certificate (PEM) by name of the app."""


def seed(put: Any) -> People:
    """Add users, roles and the two apps."""
    made = People()
    put("users", *(user(name) for name in (SUSPECT, COLLEAGUE, BOSS)))
    put("roleDefinitions", *({"id": guid(name), "displayName": name, "isBuiltIn": True} for name in ROLES))
    give_role(put, made.boss, "Global Administrator")
    for name in (READER, CUTTER):
        made.keys[name] = credential(name)
        made.apps[name] = guid(f"app-{name}")
        put("servicePrincipals", {
            "id": guid(f"sp-{name}"), "appId": made.apps[name], "displayName": name, "accountEnabled": True,
            "servicePrincipalType": "Application", "_certificates": {"1": made.keys[name][1]}, "_rights": [],
        })  # fmt: skip
    give_role(put, guid(f"sp-{CUTTER}"), "Privileged Authentication Administrator")
    return made


def user(name: str, **more: Any) -> dict[str, Any]:
    """A member of the tenant."""
    mail = f"{name}@{DOMAIN}"
    return {
        "id": guid(name), "userPrincipalName": mail, "mail": mail, "displayName": name.replace(".", " ").title(),
        "accountEnabled": True, "userType": "Member", "createdDateTime": LONG_AGO, "onPremisesSyncEnabled": None,
        "signInSessionsValidFromDateTime": LONG_AGO, "lastPasswordChangeDateTime": LONG_AGO,
        "isManagementRestricted": None, "_password": PASSWORD, "_scopes": list(SCOPES), **more,
    }  # fmt: skip


def give_role(put: Any, principal: str, role: str) -> None:
    """Assign a directory role, tenant-wide."""
    put("roleAssignments", {"id": guid(f"{principal}-{role}"), "principalId": principal,
                            "roleDefinitionId": guid(role), "directoryScopeId": "/"})  # fmt: skip


@lru_cache
def credential(name: str) -> tuple[str, str]:
    """A private key and its self-signed certificate, PEM, good for a year; made once in a process."""
    key, subject = rsa.generate_private_key(65537, 2048), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now - timedelta(days=1), now + timedelta(365))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
