"""Proof that the directory sync did not undo the block: read again after one whole cycle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Json, Outcome, Session
from connectors.microsoft.evidence.windows import stamp
from connectors.microsoft.proof.moments import PERMISSION, Cut, Said, cut_of, given, people, worst
from connectors.microsoft.survival import SYNC_S


class RereadAfterSync(Action):
    """Waits for the sync."""

    name = "microsoft.reread-after-sync"
    title = "Read hybrid accounts again after one directory sync"
    doc = (
        "Waits until a whole sync cycle of about 30 min (moderate confidence) has passed since the block, and reads "
        "each account that Active Directory masters again. Fails when one may sign in."
    )
    effect = Effect.OBSERVE
    inputs = (
        Field("since", "date-time", "When the block was; without it the directory's own stamp of each blocked account.",
              required=False),
    )  # fmt: skip
    outputs = (
        Field("enabled", "list[string]", "Object ids of accounts that may sign in."),
        Field("checks", "list[object]", "Each account: done, failed, could-not-check, not-applicable (why)."),
    )
    permissions = (PERMISSION,)
    attack = ("T1078.004",)
    sources = ("https://learn.microsoft.com/entra/identity/users/users-revoke-access",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """What is open already fails at once: nobody waits half an hour to hear it."""
        from connectors.microsoft.client import opened

        tenant, since = opened(session), given(inputs["since"])
        before = [cut_of(tenant, account, since) for account in people(context.accounts)]
        waiting = [cut for cut in before if cut.synced and not cut.enabled and cut.at]
        due = max((cut.at + timedelta(seconds=SYNC_S) for cut in waiting if cut.at), default=None)
        if due and due > context.now():
            context.progress(f"waiting for the directory sync until {stamp(due)}")
            context.pause((due - context.now()).total_seconds())
        after = {cut.account.id: cut_of(tenant, cut.account, since) for cut in waiting}
        early = due is not None and context.now() < due
        said = [_judged(cut, after.get(cut.account.id), early=early) for cut in before]
        states = [after.get(cut.account.id, cut) for cut in before]
        outputs = {
            "enabled": sorted(one.account.id for one in states if one.enabled and one.synced),
            "checks": [one.to_json() for one in said],
        }
        return ActionResult(outputs, worst(said), "; ".join(f"{one.check}: {one.why}" for one in said))


def _judged(before: Cut, after: Cut | None, *, early: bool) -> Said:
    check = f"block of {before.account.label or before.account.id}"
    if before.enabled is None:
        return Said(check, Outcome.COULD_NOT_CHECK, before.why or "the account could not be read")
    if not before.synced:
        return Said(check, Outcome.NOT_APPLICABLE, "Active Directory does not master it: no sync undoes the block")
    if before.enabled:
        return Said(check, Outcome.FAILED, "the account may sign in: it was not blocked, or a sync has undone it")
    if after is None or after.enabled is None:
        why = after.why if after else before.why
        return Said(check, Outcome.COULD_NOT_CHECK, why or "it could not be read again")
    if after.enabled:
        return Said(check, Outcome.FAILED, "the directory sync let it in again: disable it in Active Directory")
    if early:
        return Said(check, Outcome.COULD_NOT_CHECK, "the wait was cut short before a whole cycle had passed")
    return Said(check, Outcome.DONE, "still blocked after a whole cycle")
