"""The state of the range that containment may change, for equality tests: no times, no counters."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from connectors.aws.emulator.fakes import sso
from connectors.aws.emulator.fakes.eks import ENTRIES
from connectors.aws.emulator.fakes.iam import SERVICE_CREDENTIALS
from connectors.aws.emulator.fakes.ssm import SESSIONS
from connectors.aws.emulator.principals import BOUNDARIES, HOME_ACCOUNT, backend
from connectors.aws.policies import parsed


def snapshot() -> dict[str, Any]:
    """Users and roles of every account with everything that opens a way in, and what stands above the accounts."""
    accounts = {account: {"users": _users(account), "roles": _roles(account)} for account in sorted(iam_backends)}
    above = {"organization": _policies(), "identity-center": _identity_center()}
    return {**accounts, **above, "machines": _machines(), "clusters": _clusters()}


def _machines() -> dict[str, Any]:
    """Networks, profiles and open channels of all instances that anything was ever asked about."""
    found: dict[str, Any] = {"channels": sorted(name for name, one in SESSIONS.items() if one["Status"] == "Connected")}
    for account, regions in list(ec2_backends.items()):
        for region, ec2 in list(regions.items()):
            held = {
                one.instance.id: one.iam_instance_profile.name for one in ec2.iam_instance_profile_associations.values()
            }
            for instance in ec2.all_instances():
                groups = [[group.name for group in eni.group_set] for eni in instance.nics.values()]
                found[f"{account}/{region}/{instance.id}"] = {"groups": groups, "profile": held.get(instance.id)}
    return found


def _clusters() -> dict[str, Any]:
    return {"/".join(key): held for key, held in sorted(ENTRIES.items()) if held}


def _policies() -> dict[str, Any]:
    organization = organizations_backends[HOME_ACCOUNT]["aws"]
    return {policy.id: parsed(policy.content) for policy in organization.policies}


def _identity_center() -> dict[str, Any]:
    admin = sso.admin()
    rows = admin.account_assignments
    held = sso.store().group_memberships.values()
    return {
        "assignments": sorted([one.target_id, one.permission_set_arn, one.principal_id] for one in rows),
        "policies": {one.permission_set_arn: one.inline_policy for one in admin.permission_sets},
        "memberships": sorted([one["GroupId"], one["MemberId"]["UserId"]] for one in held),
        "applications": sorted([one["ApplicationArn"], one["PrincipalId"]] for one in sso.APPLICATIONS),
    }


def _users(account: str) -> dict[str, Any]:
    iam = backend(account)
    return {
        name: {
            "keys": {key.access_key_id: key.status for key in user.access_keys},
            "password": user.password is not None,
            "boundary": BOUNDARIES.get((account, name)),
            "policies": {policy: parsed(text) for policy, text in sorted(user.policies.items())},
            "managed": sorted(user.managed_policies),
            "groups": sorted(group.name for group in iam.get_groups_for_user(name)),
            "ssh": {key.ssh_public_key_id: key.status for key in user.ssh_public_keys},
            "certificates": {key: one.status for key, one in sorted(user.signing_certificates.items())},
            "service": {
                one["ServiceSpecificCredentialId"]: one["Status"]
                for one in SERVICE_CREDENTIALS.get((account, name), [])
            },
        }
        for name, user in sorted(iam.users.items())
    }


def _roles(account: str) -> dict[str, Any]:
    return {
        role.name: {
            "trust": parsed(role.assume_role_policy_document),
            "policies": {name: parsed(text) for name, text in sorted(role.policies.items())},
            "managed": sorted(role.managed_policies),
        }
        for role in sorted(backend(account).roles.values(), key=lambda role: role.name)
    }
