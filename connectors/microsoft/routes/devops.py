"""Azure DevOps: an organisation's users and their personal access tokens.

Sources: learn.microsoft.com/rest/api/azure/devops/tokenadmin; the same in github.com/MicrosoftDocs/vsts-rest-api-specs
`specification/tokenAdmin/7.1` and `specification/graph/7.1`. All of it is preview.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.routes import Does, Route

ADMINISTRATOR = "Azure DevOps Project Collection Administrator"
"""A group of the organisation and no permission of an app: its own portal gives it."""

USERS = "/{organization}/_apis/graph/users"
TOKENS = "/{organization}/_apis/tokenadmin/personalaccesstokens/{subject}"
REVOCATIONS = "/{organization}/_apis/tokenadmin/revocations"
VERSION = "7.1-preview.1"
ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.DEVOPS: (
        Route("GET", USERS, Does.READ, ADMINISTRATOR),
        Route("GET", TOKENS, Does.READ, ADMINISTRATOR),
        Route("POST", REVOCATIONS, Does.WRITE, ADMINISTRATOR),
    ),
}
