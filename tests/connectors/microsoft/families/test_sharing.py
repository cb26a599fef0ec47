"""Links and outside grants on a person's files, proven by opening them."""

from __future__ import annotations

import pytest

from connectors.contract import PathState, Undo
from connectors.errors import RejectedError
from connectors.microsoft.routes.files import ITEM
from connectors.testing.rounds import Identity
from runner.range.microsoft.files import LINK
from runner.range.microsoft.people import BOSS, COLLEAGUE, DOMAIN, SUSPECT, guid
from tests.connectors.microsoft.trial import trial

ANONYMOUS = LINK.format(owner=SUSPECT, item="A")
COMPANY = LINK.format(owner=SUSPECT, item="B")
OUTSIDER = "broker@agency.example"


def test_an_anonymous_link_opens_for_anybody_until_it_is_cut_and_a_block_does_not_close_it() -> None:
    with trial() as one:
        one.block()
        assert one.door("open-link", url=ANONYMOUS)["open"]
        one.cut(one.path("sharing", "billing-service.zip"))
        assert one.door("open-link", url=ANONYMOUS) == {"open": False, "name": "", "why": "itemNotFound"}


def test_a_company_link_opens_for_a_colleague_until_it_is_cut() -> None:
    with trial() as one:
        token = one.token(f"{COLLEAGUE}@{DOMAIN}", "https://graph.microsoft.com/.default")
        assert not one.door("open-link", url=COMPANY)["open"]
        assert one.door("open-link", url=COMPANY, token=token)["name"] == "architecture.docx"
        one.cut(one.path("sharing", "architecture.docx"))
        assert not one.door("open-link", url=COMPANY, token=token)["open"]


def test_a_link_is_not_given_back_and_says_why() -> None:
    with trial() as one:
        links = [path for path in one.paths("sharing") if "a link to" in path.label]
        assert len(links) == 3
        assert {path.undo for path in links} == {Undo.NO}
        assert "another address" in links[0].undo_note


def test_an_outsiders_grant_is_cut_and_given_back_by_an_invitation_without_a_mail() -> None:
    with trial() as one:
        grant = one.path("sharing", OUTSIDER)
        assert grant.undo is Undo.WHEN_ASKED
        one.cut(grant)
        assert one.after()[grant.id].state is PathState.CUT
        one.restore(grant)
        assert grant.id in one.standing()


def test_people_inside_keep_what_they_were_given() -> None:
    with trial() as one:
        assert not [path for path in one.paths("sharing") if BOSS in path.label]
        one.cut(*one.paths("sharing"))
        (item,) = [row for row in one.door("get", table="driveItems", _drive=one.account.id) if "keys" in row["name"]]
        assert guid(BOSS) in str(item["_permissions"])
        assert OUTSIDER not in str(item["_permissions"])


def test_a_guest_is_outside_although_the_directory_knows_them() -> None:
    with trial() as one:
        one.door("change", table="users", id=guid(BOSS), values={"userType": "Guest"})
        assert [path for path in one.observe().paths if path.id.startswith("sharing/") and BOSS in path.label]


def test_what_a_file_has_from_its_folder_is_cut_at_the_folder_alone() -> None:
    with trial() as one:
        labels = [path.label for path in one.paths("sharing")]
        assert not [label for label in labels if "readme.md" in label]
        assert [label for label in labels if "handover" in label]


def test_a_link_of_named_people_counts_when_one_of_them_is_outside() -> None:
    with trial() as one:
        (item,) = one.door("get", table="driveItems", _drive=one.account.id, name="notes.txt")
        named = {"user": {"id": guid(COLLEAGUE), "email": f"{COLLEAGUE}@{DOMAIN}", "displayName": "Amara"}}
        link = {"id": "l1", "roles": ["read"], "link": {"scope": "users", "type": "view", "webUrl": "https://x.example"},
                "grantedToIdentitiesV2": [named]}  # fmt: skip
        held = item["_permissions"]
        held["l1"] = link
        assert not [path for path in one.observe().paths if "notes.txt" in path.label]
        held["l1"] = {**link, "grantedToIdentitiesV2": [named, {"user": {"email": OUTSIDER, "displayName": "B"}}]}
        assert [path for path in one.observe().paths if "notes.txt" in path.label]


def test_a_drive_of_many_pages_is_read_to_its_end() -> None:
    with trial() as one:
        one.door("settings", page=2)
        paged = [path.id for path in one.observe().paths if path.id.startswith("sharing/")]
        assert paged == [path.id for path in one.paths("sharing")]
        assert any(call["path"].startswith("/v1.0/drives/") for call in one.world.gate.calls)


def test_only_shared_items_are_asked_for_their_permissions() -> None:
    with trial() as one:
        asked = [call["path"] for call in one.world.gate.calls if call["path"].endswith("/permissions")]
        (quiet,) = one.door("get", table="driveItems", _drive=one.account.id, name="notes.txt")
        assert asked
        assert not [path for path in asked if quiet["id"] in path]


def test_an_item_whose_last_link_was_cut_is_still_asked() -> None:
    with trial() as one:
        link = one.path("sharing", "billing-service.zip")
        one.cut(link)
        seen = len(one.world.gate.calls)
        one.observe(one.before.paths)
        asked = [call["path"] for call in one.world.gate.calls[seen:] if call["path"].endswith("/permissions")]
        assert [path for path in asked if link.before["item"] in path]


def test_the_range_refuses_to_take_away_an_inherited_permission() -> None:
    with trial() as one:
        session = one.held.session(Identity.CUTTER)
        (item,) = one.door("get", table="driveItems", _drive=one.account.id, name="readme.md")
        (inherited,) = [name for name, row in item["_permissions"].items() if row.get("inheritedFrom")]
        with pytest.raises(RejectedError):
            session.call(  # type: ignore[attr-defined]
                "DELETE", f"{ITEM}/permissions/{{permission}}", user=one.account.id, item=item["id"],
                permission=inherited,
            )  # fmt: skip


def test_somebody_without_a_drive_shares_nothing() -> None:
    with trial() as one:
        one.door("change", table="users", id=one.account.id, values={"_no_drive": True})
        seen = one.observe()
        assert not [path for path in seen.paths if path.id.startswith("sharing/")]
