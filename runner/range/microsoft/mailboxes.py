"""Mailboxes of the suspect and a colleague: settings, folders, and messages with a text that no header shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from runner.range.microsoft.people import BOSS, COLLEAGUE, DOMAIN, SUSPECT, People, guid

MESSAGES = 40
FOLDERS = ("Inbox", "Sent Items", "Deleted Items")
TEXT = "The figures for this week are attached."


def seed(put: Any, people: People) -> None:
    """The same for both; times go back a message a day."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for owner, name in ((people.suspect, SUSPECT), (people.colleague, COLLEAGUE)):
        put("mailboxSettings", {"id": owner, "timeZone": "Pacific Standard Time", "userPurpose": "user",
                                "automaticRepliesSetting": {"status": "disabled"}})  # fmt: skip
        put("mailFolders", *(
            {"id": guid(f"folder-{name}-{folder}"), "displayName": folder, "_mailbox": owner, "childFolderCount": 0,
             "totalItemCount": MESSAGES if folder == "Inbox" else 0}
            for folder in FOLDERS
        ))  # fmt: skip
        put("messages", *(_message(owner, name, nth, now) for nth in range(1, MESSAGES + 1)))


def _message(owner: str, name: str, nth: int, now: datetime) -> dict[str, Any]:
    at = (now - timedelta(days=nth)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sender = {"emailAddress": {"name": BOSS, "address": f"{BOSS}@{DOMAIN}"}}
    return {
        "id": guid(f"message-{name}-{nth}"), "_mailbox": owner, "subject": f"Week {nth}", "from": sender,
        "sender": sender, "toRecipients": [{"emailAddress": {"name": name, "address": f"{name}@{DOMAIN}"}}],
        "internetMessageId": f"<{guid(f'internet-{name}-{nth}')}@{DOMAIN}>", "receivedDateTime": at, "sentDateTime": at,
        "internetMessageHeaders": [{"name": "Received", "value": "from relay.example (192.0.2.77)"}],
        "parentFolderId": guid(f"folder-{name}-Inbox"), "hasAttachments": False, "isDraft": False,
        "body": {"contentType": "text", "content": TEXT}, "bodyPreview": TEXT,
    }  # fmt: skip
