from __future__ import annotations

from typing import Any

import pytest

from connectors.aws.hunt.areas import network


def group(estate: Any, region: str = "us-east-1") -> str:
    ec2 = estate.client("ec2", region)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    return str(ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"])


def rule(port: int, cidr: str = "0.0.0.0/0", top: int | None = None) -> dict[str, Any]:
    ranges = {"Ipv6Ranges": [{"CidrIpv6": cidr}]} if ":" in cidr else {"IpRanges": [{"CidrIp": cidr}]}
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": top or port, **ranges}


def test_any_port_that_the_subject_opens_to_the_internet_is_closed_again(estate: Any) -> None:
    name = group(estate, "eu-west-1")
    planter = estate.plant("ec2", "eu-west-1")
    planter.authorize_security_group_ingress(GroupId=name, IpPermissions=[rule(8443), rule(9000, "10.0.0.0/8")])
    finding = estate.removed(network, "open-group")
    assert (finding.severity, finding.by_subject) == ("high", True)
    (left,) = estate.client("ec2", "eu-west-1").describe_security_groups(GroupIds=[name])["SecurityGroups"][0][
        "IpPermissions"
    ]
    assert left["FromPort"] == 9000  # what was ours stays


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (rule(22), "medium"),  # a shell
        (rule(3389, "::/0"), "medium"),
        (rule(5000, top=6000), "medium"),  # WinRM inside a range
        (rule(22, "0.0.0.0/1"), "medium"),  # half the internet
        (rule(443), ""),  # a web server
        (rule(22, "203.0.113.0/24"), ""),
        ({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, "medium"),
    ],
)
def test_what_others_opened_is_told_only_where_it_is_a_shell(estate: Any, given: dict[str, Any], severity: str) -> None:
    name = group(estate)
    estate.client("ec2").authorize_security_group_ingress(GroupId=name, IpPermissions=[given])
    found = estate.found(network, kind="open-group")
    assert [one.severity for one in found] == ([severity] if severity else [])
    for one in found:
        estate.run(one.remove)
    assert estate.found(network, kind="open-group") == []


def test_a_peering_of_the_subjects_is_deleted(estate: Any) -> None:
    ec2 = estate.plant("ec2")
    vpc, other = (ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"] for number in (7, 8))
    ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)
    assert estate.removed(network, "peering").by_subject is True


def test_a_peering_with_a_stranger_is_found_whoever_made_it_while_it_stands(estate: Any) -> None:
    rows = [
        {
            "VpcPeeringConnectionId": f"pcx-{state}",
            "AccepterVpcInfo": {"OwnerId": owner},
            "RequesterVpcInfo": {"OwnerId": estate.home},
            "Status": {"Code": state},
        }
        for owner, state in ((estate.stranger, "active"), (estate.stranger, "deleted"), (estate.home, "provisioning"))
    ]
    look = estate.look()
    object.__setattr__(look, "trail", type("Silent", (), {"changes": lambda *_a: [], "touched": lambda *_a: None})())
    session = type("Session", (), {"system": estate.session.system, "pages": lambda *_a, **_k: rows})()
    object.__setattr__(look, "session", session)
    (finding,) = network._peerings(look)
    assert finding.title == f"a VPC is peered with {estate.stranger}"
    assert (finding.severity, finding.by_subject) == ("high", None)


def test_a_vpn_of_the_subjects_is_deleted(estate: Any) -> None:
    ec2 = estate.plant("ec2")
    customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="192.0.2.1", BgpAsn=65000)["CustomerGateway"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.create_vpn_connection(Type="ipsec.1", CustomerGatewayId=customer["CustomerGatewayId"], VpnGatewayId=gateway)
    assert estate.removed(network, "vpn").by_subject is True


def test_a_traffic_mirror_of_the_subjects_is_deleted_and_a_colleagues_is_not(estate: Any) -> None:
    for number, ec2 in enumerate((estate.plant("ec2"), estate.client("ec2")), 1):
        ec2.create_traffic_mirror_session(
            NetworkInterfaceId="eni-1",
            TrafficMirrorTargetId="tmt-1",
            TrafficMirrorFilterId="tmf-1",
            SessionNumber=number,
        )
    estate.removed(network, "traffic-mirror")
    assert len(estate.client("ec2").describe_traffic_mirror_sessions()["TrafficMirrorSessions"]) == 1


def test_an_instance_connect_endpoint_of_the_subjects_is_deleted(estate: Any) -> None:
    subnet = estate.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    estate.plant("ec2").create_instance_connect_endpoint(SubnetId=subnet)
    estate.client("ec2").create_instance_connect_endpoint(SubnetId=subnet)
    assert estate.removed(network, "connect-endpoint").by_subject is True


def test_a_client_vpn_of_the_subjects_is_deleted(estate: Any) -> None:
    estate.plant("ec2").create_client_vpn_endpoint(
        ClientCidrBlock="10.9.0.0/22", ServerCertificateArn="arn", AuthenticationOptions=[], ConnectionLogOptions={}
    )
    assert estate.removed(network, "client-vpn").by_subject is True


def test_a_network_that_the_subject_joins_to_a_gateway_is_told(estate: Any) -> None:
    ec2 = estate.plant("ec2")
    gateway = estate.client("ec2").create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"][:1]]
    ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=subnets)
    assert estate.removed(network, "transit-attachment").severity == "high"
