"""Apps of the tenant: the suspect's own, a colleague's, a shared one, and what the suspect left in others' apps.

`release-bot` is the suspect's alone, `payroll-sync` a colleague's alone; both have every kind of credential.
`timesheet` belongs to both: its old secret and certificate are in use, and the suspect added a secret of their own.
Through a role that they held the suspect put a secret into `backup-agent`, which is not theirs, made `mail-archiver`
and let it read everybody's mail, and gave `release-bot` the right to hand out roles.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from runner.range.microsoft.people import BOSS, COLLEAGUE, SUSPECT, credential, guid

RELEASE_BOT, PAYROLL_SYNC, TIMESHEET = "release-bot", "payroll-sync", "timesheet"
BACKUP_AGENT, MAIL_ARCHIVER = "backup-agent", "mail-archiver"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
"""Microsoft Graph's application id, the same in every tenant."""

LONG_BEFORE = "2025-06-12T09:00:00Z"
"""Before the suspect was hired."""

HIGH_ROLES = ("RoleManagement.ReadWrite.Directory", "AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All",
              "Directory.ReadWrite.All", "Mail.Read", "User.Read.All")  # fmt: skip
GITHUB = "https://token.actions.githubusercontent.com"
FOREIGN_REPOSITORY = "repo:jlee-labs/release-tools:ref:refs/heads/main"

SECRETS = {
    "release-bot-app": "rb1~Suspect-knows-this-one-8231",
    "release-bot-principal": "rb2~Suspect-knows-this-too-5520",
    "timesheet-shared": "ts1~In-use-by-the-payroll-team-774",
    "timesheet-planted": "ts2~Added-by-the-suspect-66190",
    "payroll-app": "ps1~Colleague-alone-knows-it-4471",
    "payroll-principal": "ps2~Colleague-alone-knows-it-9013",
    "backup-planted": "ba1~Planted-by-the-suspect-3307",
    "backup-own": "ba2~The-backup-team-has-this-1812",
}
"""Values of secrets by name, for probes: who knows one takes tokens with it until it is removed."""


def issuer_key() -> str:
    """The private key with which the emulated GitHub signs its workflows' tokens."""
    return credential("github-actions")[0]


def key_pair(name: str) -> tuple[str, str]:
    """Private key and certificate behind a certificate's name; few are made, for they take time."""
    return credential(f"app-{name.rsplit('-', 1)[1]}")


def app(name: str) -> str:
    """The object id of an application."""
    return guid(f"application-{name}")


def principal(name: str) -> str:
    """The object id of an app's service principal."""
    return guid(f"principal-{name}")


def app_id(name: str) -> str:
    """The application id, which both share."""
    return guid(f"app-id-{name}")


def key_id(name: str) -> str:
    """The key id of a secret or certificate."""
    return guid(f"key-{name}")


def seed(put: Any, _people: Any = None) -> None:
    """Add all of it."""
    suspect, colleague, boss = guid(SUSPECT), guid(COLLEAGUE), guid(BOSS)
    public = load_pem_private_key(issuer_key().encode(), None).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    put("issuers", {"id": GITHUB, "_key": pem})
    put("servicePrincipals", _graph())
    _own(put, RELEASE_BOT, suspect, "release-bot-app", "release-bot-principal", FOREIGN_REPOSITORY)
    _own(put, PAYROLL_SYNC, colleague, "payroll-app", "payroll-principal", "repo:initech/payroll:ref:refs/heads/main")
    _shared(put, suspect, colleague)
    _planted(put, suspect, boss)
    for owner in (suspect, colleague):
        _used(put, owner)


def _own(put: Any, name: str, owner: str, secret: str, other: str, repository: str) -> None:
    """An app of one person, with every kind of credential."""
    put("applications", _application(name, [owner], [secret], [f"{name}-one", f"{name}-two"]))
    put("servicePrincipals", _principal(name, [owner], [other], [f"{name}-three"]))
    put("federatedIdentityCredentials", _trust(name, f"{name} deploys", repository))


def _shared(put: Any, suspect: str, colleague: str) -> None:
    made = _application(
        TIMESHEET, [suspect, colleague], ["timesheet-shared", "timesheet-planted"], ["timesheet-shared"]
    )
    made["_by"] = {key_id("timesheet-planted"): suspect, key_id("timesheet-shared"): colleague,
                   key_id("timesheet-shared-certificate"): colleague}  # fmt: skip
    put("applications", made)
    put("servicePrincipals", _principal(TIMESHEET, [colleague], [], []))
    put("directoryAudits", _added("audit-timesheet", TIMESHEET, ["timesheet-shared"], "timesheet-planted", suspect))


def _planted(put: Any, suspect: str, boss: str) -> None:
    """What the suspect left in apps that are not theirs."""
    put("applications", _application(BACKUP_AGENT, [boss], ["backup-own", "backup-planted"], []),
        _application(MAIL_ARCHIVER, [], [], []))  # fmt: skip
    put("servicePrincipals", _principal(BACKUP_AGENT, [boss], [], []), _principal(MAIL_ARCHIVER, [], [], []))
    put("federatedIdentityCredentials", _trust(BACKUP_AGENT, "nightly", "repo:initech/backup:environment:nightly"))
    put("oauth2PermissionGrants", {
        "id": guid("grant-everybody"), "clientId": principal(MAIL_ARCHIVER), "consentType": "AllPrincipals",
        "principalId": None, "resourceId": principal("graph"), "scope": "Mail.Read offline_access",
    })  # fmt: skip
    put("appRoleAssignments", _role("planted", principal(RELEASE_BOT), "ServicePrincipal", HIGH_ROLES[0], _ago(3)),
        _role("old", principal(BACKUP_AGENT), "ServicePrincipal", HIGH_ROLES[3], LONG_BEFORE))  # fmt: skip
    put(
        "directoryAudits",
        _added("audit-backup", BACKUP_AGENT, ["backup-own"], "backup-planted", suspect),
        _row("audit-app", "Add application", suspect, "Application", app(MAIL_ARCHIVER)),
        _row("audit-principal", "Add service principal", suspect, "ServicePrincipal", principal(MAIL_ARCHIVER)),
        _row("audit-consent", "Consent to application", suspect, "ServicePrincipal", principal(MAIL_ARCHIVER),
             {"ConsentContext.IsAdminConsent": '"True"', "ConsentContext.OnBehalfOfAll": '"True"'}),
        _row("audit-role", "Add app role assignment to service principal", suspect, "ServicePrincipal",
             principal("graph"), {"AppRole.Value": f'"{HIGH_ROLES[0]}"',
                                  "ServicePrincipal.ObjectID": f'"{principal(RELEASE_BOT)}"'}),
    )  # fmt: skip


def _used(put: Any, owner: str) -> None:
    """Apps that a person is assigned to, and one that acts for them."""
    put("appRoleAssignments", {
        "id": guid(f"assigned-{owner}"), "principalId": owner, "principalType": "User", "principalDisplayName": "",
        "resourceId": principal(TIMESHEET), "resourceDisplayName": TIMESHEET, "deletedDateTime": None,
        "appRoleId": guid("role-timesheet-user"), "createdDateTime": LONG_BEFORE,
    })  # fmt: skip
    put("oauth2PermissionGrants", {
        "id": guid(f"grant-{owner}"), "clientId": principal(MAIL_ARCHIVER), "consentType": "Principal",
        "principalId": owner, "resourceId": principal("graph"), "scope": "Mail.Read User.Read",
    })  # fmt: skip


def _graph() -> dict[str, Any]:
    roles = [{"id": guid(f"role-{name}"), "value": name, "displayName": name, "isEnabled": True,
              "allowedMemberTypes": ["Application"]} for name in HIGH_ROLES]  # fmt: skip
    return {
        "id": principal("graph"),
        "appId": GRAPH_APP,
        "displayName": "Microsoft Graph",
        "accountEnabled": True,
        "servicePrincipalType": "Application",
        "appOwnerOrganizationId": guid("microsoft"),
        "appRoles": roles,
    }


def _application(name: str, owners: list[str], secrets: list[str], certificates: list[str]) -> dict[str, Any]:
    return {
        "id": app(name), "appId": app_id(name), "displayName": name, "createdDateTime": LONG_BEFORE,
        "signInAudience": "AzureADMyOrg", "_owners": list(owners), **_credentials(secrets, certificates),
    }  # fmt: skip


def _principal(name: str, owners: list[str], secrets: list[str], certificates: list[str]) -> dict[str, Any]:
    return {
        "id": principal(name), "appId": app_id(name), "displayName": name, "accountEnabled": True,
        "servicePrincipalType": "Application", "_owners": list(owners), **_credentials(secrets, certificates),
    }  # fmt: skip


def _credentials(secrets: list[str], certificates: list[str]) -> dict[str, Any]:
    keys = {f"{name}-certificate": key_pair(name)[1] for name in certificates}
    return {
        "passwordCredentials": [
            {"keyId": key_id(name), "displayName": name, "hint": SECRETS[name][:3], "customKeyIdentifier": None,
             "startDateTime": _ago(3) if name.endswith("planted") else LONG_BEFORE,
             "endDateTime": "2099-12-31T00:00:00Z", "secretText": None} for name in secrets
        ],
        "_secrets": {key_id(name): SECRETS[name] for name in secrets},
        "keyCredentials": [
            {"keyId": key_id(name), "displayName": f"CN={name}", "type": "AsymmetricX509Cert", "usage": "Verify",
             "startDateTime": LONG_BEFORE, "endDateTime": "2099-12-31T00:00:00Z", "key": _der(pem),
             "customKeyIdentifier": None} for name, pem in keys.items()
        ],
        "_certificates": {key_id(name): pem for name, pem in keys.items()},
    }  # fmt: skip


def _der(pem: str) -> str:
    return base64.b64encode(x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)).decode()


def _trust(name: str, label: str, subject: str) -> dict[str, Any]:
    return {
        "id": str(uuid5(NAMESPACE_DNS, f"trust-{name}")), "name": label.replace(" ", "-"), "issuer": GITHUB,
        "subject": subject, "audiences": ["api://AzureADTokenExchange"], "description": None, "_application": app(name),
    }  # fmt: skip


def _role(name: str, holder: str, kind: str, value: str, made: str) -> dict[str, Any]:
    return {
        "id": guid(f"assigned-{name}"), "principalId": holder, "principalType": kind, "principalDisplayName": "",
        "resourceId": principal("graph"), "resourceDisplayName": "Microsoft Graph", "deletedDateTime": None,
        "appRoleId": guid(f"role-{value}"), "createdDateTime": made,
    }  # fmt: skip


def _ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _added(row: str, name: str, old: list[str], new: str, by: str) -> dict[str, Any]:
    """The log's row of a secret that was added to an application."""

    def listed(secrets: list[str]) -> str:
        return "[" + ",".join(f'"[KeyIdentifier={key_id(one)},KeyType=Password,KeyUsage=Verify,DisplayName={one}]"'
                              for one in secrets) + "]"  # fmt: skip

    activity = "Update application – Certificates and secrets management"  # noqa: RUF001 - as the log has it
    made = _row(row, activity, by, "Application", app(name), {"KeyDescription": listed([*old, new])})
    made["targetResources"][0]["modifiedProperties"][0]["oldValue"] = listed(old)
    return made


def _row(row: str, activity: str, by: str, kind: str, target: str, changed: dict[str, str] | None = None
         ) -> dict[str, Any]:  # fmt: skip
    properties = [{"displayName": key, "oldValue": None, "newValue": value} for key, value in (changed or {}).items()]
    return {
        "id": guid(row), "activityDateTime": _ago(3), "activityDisplayName": activity, "result": "success",
        "category": "ApplicationManagement", "loggedByService": "Core Directory",
        "initiatedBy": {"app": None, "user": {"id": by, "userPrincipalName": "", "displayName": ""}},
        "targetResources": [{"id": target, "displayName": "", "type": kind, "modifiedProperties": properties}],
    }  # fmt: skip
