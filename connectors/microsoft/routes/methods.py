"""Authentication methods: each type under its own segment and with its own right, so that no right reaches further."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import WRITES
from connectors.routes import Does, Route

READ = "UserAuthenticationMethod.Read.All"
METHODS = "/v1.0/users/{user}/authentication"
BETA = "/beta/users/{user}/authentication"
QR, PREFERENCES = f"{BETA}/qrCodePinMethod", f"{BETA}/signInPreferences"
"""Both are in the beta alone, and may vanish."""

RIGHTS: Mapping[str, str] = {
    "fido2Methods": "UserAuthMethod-Passkey.ReadWrite.All",
    "phoneMethods": "UserAuthMethod-Phone.ReadWrite.All",
    "microsoftAuthenticatorMethods": "UserAuthMethod-MicrosoftAuthApp.ReadWrite.All",
    "softwareOathMethods": "UserAuthMethod-SoftwareOATH.ReadWrite.All",
    "temporaryAccessPassMethods": "UserAuthMethod-TAP.ReadWrite.All",
    "windowsHelloForBusinessMethods": "UserAuthMethod-WindowsHello.ReadWrite.All",
    "emailMethods": "UserAuthMethod-Email.ReadWrite.All",
    "platformCredentialMethods": "UserAuthMethod-PlatformCred.ReadWrite.All",
    "externalAuthenticationMethods": "UserAuthMethod-External.ReadWrite.All",
}
"""The narrow right by segment (Microsoft's permission metadata); UserAuthenticationMethod.ReadWrite.All holds all."""

QR_RIGHT = "UserAuthMethod-QR.ReadWrite.All"
GIVEN_BACK = ("phoneMethods", "emailMethods", "temporaryAccessPassMethods", "externalAuthenticationMethods")
"""Segments whose POST makes such a method anew."""

ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", f"{METHODS}/methods", Does.READ, READ),
        Route("GET", QR, Does.READ, READ),
        Route("GET", PREFERENCES, Does.READ, READ),
        *(
            Route("DELETE", f"{METHODS}/{segment}/{{factor}}", Does.WRITE, right, WRITES)
            for segment, right in RIGHTS.items()
        ),
        Route("DELETE", QR, Does.WRITE, QR_RIGHT, WRITES),
        *(Route("POST", f"{METHODS}/{segment}", Does.WRITE, RIGHTS[segment], WRITES) for segment in GIVEN_BACK),
    ),
}
