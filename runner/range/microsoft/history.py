"""What the suspect and a colleague did since they were hired, as the logs of the tenant show it: the same for one day.

Sign-ins and changes reach back further than the tenant keeps them, so that some have expired. Most of the suspect's
come from a house where company laptops stand in a row: at times from the laptop of somebody else.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.areas.message_traces import SERVED_BY
from runner.range.microsoft.apps import RELEASE_BOT, app_id, principal
from runner.range.microsoft.devices import LAPTOP, machine_id
from runner.range.microsoft.people import BOSS, COLLEAGUE, DOMAIN, READER, SUSPECT, People, guid

STAMP = "%Y-%m-%dT%H:%M:%SZ"
FARM, RELAY, OFFICE = "198.51.100.24", "203.0.113.9", "192.0.2.10"
"""The house, a relay that the suspect's own line shows when the house is off, and the colleague's office."""
SIGN_IN_DAYS, AUDIT_DAYS, RECORD_DAYS = 45, 60, 200
RECORDS = (
    ("Exchange", "exchangeItemAggregated", "MailItemsAccessed"), ("Exchange", "exchangeItem", "Send"),
    ("OneDrive", "sharePointFileOperation", "FileDownloaded"),
    ("SharePoint", "sharePointFileOperation", "FileAccessed"),
    ("OneDrive", "sharePointSharingOperation", "AnonymousLinkCreated"),
    ("AzureActiveDirectory", "azureActiveDirectoryStsLogon", "UserLoggedIn"),
    ("MicrosoftTeams", "microsoftTeams", "MessageSent"),
)  # fmt: skip
PROCESSES = ("outlook.exe", "code.exe", "anydesk.exe", "powershell.exe", "mouse-mover.exe")
CODES = (0, 0, 0, 0, 0, 0, 50126)


def seed(put: Any, people: People) -> None:
    """Fill the logs, identity protection, Defender's tables and the message traces; let the reader into eDiscovery."""
    dice, now = random.Random("initech"), datetime.now(UTC).replace(minute=0, second=0, microsecond=0)  # noqa: S311 - a seed
    put("signIns", *_sign_ins(dice, now))
    put("directoryAudits", *_audits(dice, now))
    put("auditRecords", *_records(dice, now))
    put("messageTraces", *_traces(dice, now))
    _risk(put, people, now)
    _defender(put, dice, now)
    _installed(put)
    put("ediscoveryLetIn", {"id": guid(f"sp-{READER}")})
    put("serving", {"id": SERVED_BY})


def _days(now: datetime, days: int, dice: random.Random) -> Iterator[datetime]:
    """A moment in the working hours of every day but Sundays, oldest first; none in the last hour."""
    for back in range(days, 0, -1):
        day = now - timedelta(days=back)
        if day.isoweekday() != 7:  # noqa: PLR2004 - Sunday
            yield day.replace(hour=8) + timedelta(minutes=dice.randrange(540))


def _sign_ins(dice: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    for name, address, most in ((SUSPECT, FARM, 3), (COLLEAGUE, OFFICE, 1)):
        for day in _days(now, SIGN_IN_DAYS, dice):
            for nth in range(1 + dice.randrange(most + 1)):
                away = name == SUSPECT and dice.random() < 0.05  # noqa: PLR2004 - now and then
                device = COLLEAGUE if name == SUSPECT and dice.random() < 0.04 else name  # noqa: PLR2004 - rarely
                kind = "interactiveUser" if nth == 0 else "nonInteractiveUser"
                yield _sign_in(name, kind, day + timedelta(minutes=7 * nth), RELAY if away else address, device,
                               dice.choice(CODES))  # fmt: skip
    for day in _days(now, SIGN_IN_DAYS, dice):
        yield _app_sign_in(RELEASE_BOT, day)


def _sign_in(name: str, kind: str, at: datetime, address: str, device: str, code: int) -> dict[str, Any]:
    what = f"{LAPTOP}-{device}"
    return {
        "id": guid(f"sign-in-{name}-{kind}-{at:{STAMP}}"), "createdDateTime": at.strftime(STAMP),
        "signInEventTypes": [kind], "userId": guid(name), "userPrincipalName": f"{name}@{DOMAIN}",
        "userDisplayName": name.replace(".", " ").title(), "isInteractive": kind == "interactiveUser",
        "appId": guid("app-id-office"), "appDisplayName": "Office", "ipAddress": address, "clientAppUsed": "Browser",
        "status": {"errorCode": code, "failureReason": f"error {code}" if code else None},
        "deviceDetail": {"deviceId": guid(f"own-id-{what}"), "displayName": what, "operatingSystem": "Windows11"},
    }  # fmt: skip


def _app_sign_in(app: str, at: datetime) -> dict[str, Any]:
    return {
        "id": guid(f"sign-in-{app}-{at:{STAMP}}"), "createdDateTime": at.strftime(STAMP), "userId": "",
        "signInEventTypes": ["servicePrincipal"], "servicePrincipalId": principal(app), "isInteractive": False,
        "servicePrincipalName": app, "appId": app_id(app), "appDisplayName": app, "ipAddress": RELAY,
        "status": {"errorCode": 0, "failureReason": None},
    }  # fmt: skip


def _audits(dice: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    """Everyday changes: of the suspect's own account by themselves and by their manager, of the colleague's."""
    for name, share in ((SUSPECT, 0.4), (COLLEAGUE, 0.2)):
        for day in _days(now, AUDIT_DAYS, dice):
            if dice.random() < share:
                by = dice.choice((name, name, BOSS))
                yield {
                    "id": guid(f"audit-{name}-{day:{STAMP}}"), "activityDateTime": day.strftime(STAMP),
                    "activityDisplayName": "Update user", "category": "UserManagement", "result": "success",
                    "loggedByService": "Core Directory",
                    "initiatedBy": {"user": {"id": guid(by), "userPrincipalName": f"{by}@{DOMAIN}"}, "app": None},
                    "targetResources": [{"id": guid(name), "type": "User", "displayName": name,
                                         "modifiedProperties": []}],
                }  # fmt: skip


def _records(dice: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    for name, address, most in ((SUSPECT, FARM, 2), (COLLEAGUE, OFFICE, 1)):
        for day in _days(now, RECORD_DAYS, dice):
            for nth in range(dice.randrange(most + 1)):
                service, sort, operation = dice.choice(RECORDS)
                at = day + timedelta(minutes=11 * nth)
                yield {
                    "id": guid(f"record-{name}-{at:{STAMP}}"), "createdDateTime": at.strftime(STAMP),
                    "auditLogRecordType": sort, "operation": operation, "service": service, "userType": "Regular",
                    "userPrincipalName": f"{name}@{DOMAIN}", "userId": guid(name), "clientIp": address,
                    "objectId": f"https://initech.example/personal/{name}/plan-{nth}.docx", "auditData": {},
                }  # fmt: skip


def _traces(dice: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    """Mail of both; the suspect sends some to an address of their own outside."""
    for name in (SUSPECT, COLLEAGUE):
        for day in _days(now, 100, dice):
            if dice.random() < 0.3:  # noqa: PLR2004 - a few a week
                outside = name == SUSPECT and dice.random() < 0.3  # noqa: PLR2004 - of those, some
                yield {
                    "id": guid(f"trace-{name}-{day:{STAMP}}"), "receivedDateTime": day.strftime(STAMP),
                    "senderAddress": f"{name}@{DOMAIN}", "subject": "weekly numbers", "status": "delivered",
                    "recipientAddress": "jl.archive@mail.example" if outside else f"{BOSS}@{DOMAIN}",
                    "messageId": f"<{guid(f'mail-{name}-{day:{STAMP}}')}@{DOMAIN}>", "size": 20_480,
                }  # fmt: skip


def _installed(put: Any) -> None:
    """What Intune found on both laptops; the suspect's has a program that lets others in."""
    for name, programs in ((SUSPECT, ("Office", "AnyDesk", "Python")), (COLLEAGUE, ("Office", "Python"))):
        put("detectedApps", *(
            {"id": guid(f"detected-{name}-{program}"), "_device": guid(f"managed-{LAPTOP}-{name}"), "version": "1.0",
             "displayName": program, "publisher": "", "platform": "windows", "deviceCount": 1, "sizeInByte": 0}
            for program in programs
        ))  # fmt: skip


def _risk(put: Any, people: People, now: datetime) -> None:
    updated = (now - timedelta(days=3)).strftime(STAMP)
    for name, id_, state, level in ((SUSPECT, people.suspect, "atRisk", "medium"),
                                    (COLLEAGUE, people.colleague, "dismissed", "none")):  # fmt: skip
        user = {
            "userDisplayName": name, "userPrincipalName": f"{name}@{DOMAIN}", "riskState": state, "riskLevel": level,
            "riskDetail": "none", "riskLastUpdatedDateTime": updated,
        }  # fmt: skip
        put("riskyUsers", {"id": id_, **user})
        put("riskHistory", {"id": guid(f"risk-history-{name}"), "userId": id_, **user, "riskState": "none"})
        put("riskDetections", *(
            {"id": guid(f"risk-{name}-{back}"), "userId": id_, "userPrincipalName": f"{name}@{DOMAIN}",
             "riskEventType": "unfamiliarFeatures", "riskState": state, "riskLevel": level, "ipAddress": RELAY,
             "activityDateTime": (now - timedelta(days=back)).strftime(STAMP),
             "detectedDateTime": (now - timedelta(days=back)).strftime(STAMP)}
            for back in (3, 11)
        ))  # fmt: skip


def _defender(put: Any, dice: random.Random, now: datetime) -> None:
    for name in (SUSPECT, COLLEAGUE):
        device = {"DeviceId": machine_id(f"{LAPTOP}-{name}"), "DeviceName": f"{LAPTOP}-{name}.{DOMAIN}"}
        _events(put, "DeviceInfo", name, [{**device, "AadDeviceId": guid(f"own-id-{LAPTOP}-{name}")}], [now])
        days = list(_days(now, 40, dice))
        by = {"InitiatingProcessAccountObjectId": guid(name)}
        _events(put, "DeviceProcessEvents", name,
                [{**device, **by, "FileName": dice.choice(PROCESSES), "ActionType": "ProcessCreated"} for _day in days],
                days)  # fmt: skip
        logon = {**device, "ActionType": "LogonSuccess"}
        _events(put, "DeviceLogonEvents", name, [logon for _day in days[::3]], days[::3])
        _events(put, "CloudAppEvents", name,
                [{"AccountObjectId": guid(name), "ActionType": "FileDownloaded"} for _day in days[::4]],
                days[::4])  # fmt: skip


def _events(put: Any, table: str, name: str, rows: Iterable[dict[str, Any]], days: list[datetime]) -> None:
    put(f"hunt{table}", *(
        {"id": guid(f"{table}-{name}-{nth}"), "Timestamp": at.strftime(STAMP), "ReportId": nth, **row}
        for nth, (row, at) in enumerate(zip(rows, days, strict=True), 1)
    ))  # fmt: skip
