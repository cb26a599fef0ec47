"""What can the suspect still do? Asked by trying, with their own old keys, sessions and password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from runner.range.process import AwsRange
from runner.range.seed import BUCKET, HOME, PASSWORD, SUSPECT, Credentials, World, client


@dataclass(frozen=True)
class Probe:
    """One try."""

    what: str
    allowed: bool
    answer: str
    path: str = ""
    """Id of the access path that it goes by, where the case may call that path residual."""


def probe_suspect(running: AwsRange, world: World) -> list[Probe]:
    """Read the source archive with everything the suspect holds, sign in, take a role, make a key."""
    tries = [try_read(world, who) for who in world.suspect]
    signed_in = running.ask("console", account=HOME, user=SUSPECT, password=PASSWORD)["signed_in"]
    tries.append(Probe("console password", signed_in, "signed in" if signed_in else "refused"))
    tries.append(attempt("take role deploy anew", lambda: _assume(world, world.suspect[0])))
    key = world.suspect[0]
    make = client(world.endpoint, "iam", key)
    tries.append(attempt("list own access keys", lambda: make.list_access_keys(UserName=SUSPECT)))
    return tries


def probe_innocent(world: World) -> list[Probe]:
    """What a colleague does every day must go on: read, and take the shared role."""
    who = world.innocent[0]
    return [try_read(world, who), attempt("take role deploy anew", lambda: _assume(world, who))]


def try_read(world: World, who: Credentials) -> Probe:
    """Read the source archive as somebody."""
    s3 = client(world.endpoint, "s3", who)
    return attempt(f"read the source archive with {who.what}", lambda: s3.list_objects_v2(Bucket=BUCKET))


def _assume(world: World, who: Credentials) -> object:
    return client(world.endpoint, "sts", who).assume_role(RoleArn=world.roles[0], RoleSessionName="again")


def attempt(what: str, call: Callable[[], object]) -> Probe:
    """Whether a signed call is allowed, with the code that refused it."""
    try:
        call()
    except ClientError as error:
        return Probe(what, allowed=False, answer=str(error.response["Error"]["Code"]))
    return Probe(what, allowed=True, answer="allowed")
