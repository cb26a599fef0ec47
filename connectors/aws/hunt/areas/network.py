"""Ways into the network: rules open to the internet, peerings, tunnels, mirrors, endpoints."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.made import Sort, made_by_subject, member
from connectors.aws.hunt.openings import told
from connectors.contract import Finding

AREA = "ways into the network"
SCOPE = "region"

SORTS = (
    Sort(
        "vpn", "a VPN connection", ("ec2", "describe_vpn_connections", "VpnConnections"), "VpnConnectionId",
        "reach the network from the other end of the tunnel",
        ("ec2", "delete-vpn-connection", {"vpn_connection_id": "VpnConnectionId"}), "ec2:DescribeVpnConnections",
        ("State", frozenset({"deleted", "deleting"})),
    ),
    Sort(
        "traffic-mirror", "a traffic mirror", ("ec2", "describe_traffic_mirror_sessions", "TrafficMirrorSessions"),
        "TrafficMirrorSessionId", "read a copy of all that an interface sends and gets",
        ("ec2", "delete-traffic-mirror-session", {"traffic_mirror_session_id": "TrafficMirrorSessionId"}),
        "ec2:DescribeTrafficMirrorSessions",
    ),
    Sort(
        "connect-endpoint", "an Instance Connect endpoint",
        ("ec2", "describe_instance_connect_endpoints", "InstanceConnectEndpoints"), "InstanceConnectEndpointId",
        "reach SSH and RDP of private machines without a public address",
        ("ec2", "delete-instance-connect-endpoint", {"instance_connect_endpoint_id": "InstanceConnectEndpointId"}),
        "ec2:DescribeInstanceConnectEndpoints", ("State", frozenset({"delete-in-progress", "delete-complete"})),
    ),
    Sort(
        "client-vpn", "a Client VPN endpoint", ("ec2", "describe_client_vpn_endpoints", "ClientVpnEndpoints"),
        "ClientVpnEndpointId", "dial into the network with a certificate or a directory login",
        ("ec2", "delete-client-vpn-endpoint", {"client_vpn_endpoint_id": "ClientVpnEndpointId"}),
        "ec2:DescribeClientVpnEndpoints", ("Status.Code", frozenset({"deleting", "deleted"})),
    ),
)  # fmt: skip

PERMISSIONS = (
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeTransitGatewayAttachments",
    *(sort.permission for sort in SORTS),
)

SENSITIVE = (22, 3389, 5985, 5986)
"""SSH, RDP and WinRM: a shell for whoever finds a password or a key."""

WIDE = {4: 8, 6: 16}
"""Shorter prefixes than these are the internet in all but name; the shortest that one company holds is 8 bits."""

OVER = frozenset({"deleted", "deleting", "rejected", "expired", "failed"})

ATTACHMENTS = {
    "vpc": ("delete-transit-gateway-vpc-attachment", "transit_gateway_attachment_id"),
    "peering": ("delete-transit-gateway-peering-attachment", "transit_gateway_attachment_id"),
    "connect": ("delete-transit-gateway-connect", "transit_gateway_attachment_id"),
}
"""Sorts of transit gateway attachment, and what deletes one; a VPN's is deleted with the VPN."""


def sweep(look: Look) -> Iterator[Finding]:
    """Rules, then peerings, then what is only wrong when the subject made it."""
    for part in (_groups, _peerings, _attachments):
        with look.tried():
            yield from part(look)
    yield from made_by_subject(look, SORTS)


def _groups(look: Look) -> Iterator[Finding]:
    """Security groups that let the internet in: to a shell, or to anything when the subject opened it."""
    for group in look.pages("ec2", "describe_security_groups", "SecurityGroups"):
        rules = [one for one in map(_open, group.get("IpPermissions", [])) if one]
        mine = bool(rules and look.tied(group["GroupId"]))
        shown = rules if mine else [one for one in rules if _sensitive(one)]
        if shown:
            yield _group(look, group, shown, mine=mine)


def _group(look: Look, group: dict[str, Any], rules: list[dict[str, Any]], *, mine: bool) -> Finding:
    name = group["GroupId"]
    ports = ", ".join(_ports(one) for one in rules)
    return look.finding(
        "open-group", name, f"the security group {name} ({group.get('GroupName', '')}) lets the internet in: {ports}",
        found_by="ec2:DescribeSecurityGroups", allows="reach every machine that has this group",
        remove=look.command("ec2", "revoke-security-group-ingress", group_id=name, ip_permissions=rules),
        severity="high" if mine else "medium", by_subject=mine or None, detail={"ports": ports},
    )  # fmt: skip


def _open(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule with only those of its ranges that are the internet; empty when there are none."""
    wide = {
        "IpRanges": [{"CidrIp": one["CidrIp"]} for one in rule.get("IpRanges", []) if _wide(one["CidrIp"])],
        "Ipv6Ranges": [{"CidrIpv6": one["CidrIpv6"]} for one in rule.get("Ipv6Ranges", []) if _wide(one["CidrIpv6"])],
    }
    ranges = {name: found for name, found in wide.items() if found}
    ports = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if rule.get(name) is not None}
    return {**ports, **ranges} if ranges else {}


def _wide(cidr: str) -> bool:
    network = ipaddress.ip_network(cidr, strict=False)
    return network.prefixlen < WIDE[network.version]


def _sensitive(rule: dict[str, Any]) -> bool:
    low, high = rule.get("FromPort", -1), rule.get("ToPort", -1)
    everything = rule.get("IpProtocol") == "-1"
    return everything or (rule.get("IpProtocol") in ("tcp", "6") and any(low <= port <= high for port in SENSITIVE))


def _ports(rule: dict[str, Any]) -> str:
    if rule.get("IpProtocol") == "-1":
        return "everything"
    low, high = rule.get("FromPort"), rule.get("ToPort")
    return f"{rule.get('IpProtocol')} {low}" + (f"-{high}" if high != low else "")


def _peerings(look: Look) -> Iterator[Finding]:
    """Peerings whose other side is a stranger's, and those that the subject made."""
    for one in look.pages("ec2", "describe_vpc_peering_connections", "VpcPeeringConnections"):
        name = one["VpcPeeringConnectionId"]
        owners = [one.get(side, {}).get("OwnerId", "") for side in ("AccepterVpcInfo", "RequesterVpcInfo")]
        strangers = look.strangers(owner for owner in owners if owner)
        mine = look.tied(name)
        if member(one, "Status.Code") in OVER or not (strangers or mine):
            continue
        yield look.finding(
            "peering", name, f"a VPC is peered with {told(strangers) or 'another of ours, by the subject'}",
            found_by="ec2:DescribeVpcPeeringConnections", allows="send packets between the two networks",
            remove=look.command("ec2", "delete-vpc-peering-connection", vpc_peering_connection_id=name),
            by_subject=mine or None, detail={"accounts": strangers},
        )  # fmt: skip


def _attachments(look: Look) -> Iterator[Finding]:
    """Transit gateways: a stranger's gateway on our network, a stranger's network on our gateway."""
    for one in look.pages("ec2", "describe_transit_gateway_attachments", "TransitGatewayAttachments"):
        name = one["TransitGatewayAttachmentId"]
        owners = [str(one[side]) for side in ("TransitGatewayOwnerId", "ResourceOwnerId") if one.get(side)]
        strangers, mine = look.strangers(owners), look.tied(name)
        if one.get("State") in OVER or one.get("ResourceType") not in ATTACHMENTS or not (strangers or mine):
            continue
        operation, option = ATTACHMENTS[one["ResourceType"]]
        yield look.finding(
            "transit-attachment", name, f"a transit gateway joins {told(strangers) or 'a network, by the subject'}",
            found_by="ec2:DescribeTransitGatewayAttachments", allows="send packets between the networks that it joins",
            remove=look.command("ec2", operation, **{option: name}), severity="high" if mine else "medium",
            by_subject=mine or None, detail={"accounts": strangers},
        )  # fmt: skip
