"""The tenant itself: what the suspect bent so as to come back, innocent things of the same kinds, and evict's own apps.

The suspect made a user, set another's password, left themselves out of a policy, switched one off and deleted one,
trusted an address range, let a partner tenant in, signed a delegation and federated a domain.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509

from connectors.microsoft.clouds import Service
from connectors.microsoft.connector import MicrosoftConnector
from connectors.microsoft.preflight.needs import needs_of
from connectors.microsoft.routes import routes_of
from runner.range.microsoft.apps import GRAPH_APP, HIGH_ROLES, principal
from runner.range.microsoft.people import BOSS, CUTTER, DOMAIN, READER, SUSPECT, People, guid, user

PLANTED_USER, TAKEN_USER, STARTER = "svc.reports", "kim.adler", "noor.haddad"
PLANTED_DOMAIN, SISTER_DOMAIN = "initech-sso.example", "initech-labs.example"
PLANTED_PARTNER, KNOWN_PARTNER = guid("partner-planted"), guid("partner-known")
DEFENDER_APP = "fc780465-2017-40d4-a0c5-307022471b92"
"""Application id of Defender for Endpoint (general knowledge)."""

LONG_BEFORE = "2025-06-12T09:00:00Z"
MFA, LEGACY, COUNTRIES, COMPLIANT = "policy-mfa", "policy-legacy", "policy-countries", "policy-compliant"


def seed(put: Any, people: People) -> None:
    """Add all of it."""
    suspect, boss = guid(SUSPECT), guid(BOSS)
    _apis(put)
    for name in (READER, CUTTER):
        put("applications", _own_app(name, people, boss))
    _users(put, suspect, boss)
    _policies(put, suspect, boss)
    _places(put, suspect, boss)
    _domains(put, suspect)
    _partners(put, suspect, boss)


def _apis(put: Any) -> None:
    """The APIs whose app roles an app is consented to, with every role that evict declares."""
    declared = {one for wanted in needs_of(MicrosoftConnector()).consents.values() for one in wanted}
    machines = {route.permission for route in routes_of(Service.DEFENDER)} & declared
    put("servicePrincipals", _api("graph", GRAPH_APP, "Microsoft Graph", (declared - machines) | set(HIGH_ROLES)),
        _api("defender", DEFENDER_APP, "WindowsDefenderATP", machines))  # fmt: skip


def _api(name: str, app: str, label: str, roles: set[str]) -> dict[str, Any]:
    shown = [{"id": guid(f"role-{one}"), "value": one, "displayName": one, "isEnabled": True,
              "allowedMemberTypes": ["Application"]} for one in sorted(roles)]  # fmt: skip
    return {
        "id": principal(name),
        "appId": app,
        "displayName": label,
        "accountEnabled": True,
        "appRoles": shown,
        "servicePrincipalType": "Application",
        "appOwnerOrganizationId": guid("microsoft"),
    }


def _own_app(name: str, people: People, owner: str) -> dict[str, Any]:
    certificate = x509.load_pem_x509_certificate(people.keys[name][1].encode())
    key = {
        "keyId": guid(f"key-{name}"), "displayName": f"CN={name}", "type": "AsymmetricX509Cert", "usage": "Verify",
        "startDateTime": LONG_BEFORE, "endDateTime": certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "key": None, "customKeyIdentifier": None,
    }  # fmt: skip
    return {"id": guid(f"application-{name}"), "appId": people.apps[name], "displayName": name, "_owners": [owner],
            "createdDateTime": LONG_BEFORE, "passwordCredentials": [], "keyCredentials": [key]}  # fmt: skip


def _users(put: Any, suspect: str, boss: str) -> None:
    put("users", user(PLANTED_USER, createdDateTime=ago(3)), user(TAKEN_USER), user(STARTER, createdDateTime=ago(2)))
    put(
        "directoryAudits",
        row("tenant-add", "Add user", suspect, "User", guid(PLANTED_USER), PLANTED_USER),
        row("tenant-reset", "Reset user password", suspect, "User", guid(TAKEN_USER), TAKEN_USER),
        row("tenant-starter", "Add user", boss, "User", guid(STARTER), STARTER),
    )  # fmt: skip


def _policies(put: Any, suspect: str, boss: str) -> None:
    put(
        "conditionalAccessPolicies",
        _policy(MFA, "Multi-factor for everybody", ["mfa"], excludeUsers=[suspect, boss]),
        _policy(LEGACY, "Block legacy authentication", ["block"], state="disabled"),
        _policy(COUNTRIES, "Block other countries", ["block"], excludeUsers=[boss]),
        _policy(COMPLIANT, "Compliant devices", ["compliantDevice"], excludeUsers=[guid(PLANTED_USER)]),
    )
    put(
        "directoryAudits",
        row("tenant-mfa", "Update conditional access policy", suspect, "Policy", guid(MFA), "Multi-factor"),
        row("tenant-legacy", "Update conditional access policy", suspect, "Policy", guid(LEGACY), "Block legacy"),
        row("tenant-gone", "Delete conditional access policy", suspect, "Policy", guid("policy-gone"), "Risky"),
        row("tenant-countries", "Update conditional access policy", boss, "Policy", guid(COUNTRIES), "Block countries"),
    )  # fmt: skip


def _policy(
    name: str, label: str, controls: list[str], *, state: str = "enabled", **users: list[str]
) -> dict[str, Any]:
    everybody = {"includeUsers": ["All"], "excludeUsers": [], "includeGroups": [], "excludeGroups": [],
                 "includeRoles": [], "excludeRoles": []}  # fmt: skip
    locations = {"includeLocations": ["All"], "excludeLocations": [guid("place-office")]}
    return {
        "id": guid(name), "displayName": label, "state": state, "createdDateTime": LONG_BEFORE,
        "modifiedDateTime": ago(3), "grantControls": {"operator": "OR", "builtInControls": controls},
        "conditions": {
            "users": {**everybody, **users}, "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["exchangeActiveSync", "other"] if name == LEGACY else ["all"],
            "locations": locations if name == COUNTRIES else None,
        },
    }  # fmt: skip


def _places(put: Any, suspect: str, boss: str) -> None:
    put(
        "namedLocations",
        _place("place-office", "Head office", "192.0.2.0/24", LONG_BEFORE),
        _place("place-branch", "Branch", "203.0.113.0/26", ago(2)),
        _place("place-planted", "Office overflow", "198.51.100.0/24", ago(3)),
        {"id": guid("place-countries"), "displayName": "Home countries", "countriesAndRegions": ["US"],
         "@odata.type": "#microsoft.graph.countryNamedLocation", "createdDateTime": ago(20),
         "modifiedDateTime": ago(20), "includeUnknownCountriesAndRegions": False},
    )  # fmt: skip
    put(
        "directoryAudits",
        row("tenant-place", "Add named location", suspect, "Policy", guid("place-planted"), "Office overflow"),
        row("tenant-branch", "Add named location", boss, "Policy", guid("place-branch"), "Branch"),
    )


def _place(name: str, label: str, addresses: str, at: str) -> dict[str, Any]:
    ranges = [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": addresses}]
    return {"@odata.type": "#microsoft.graph.ipNamedLocation", "id": guid(name), "displayName": label,
            "isTrusted": True, "ipRanges": ranges, "createdDateTime": at, "modifiedDateTime": at}  # fmt: skip


def _domains(put: Any, suspect: str) -> None:
    put("domains", _domain(DOMAIN, "Managed", default=True), _domain(PLANTED_DOMAIN, "Federated"),
        _domain(SISTER_DOMAIN, "Federated"))  # fmt: skip
    put("federationConfigurations", _federation(PLANTED_DOMAIN, "https://login.jlee-labs.example"),
        _federation(SISTER_DOMAIN, "https://sso.initech-labs.example"))  # fmt: skip
    put("directoryAudits", row("tenant-domain", "Set domain authentication", suspect, "Other", "", PLANTED_DOMAIN))


def _domain(name: str, kind: str, *, default: bool = False) -> dict[str, Any]:
    return {"id": name, "authenticationType": kind, "isDefault": default, "isInitial": False, "isRoot": True,
            "isVerified": True, "isAdminManaged": True, "supportedServices": ["Email"]}  # fmt: skip


def _federation(domain: str, issuer: str) -> dict[str, Any]:
    return {
        "id": guid(f"federation-{domain}"), "_domain": domain, "displayName": domain, "issuerUri": issuer,
        "passiveSignInUri": f"{issuer}/sign-in", "preferredAuthenticationProtocol": "wsFed",
        "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp", "signingCertificate": "MIIB",
    }  # fmt: skip


def _partners(put: Any, suspect: str, boss: str) -> None:
    put("partners", _partner(PLANTED_PARTNER, believed=True), _partner(KNOWN_PARTNER, believed=False))
    put("delegatedAdminRelationships", _delegation("planted", "Cloud support", ago(3)),
        _delegation("known", "Licence reseller", LONG_BEFORE),
        _delegation("over", "Old helpdesk", "2026-03-01T00:00:00Z", status="terminated"))  # fmt: skip
    put(
        "directoryAudits",
        row("tenant-partner", "Add a partner to cross-tenant access setting", suspect, "Policy", guid("xtap"), "",
            tenantId=f'"{PLANTED_PARTNER}"'),
        row("tenant-known", "Add a partner to cross-tenant access setting", boss, "Policy", guid("xtap"), "",
            tenantId=f'"{KNOWN_PARTNER}"'),
        row("tenant-gdap", "Approve partner relationship", suspect, "Other", guid("gdap-planted"), "Cloud support"),
    )  # fmt: skip


def _partner(tenant: str, *, believed: bool) -> dict[str, Any]:
    return {"id": tenant, "tenantId": tenant, "isServiceProvider": False, "inboundTrust": {
        "isMfaAccepted": believed, "isCompliantDeviceAccepted": believed, "isHybridAzureADJoinedDeviceAccepted": False,
    }}  # fmt: skip


def _delegation(name: str, label: str, at: str, status: str = "active") -> dict[str, Any]:
    roles = [{"roleDefinitionId": guid("Global Administrator")}]
    return {"id": guid(f"gdap-{name}"), "displayName": label, "status": status, "createdDateTime": at,
            "activatedDateTime": at, "duration": "P730D", "accessDetails": {"unifiedRoles": roles}}  # fmt: skip


def ago(days: float) -> str:
    """So many days ago, as the log reaches back by days."""
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def row(name: str, activity: str, by: str, kind: str, target: str, label: str, **changed: str) -> dict[str, Any]:
    """One row of the directory's audit log, three days old."""
    properties = [{"displayName": key, "oldValue": None, "newValue": value} for key, value in changed.items()]
    return {
        "id": guid(name), "activityDateTime": ago(3), "activityDisplayName": activity, "result": "success",
        "category": "Policy", "loggedByService": "Core Directory",
        "initiatedBy": {"app": None, "user": {"id": by, "userPrincipalName": "", "displayName": ""}},
        "targetResources": [{"id": target, "displayName": label, "type": kind, "modifiedProperties": properties}],
    }  # fmt: skip
