"""Directory roles that the subject gave."""

from __future__ import annotations

from connectors.microsoft.hunt.areas import roles
from runner.range.microsoft.people import guid
from runner.range.microsoft.tenant import PLANTED_USER
from tests.connectors.microsoft.trial import trial


def test_a_role_that_the_subject_gave_is_found_with_the_request_that_takes_it() -> None:
    with trial() as one:
        (found,), gaps = one.sweep(roles)
        (row,) = one.world.tenant.rows("roleAssignments", principalId=guid(PLANTED_USER))
        assert found.by_subject is True
        assert found.detail["principal"] == guid(PLANTED_USER)
        assert "Privileged Role Administrator" in found.title
        assert found.remove.endswith(f"/roleAssignments/{row['id']}")
        assert not gaps


def test_a_role_that_was_taken_back_or_that_others_gave_is_no_finding() -> None:
    with trial() as one:
        one.world.tenant.remove(
            "roleAssignments", one.world.tenant.rows("roleAssignments", principalId=guid(PLANTED_USER))
        )
        assert one.sweep(roles) == ([], [])


def test_another_role_of_the_same_person_is_not_the_subjects_doing() -> None:
    with trial() as one:
        one.world.tenant.put("roleAssignments", {"principalId": guid(PLANTED_USER), "directoryScopeId": "/",
                                                 "roleDefinitionId": guid("Directory Readers")})  # fmt: skip
        (found,), _gaps = one.sweep(roles)
        assert found.detail["role"] == "Privileged Role Administrator"
