"""Who may do what in the range's Azure: by an assignment at or above the scope, asked anew at every call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.microsoft.emulator.arm import above, permitted
from runner.range.microsoft.azure import DEV, OWNER, PROD, READER, ROOT, STORAGE, VAULT, assignment, definition
from runner.range.microsoft.people import BOSS, guid
from tests.connectors.microsoft.attempts import Person
from tests.connectors.microsoft.trial import Trial, trial

PAYROLL = f"/subscriptions/{PROD}/resourceGroups/payroll"
READ, KEYS = "Microsoft.Storage/storageAccounts/read", "Microsoft.Storage/storageAccounts/listKeys/action"
WHO = guid("somebody")


@pytest.fixture
def one() -> Iterator[Trial]:
    with trial() as made:
        yield made


def test_everything_above_a_resource(one: Trial) -> None:
    resource = f"{PAYROLL}/providers/Microsoft.Automation/automationAccounts/nightly-jobs/runbooks/x"
    assert list(above(one.world.tenant, resource)) == [
        resource, resource.removesuffix("/runbooks/x"), PAYROLL, f"/subscriptions/{PROD}",
        "/providers/Microsoft.Management/managementGroups/production", ROOT, "/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("/", True),  # the root
        (ROOT, True),  # the tenant's root management group
        (f"/subscriptions/{PROD}", True),
        (PAYROLL, True),
        (f"{PAYROLL}/providers/Microsoft.Storage/storageAccounts/{STORAGE}", False),  # only what is below it
        (f"/subscriptions/{DEV}", False),  # another subscription
    ],
)
def test_an_assignment_reaches_down_and_nowhere_else(one: Trial, scope: str, allowed: bool) -> None:
    one.world.tenant.put("azureAssignments", assignment(scope, WHO, READER))
    assert permitted(one.world.tenant, WHO, READ, PAYROLL) is allowed


def test_a_role_gives_its_operations_and_no_more(one: Trial) -> None:
    one.world.tenant.put("azureAssignments", assignment(PAYROLL, WHO, READER))
    assert not permitted(one.world.tenant, WHO, KEYS, PAYROLL)
    one.world.tenant.put("azureAssignments", assignment(PAYROLL, WHO, OWNER))
    assert permitted(one.world.tenant, WHO, KEYS.upper(), PAYROLL.upper())


def test_a_contributor_gives_no_roles_and_an_owner_gives_each_once(one: Trial) -> None:
    def give(person: Person, name: str) -> int:
        body = {"properties": {"principalId": WHO, "roleDefinitionId": definition(READER), "principalType": "User"}}
        path = f"/subscriptions/{DEV}/providers/Microsoft.Authorization/roleAssignments/{guid(name)}"
        return person.tries("arm", "PUT", f"{path}?api-version=2022-04-01", body)

    with one.world.tenant.lock:
        for role in one.world.tenant.rows("azureAssignments"):
            if role["properties"]["scope"] == "/":
                role["properties"]["scope"] = "/nowhere"
    assert give(Person(one), "a") == 403
    one.world.tenant.put("azureAssignments", assignment(f"/subscriptions/{DEV}", guid(BOSS), OWNER))
    boss = Person(one, BOSS)
    assert [give(boss, "a"), give(boss, "b")] == [201, 409]
    (made,) = [row for row in one.world.tenant.rows("azureAssignments") if row["properties"]["principalId"] == WHO]
    assert made["properties"]["createdBy"] == guid(BOSS)


def test_a_person_sees_only_the_subscriptions_that_they_may(one: Trial) -> None:
    boss = Person(one, BOSS)
    assert boss.tries("arm", "GET", "/subscriptions?api-version=2020-01-01") == 200
    assert boss.looks_into(PROD) == 403
    assert boss.reads_secret(VAULT) == 403


def test_a_token_for_one_api_opens_no_other(one: Trial) -> None:
    person = Person(one)
    person._tokens["arm"] = person._tokens["vault"]
    assert person.looks_into(PROD) == 401
