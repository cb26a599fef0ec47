"""One test walks every action of every connector: no missing declaration, and none that is untrue."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError

from connectors.aws.reads import EVIDENCE_HOLDS, is_read
from connectors.contract import Action, Effect, Notice
from connectors.registry import Registry
from connectors.types import parse_type

SESSION = botocore.session.get_session()
ROOT = Path(__file__).parents[2]
ACTIONS = Registry.installed().actions()
OF_AWS = [one for one in ACTIONS if one.name.startswith("aws.")]
SIGNED = {
    "access-analyzer": ("accessanalyzer",),
    "s3": ("s3", "s3control"),
    "sso": ("sso-admin",),
    "states": ("stepfunctions",),
}
"""IAM's prefix of a service to botocore's names of it, where they differ (Service Authorization Reference)."""

NO_OPERATION = {
    "iam:PassRole": "asked when a role is handed to a service",
    "ec2:CreateTags": "asked when what is made carries tags from the start",
    "s3:ListAllMyBuckets": "ListBuckets",
    "s3:GetBucketNotification": "GetBucketNotificationConfiguration",
    "s3:GetBucketPublicAccessBlock": "GetPublicAccessBlock",
    "s3:GetInventoryConfiguration": "ListBucketInventoryConfigurations",
    "s3:GetReplicationConfiguration": "GetBucketReplication",
}
"""Permissions that are not called like the operation that they are for."""


def each(actions: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("action", actions, ids=lambda action: action.name)


@each(ACTIONS)
def test_an_action_declares_everything(action: Action) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*\.[a-z]+(-[a-z]+)*", action.name)
    assert action.title
    assert not action.title.endswith(".")
    assert action.doc.endswith(".")
    assert isinstance(action.effect, Effect)
    assert isinstance(action.notice, Notice)
    for field in (*action.inputs, *action.outputs):
        parse_type(field.type)
        assert field.doc.endswith(".")
    for fields in (action.inputs, action.outputs):
        names = [field.name for field in fields]
        assert len(names) == len(set(names))
    if action.needs_system:
        assert action.permissions
    assert all(permission.strip() == permission and "*" not in permission for permission in action.permissions)
    assert len(set(action.permissions)) == len(action.permissions), "a permission is declared twice"


@each(ACTIONS)
def test_technique_ids_have_the_form_of_their_catalogue(action: Action) -> None:
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", one) for one in action.attack)
    assert all(re.fullmatch(r"D3-[A-Z]{2,6}", one) for one in action.defend)


@each(ACTIONS)
def test_sources_are_pages_over_https_or_documents_of_this_repository(action: Action) -> None:
    assert action.sources
    for source in action.sources:
        parts = urlsplit(source)
        if parts.scheme:
            assert parts.scheme == "https"
            assert parts.hostname
            assert parts.path.strip("/")
        else:
            assert (ROOT / source).is_file(), source


@each([one for one in ACTIONS if one.effect in (Effect.CONTAIN, Effect.DESTROY)])
def test_a_cut_says_whether_the_subject_notices(action: Action) -> None:
    assert action.notice is not Notice.NEVER, "access that ends is noticed, or at least may be"


@each([one for one in ACTIONS if one.notice is Notice.MAYBE])
def test_a_maybe_says_what_the_subject_might_see(action: Action) -> None:
    assert action.notice_why, "what the subject might see is not said"


@pytest.mark.parametrize("effect", [Effect.DESTROY, Effect.NOTIFY])
def test_what_destroys_or_notifies_unnoticed_says_why_nobody_notices(effect: Effect) -> None:
    quiet = [one for one in ACTIONS if one.effect is effect and one.notice is Notice.NEVER and not one.notice_why]
    assert [one.name for one in quiet] == []


@each([one for one in ACTIONS if one.effect is Effect.PRESERVE])
def test_what_preserves_says_which_evidence(action: Action) -> None:
    assert action.preserves


@each([one for one in OF_AWS if one.effect in (Effect.OBSERVE, Effect.PRESERVE)])
def test_what_reads_aws_asks_for_no_right_to_change_it(action: Action) -> None:
    holds = {f"{service}:{operation}" for service, operation in EVIDENCE_HOLDS}
    allowed = holds if action.effect is Effect.PRESERVE else set()
    wrong = [one for one in action.permissions if not (_reads(one) or one in allowed or one in NO_OPERATION)]
    assert wrong == []


@each(OF_AWS)
def test_every_permission_for_aws_is_one_that_aws_knows(action: Action) -> None:
    unknown = [one for one in action.permissions if one not in NO_OPERATION and not _known(one)]
    assert unknown == []


def _reads(permission: str) -> bool:
    service, operation = permission.split(":")
    return all(is_read(name, operation) for name in SIGNED.get(service, (service,)))


def _known(permission: str) -> bool:
    service, operation = permission.split(":")
    return any(operation in _operations(name) for name in SIGNED.get(service, (service,)))


@cache
def _operations(service: str) -> frozenset[str]:
    """What botocore knows of a service; nothing where it knows no such service."""
    try:
        return frozenset(SESSION.get_service_model(service).operation_names)
    except UnknownServiceError:
        return frozenset()
