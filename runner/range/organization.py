"""An organisation around the seeded company: two member accounts, a pre-staged policy, IAM Identity Center."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from runner.range.process import AwsRange
from runner.range.seed import ALLOW_ALL, COLLEAGUE, HOME, OPERATORS, SUSPECT, Credentials, World, client

ENTRY_ROLE = "OrganizationAccountAccessRole"
ACCESS_ROLE = "evict-access"
PERMISSION_SET = "Engineer"
EMAIL = "@initech.example"


@dataclass
class Organization:
    """What the seed made beyond the company's home account."""

    members: list[str] = field(default_factory=list)
    policy: str = ""
    instance: str = ""
    store: str = ""
    people: dict[str, str] = field(default_factory=dict)
    """User name to user id."""
    portals: dict[str, str] = field(default_factory=dict)
    """User name to an open portal session."""


def seed_organization(running: AwsRange, world: World) -> Organization:
    """Add member accounts, a policy at the root, and people with roles in the members; rewrite the estate."""
    made = Organization()
    _accounts(running, world, made)
    _identity_center(running, made)
    _sessions(running, world, made)
    _estate(world, made)
    return made


def _accounts(running: AwsRange, world: World, made: Organization) -> None:
    organizations = client(running.endpoint, "organizations")
    organizations.create_organization(FeatureSet="ALL")
    for name in ("Production", "Analytics"):
        answer = organizations.create_account(Email=f"{name.lower()}{EMAIL}", AccountName=name)
        made.members.append(answer["CreateAccountStatus"]["AccountId"])
    root = organizations.list_roots()["Roots"][0]["Id"]
    placeholder = {"Sid": "PreStaged", "Effect": "Deny", "Action": "*", "Resource": "*"}
    placeholder["Condition"] = {"StringEquals": {"identitystore:UserId": "nobody"}}  # type: ignore[assignment]
    content = json.dumps({"Version": "2012-10-17", "Statement": [placeholder]})
    policy = organizations.create_policy(
        Name="containment", Description="filled in on the day", Type="SERVICE_CONTROL_POLICY", Content=content
    )
    made.policy = policy["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=made.policy, TargetId=root)
    for member in made.members:
        _member(running, world, member)


def _member(running: AwsRange, world: World, member: str) -> None:
    """Evict's own role, and in the first account a key of the suspect's."""
    iam = client(running.endpoint, "iam", entered(running, member))
    evict = [f"arn:aws:iam::{HOME}:user/{name}" for name in OPERATORS]
    trust = [{"Effect": "Allow", "Principal": {"AWS": evict}, "Action": "sts:AssumeRole"}]
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    iam.create_role(RoleName=ACCESS_ROLE, AssumeRolePolicyDocument=document)
    iam.put_role_policy(RoleName=ACCESS_ROLE, PolicyName="work", PolicyDocument=json.dumps(ALLOW_ALL))
    for name, held in ((SUSPECT, world.suspect), (COLLEAGUE, world.innocent)):
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="work", PolicyDocument=json.dumps(ALLOW_ALL))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        held.append(Credentials(f"access key in account {member}", key["AccessKeyId"], key["SecretAccessKey"]))


def entered(running: AwsRange, member: str) -> Credentials:
    """The management account's way into a member account."""
    arn = f"arn:aws:iam::{member}:role/{ENTRY_ROLE}"
    given = client(running.endpoint, "sts").assume_role(RoleArn=arn, RoleSessionName="seed")["Credentials"]
    return Credentials("entry", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def _identity_center(running: AwsRange, made: Organization) -> None:
    """One permission set; the suspect holds it directly in one account and by a group in the other."""
    sso, store = client(running.endpoint, "sso-admin"), client(running.endpoint, "identitystore")
    found = sso.list_instances()["Instances"][0]
    made.instance, made.store = found["InstanceArn"], found["IdentityStoreId"]
    for name in (SUSPECT, COLLEAGUE):
        mail = [{"Value": f"{name}{EMAIL}", "Type": "work", "Primary": True}]
        given, family = name.split(".")
        answer = store.create_user(
            IdentityStoreId=made.store, UserName=f"{name}{EMAIL}", DisplayName=name, Emails=mail,
            Name={"GivenName": given, "FamilyName": family},
        )  # fmt: skip
        made.people[name] = answer["UserId"]
    group = store.create_group(IdentityStoreId=made.store, DisplayName="engineers")["GroupId"]
    for user in made.people.values():
        store.create_group_membership(IdentityStoreId=made.store, GroupId=group, MemberId={"UserId": user})
    arn = sso.create_permission_set(InstanceArn=made.instance, Name=PERMISSION_SET)["PermissionSet"]["PermissionSetArn"]
    sso.put_inline_policy_to_permission_set(
        InstanceArn=made.instance, PermissionSetArn=arn, InlinePolicy=json.dumps(ALLOW_ALL)
    )
    shared: dict[str, Any] = {"InstanceArn": made.instance, "TargetType": "AWS_ACCOUNT", "PermissionSetArn": arn}
    sso.create_account_assignment(
        TargetId=made.members[0], PrincipalType="USER", PrincipalId=made.people[SUSPECT], **shared
    )
    sso.create_account_assignment(TargetId=made.members[1], PrincipalType="GROUP", PrincipalId=group, **shared)
    sso.create_application_assignment(
        ApplicationArn=f"arn:aws:sso::{HOME}:application/ssoins-1/apl-wiki", PrincipalType="USER",
        PrincipalId=made.people[SUSPECT],
    )  # fmt: skip


def _sessions(running: AwsRange, world: World, made: Organization) -> None:
    """Both people are signed in to the portal and hold role sessions."""
    for name, held in ((SUSPECT, world.suspect), (COLLEAGUE, world.innocent)):
        made.portals[name] = running.ask("portal", act="sign-in", user=f"{name}{EMAIL}")["portal"]
        for member in made.members:
            taken = portal_role(running, made, name, member)
            if taken is not None:
                held.append(taken)


def portal_role(running: AwsRange, made: Organization, name: str, member: str) -> Credentials | None:
    """Role credentials through a person's open portal session; None when the portal gives none."""
    answer = running.ask("portal", act="role", portal=made.portals[name], account=member, set=PERMISSION_SET)
    if not answer["given"]:
        return None
    what = f"Identity Center session in {member}"
    return Credentials(what, answer["key"], answer["secret"], answer["token"])


def _estate(world: World, made: Organization) -> None:
    path = world.directory / "estate.yaml"
    estate = json.loads(path.read_text())
    estate["systems"]["aws-main"] |= {
        "organization": True, "role": ACCESS_ROLE, "containment-policy": made.policy,
        "identity-center-region": "us-east-1",
    }  # fmt: skip
    path.write_text(json.dumps(estate, indent=2) + "\n")
