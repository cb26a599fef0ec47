"""The directory around the subject: every part as it came, and each part that cannot be read told for itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from connectors.microsoft.evidence.directory import PreserveDirectory
from runner.range.microsoft.apps import RELEASE_BOT, SECRETS, app
from runner.range.microsoft.people import SUSPECT, guid

if TYPE_CHECKING:
    from tests.connectors.microsoft.evidence.conftest import Scene

METHODS = "GET /v1.0/users/{user}/authentication/methods"


def requests(scene: Scene) -> list[str]:
    return [line["request"] for line in scene.context.index(f"directory-{guid(SUSPECT)}")]


def test_the_user_methods_devices_consents_and_apps_are_kept_as_they_came(scene: Scene) -> None:
    result = scene.run(PreserveDirectory())
    assert app(RELEASE_BOT) in result.outputs["apps"]
    for part in (METHODS, "GET /v1.0/users/{user}", "GET /v1.0/users/{user}/registeredDevices",
                 "GET /v1.0/oauth2PermissionGrants", "GET /v1.0/applications/{app}",
                 "GET /v1.0/applications/{app}/federatedIdentityCredentials"):  # fmt: skip
        assert part in requests(scene), part
    tenant = next(one for one in result.receipts if one.source == "Entra tenant settings")
    assert (tenant.complete, tenant.records >= 5) == ("complete", True)


def test_properties_that_come_only_when_they_are_named_are_there(scene: Scene) -> None:
    scene.run(PreserveDirectory())
    data = scene.context.stored[f"directory-{guid(SUSPECT)}-1.pages"]
    user = json.loads(data.split(b"\n", 1)[0])
    assert {"accountEnabled", "signInSessionsValidFromDateTime", "lastPasswordChangeDateTime"} <= set(user)


def test_no_secret_of_an_app_is_in_what_is_kept(scene: Scene) -> None:
    scene.run(PreserveDirectory())
    assert all(secret.encode() not in data for secret in SECRETS.values() for data in scene.context.stored.values())


def test_a_part_that_is_refused_is_a_gap_of_its_own_and_the_rest_is_kept(scene: Scene) -> None:
    whole = scene.run(PreserveDirectory()).receipts[0]
    scene.faults({"kind": "refuse", "match": METHODS, "times": 1})
    receipt = scene.run(PreserveDirectory()).receipts[0]
    assert receipt.complete == "incomplete"
    assert [gap.what for gap in receipt.gaps if gap.what == "methods"] == ["methods"]
    assert len(receipt.gaps) == len(whole.gaps) + 1
    assert receipt.records > 10


def test_a_tenant_without_conditional_access_has_no_policies_and_no_gap(scene: Scene) -> None:
    scene.settings(licences=[])
    tenant = next(one for one in scene.run(PreserveDirectory()).receipts if one.source == "Entra tenant settings")
    assert tenant.complete == "complete"
    assert "conditional access: not applicable (licence)" in tenant.why
