"""Open a case from its files, save a plan with its gates, and read back what is frozen."""

from __future__ import annotations

import json
from pathlib import Path

from connectors.errors import InputError
from connectors.registry import Registry
from runner.case.events import Event, FactRecorded, GateOpened, PlanSaved
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.state import CaseState, PlanState
from runner.engine.convert import to_json
from runner.engine.plan import Plan, plan_from_json
from runner.playbook.casefile import CaseFile
from runner.playbook.estate import Estate, load_estate
from runner.playbook.model import Playbook


def open_case(directory: Path, casefile: CaseFile, estate: Estate, tool: str) -> Case:
    """Create the case folder: its first record, its facts, and the files that it begins with."""
    case = Case.create(
        directory,
        case_id=casefile.id,
        title=casefile.title,
        mode=casefile.mode,
        opened_by=casefile.opened_by,
        subject=to_json(casefile.subject),
        tool=tool,
    )
    case.freeze("case-file", Path(casefile.file).name, casefile.source)
    freeze_estate(case, estate)
    facts: list[Event] = [
        FactRecorded(fact.name, fact.type, fact.value, {"kind": "case-file", "name": Path(casefile.file).name})
        for fact in casefile.facts
    ]
    if facts:
        case.ledger.append(facts)
    return case


def freeze_estate(case: Case, estate: Estate) -> None:
    """Keep the estate's bytes and its people's keys, unless they are already what is frozen."""
    state = fold(case.ledger.read())
    for role, name, data in (
        ("estate", Path(estate.file).name, estate.source),
        ("allowed-signers", "allowed_signers", estate.allowed_signers().encode()),
    ):
        frozen = state.frozen.get(role)
        if frozen is None or case.frozen(frozen.sha256) != data:
            case.freeze(role, name, data)


def save_plan(case: Case, plan: Plan, estate: Estate, playbooks: list[Playbook]) -> str:
    """Freeze a plan with the files it was made from, record it, and open its gates; returns its digest."""
    digest = plan.digest
    if digest in fold(case.ledger.read()).plans:
        return digest
    freeze_estate(case, estate)
    for playbook in playbooks:
        case.freeze(f"playbook:{playbook.id}", Path(playbook.file).name, playbook.source)
    case.freeze("plan", f"{plan.playbook}.plan.json", plan.bytes())
    gates: list[Event] = [
        GateOpened(
            gate=f"{digest[:12]}/{gate.name}",
            steps=list(gate.steps),
            plan=digest,
            count=gate.count,
            who=list(gate.who),
            reason_required=gate.reason,
            requested_by=plan.requested_by,
        )
        for gate in plan.gates
    ]
    case.ledger.append([PlanSaved(digest, plan.purpose, plan.playbook, plan.requested_by), *gates])
    return digest


def frozen_plan(case: Case, digest: str) -> Plan:
    """The plan of this digest, from the frozen bytes, which are checked against it."""
    return plan_from_json(json.loads(case.frozen(digest)))


def frozen_estate(case: Case, state: CaseState, registry: Registry, plan: str = "") -> Estate:
    """The estate that a plan was made for and that its approvals bind to; without a plan, the latest one frozen.

    Raises:
        InputError: the case holds no estate.
        IntegrityError: the frozen bytes are missing or altered.

    """
    if plan:
        sha256 = str(frozen_plan(case, plan).files["estate"])
    elif "estate" in state.frozen:
        sha256 = state.frozen["estate"].sha256
    else:
        raise InputError("the case holds no estate", fix="open it with `evict plan` and an estate.yaml")
    case.frozen(sha256)
    return load_estate(case.directory / "frozen" / sha256, registry)


def plan_to_run(state: CaseState) -> PlanState:
    """The plan that a run or resume takes up: the one saved last.

    Raises:
        InputError: the case has no plan yet.

    """
    if not state.plans:
        raise InputError("the case has no plan yet", fix="make one with `evict plan CASE --playbook NAME`")
    return list(state.plans.values())[-1]
