"""Selective wipe: the company's data leaves the managed apps of a device, and nothing else of the device is touched.

It happens when the app is next opened, within 30 minutes; a request is kept for 94 days (Intune, selective wipe). So
it is issued here, and told as done only where the registration is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Json, Notice, Outcome, Session
from connectors.errors import InputError, WorldError

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

LATER = "issued, waits until the app is next opened, for 94 days at most"


class WipeManagedApps(Action):
    """By device tag, of the subject's own registrations."""

    name = "microsoft.wipe-managed-apps"
    title = "Remove work data from the apps of a personal device"
    doc = "A selective wipe of managed apps by device tag: mail and files of the company, and nothing of the person's."
    effect = Effect.DESTROY
    inputs = (Field("device_tags", "list[string]", "Exact device tags of the subject's app registrations."),)
    outputs = (Field("devices", "list[object]", "Each tag: done, waits or failed, its device, and why."),)
    permissions = ("DeviceManagementApps.Read.All", "DeviceManagementApps.ReadWrite.All")
    notice = Notice.ALWAYS
    notice_why = "the apps say that their work data was removed"
    defend = ("D3-CR",)
    sources = (
        "https://learn.microsoft.com/graph/api/intune-mam-user-wipemanagedappregistrationsbydevicetag",
        "https://learn.microsoft.com/intune/intune-service/apps/apps-selective-wipe",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Ask for every tag; a tag that is nobody's of the subject is refused before any is asked for.

        Raises:
            InputError: a tag is not among the subject's registrations.
            WorldError: the registrations could not be read.

        """
        from connectors.microsoft.client import opened

        tenant, wanted = opened(session), dict.fromkeys(map(str, inputs["device_tags"]))
        users = [account.id for account in context.accounts]
        found = {(user, str(row.get("deviceTag"))): row for user in users for row in _rows(tenant, user)}
        strange = [tag for tag in wanted if not any(tag == mine for _user, mine in found)]
        if strange:
            raise InputError(f"{len(strange)} of {len(wanted)} device tags are of no app registration of the subject",
                             expected="exact tags, as GET /users/{id}/managedAppRegistrations shows them")  # fmt: skip
        told = [_asked(tenant, user, tag, row) for (user, tag), row in sorted(found.items()) if tag in wanted]
        return _result(_read_back(tenant, users, told))


def _rows(session: MicrosoftSession, user: str) -> list[dict[str, Any]]:
    return session.rows("/v1.0/users/{user}/managedAppRegistrations", user=user)


def _asked(session: MicrosoftSession, user: str, tag: str, row: Mapping[str, Any]) -> dict[str, str]:
    told = {"device_tag": tag, "name": str(row.get("deviceName") or ""), "state": "waits", "why": LATER}
    route = "/v1.0/users/{user}/wipeManagedAppRegistrationsByDeviceTag"
    try:
        session.call("POST", route, body={"deviceTag": tag}, user=user)
    except WorldError as error:
        return told | {"state": "failed", "why": error.what}
    return told


def _read_back(session: MicrosoftSession, users: Iterable[str], told: list[dict[str, str]]) -> list[dict[str, str]]:
    try:
        left = {str(row.get("deviceTag")) for user in users for row in _rows(session, user)}
    except WorldError as error:
        return [one | {"why": f"{one['why']}; not read back: {error.what}"} for one in told]
    done = {"state": "done", "why": "the registration is gone"}
    return [one | done if one["state"] == "waits" and one["device_tag"] not in left else one for one in told]


def _result(told: list[dict[str, str]]) -> ActionResult:
    states = {one["state"] for one in told}
    outcome = Outcome.FAILED if "failed" in states else Outcome.COULD_NOT_CHECK if "waits" in states else Outcome.DONE
    return ActionResult({"devices": told}, outcome, "; ".join(dict.fromkeys(one["why"] for one in told)))
