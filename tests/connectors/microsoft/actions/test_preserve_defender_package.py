"""Investigation packages: waited for, fetched from another host without a token, hashed as they are stored."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import httpx
import pytest

from connectors.contract import Outcome
from connectors.errors import ReadOnlyError, RefusedError, RejectedError
from connectors.microsoft.actions.preserve_defender_package import PreserveDefenderPackage
from connectors.microsoft.clouds import Service
from connectors.microsoft.emulator.areas.defender import package
from connectors.rates import RateBudgets
from runner.range.microsoft.devices import KIOSK, LAPTOP, machine_id
from runner.range.microsoft.people import SUSPECT
from tests.connectors.microsoft.actions.conftest import Bench

MINE = machine_id(f"{LAPTOP}-{SUSPECT}")
ACTION = PreserveDefenderPackage()


def test_the_package_is_stored_byte_for_byte_with_its_hash(bench: Bench) -> None:
    done = bench.run(ACTION)
    kept = bench.context.stored[f"defender-package-{MINE}.zip"]
    assert kept == package(MINE)
    digest = hashlib.sha256(kept).hexdigest()
    assert done.outputs["packages"] == [{"machine": MINE, "sha256": digest, "size": len(kept), "why": ""}]
    (receipt,) = done.receipts
    assert (receipt.complete, receipt.artefacts) == ("complete", (digest,))


def test_the_other_host_would_refuse_a_token_and_is_shown_none(bench: Bench) -> None:
    bench.run(ACTION)
    (fetched,) = bench.calls("GET /safedownload/package.zip")
    assert (fetched["who"], fetched["status"]) == ("", 200)
    link = _fresh_link(bench)
    refused = httpx.get(link, headers={"Authorization": "Bearer stolen"}, trust_env=False)
    assert refused.status_code == 403


def test_no_link_is_told_in_outputs_receipts_or_artefacts(bench: Bench) -> None:
    done = bench.run(ACTION)
    (link,) = bench.rows("links")
    told = repr(done) + repr(sorted(bench.context.stored))
    assert link["id"] not in told


def test_a_machine_that_stays_off_is_a_gap_and_no_failure_of_the_others(bench: Bench) -> None:
    bench.change("machines", MINE, _online=False)
    done = bench.run(ACTION, wait_minutes=10)
    (receipt,) = done.receipts
    assert receipt.complete == "incomplete"
    assert "had not answered" in receipt.gaps[0].why
    assert done.outputs["packages"][0]["sha256"] == ""
    assert bench.context.stored == {}


def test_a_collection_that_runs_already_is_waited_for_and_not_begun_anew(bench: Bench) -> None:
    bench.settings(device_time=60.0)
    bench.preserver.call("POST", "/api/machines/{machine}/collectInvestigationPackage", body={"Comment": "x"},
                         machine=MINE, service=Service.DEFENDER)  # fmt: skip
    done = bench.run(ACTION)
    assert done.receipts[0].complete == "complete"
    assert len(bench.rows("machineActions")) == 1


def test_a_collection_that_failed_is_a_gap_with_its_word(bench: Bench) -> None:
    bench.change("machines", MINE, _online=False)

    class Failing(type(bench.context)):  # type: ignore[misc]
        def pause(self, seconds: float) -> None:
            super().pause(seconds)
            for row in bench.rows("machineActions"):
                row["status"] = "Failed"

    bench.context = Failing(bench.world, bench.context.accounts, bench.context.subject)
    assert "ended as Failed" in bench.run(ACTION).receipts[0].why


def test_a_shared_machine_is_left_alone(bench: Bench) -> None:
    bench.run(ACTION)
    assert not [row for row in bench.rows("machineActions") if row["machineId"] == machine_id(KIOSK)]


def test_a_link_to_an_unknown_host_is_not_followed_and_not_repeated(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = "https://collector.evil.example/x?token=canary"
    monkeypatch.setattr("connectors.microsoft.actions.preserve_defender_package._link", lambda *_given: evil)
    (receipt,) = bench.run(ACTION).receipts
    assert "not known to keep such files" in receipt.why
    assert "canary" not in repr(receipt)


def test_collecting_is_a_hold_which_a_reader_may_not_make(bench: Bench) -> None:
    session = bench.world.connector.open(
        bench.world.system, cutter=False, read_only=True, budgets=RateBudgets(10_000.0)
    )
    with pytest.raises(ReadOnlyError):
        ACTION.run(session, {"wait_minutes": 0}, bench.context)
    session.close()
    assert bench.rows("machineActions") == []


def test_a_tenant_without_the_licence_is_not_applicable(bench: Bench) -> None:
    bench.settings(licences=["P1"])
    done = bench.run(ACTION)
    assert done.outcome is Outcome.NOT_APPLICABLE
    assert "licence" in done.why


def test_an_expired_link_gives_no_package(bench: Bench) -> None:
    link = _fresh_link(bench)
    bench.world.control.does("advance", {"seconds": 901})
    with pytest.raises(RefusedError, match="403") as caught:
        b"".join(bench.preserver.download(link))
    assert link.rpartition("=")[2] not in caught.value.explain()


def test_a_link_that_leaves_the_range_is_refused(bench: Bench) -> None:
    with pytest.raises(RejectedError):
        next(bench.preserver.download("https://userrequests-us.securitycenter.windows.com/x"))


def _fresh_link(bench: Bench) -> str:
    if not bench.rows("machineActions"):
        bench.run(ACTION)
    (action,) = bench.rows("machineActions")
    route = "/api/machineactions/{action}/GetPackageUri"
    answer = bench.preserver.get(route, service=Service.DEFENDER, action=action["id"])
    link = str(answer["value"]).strip('"')
    assert urlsplit(link).hostname == "localhost"
    return link
