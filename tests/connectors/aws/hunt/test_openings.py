from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.aws.hunt.area import Look, quoted
from connectors.aws.hunt.openings import allowed, closed, named, openings

OURS, STRANGER = "123456789012", "999988887777"


def look(organization: str = "o-ours") -> Look:
    return Look(None, OURS, "us-east-1", None, frozenset({OURS}), frozenset(), organization=organization)  # type: ignore[arg-type]


def allow(principal: Any, **more: Any) -> dict[str, Any]:
    return {
        "Sid": "one",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sqs:SendMessage",
        "Resource": "*",
        **more,
    }


def condition(operator: str, key: str, value: Any) -> dict[str, Any]:
    return allow("*", Condition={operator: {key: value}})


@pytest.mark.parametrize(
    ("statement", "who"),
    [
        (allow("*"), ["*"]),
        (allow({"AWS": "*"}), ["*"]),
        (allow({"AWS": STRANGER}), [STRANGER]),
        (
            allow({"AWS": [f"arn:aws:iam::{STRANGER}:root", f"arn:aws:iam::{OURS}:root"]}),
            [f"arn:aws:iam::{STRANGER}:root"],
        ),
        (allow({"AWS": [OURS, f"arn:aws:iam::{OURS}:user/x"]}), []),
        (allow({"Service": "s3.amazonaws.com"}), []),  # acts for whoever set the service up
        (allow({"CanonicalUser": "ab12"}), ["ab12"]),
        ({"Effect": "Allow", "NotPrincipal": {"AWS": OURS}, "Action": "*"}, ["*"]),  # all but one is everybody
        ({**allow("*"), "Effect": "Deny"}, []),
        (condition("StringEquals", "aws:PrincipalOrgID", "o-ours"), []),
        (condition("StringEquals", "aws:PrincipalOrgID", ["o-ours", "o-theirs"]), ["*"]),  # one stranger suffices
        (condition("StringEquals", "aws:PrincipalOrgID", "o-theirs"), ["*"]),
        (condition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-ours/r-1/*"), []),
        (condition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-ours2/*"), ["*"]),
        (condition("StringEquals", "AWS:SourceOwner", OURS), []),  # keys know no case
        (condition("StringEquals", "aws:SourceAccount", OURS), []),
        (condition("StringEqualsIfExists", "aws:SourceAccount", OURS), ["*"]),  # absent in a direct call
        (condition("StringNotEquals", "aws:SourceAccount", OURS), ["*"]),
        (condition("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-ours"), ["*"]),  # true when the key is absent
        (condition("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:{OURS}:*"), []),
        (condition("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:topic"), ["*"]),
        (condition("IpAddress", "aws:SourceIp", "203.0.113.0/24"), ["*"]),
    ],
)
def test_a_policy_opens_what_no_condition_keeps_to_us(statement: dict[str, Any], who: list[str]) -> None:
    found = openings(look(), json.dumps({"Statement": statement}))
    assert [name for one in found for name in one.who] == who


def test_an_organisation_that_cannot_be_read_is_taken_as_a_strangers() -> None:
    statement = condition("StringEquals", "aws:PrincipalOrgID", "")
    assert openings(look(organization=""), {"Statement": [statement]})


def test_closing_a_policy_leaves_every_word_that_is_ours() -> None:
    mixed = allow({"AWS": [STRANGER, OURS], "Service": "s3.amazonaws.com"})
    kept = allow({"AWS": OURS}, Sid="two")
    document = {"Version": "2012-10-17", "Id": "x", "Statement": [mixed, kept, allow("*", Sid="three")]}
    left = json.loads(closed(look(), document))
    assert left == {
        "Version": "2012-10-17",
        "Id": "x",
        "Statement": [allow({"AWS": [OURS], "Service": ["s3.amazonaws.com"]}), kept],
    }
    assert openings(look(), left) == []
    assert closed(look(), {"Statement": allow("*")}) == ""


def test_openings_are_told_in_words() -> None:
    found = openings(look(), {"Statement": [allow({"AWS": STRANGER}), allow("*", Action=["b", "a"])]})
    assert (named(found), allowed(found)) == ("everybody", "a, b, sqs:SendMessage")
    assert named(found[:1]) == STRANGER
    assert openings(look(), None) == []


def test_a_command_quotes_every_word_that_somebody_else_chose() -> None:
    made = look().command("lambda", "x", name="a; rm -rf ~", ids=["one", "$(two)"], rest={"a": "'"}, enabled=False)
    assert made == (
        "aws lambda x --name 'a; rm -rf ~' --ids one '$(two)' --rest '{\"a\":\"'\"'\"'\"}' --no-enabled --region us-east-1"
    )
    assert look().command("x", "y", name="--dry-run") == "aws x y --name=--dry-run --region us-east-1"
    assert quoted("plain") == "plain"
