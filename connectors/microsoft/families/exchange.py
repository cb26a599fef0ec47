"""What only Exchange Online PowerShell shows and changes in a mailbox: cards for a person, with exact commands.

Graph v1.0 has no forwarding address, no hidden rules, no delegates and no mobile partnerships; the Exchange admin API
is a preview that covers little of it, and the endpoint behind the module is undocumented. Roles: the person needs
Exchange's Organization Management, or Recipient Management and Mail Recipients (general knowledge).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.contract import AccessPath, Account, CutOrder, Landed, Manual, Outcome, PathKind, Subject, Undo
from connectors.microsoft.discover import MEMBER
from connectors.microsoft.paths import Paths, Unread, path
from connectors.microsoft.powershell import quoted

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "exchange"
KINDS = (MEMBER,)
OBSERVE_PERMISSIONS: tuple[str, ...] = ()
CUT_PERMISSIONS: tuple[str, ...] = ()
RESTORE_PERMISSIONS: tuple[str, ...] = ()
READ_BY = "Exchange Online PowerShell, by a person"

CMDLETS = "https://learn.microsoft.com/powershell/module/exchangepowershell/"


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """The same cards for every mailbox: that nothing is there is for the person to say who looked."""
    del session, subject, known
    mailbox = account.label or account.id
    return [
        path(account, FAMILY, card.kind, part, f"{card.title}: {mailbox}", wave=card.wave, undo=Undo.NO,
             undo_note=card.undo_note, manual=card.for_mailbox(mailbox))
        for part, card in CARDS.items()
    ], {}  # fmt: skip


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """No API does it: the path is a card."""
    del session, order
    return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, f"by hand: {path.label}")


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """No API does it."""
    del session, order
    return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)


@dataclass(frozen=True)
class Card:
    """One task in Exchange Online PowerShell. Its commands name the mailbox by `$who` and nothing else by hand."""

    kind: PathKind
    wave: int
    title: str
    commands: tuple[str, ...]
    expect: str
    ask: str
    undo_note: str
    cmdlet: str

    def for_mailbox(self, mailbox: str) -> Manual:
        """The task for one mailbox, whose name is data: it stands in single quotes, once."""
        first = ("Connect-ExchangeOnline", f"$who = {quoted(mailbox)}")
        return Manual(self.title, (*first, *self.commands), self.expect, self.ask, f"{CMDLETS}{self.cmdlet}")


_FORWARDING = "Get-Mailbox $who | Format-List ForwardingSmtpAddress,ForwardingAddress,DeliverToMailboxAndForward"
_RULES = "Get-InboxRule -Mailbox $who -IncludeHidden"
_SENDS = "Where-Object { $_.Enabled -and ($_.ForwardTo -or $_.ForwardAsAttachmentTo -or $_.RedirectTo) }"
_OTHERS = "Get-Mailbox -ResultSize Unlimited | Get-MailboxPermission -User $who"
_SEND_AS = "Get-RecipientPermission -Trustee $who -ResultSize Unlimited"
_PROTOCOLS = ("OWAEnabled", "ActiveSyncEnabled", "MAPIEnabled", "EwsEnabled", "PopEnabled", "ImapEnabled")

CARDS: Mapping[str, Card] = {
    "forwarding": Card(
        PathKind.FORWARDING, 1, "Stop forwarding that is set on the mailbox",
        (
            _FORWARDING,
            "Write the three values down: they are evidence, and the only way to set them again.",
            "Set-Mailbox $who -ForwardingSmtpAddress $null -ForwardingAddress $null -DeliverToMailboxAndForward $false",
            _FORWARDING,
        ),
        "the second list shows both addresses empty",
        "Which ForwardingSmtpAddress and ForwardingAddress did the first list show? Write `none` if both were empty.",
        "Set-Mailbox with the two addresses that the answer to this card holds", "set-mailbox",
    ),
    "hidden-rules": Card(
        PathKind.FORWARDING, 1, "Find and disable hidden inbox rules that send mail on",
        (
            f"{_RULES} | Export-Clixml -Path inbox-rules.xml",
            ("Keep that file as evidence before you go on: to change a rule here may remove the rules that Outlook"
             " keeps on the person's own machine (general knowledge)."),
            f"{_RULES} | {_SENDS} | Format-List Name,RuleIdentity,ForwardTo,ForwardAsAttachmentTo,RedirectTo",
            (f"{_RULES} | {_SENDS} | ForEach-Object"
             " { Disable-InboxRule -Mailbox $who -Identity $_.RuleIdentity -Confirm:$false }"),
            f"{_RULES} | {_SENDS}",
        ),
        "the last command shows nothing",
        "Which RuleIdentity values were listed, and to which addresses did those rules send?",
        "Enable-InboxRule for each RuleIdentity that the answer to this card holds", "get-inboxrule",
    ),
    "delegates": Card(
        PathKind.PERMISSION, 1, "Remove mailbox delegates, send-as and send-on-behalf",
        (
            "Get-MailboxPermission $who | Where-Object { -not $_.IsInherited } | Format-List User,AccessRights",
            "Get-RecipientPermission $who | Format-List Trustee,AccessRights",
            "Get-Mailbox $who | Format-List GrantSendOnBehalfTo",
            ("Get-MailboxFolderStatistics $who | ForEach-Object { Get-MailboxFolderPermission"
             " ($who + ':' + $_.FolderId) -ErrorAction SilentlyContinue }"),
            f"{_OTHERS} | Format-List Identity,AccessRights",
            f"{_SEND_AS} | Format-List Identity,AccessRights",
            "Save all six answers: they are evidence, and the only record for a restore.",
            (f"{_OTHERS} | ForEach-Object {{ Remove-MailboxPermission $_.Identity -User $who"
             " -AccessRights $_.AccessRights -Confirm:$false }"),
            (f"{_SEND_AS} | ForEach-Object {{ Remove-RecipientPermission $_.Identity -Trustee $who"
             " -AccessRights SendAs -Confirm:$false }"),
            ("Whoever has no business in the person's own mailbox (the first four answers): Remove-MailboxPermission,"
             " Remove-RecipientPermission, Set-Mailbox -GrantSendOnBehalfTo, Remove-MailboxFolderPermission."),
        ),
        "the fifth and the sixth command show nothing when they are run again",
        "Whose mailboxes could the person open or send as, and who could open theirs?",
        "Add-MailboxPermission and Add-RecipientPermission, from the answers that were saved",
        "remove-mailboxpermission",
    ),
    "mobile": Card(
        PathKind.DEVICE, 2, "Close mail protocols and end mobile partnerships",
        (
            f"Get-CASMailbox $who | Format-List {','.join(_PROTOCOLS)}",
            "Get-MobileDevice -Mailbox $who | Format-List FriendlyName,DeviceId,DeviceOS,FirstSyncTime,Identity",
            "Save both answers: a foreign phone is evidence.",
            f"Set-CASMailbox $who {' '.join(f'-{one} $false' for one in _PROTOCOLS)}",
            ("Get-MobileDevice -Mailbox $who | ForEach-Object"
             " { Clear-MobileDevice $_.Identity -AccountOnly -Confirm:$false }"),
            "-AccountOnly takes the company's mail off the phone and nothing else. Whoever holds it sees that.",
        ),
        "Get-CASMailbox shows False six times, and Get-MobileDevice that a wipe was asked for",
        "Which devices (FriendlyName, DeviceId) were listed, and which protocols were open?",
        "Set-CASMailbox with the values that were saved; the person sets the device up anew", "clear-mobiledevice",
    ),
}  # fmt: skip
"""By the part of the path's id. Only the last is seen by whoever holds the phone: it comes late."""
