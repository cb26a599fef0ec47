"""The acts of the demo between the suspect's two tries: the same code as for real, with people who are played."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import typer

from runner.cli.shared import confirmed, open_case, registry, say, show

if TYPE_CHECKING:
    from runner.case.folder import Case
    from runner.case.state import AskState, CaseState
    from runner.engine.conclude import Ending
    from runner.range.company import Company

PLAYBOOK = "suspected-worker"
RESPONDER = "responder@initech.example"
APPROVERS = ("mei@initech.example", "tomas@initech.example")
AT_THE_CONSOLE = "tomas@initech.example"


class Rehearsal:
    """One case from lint to the last card, on a seeded company."""

    def __init__(self, company: Company, *, interactive: bool) -> None:
        self.company = company
        self.directory = company.world.directory
        self._interactive = interactive

    def play(self) -> None:
        """Lint, plan, approve, run, answer the cards, resume."""
        self._lint()
        case = self._plan()
        self._approve(case)
        ending = self._run(case, "5. Run: evidence first, then the cut, then proof by a separate read", "run")
        while ending.state == "waiting" and self._cards(case):
            ending = self._run(case, "7. Resume: what was done by hand is recorded as that", "resume")
        self._remove(case)
        from runner.cli.running import show_state

        show_state(case, as_json=False)

    def check(self) -> bool:
        """Whether the record is sound, by evict and by the verifier that needs no evict."""
        from runner.case.verify import verify_case

        report = verify_case(open_case(self.directory).directory)
        for fault in report.faults:
            say(f"BROKEN: {fault}")
        say(f"evict verify: {report.records} records, {report.approvals} signatures, {len(report.faults)} faults")
        python = shutil.which("python3") or sys.executable
        command = [python, str(self.directory / "VERIFY.py")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = (done.stdout.strip() or done.stderr.strip() or "no answer").splitlines()[-1]
        say(f"VERIFY.py:    {said}")
        return not report.faults and done.returncode == 0

    def left(self) -> list[str]:
        """What is not proven cut, in sentences."""
        from runner.report.board import countdown, merged
        from runner.report.status import case_status

        shape = case_status(open_case(self.directory))
        lines = [
            f"  may last {countdown(one['left_s'])} more: {one['title']}"
            for one in merged(shape["clocks"])
            if one["form"] == "residual"
        ]
        by_hand = [one["label"] for one in shape["paths"] if one["state"] == "issued"]
        lines += [f"  done by hand, not proven by a read: {label}" for label in by_hand]
        lines += [f"  STANDS: {one['label']}" for one in shape["paths"] if one["state"] == "standing"]
        return ["what evict does not call cut:", *lines] if lines else []

    def standing(self) -> list[str]:
        """Labels of the access paths that stand all the same."""
        from runner.report.status import case_status

        return [one["label"] for one in case_status(open_case(self.directory))["paths"] if one["state"] == "standing"]

    def residual(self) -> dict[str, str]:
        """Access paths that the case says outlive the cut, by id, each with the time left."""
        from runner.report.board import countdown
        from runner.report.status import case_status

        outlive = [one for one in case_status(open_case(self.directory))["paths"] if one["state"] == "residual"]
        return {one["id"]: countdown(one["left_s"]) if one["left_s"] else "no end known" for one in outlive}

    def _lint(self) -> None:
        from runner.playbook.lint import RULES, lint
        from runner.playbook.load import find_playbook, load_playbook, load_sub

        _title("2. Lint: what is proven of the playbook before anything runs", f"evict lint {PLAYBOOK}")
        found = lint(load_playbook(find_playbook(PLAYBOOK)), registry(), load_sub)
        say(f"{len(RULES)} rules, {len(found)} findings. Among them:")
        for code in ("E101", "E102", "E103"):
            say(f"  {code} never: {RULES[code]}")

    def _plan(self) -> Case:
        from runner.cli.planning import plan_case
        from runner.report.plan import plan_view

        _title("3. Plan: what would be cut, by reading only", f"evict plan {self.directory} --as {RESPONDER}")
        case, plan = plan_case(self.directory, PLAYBOOK, None, [], RESPONDER)
        show(plan_view(plan.to_json(), plan.digest))
        return case

    def _approve(self, case: Case) -> None:
        from runner.engine.gates import answer_gate, open_gates
        from runner.engine.saving import frozen_plan
        from runner.report.approval import approval_view

        _title(
            "4. Two people approve this plan and only this, with their SSH keys",
            f"evict approve {self.directory} --as {APPROVERS[0]} --key …",
        )
        for gate in open_gates(_state(case)):
            show(approval_view(frozen_plan(case, gate.opened.plan).to_json(), gate))
            for who in APPROVERS:
                if self._interactive and not confirmed(f"Sign as {who}?"):
                    say(f"not signed: nothing was cut. The case waits in {self.directory}.")
                    raise typer.Exit(3)
                made = answer_gate(
                    case, registry(), gate.opened.gate, by=who, answer="approve", reason="demo: wage-payee match",
                    key=self.company.world.key_of(who),
                )  # fmt: skip
                say(f"signed by {made.by} with {made.key}")

    def _run(self, case: Case, heading: str, verb: str) -> Ending:
        from runner.cli.running import run_case

        _title(heading, f"evict {verb} {self.directory} --as {RESPONDER}")
        ending = run_case(case, RESPONDER, as_json=False)
        say(f"{ending.state}: {ending.why} (exit code {ending.exit_code})")
        return ending

    def _cards(self, case: Case) -> bool:
        """Answer every card that waits, as the person at the console; whether any was answered."""
        from runner.engine.asks import answer_ask, open_asks

        waiting = [ask for ask in open_asks(_state(case)) if ask.opened.form == "card"]
        if waiting:
            _title(
                "6. What no API can do waits for a person; the run holds no process meanwhile",
                f"evict answer {self.directory} NAME yes --as {AT_THE_CONSOLE} --why …",
            )
        answered = 0
        for card in waiting:
            value, why = self._by_hand(card)
            if why is not None:
                answer_ask(case, card.opened.ask, value, by=AT_THE_CONSOLE, why=why)
                say(f"  {'done' if value else 'NOT DONE'}, says {AT_THE_CONSOLE}: {why}")
                answered += 1
        return answered > 0

    def _remove(self, case: Case) -> None:
        """What the hunt found is no path of the subject's own accounts: a person decides, and removes it."""
        from runner.case.events import FactRecorded
        from runner.range.console import remove_planted

        _title("8. What the hunt found, a person removes as the findings say", f"evict fact {self.directory} …")
        if self._interactive and not confirmed("Remove what the suspect planted?", default=True):
            return
        source = {"kind": "person", "name": AT_THE_CONSOLE}
        for what, done in remove_planted(self.company).items():
            name = f"removed-{what.replace(' ', '-')}"
            case.ledger.append([FactRecorded(name, "string", done, source, "stated", "demo: finding of the hunt")])
            say(f"  {what}: {done}")

    def _by_hand(self, card: AskState) -> tuple[bool, str | None]:
        """The answer to a card and what the person saw; None when nobody here can do it."""
        from runner.range.console import do_by_hand
        from runner.report.text import safe

        say(f"\ncard: {safe(card.opened.title)}")
        for line in card.opened.text:
            say(f"  | {safe(line)}")
        if self._interactive and not confirmed("Do this in the range's console now?", default=True):
            return False, "declined in the demo"
        return True, do_by_hand(self.company, card.opened.path)


def _state(case: Case) -> CaseState:
    from runner.case.fold import fold

    return fold(case.ledger.read())


def _title(text: str, command: str) -> None:
    say(f"\n== {text}\n$ {command}")
