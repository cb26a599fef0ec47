"""A loopback service in its own process that answers every call after a fixed time: JSON records, or an IAM.

`python -m benchmarks.slow_service --delay 0.08 --kind iam` prints its port and ends when its input closes.
The IAM keeps one bit per user (the deny is in place), so that a read after the cut shows the cut.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from urllib.parse import parse_qs

ARN = "arn:aws:iam::123456789012:user/"
CUT: set[str] = set()
COUNT = {"calls": 0}


def iam(form: dict[str, str]) -> tuple[int, str]:
    """The answer of one IAM call: a status and XML."""
    action, user = form["Action"], form.get("UserName", "")
    off, status = user in CUT, "Inactive" if user in CUT else "Active"
    if action == "PutUserPolicy":
        CUT.add(user)
    if action == "GetLoginProfile" and off:
        return 404, "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>gone</Message></Error></ErrorResponse>"
    inner = {
        "GetUser": f"<User><UserName>{user}</UserName><Arn>{ARN}{user}</Arn><UserId>X</UserId></User>",
        "ListUserPolicies": f"<PolicyNames>{'<member>evict-deny-BENCH</member>' if off else ''}</PolicyNames>",
        "GetUserPolicy": f"<UserName>{user}</UserName><PolicyDocument>{DENY}</PolicyDocument>",
        "ListAccessKeys": "<AccessKeyMetadata>" + "".join(
            f"<member><AccessKeyId>AKIABENCH0000{user}{n}</AccessKeyId><Status>{status}</Status></member>"
            for n in (1, 2)
        ) + "</AccessKeyMetadata>",
        "GetLoginProfile": f"<LoginProfile><UserName>{user}</UserName></LoginProfile>",
        "ListGroupsForUser": "<Groups></Groups>",
        "ListSigningCertificates": "<Certificates></Certificates>",
        "ListSSHPublicKeys": "<SSHPublicKeys></SSHPublicKeys>",
        "ListServiceSpecificCredentials": "<ServiceSpecificCredentials></ServiceSpecificCredentials>",
        "ListMFADevices": "<MFADevices></MFADevices>",
        "GetAccountAuthorizationDetails": "<IsTruncated>false</IsTruncated>",
    }.get(action, "")  # fmt: skip
    return 200, f"<{action}Response><{action}Result>{inner}</{action}Result></{action}Response>"


DENY = json.dumps(
    {"Statement": [{"Sid": "EvictCut20260101T000000Z", "Effect": "Deny", "Action": "*", "Resource": "*"}]}
).replace('"', "&quot;")


OTHERS = '{"Sessions": [], "clusters": []}'
"""Nothing is there, in the words of Session Manager and EKS."""


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float, kind: str) -> None:
    """One connection, kept open as the vendors do."""
    while line := await reader.readline():
        length, path = 0, line.split()[1].decode()
        while (header := await reader.readline()).strip():
            name, _colon, value = header.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        body = await reader.readexactly(length)
        if path == "/count":
            status, answer = 200, json.dumps(COUNT)
        else:
            COUNT["calls"] += 1
            if delay:
                await asyncio.sleep(delay)
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            status, answer = iam(form) if "Action" in form else (200, OTHERS if kind == "iam" else "{}")
        data = answer.encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: text/xml\r\nContent-Length: {len(data)}\r\n\r\n"
        writer.write(head.encode() + data)
        await writer.drain()
    writer.close()


async def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, required=True)
    parser.add_argument("--kind", choices=("json", "iam"), required=True)
    given = parser.parse_args()
    server = await asyncio.start_server(lambda r, w: serve(r, w, given.delay, given.kind), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
