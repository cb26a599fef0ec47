"""The subject's EC2 instances: the network around them, the profile that hands out credentials, and those credentials.

Swapping security groups leaves tracked flows running. AWS's own runbook therefore puts an interface into a group
that allows everything first, so that its flows become untracked, and then into an empty one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.aws.policies import REVOKE_PREFIX, deny_older_sessions, parsed, revoke_name, revoked_before
from connectors.contract import AccessPath, Account, CutOrder, Landed, Manual, Outcome, PathKind, PathState, Subject
from connectors.errors import NotFoundError, RefusedError, RejectedError, UnsupportedError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

FAMILY = "ec2"
KINDS = ("ec2-instance",)
OBSERVE_PERMISSIONS = (
    "ec2:DescribeInstances", "ec2:DescribeIamInstanceProfileAssociations", "iam:GetInstanceProfile",
    "iam:ListRolePolicies", "iam:GetRolePolicy",
)  # fmt: skip
CUT_PERMISSIONS = (
    "ec2:DescribeIamInstanceProfileAssociations", "ec2:DescribeSecurityGroups", "ec2:CreateSecurityGroup",
    "ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress", "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:DeleteSecurityGroup", "ec2:DisassociateIamInstanceProfile", "iam:PutRolePolicy",
)  # fmt: skip
RESTORE_PERMISSIONS = (
    "ec2:ModifyNetworkInterfaceAttribute", "ec2:AssociateIamInstanceProfile", "iam:PassRole",
    "ec2:DescribeSecurityGroups", "ec2:DeleteSecurityGroup", "iam:DeleteRolePolicy",
)  # fmt: skip
READ_BY = "ec2:DescribeInstances and DescribeIamInstanceProfileAssociations"
OPEN_PREFIX, EMPTY_PREFIX = "evict-untrack-", "evict-isolated-"
EVERYWHERE = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


def place(account: Account | AccessPath) -> tuple[dict[str, str], str]:
    """Account and Region of an instance, and its id, from its ARN."""
    arn = account.id if isinstance(account, Account) else account.account
    _arn, _aws, _ec2, region, where, instance = arn.split(":")
    return {"account": where, "region": region}, instance.rsplit("/", 1)[1]


def observe(
    session: AwsSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[list[AccessPath], dict[PathKind, str]]:
    """Network, profile and credentials of one instance."""
    del subject
    where, instance = place(account)
    try:
        answer = session.call("ec2", "describe_instances", InstanceIds=[instance], **where)
    except NotFoundError:
        return [], {}
    except (RefusedError, UnsupportedError) as error:
        return [], dict.fromkeys((PathKind.NETWORK, PathKind.ROLE, PathKind.SESSION), error.what)
    found = [one for reservation in answer["Reservations"] for one in reservation["Instances"]]
    interfaces = [eni for one in found for eni in one.get("NetworkInterfaces", [])]
    paths = [_network(account, eni) for eni in sorted(interfaces, key=lambda eni: str(eni["NetworkInterfaceId"]))]
    try:
        return [*paths, *_profile(session, account, known)], {}
    except (RefusedError, UnsupportedError) as error:
        return paths, dict.fromkeys((PathKind.ROLE, PathKind.SESSION), error.what)


def _path(account: Account, kind: PathKind, part: str, label: str, **more: Any) -> AccessPath:
    return AccessPath(
        system=account.system, account=account.id, kind=kind, id=f"{FAMILY}/{account.id}/{part}", label=label, **more
    )


def _network(account: Account, eni: dict[str, Any]) -> AccessPath:
    groups = eni.get("Groups", [])
    isolated = bool(groups) and all(str(one["GroupName"]).startswith(EMPTY_PREFIX) for one in groups)
    before = {} if isolated else {"groups": sorted(one["GroupId"] for one in groups)}
    return _path(
        account, PathKind.NETWORK, f"interface/{eni['NetworkInterfaceId']}",
        f"network of {place(account)[1]} through {eni['NetworkInterfaceId']}",
        state=PathState.CUT if isolated else PathState.STANDING,
        reason="in an empty security group" if isolated else "",
        before={"interface": eni["NetworkInterfaceId"], "vpc": eni.get("VpcId", ""), **before},
        undo_note="processes and memory stay as they are: the instance is neither stopped nor changed",
    )  # fmt: skip


def _profile(session: AwsSession, account: Account, known: tuple[AccessPath, ...]) -> list[AccessPath]:
    where, instance = place(account)
    rows = list(
        session.pages(
            "ec2", "describe_iam_instance_profile_associations", "IamInstanceProfileAssociations", **where
        )
    )  # fmt: skip
    live = [one for one in rows if one["State"] in ("associated", "associating")]
    own = [one for one in live if one["InstanceId"] == instance]
    arns = [one["IamInstanceProfile"]["Arn"] for one in own]
    paths = [
        _path(account, PathKind.ROLE, "profile", f"instance profile {arn.rsplit('/', 1)[1]} on {instance}",
              before={"profile": arn},
              undo_note="credentials that the metadata service gave out before live up to about 6 h more")
        for arn in arns
    ]  # fmt: skip
    arns += [path.before["profile"] for path in known if "role" in path.before and path.before["profile"] not in arns]
    for arn in dict.fromkeys(arns):
        others = [one["InstanceId"] for one in live if one["IamInstanceProfile"]["Arn"] == arn and one not in own]
        paths += _credentials(session, account, arn, others)
    return paths


def _credentials(session: AwsSession, account: Account, profile: str, others: list[str]) -> list[AccessPath]:
    """Credentials that the instance holds already; where other instances hold the role's too, a person decides."""
    where, instance = place(account)
    name = profile.rsplit("/", 1)[1]
    roles = session.call("iam", "get_instance_profile", account=where["account"], InstanceProfileName=name)
    return [
        _role(session, account, role, profile, others, instance) for role in roles["InstanceProfile"].get("Roles", [])
    ]


def _role(
    session: AwsSession, account: Account, role: dict[str, Any], profile: str, others: list[str], instance: str
) -> AccessPath:
    revoked = _revoked(session, place(account)[0]["account"], role["RoleName"])
    manual = None
    if others and not revoked:
        manual = Manual(
            f"Decide whether to end all sessions of role {role['RoleName']}",
            (f"The role serves {len(others)} more instance(s): {', '.join(sorted(others)[:10])}.",
             "Ending its sessions stops them until they fetch new credentials.",
             "IAM console, Roles, the role, Revoke sessions, Revoke active sessions."),
            "the role has the inline policy AWSRevokeOlderSessions", "Did you revoke, and when?",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html",
        )  # fmt: skip
    return _path(
        account, PathKind.SESSION, f"credentials/{role['RoleName']}",
        f"credentials of role {role['RoleName']} that {instance} holds (up to about 6 h)",
        state=PathState.CUT if revoked else PathState.STANDING,
        reason=f"sessions issued before the cut are denied by {revoked}" if revoked else "", manual=manual,
        before={"role": role["Arn"], "profile": profile},
    )  # fmt: skip


def _revoked(session: AwsSession, account: str, role: str) -> str:
    for name in session.pages("iam", "list_role_policies", "PolicyNames", account=account, RoleName=role):
        if not name.startswith((REVOKE_PREFIX, "AWSRevokeOlderSessions")):
            continue
        answer = session.call("iam", "get_role_policy", account=account, RoleName=role, PolicyName=name)
        if revoked_before(parsed(answer["PolicyDocument"])):
            return str(name)
    return ""


def cut(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Isolate an interface, take the profile off, or deny the role's older sessions."""
    where, instance = place(path)
    if path.kind is PathKind.NETWORK:
        vpc, interface = path.before["vpc"], path.before["interface"]
        through = f"{OPEN_PREFIX}{order.case_id}-{interface}"
        for name in (through, EMPTY_PREFIX + order.case_id):
            _move(session, where, interface, [_group(session, where, name, vpc)])
        _drop(session, where, through, vpc)  # a group that lets everything in is not left behind
        return Landed(datetime.now(UTC))
    if path.kind is PathKind.ROLE:
        rows = session.pages(
            "ec2", "describe_iam_instance_profile_associations", "IamInstanceProfileAssociations", **where
        )
        own = [one["AssociationId"] for one in rows if one["InstanceId"] == instance and one["State"] == "associated"]
        for association in own:
            session.call("ec2", "disassociate_iam_instance_profile", AssociationId=association, **where)
        return Landed(datetime.now(UTC), Outcome.DONE if own else Outcome.ALREADY_SO)
    limit = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    _on_role(
        session,
        path,
        "put_role_policy",
        PolicyName=revoke_name(order.case_id),
        PolicyDocument=deny_older_sessions(limit),
    )
    return Landed(datetime.now(UTC))


def restore(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Put the interface into its own groups, the profile on, or the deny away; own groups go when nothing uses them."""
    where, instance = place(path)
    if path.kind is PathKind.NETWORK:
        _move(session, where, path.before["interface"], path.before["groups"])
        _drop(session, where, EMPTY_PREFIX + order.case_id, path.before["vpc"])
    elif path.kind is PathKind.ROLE:
        profile = {"Arn": path.before["profile"]}
        session.call("ec2", "associate_iam_instance_profile", IamInstanceProfile=profile, InstanceId=instance, **where)
    else:
        _on_role(session, path, "delete_role_policy", PolicyName=revoke_name(order.case_id))
    return Landed(datetime.now(UTC))


def _on_role(session: AwsSession, path: AccessPath, operation: str, **more: Any) -> None:
    role = str(path.before["role"])
    session.call("iam", operation, account=role.split(":")[4], RoleName=role.rsplit("/", 1)[1], **more)


def _move(session: AwsSession, where: dict[str, str], interface: str, groups: list[str]) -> None:
    session.call(
        "ec2", "modify_network_interface_attribute", NetworkInterfaceId=interface, Groups=groups, **where
    )  # fmt: skip


def _find(session: AwsSession, where: dict[str, str], name: str, vpc: str) -> str:
    filters = [{"Name": "group-name", "Values": [name]}, {"Name": "vpc-id", "Values": [vpc]}]
    groups = list(session.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=filters, **where))
    return str(groups[0]["GroupId"]) if groups else ""


def _group(session: AwsSession, where: dict[str, str], name: str, vpc: str) -> str:
    """The case's group in a VPC, made when it is not there: one that allows everything, or an empty one."""
    found = _find(session, where, name, vpc)
    if found:
        return found
    try:
        group = str(
            session.call(
                "ec2", "create_security_group", GroupName=name, Description="made by evict; see its name", VpcId=vpc,
                **where,
            )["GroupId"]
        )  # fmt: skip
    except RejectedError as error:
        if "InvalidGroup.Duplicate" not in error.what:
            raise
        return _find(session, where, name, vpc)
    if name.startswith(OPEN_PREFIX):
        session.call("ec2", "authorize_security_group_ingress", GroupId=group, IpPermissions=[EVERYWHERE], **where)
    else:
        default = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        session.call("ec2", "revoke_security_group_egress", GroupId=group, IpPermissions=[default], **where)
    return group


def _drop(session: AwsSession, where: dict[str, str], name: str, vpc: str) -> None:
    """Delete this case's group; another interface of the case may still be in it."""
    group = _find(session, where, name, vpc)
    if group:
        try:
            session.call("ec2", "delete_security_group", GroupId=group, **where)
        except RejectedError as error:
            if "DependencyViolation" not in error.what:
                raise
