from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.areas import access_points
from connectors.errors import NotFoundError, RefusedError

OPEN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "999988887777"}, "Action": "s3:*"}]})


class Control:
    """S3 Control as it answers; the range cannot be reached under an account's own host name."""

    def __init__(self, estate: Any) -> None:
        self.system, self.settings = estate.session.system, {}
        self.points = [{"Name": name, "Bucket": "ledgers"} for name in ("refused", "closed", "open")]
        self.instances: list[dict[str, str]] = [{"AccessGrantsInstanceId": "default"}]
        self.grants = [
            {
                "AccessGrantId": who,
                "Grantee": {"GranteeType": sort, "GranteeIdentifier": who},
                "GrantScope": "s3://x/*",
                "Permission": "READ",
            }
            for sort, who in (
                ("IAM", "arn:aws:iam::999988887777:role/x"),
                ("IAM", f"arn:aws:iam::{estate.home}:role/x"),
                ("DIRECTORY_USER", "1-2"),
            )
        ]

    def pages(self, _service: str, operation: str, _key: str, **_params: Any) -> list[dict[str, Any]]:
        return {
            "list_access_points": self.points,
            "list_access_grants_instances": self.instances,
            "list_access_grants": self.grants,
        }[operation]

    def call(self, _service: str, _operation: str, **params: Any) -> dict[str, Any]:
        if params["Name"] == "refused":
            raise RefusedError("aws s3control:GetAccessPointPolicy: AccessDenied")
        if params["Name"] == "closed":
            raise NotFoundError("no policy")
        return {"Policy": OPEN}


@pytest.fixture
def look(estate: Any) -> Look:
    made: Look = estate.look()
    object.__setattr__(made, "session", Control(estate))
    object.__setattr__(
        made, "trail", type("Silent", (), {"changes": lambda *_names: [], "touched": lambda *_names: None})()
    )
    return made


def test_an_access_point_for_strangers_is_closed(look: Look) -> None:
    (finding,) = access_points.points(look)
    assert finding.detail["resource"] == "open"
    assert finding.remove == (
        "aws s3control delete-access-point-policy --account-id 123456789012 --name open --region us-east-1"
    )


def test_a_policy_that_cannot_be_read_hides_no_other(look: Look) -> None:
    assert len(list(access_points.points(look))) == 1
    assert look.gaps == ["aws s3control:GetAccessPointPolicy: AccessDenied"]


def test_a_grant_to_a_stranger_is_deleted(look: Look) -> None:
    (finding,) = access_points.grants(look)
    assert "--access-grant-id arn:aws:iam::999988887777:role/x" in finding.remove


def test_a_region_without_access_grants_is_asked_no_further(look: Look) -> None:
    look.session.instances.clear()  # type: ignore[attr-defined]
    assert list(access_points.grants(look)) == []


def test_a_range_says_that_it_cannot_be_checked(estate: Any) -> None:
    parts = estate.sweep(access_points)
    assert all("a range has no host name for each account" in part.why for part in parts)
    assert len(parts) == 2
