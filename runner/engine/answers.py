"""Are the answers to a gate really those people's, over this plan, and theirs to give? Asked before anything runs.

The ledger's chain shows that nothing was changed later; it does not show who wrote a line. So the engine trusts no
answer for standing in the ledger: every one is checked again, against the people of the estate that the plan froze.
"""

from __future__ import annotations

import json

from connectors.errors import EvictError, IntegrityError
from runner.case.events import GateAnswered
from runner.case.signatures import verify_signature
from runner.case.state import GateState, PlanState
from runner.engine.gates import NAMESPACE, may_answer
from runner.engine.plan import Plan
from runner.playbook.estate import Estate


class Answers:
    """The answers of one plan's gates, each checked once."""

    def __init__(self, plan: Plan, digest: str, estate: Estate) -> None:
        self._plan, self._digest, self._estate = plan, digest, estate
        self._signers = estate.allowed_signers()
        self._checked: set[str] = set()

    def check(self, state: PlanState) -> None:
        """Check every gate and every answer that was not checked yet.

        Raises:
            IntegrityError: a gate is not the plan's, or an answer does not stand up.

        """
        for gate in state.gates.values():
            if gate.opened.gate not in self._checked:
                self._gate(gate)
                self._checked.add(gate.opened.gate)
            for answer in (*gate.approvals, *gate.denials):
                if answer.statement not in self._checked:
                    self._answer(gate, answer)
                    self._checked.add(answer.statement)
            keys = [answer.key for answer in gate.approvals]
            if len(set(keys)) != len(keys):
                raise _broken(f"one key gave two approvals of {gate.opened.gate}")

    def _gate(self, gate: GateState) -> None:
        opened = gate.opened
        planned = {self._plan.gate_id(one.name): one for one in self._plan.gates}.get(opened.gate)
        asked = (opened.steps, opened.count, opened.who, opened.requested_by)
        if planned is None or asked != (
            list(planned.steps), planned.count, list(planned.who), self._plan.requested_by,
        ):  # fmt: skip
            raise _broken(f"gate {opened.gate} is not the one that the plan asks for")

    def _answer(self, gate: GateState, answer: GateAnswered) -> None:
        name = f"the answer of {answer.by} to {answer.gate}"
        try:
            key = verify_signature(answer.statement, answer.signature, answer.by, self._signers, NAMESPACE)
            said = json.loads(answer.statement)
            agrees = (said["plan"], said["case"], said["gate"], said["by"], said["answer"])
        except EvictError as error:
            raise _broken(f"{name}: {error.what}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise _broken(f"{name}: the signed statement is not readable") from error
        if agrees != (self._digest, self._plan.case_id, answer.gate, answer.by, answer.answer) or key != answer.key:
            raise _broken(f"{name} says something else than the signed statement, or signs another plan")
        if not may_answer(answer.by, gate.opened, self._estate):
            raise _broken(f"{name} was not theirs to give")


def _broken(what: str) -> IntegrityError:
    return IntegrityError(
        what,
        expected="answers by the people of the estate, over this plan, each with their own key",
        fix="nothing was cut; find out who wrote this into the ledger, and check it with `evict verify`",
        safe="everything that was recorded",
    )
