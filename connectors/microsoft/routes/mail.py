"""Mailboxes: inbox rules and who may see a calendar. Permissions as Graph names them."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import OUTLOOK
from connectors.microsoft.routes.identity import only
from connectors.routes import Does, Route

RULES = "/v1.0/users/{user}/mailFolders/inbox/messageRules"
SHARES = "/v1.0/users/{user}/calendar/calendarPermissions"
SETTINGS_READ, SETTINGS_WRITE = "MailboxSettings.Read", "MailboxSettings.ReadWrite"
CALENDAR_READ, CALENDAR_WRITE = "Calendars.ReadBasic", "Calendars.ReadWrite"
ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", RULES, Does.READ, SETTINGS_READ, OUTLOOK),
        Route("PATCH", f"{RULES}/{{rule}}", Does.WRITE, SETTINGS_WRITE, OUTLOOK, only("isEnabled")),
        Route("GET", SHARES, Does.READ, CALENDAR_READ, OUTLOOK),
        Route("DELETE", f"{SHARES}/{{share}}", Does.WRITE, CALENDAR_WRITE, OUTLOOK),
        Route("POST", SHARES, Does.WRITE, CALENDAR_WRITE, OUTLOOK),
    ),
}
