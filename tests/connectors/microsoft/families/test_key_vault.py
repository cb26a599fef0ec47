"""Access policies of key vaults: the secret is tried, and others' policies stand."""

from __future__ import annotations

from connectors.contract import PathState
from runner.range.microsoft.azure import SHARED_VAULT, VAULT
from runner.range.microsoft.groups import ENGINEERING
from runner.range.microsoft.people import guid
from tests.connectors.microsoft.attempts import Person
from tests.connectors.microsoft.trial import trial


def test_a_secret_is_read_until_the_policy_is_cut_and_again_when_it_is_given_back() -> None:
    with trial() as one:
        person, policy = Person(one), one.path("key-vault", f"{VAULT}:")
        assert person.reads_secret(VAULT) == 200
        (tried,) = one.cut(policy)
        assert tried.landed is not None
        assert "rotate" in tried.landed.detail
        assert person.reads_secret(VAULT) == 403
        one.restore(policy)
        assert person.reads_secret(VAULT) == 200


def test_a_colleague_reads_on() -> None:
    with trial() as one:
        colleague = Person(one, "amara.okafor")
        one.cut(one.path("key-vault", f"{VAULT}:"))
        assert colleague.reads_secret(VAULT) == 200


def test_a_policy_for_a_group_goes_with_the_membership() -> None:
    with trial() as one:
        person, policy = Person(one), one.path("key-vault", "through a group")
        one.cut(policy)
        assert person.reads_secret(SHARED_VAULT) == 200
        one.cut(one.path("groups", f"membership of {ENGINEERING}"))
        assert person.reads_secret(SHARED_VAULT) == 403
        assert one.after()[policy.id].state is PathState.CUT


def test_a_policy_by_way_of_an_app_is_a_path_of_its_own_and_only_that_is_cut() -> None:
    with trial() as one:
        vault = one.world.tenant.first("vaults", name=VAULT)
        assert vault is not None
        policy = {"tenantId": one.world.tenant.id, "objectId": one.account.id, "applicationId": guid("some-app"),
                  "permissions": {"keys": ["sign"]}}  # fmt: skip
        vault["properties"]["accessPolicies"].append(policy)
        (found,) = [path for path in one.observe().paths if path.id.endswith(guid("some-app"))]
        one.cut(found)
        held = [(row["objectId"], row.get("applicationId")) for row in vault["properties"]["accessPolicies"]]
        assert (one.account.id, None) in held
        assert (one.account.id, guid("some-app")) not in held


def test_no_secret_of_a_vault_is_asked_for() -> None:
    with trial() as one:
        one.cut(*one.paths("key-vault"))
        assert not [call for call in one.world.calls() if "secrets" in call.name]
