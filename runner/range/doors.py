"""Try the doors of the whole company that are no signed API call: portal, open channel, cluster, instance."""

from __future__ import annotations

from runner.range.company import Company, metadata
from runner.range.machines import CLUSTER, REGION
from runner.range.microsoft import doors as microsoft
from runner.range.organization import EMAIL, portal_role
from runner.range.probe import Probe, attempt, probe_innocent, probe_suspect, try_read
from runner.range.seed import COLLEAGUE, HOME, SUSPECT, Credentials, client


def suspect_tries(company: Company) -> list[Probe]:
    """Everything that the suspect ever held, tried now."""
    key = company.world.suspect[0]
    return [
        *probe_suspect(company.running, company.world),
        _sign_in(company),
        *(_portal(company, SUSPECT, member) for member in company.organization.members),
        _channel(company, SUSPECT, "type into the channel that is open to the instance"),
        attempt("open a new channel to the instance", lambda: _start(company, key)),
        _instance(company),
        _cluster(company, key),
        *(try_read(company.world, planted) for planted in company.world.planted),
        *microsoft.suspect_tries(company.tenant, company.people, company.held[SUSPECT]),
        *microsoft.planted_tries(company.tenant),
    ]


def colleague_tries(company: Company) -> list[Probe]:
    """What a colleague does every day."""
    shared = company.organization.members[1]
    return [
        *probe_innocent(company.world),
        _portal(company, COLLEAGUE, shared),
        _channel(company, COLLEAGUE, "type into their open channel"),
        _cluster(company, company.world.innocent[0]),
        *microsoft.colleague_tries(company.tenant, company.held[COLLEAGUE]),
    ]


def _sign_in(company: Company) -> Probe:
    signed_in = company.running.ask("portal", act="sign-in", user=f"{SUSPECT}{EMAIL}")["signed_in"]
    return Probe("sign in to the access portal", signed_in, "signed in" if signed_in else "refused")


def _portal(company: Company, name: str, member: str) -> Probe:
    taken = portal_role(company.running, company.organization, name, member)
    what = f"take a role in account {member} through the open portal session"
    return Probe(what, taken is not None, "given" if taken else "nothing given")


def _channel(company: Company, name: str, what: str) -> Probe:
    is_open = company.running.ask("channel", id=company.machines.channels[name])["open"]
    return Probe(what, is_open, "connected" if is_open else "terminated")


def _start(company: Company, key: Credentials) -> object:
    ssm = client(company.running.endpoint, "ssm", key, region=REGION)
    return ssm.start_session(Target=company.machines.suspect)


def _instance(company: Company) -> Probe:
    """Taking fresh credentials needs a channel to the instance and a role on it."""
    what = "take fresh credentials on the instance, through the channel"
    if not company.running.ask("channel", id=company.machines.channels[SUSPECT])["open"]:
        return Probe(what, allowed=False, answer="no channel")
    taken = metadata(company)
    return Probe(what, taken is not None, "given" if taken else "no role on the instance")


def _cluster(company: Company, key: Credentials) -> Probe:
    answer = company.running.ask("cluster", key=key.key, account=HOME, region=REGION, cluster=CLUSTER)
    return Probe(f"enter cluster {CLUSTER}", answer["entered"], answer["why"] or "entered")
