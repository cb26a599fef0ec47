"""A mailbox without its contents: rules, settings, folders, who sees the calendar, and the headers of every message.

Headers come by a right that shows no text of a message. Not in Graph, and so on cards: hidden rules, forwarding set at
the mailbox, delegates (Exchange PowerShell). Messages that were purged from the mailbox are in no listing: a hold keeps
them, and eDiscovery finds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.contract import (
    Account,
    Action,
    ActionContext,
    ActionResult,
    Effect,
    Field,
    Gap,
    Json,
    Outcome,
    Receipt,
    Session,
)
from connectors.microsoft.discover import MEMBER
from connectors.microsoft.evidence.collection import Collection
from connectors.microsoft.evidence.subject import users

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

SETTINGS, HEADERS, CALENDAR = "MailboxSettings.Read", "Mail.ReadBasic.All", "Calendars.ReadBasic"
USER = "/v1.0/users/{user}"
SELECTED = (
    "id", "internetMessageId", "internetMessageHeaders", "conversationId", "parentFolderId", "subject", "from",
    "sender", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "receivedDateTime", "sentDateTime",
    "createdDateTime", "lastModifiedDateTime", "hasAttachments", "isDraft", "isRead", "importance", "categories",
)  # fmt: skip
"""All that a right to headers shows: no body, no preview of it, no attachments."""
AT_ONCE = 500
"""Messages on a page; Graph gives ten where nothing is asked for, and 1,000 at most (general knowledge)."""
RETENTION = "the mailbox as it is now; what was purged from it is in no listing"
NOT_IN_GRAPH = "hidden rules, forwarding set at the mailbox and delegates are not in Graph: ask Exchange PowerShell"
OUTSIDE = "hidden folders and those inside others are not in the list of folders"


class PreserveMailbox(Action):
    """The subject's mailboxes, contents left out."""

    name = "microsoft.preserve-mailbox"
    title = "Save the subject's mailbox settings and message headers"
    doc = "Inbox rules, settings, folders, calendar permissions and message headers; no text of any message."
    effect = Effect.PRESERVE
    outputs = (
        Field("records", "integer", "Rules, folders, permissions and messages kept."),
        Field("messages", "integer", "Messages whose headers are kept."),
    )
    permissions = (SETTINGS, HEADERS, CALENDAR)
    preserves = ("mailbox-settings", "message-headers")
    attack = ("T1114.003", "T1564.008")
    sources = (
        "https://learn.microsoft.com/graph/api/user-list-messages",
        "https://learn.microsoft.com/graph/api/mailfolder-list-messagerules",
        "https://learn.microsoft.com/graph/api/user-get-mailboxsettings",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Each mailbox has a receipt for what is set in it, and one for its messages."""
        from connectors.microsoft.client import opened

        tenant, own = opened(session), [one for one in users(context) if one.kind == MEMBER]
        if not own:
            return ActionResult({"records": 0, "messages": 0}, Outcome.NOT_APPLICABLE, "a guest has no mailbox here")
        receipts: list[Receipt] = []
        messages = 0
        for account in own:
            context.progress("mailbox", len(receipts))
            found = _messages(tenant, context, account)
            messages += found.records
            receipts += [_settings(tenant, context, account).receipt(retention=RETENTION),
                         found.receipt(retention=RETENTION)]  # fmt: skip
        records = sum(one.records for one in receipts)
        return ActionResult({"records": records, "messages": messages}, receipts=tuple(receipts))


def _settings(tenant: MicrosoftSession, context: ActionContext, account: Account) -> Collection:
    made = Collection(context, "Exchange mailbox settings", f"mailbox-{account.id}", {"user": account.id}, "")
    made.notes += [NOT_IN_GRAPH, OUTSIDE]
    made.answer(tenant, f"{USER}/mailboxSettings", part="settings", user=account.id)
    for part, path in (
        ("inbox rules", f"{USER}/mailFolders/inbox/messageRules"), ("folders", f"{USER}/mailFolders"),
        ("calendar permissions", f"{USER}/calendar/calendarPermissions"),
    ):  # fmt: skip
        made.listing(tenant, path, part=part, scope=part, user=account.id)
    return made


def _messages(tenant: MicrosoftSession, context: ActionContext, account: Account) -> Collection:
    """Counted by Exchange itself and compared: what came while it was read shows as more, never as less."""
    made = Collection(context, "Exchange message headers", f"messages-{account.id}", {"user": account.id},
                      "receivedDateTime")  # fmt: skip
    query = {"$select": ",".join(SELECTED), "$top": AT_ONCE, "$count": "true"}
    run = made.listing(tenant, f"{USER}/messages", part="messages", query=query, user=account.id)
    if run.counted is None:
        made.notes.append("Exchange did not say how many messages there are")
    elif run.counted > run.records and run.whole:
        made.missing.append(Gap("messages", f"Exchange counts {run.counted} and {run.records} came"))
    return made
