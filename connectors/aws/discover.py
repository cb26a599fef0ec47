"""Find the subject's accounts by exact identifiers, in every account that the estate names. Never fuzzy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from connectors.aws.everywhere import everywhere
from connectors.contract import Account, Persona, Subject
from connectors.errors import NotFoundError, RefusedError, RejectedError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

KIND = "iam-user"
WIDTH = 32
INSTANCE_KIND = "ec2-instance"
IDENTITY_CENTER_KIND = "identity-center-user"
PERMISSIONS = (
    "sso:ListInstances",
    "identitystore:GetUserId",
    "identitystore:DescribeUser",
    "ec2:DescribeRegions",
    "ec2:DescribeInstances",
    "iam:GetUser",
    "iam:GetAccessKeyLastUsed",
    "organizations:ListAccounts",
    "sts:AssumeRole",
)


def discover(session: AwsSession, subject: Subject) -> tuple[Account, ...]:
    """The subject's IAM users, people of IAM Identity Center and instances, sorted by system and id."""
    wanted = [(account, persona) for account in session.accounts() for persona in subject.personas]
    with ThreadPoolExecutor(WIDTH) as pool:
        names = pool.map(lambda pair: [(*pair, name) for name in _names(session, *pair)], wanted)
        users = pool.map(lambda one: _user(session, *one), [one for several in names for one in several])
        found = [[user] for user in users if user is not None]
    found.append(_people(session, subject))
    found.append(_instances(session, subject))
    unique = {account.id: account for accounts in found for account in accounts}
    return tuple(sorted(unique.values()))


def _names(session: AwsSession, account: str, persona: Persona) -> list[str]:
    """Every user name that a persona may have in one account, each once."""
    arns = [arn for arn in persona.exact("aws", "arns") if f":{account}:user/" in arn]
    names = [
        *persona.exact("aws", "user-names"),
        *persona.exact("aws", "emails"),
        *persona.emails,
        *(arn.rsplit("/", 1)[1] for arn in arns),
        *_owners(session, account, persona.exact("aws", "access-key-ids")),
    ]
    return list(dict.fromkeys(names))


def _owners(session: AwsSession, account: str, keys: tuple[str, ...]) -> list[str]:
    """Who owns these access keys, where this account knows them."""
    owners = []
    for key in keys:
        try:
            answer = session.call("iam", "get_access_key_last_used", account=account, AccessKeyId=key)
        except NotFoundError:
            continue
        if answer.get("UserName"):
            owners.append(answer["UserName"])
    return owners


def _user(session: AwsSession, account: str, persona: Persona, name: str) -> Account | None:
    try:
        user = session.call("iam", "get_user", account=account, UserName=name)["User"]
    except NotFoundError:
        return None
    if user["UserName"] != name:
        return None
    return Account(session.system.name, user["Arn"], persona.id, KIND, user["UserName"])


def _instances(session: AwsSession, subject: Subject) -> list[Account]:
    """The instances that the case names, each an account of its own: it is a way in like a login."""
    wanted = {name: persona.id for persona in subject.personas for name in persona.exact("aws", "instance-ids")}
    if not wanted:
        return []

    def read(account: str, region: str) -> list[Account]:
        filters = [{"Name": "instance-id", "Values": sorted(wanted)}]
        rows = session.pages(
            "ec2", "describe_instances", "Reservations", account=account, region=region, Filters=filters
        )
        names = [one["InstanceId"] for row in rows for one in row["Instances"] if one["State"]["Name"] != "terminated"]
        arn = f"arn:aws:ec2:{region}:{account}:instance/"
        return [Account(session.system.name, arn + name, wanted[name], INSTANCE_KIND, name) for name in names]

    found, why = everywhere(session, read)
    if why:
        raise RefusedError(f"instances could not be looked for: {why}", permission="ec2:DescribeInstances")
    return found


def _people(session: AwsSession, subject: Subject) -> list[Account]:
    """The subject in IAM Identity Center, where the estate says that there is one."""
    if not (session.settings.get("identity-center-region") or session.settings.get("organization")):
        return []
    from connectors.aws.identity_center import instance, region

    try:
        _arn, store = instance(session)
    except NotFoundError:
        return []
    where = {"region": region(session), "IdentityStoreId": store}
    found = []
    for persona in subject.personas:
        ids = list(persona.exact("aws", "identity-center-ids"))
        names = [("UserName", name) for name in (*persona.exact("aws", "user-names"), *persona.emails)]
        mails = [("Emails.Value", mail) for mail in (*persona.exact("aws", "emails"), *persona.emails)]
        for path, value in dict.fromkeys((*names, *mails)):
            wanted = {"UniqueAttribute": {"AttributePath": path, "AttributeValue": value}}
            try:
                ids.append(session.call("identitystore", "get_user_id", AlternateIdentifier=wanted, **where)["UserId"])
            except NotFoundError:
                continue
        found += [one for one in (_person(session, store, one, persona, where) for one in dict.fromkeys(ids)) if one]
    return found


def _person(session: AwsSession, store: str, user: str, persona: Persona, where: dict[str, str]) -> Account | None:
    try:
        shown = session.call("identitystore", "describe_user", UserId=user, **where)
    except (NotFoundError, RejectedError):
        return None
    name = str(shown.get("UserName", user))
    return Account(session.system.name, f"identity-center/{store}/{user}", persona.id, IDENTITY_CENTER_KIND, name)


def account_of(arn: str) -> str:
    """The AWS account id inside an ARN."""
    return arn.split(":")[4]


def user_of(arn: str) -> str:
    """The user name inside an IAM user's ARN (the part after the last slash of its path)."""
    return arn.rsplit("/", 1)[1]
