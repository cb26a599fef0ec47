"""Authentication methods, proven by what still lets somebody sign in."""

from __future__ import annotations

import pytest

from connectors.contract import AccessPath, PathKind, PathState, Undo
from connectors.errors import RejectedError
from connectors.microsoft.families import methods
from connectors.microsoft.routes.methods import GIVEN_BACK
from runner.range.microsoft.devices import PHONES, method
from runner.range.microsoft.people import BOSS, COLLEAGUE, CUTTER, DOMAIN, LONG_AGO, SUSPECT, give_role, guid
from tests.connectors.microsoft.trial import Trial, trial

MAIL = f"{SUSPECT}@{DOMAIN}"


def part(path: AccessPath) -> str:
    return path.id.split("/", 2)[2]


def phone(one: Trial, kind: str) -> AccessPath:
    (found,) = [path for path in one.paths("methods") if path.id.endswith(PHONES[kind])]
    return found


def test_every_type_is_seen_but_the_password_which_cannot_be_deleted() -> None:
    with trial() as one:
        segments = {part(path).partition("/")[0] for path in one.paths("methods", PathKind.FACTOR)}
        assert segments == {*methods.BY_SEGMENT, "qr"}


def test_what_was_deleted_lets_nobody_in_any_more_even_after_a_re_enable() -> None:
    with trial() as one:
        held = [str(path.before["id"]) for path in one.paths("methods") if "id" in path.before and not _is_pass(path)]
        words = [*held, f"let-{SUSPECT}-in"]
        assert all(one.door("prove", user=MAIL, method=word)["open"] for word in words)
        one.cut(*one.paths("methods"))
        assert not [word for word in words if one.door("prove", user=MAIL, method=word)["open"]]
        assert one.door("prove", user=f"{COLLEAGUE}@{DOMAIN}", method=f"passkey-{COLLEAGUE}")["open"]


def test_a_blocked_account_cannot_use_the_methods_that_it_still_has() -> None:
    with trial() as one:
        one.block()
        assert "50057" in one.door("prove", user=MAIL, method=f"passkey-{SUSPECT}")["why"]


def test_the_alternate_phone_goes_before_the_mobile_and_comes_back_after_it() -> None:
    with trial() as one:
        mobile, alternate = phone(one, "mobile"), phone(one, "alternateMobile")
        assert isinstance(one.held.one("cut", mobile).error, RejectedError)
        assert alternate.wave < mobile.wave
        one.cut(mobile, alternate)
        assert not {mobile.id, alternate.id} & one.standing()
        assert isinstance(one.held.one("restore", alternate).error, RejectedError)
        one.restore(alternate, mobile)
        assert {mobile.id, alternate.id} <= one.standing()
        assert phone(one, "mobile").before["phoneNumber"] == mobile.before["phoneNumber"]


@pytest.mark.parametrize(
    ("default", "segment"),
    [("push", "microsoftAuthenticatorMethods"), ("oath", "softwareOathMethods"), ("sms", "phoneMethods")],
)
def test_the_default_goes_last_and_says_why_it_may_not_go_before(default: str, segment: str) -> None:
    with trial() as one:
        one.door("put", table="signInPreferences", rows=[{"id": one.account.id, "default": default}])
        paths = [path for path in one.observe().paths if path.id.startswith("methods/")]
        last = max(paths, key=lambda path: path.wave)
        assert part(last).startswith(segment)
        assert [path.wave for path in paths].count(last.wave) == 1
        refused = one.held.one("cut", last).error
        assert refused is not None
        one.cut(*paths)
        assert not [path for path in one.standing() if path.startswith("methods/")]


def test_without_the_beta_route_of_the_default_everything_is_still_read() -> None:
    with trial() as one:
        fault = {"kind": "withdraw", "match": "GET /beta/users/{user}/authentication/signInPreferences", "times": 9}
        one.door("faults", faults=[fault])
        seen = one.observe()
        assert PathKind.FACTOR not in seen.unread
        assert {path.id for path in one.paths("methods")} <= {path.id for path in seen.paths}


def test_only_what_a_post_makes_anew_is_given_back() -> None:
    with trial() as one:
        for path in one.paths("methods"):
            segment = part(path).partition("/")[0]
            assert (path.undo is not Undo.NO) == (segment in GIVEN_BACK), path.id
            assert path.undo_note


def test_a_new_pass_is_told_once_works_and_is_no_part_of_what_is_recorded() -> None:
    with trial() as one:
        (old,) = [path for path in one.paths("methods") if _is_pass(path)]
        assert old.undo is Undo.WHEN_ASKED
        one.cut(old)
        (tried,) = one.restore(old)
        assert tried.landed is not None
        word = tried.landed.one_time_secret
        assert one.door("prove", user=MAIL, method=word)["open"]
        assert word not in repr(tried.landed)
        assert not one.door("prove", user=MAIL, method=f"let-{SUSPECT}-in")["open"]


def test_a_pass_that_ended_by_itself_is_no_way_in() -> None:
    with trial() as one:
        (old,) = [path for path in one.paths("methods") if _is_pass(path)]
        row = f"{one.account.id}/{old.before['id']}"
        one.door("change", table="methods", id=row, values={"startDateTime": LONG_AGO})
        (now,) = [path for path in one.observe().paths if path.id == old.id]
        assert (now.state, now.reason) == (PathState.CUT, "the pass is Expired")


def test_no_number_stands_in_a_label_whole() -> None:
    with trial() as one:
        number = phone(one, "mobile").before["phoneNumber"]
        assert not [path.label for path in one.paths("methods") if number in path.label]


def test_a_type_that_is_not_known_becomes_a_card() -> None:
    with trial() as one:
        one.door("put", table="methods", rows=[method(SUSPECT, "new-1", "retinaAuthenticationMethod")])
        (found,) = [path for path in one.observe().paths if path.id.endswith("/other/new-1")]
        assert found.manual is not None
        assert "retinaAuthenticationMethod" in found.label


def test_a_missing_qr_code_or_a_vanished_beta_route_is_told_and_fails_nothing() -> None:
    with trial() as one:
        (code,) = [path for path in one.paths("methods") if path.id.endswith("/qr")]
        assert code.state is PathState.STANDING
        one.cut(code)
        assert one.after()[code.id].state is PathState.CUT
        (fresh,) = [path for path in one.observe().paths if path.id == code.id]
        assert fresh.state is PathState.NOT_APPLICABLE
        assert "beta" in fresh.reason


def test_a_beta_route_that_stops_answering_proves_nothing() -> None:
    with trial() as one:
        (code,) = [path for path in one.paths("methods") if path.id.endswith("/qr")]
        fault = {"kind": "withdraw", "match": "GET /beta/users/{user}/authentication/qrCodePinMethod", "times": 9}
        one.door("faults", faults=[fault])
        assert one.after()[code.id].state is PathState.UNKNOWN
        (fresh,) = [path for path in one.observe().paths if path.id == code.id]
        assert fresh.state is PathState.NOT_APPLICABLE


def test_methods_of_an_administrator_ask_for_the_highest_role_and_say_so() -> None:
    with trial() as one:
        put = one.world.tenant.put
        give_role(put, one.account.id, "Global Administrator")
        roles = one.world.tenant
        roles.remove("roleAssignments", roles.rows("roleAssignments", principalId=guid(f"sp-{CUTTER}")))
        (key,) = [path for path in one.paths("methods") if "fido2Methods" in path.id]
        error = one.held.one("cut", key).error
        assert error is not None
        assert "Privileged Authentication Administrator" in error.fix


def test_a_method_that_is_gone_already_is_already_so() -> None:
    with trial() as one:
        (key,) = [path for path in one.paths("methods") if "fido2Methods" in path.id]
        one.cut(key)
        (again,) = one.cut(key)
        assert again.landed is not None
        assert again.landed.outcome == "already-so"


def test_the_bosss_methods_stand_through_a_cut() -> None:
    with trial() as one:
        one.cut(*one.paths("methods"))
        assert one.door("prove", user=f"{BOSS}@{DOMAIN}", method=PHONES["mobile"])["open"]


def _is_pass(path: AccessPath) -> bool:
    return path.id.endswith("/pass")
