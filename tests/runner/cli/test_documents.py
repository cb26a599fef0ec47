"""`evict documents`: list, render, explain, check, bundle, as a person and as a program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runner.cli.conftest import MEI, evict, plain
from tests.runner.documents.bench import folder, said
from tests.runner.engine.counter import Counter

RELEASE = "payment-release-instruction"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case in which a blocked-property report is due; its names are hostile."""
    made = folder(tmp_path / "case")
    made.ledger.append([said("us_sanctions_jurisdiction", True), said("property_held_with_blocked_interest", True),
                        said("property_blocked_at", "2026-11-20T15:00:00Z")])  # fmt: skip
    return made.directory


def test_what_is_due_is_listed_with_what_is_missing(case: Path) -> None:
    text = plain(evict("documents", "list", case), 0)
    assert "blocked-property-report" in text
    assert max(map(len, text.splitlines())) <= 80
    shape = json.loads(plain(evict("documents", "list", case, "--json"), 0))
    assert shape["evict-documents"] == 1
    assert {one["standing"] for one in shape["documents"]} <= {"due", "undetermined", "done", "possible"}


def test_a_draft_is_rendered_in_three_formats_and_verified(case: Path) -> None:
    done = evict("documents", "render", case, "blocked-property-report", "--format", "docx,pdf,html", "--as", MEI)
    assert "DRAFT-1.docx" in plain(done, 0)
    assert len(list((case / "documents").glob("*blocked-property-report_DRAFT-1.*"))) == 3
    again = plain(evict("documents", "render", case, "blocked-property-report", "--as", MEI), 0)
    assert "unchanged" in again
    plain(evict("verify", case), 0)


def test_a_final_with_gaps_is_refused_and_says_which(case: Path) -> None:
    done = evict("documents", "render", case, "blocked-property-report", "--final", "--as", MEI, "--json")
    shape = json.loads(plain(done, 1))
    assert "company_legal_name" in shape["documents"][0]["refused"]
    assert not list((case / "documents").glob("*FINAL*"))


def test_why_a_document_is_due_is_explained(case: Path) -> None:
    text = plain(evict("documents", "explain", case, "blocked-property-report"), 0)
    assert "because property_held_with_blocked_interest" in text
    shape = json.loads(plain(evict("documents", "explain", case, "blocked-property-report", "--json"), 0))
    assert shape["duties"][0]["at"]


def test_all_that_is_due_is_bound_with_an_index(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "binder"
    done = evict("documents", "bundle", case, "--out", out, "--format", "html", "--as", MEI, "--json")
    shape = json.loads(plain(done, 0))
    assert {"INDEX.docx", "INDEX.html", "INDEX.csv"} <= set(shape["files"])
    assert (out / "CASE-1_blocked-property-report_DRAFT-1.html").exists()


def test_wrong_use_is_refused_in_a_sentence(case: Path) -> None:
    for arguments in (
        ("render", case, "--as", MEI),
        ("render", case, "nope", "--as", MEI),
        ("render", case, "--due", "--all", "--as", MEI),
        ("render", case, "--due", "--format", "rtf", "--as", MEI),
        ("render", case, "--due"),
        ("explain", case, "blocked-property-reprot"),
    ):
        done = evict("documents", *arguments)
        plain(done, 2)
        assert done.stderr.startswith("error: ")


def test_templates_are_checked_with_file_and_line(tmp_path: Path) -> None:
    good = Path("templates/us/blocked-property-report.md")
    assert "0 finding(s)" in plain(evict("documents", "check", good), 0)
    bad = tmp_path / "blocked-property-report.md"
    bad.write_text(good.read_text() + "\n{{ facts.nope }}\n")
    line = good.read_text().count("\n") + 2
    assert f"blocked-property-report.md:{line}:1: unknown-fact" in plain(evict("documents", "check", bad), 1)
    shape = json.loads(plain(evict("documents", "check", bad, "--json"), 1))
    assert shape["findings"][0]["line"] == line


def test_documents_of_an_exercise_say_so_in_name_and_text(elsewhere: Callable[[], Path]) -> None:
    directory = elsewhere()
    done = evict("documents", "render", directory, "blocked-property-report", "--format", "html", "--as", MEI, "--json")
    shape = json.loads(plain(done, 0))
    text = (directory / "documents" / shape["documents"][0]["files"][0]).read_text()
    assert shape["documents"][0]["files"][0].startswith("EXERCISE_")
    assert "EXERCISE — not a real incident" in text
    plain(evict("verify", directory), 0)


def test_a_final_that_moves_value_waits_for_the_payment_gate(counter: Counter) -> None:
    paid = [{"kind": "wage", "payee": "x", "amount": "10.00", "currency": "USD", "due_date": "2026-11-27"}]
    counter.case.ledger.append([
        said(name, "A name") for name in (
            "company_legal_name", "authorising_officer_name", "authorising_officer_title", "counsel_name"
        )
    ] + [said("pending_payments", paid)])  # fmt: skip
    command = ("documents", "render", counter.case.directory, RELEASE, "--format", "html", "--final", "--as", MEI)
    done = evict(*command)
    assert "payment gate is closed" in " ".join(plain(done, 1).split())
    assert not list((counter.case.directory / "documents").glob("*FINAL*"))
    counter.ask(act=RELEASE)
    counter.sign("chris")
    plain(evict(*command), 1)
    counter.sign("fiona")
    assert "FINAL" in plain(evict(*command), 0)


def test_what_sending_costs_elsewhere_is_told_where_it_is_rendered(tmp_path: Path) -> None:
    made = folder(tmp_path / "case")
    made.ledger.append([said("us_sanctions_jurisdiction", True), said("payments_made_to_subject", True),
                        said("vsd_decision", "undecided")])  # fmt: skip
    command = ("documents", "render", made.directory, "fbi-referral-memo", "ic3-complaint-worksheet", "--as", MEI)
    told = plain(evict(*command), 0)
    assert told.count("A report to any agency can cost the credit with OFAC") == 1
    rows = json.loads(plain(evict(*command, "--json"), 0))["warnings"]
    mine = next(one for one in rows if one["id"] == "report-before-vsd-decision")
    assert mine["documents"] == ["fbi-referral-memo", "ic3-complaint-worksheet"]
