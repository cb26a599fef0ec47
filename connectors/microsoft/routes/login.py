"""What is asked of the login host: the tenant's description, and tokens."""

from __future__ import annotations

from connectors.routes import Does, Route, Routes

DISCOVERY = "/{tenant}/v2.0/.well-known/openid-configuration"
TOKEN = "/{tenant}/oauth2/v2.0/token"

LOGIN_ROUTES = Routes(
    (
        Route("GET", DISCOVERY, Does.READ),
        Route("POST", TOKEN, Does.READ),  # gives a token, changes nothing
    )
)
