"""Make and save a plan for a case folder: what `plan`, `run` and the demo share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from connectors.errors import InputError
from runner.cli.shared import console, open_or_create, registry

if TYPE_CHECKING:
    from runner.case.folder import Case
    from runner.engine.plan import Plan
    from runner.playbook.model import Playbook


def plan_case(
    directory: Path, playbook: str, estate_file: Path | None, inputs: list[str], by: str
) -> tuple[Case, Plan]:
    """Lint, plan and save.

    Raises:
        InputError: the playbook has lint errors, or an input is wrong.

    """
    from runner.case.fold import fold
    from runner.engine.planner import make_plan
    from runner.engine.saving import save_plan
    from runner.engine.sessions import Sessions
    from runner.playbook.lint import lint
    from runner.playbook.load import find_playbook, load_playbook, load_sub

    connectors = registry()
    used: dict[str, Playbook] = {}

    def remembered(name: str, near: Path | None) -> Playbook:
        found = load_sub(name, near)
        used[found.digest] = found
        return found

    loaded = load_playbook(find_playbook(playbook))
    problems = lint(loaded, connectors, load_sub)
    if problems:
        raise InputError(f"{loaded.file} is not safe to run: {len(problems)} finding(s)", problems)
    case, estate = open_or_create(directory, estate_file)
    sessions = Sessions(estate.systems, connectors)
    try:
        with console(error=True).status("reading the estate") as shown:
            made = make_plan(
                fold(case.ledger.read()), loaded, estate, connectors, sessions,
                given=parse_inputs(inputs), requested_by=by, load_sub=remembered, progress=shown.update,
            )  # fmt: skip
    finally:
        sessions.close()
    save_plan(case, made, estate, [loaded, *used.values()])
    return case, made


def parse_inputs(inputs: list[str]) -> dict[str, tuple[str, str]]:
    """NAME=VALUE flags.

    Raises:
        InputError: one has no =.

    """
    given = {}
    for one in inputs:
        name, separator, value = one.partition("=")
        if not separator:
            raise InputError(f"--input {one!r} has no value", expected="NAME=VALUE")
        given[name] = (value, "flag")
    return given
