from __future__ import annotations

from pathlib import Path

import pytest

from connectors.builtin import CaseAction
from connectors.contract import Effect, Notice
from connectors.registry import Registry
from runner.authored.shipped import shipped_playbooks
from runner.playbook.lint import RULES, lint
from runner.playbook.load import load_sub, parse_playbook

CUT = "  cut:\n    approval: {who: [approver]}\n    steps:\n      - {id: cut, uses: aws.cut}\n"
VERIFY = "  verify:\n    steps:\n      - {id: prove, uses: aws.verify}\n"


def playbook(phases: str, head: str = "") -> bytes:
    return f"evict: 1\nid: p\ntitle: t\n{head}phases:\n{phases}".encode()


def steps(phase: str, *rows: str) -> str:
    return f"  {phase}:\n    steps:\n" + "".join(f"      - {row}\n" for row in rows)


class Loud(CaseAction):
    """An action for tests: it can be noticed, and it destroys mail."""

    name = "case.loud"
    title = doc = "loud"
    effect = Effect.NOTIFY
    notice = Notice.ALWAYS
    destroys = ("mailbox",)


class WithLoud(Registry):
    """The installed registry with one more action."""

    def action(self, name: str) -> object:  # type: ignore[override]
        return Loud() if name == "case.loud" else super().action(name)


BAD: list[tuple[str, bytes]] = [
    ("E101", playbook(steps("triage", "{id: a, uses: case.loud}"))),
    ("E102", playbook(steps("hunt", "{id: a, uses: case.loud, approval: {who: [x]}}"))),
    ("E103", playbook("  cut:\n    steps:\n      - {id: cut, uses: aws.cut}\n" + VERIFY)),
    ("E103", playbook(steps("report", "{id: a, uses: case.loud}"))),
    (
        "E104",
        playbook(steps("report", "{id: a, uses: case.release-payment, with: {act: x, payee: y, amount: 1 USD}}")),
    ),
    ("E201", playbook(steps("triage", "{id: a, uses: aws.cutt}"))),
    ("E201", playbook(steps("triage", "{id: a, uses: playbook, playbook: nowhere}"))),
    ("E202", playbook(steps("triage", "{id: a, uses: case.note}"))),
    ("E202", playbook(steps("triage", "{id: a, uses: case.note, with: {text: 1}}"))),
    ("E202", playbook(steps("triage", "{id: a, uses: case.note, with: {text: x, more: y}}"))),
    (
        "E202",
        playbook(
            steps(
                "triage",
                "{id: a, uses: aws.observe}",
                '{id: b, uses: case.note, with: {text: "{{ steps.a.outputs.paths }}"}}',
            )
        ),
    ),
    ("E203", playbook(steps("triage", '{id: a, uses: case.note, with: {text: "{{ inputs.nope }}"}}'))),
    ("E203", playbook(steps("triage", '{id: a, uses: case.note, with: {text: "{{ item }}"}}'))),
    ("E203", playbook(steps("triage", '{id: a, uses: case.note, with: {text: "{{ where }}"}}'))),
    (
        "E203",
        playbook(
            steps(
                "triage",
                "{id: a, uses: aws.observe}",
                '{id: b, uses: case.note, with: {text: "x {{ steps.a.outputs.y }}"}}',
            )
        ),
    ),
    ("E204", playbook(steps("triage", "{id: a, uses: aws.observe, needs: [nobody]}"))),
    ("E204", playbook(steps("triage", "{id: a, uses: aws.observe, needs: [prove]}") + VERIFY)),
    (
        "E205",
        playbook(steps("triage", "{id: a, uses: aws.observe, needs: [b]}", "{id: b, uses: aws.observe, needs: [a]}")),
    ),
    ("E206", playbook(steps("triage", "{id: a, uses: aws.observe, if: false}"))),
    ("E207", playbook(steps("triage", "{id: a, uses: aws.observe}"), "inputs:\n  x: {type: string}\n")),
    ("E208", playbook("  hunt:\n    approval: {who: [a]}\n    steps:\n      - {id: cut, uses: aws.cut}\n")),
    ("E209", playbook(CUT)),
    ("E301", playbook(steps("triage", '{id: a, uses: case.note, with: {text: "{{ facts.hire }}"}}'))),
]


@pytest.mark.parametrize(("code", "text"), BAD)
def test_each_rule_finds_what_it_is_for(code: str, text: bytes) -> None:
    registry = WithLoud.installed()
    found = lint(parse_playbook(text, "f"), registry, load_sub)
    assert code in {problem.code for problem in found}
    assert all(problem.place.line and problem.fix for problem in found)


def test_every_rule_has_a_bad_example_here_and_a_page_in_the_docs() -> None:
    assert {code for code, _text in BAD} == set(RULES)
    page = (Path(__file__).parents[3] / "docs" / "lint.md").read_text()
    assert all(f"## {code}:" in page for code in RULES)


def test_a_sound_playbook_has_no_finding() -> None:
    assert lint(parse_playbook(playbook(CUT + VERIFY), "f"), Registry.installed(), load_sub) == ()


@pytest.mark.parametrize("path", shipped_playbooks(), ids=lambda path: path.stem)
def test_shipped_playbooks_are_sound(path: Path) -> None:
    assert lint(parse_playbook(path.read_bytes(), str(path)), Registry.installed(), load_sub) == ()


def test_the_example_in_the_docs_is_sound() -> None:
    page = (Path(__file__).parents[3] / "docs" / "writing-a-playbook.md").read_text()
    example = page.split("```yaml\n")[1].split("```")[0]
    assert lint(parse_playbook(example.encode(), "f"), Registry.installed(), load_sub) == ()
