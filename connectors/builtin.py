"""The built-in `case.*` actions: they change only the case. The engine itself carries them out."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Json, Notice, Session
from connectors.errors import InternalError

SOURCE = "docs/writing-a-playbook.md"


class CaseAction(Action):
    """An action that touches nothing but the case."""

    needs_system = False
    sources = (SOURCE,)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Never called: people and the ledger are the engine's business."""
        raise InternalError(f"{self.name} is carried out by the engine")


class Ask(CaseAction):
    """A question to a person."""

    name = "case.ask"
    title = "Ask a person a question"
    doc = "Waits for an answer given by `evict answer`; no process is held. The answer may become a fact."
    effect = Effect.ASK
    inputs = (
        Field("question", "string", "One sentence that a person can answer."),
        Field("text", "list[string]", "What they need to know to answer.", required=False),
        Field("type", "string", "Type of the answer.", required=False, default="string"),
        Field("choices", "list[string]", "Allowed answers.", required=False),
        Field("who", "list[string]", "Roles or e-mail addresses that should answer.", required=False),
        Field("expect", "string", "What a good answer looks like.", required=False),
        Field("fact", "string", "Name of the fact that the answer becomes.", required=False),
    )
    outputs = (Field("answer", "any", "What they said."), Field("by", "string", "Who said it."))


class Card(CaseAction):
    """A manual task."""

    name = "case.card"
    title = "Have a person do something by hand"
    doc = "A manual task with exact instructions; waits until `evict answer` says whether it was done."
    effect = Effect.ASK
    inputs = (
        Field("title", "string", "What is to be done."),
        Field("instructions", "list[string]", "Exact steps."),
        Field("expect", "string", "What they should see when it is done.", required=False),
        Field("who", "list[string]", "Roles or e-mail addresses that should do it.", required=False),
    )
    outputs = (Field("done", "boolean", "Whether it was done."), Field("by", "string", "Who said so."))


class ReleasePayment(CaseAction):
    """A payment that finance makes by hand, behind the payment gate."""

    name = "case.release-payment"
    title = "Have finance pay, when the payment gate is open"
    doc = (
        "Tells finance to make one payment and waits until `evict answer` says whether it was made. Not attempted, "
        "with the reasons, unless the case's payment gate is open for exactly this act (`evict payment-gate`)."
    )
    effect = Effect.NOTIFY
    notice = Notice.MAYBE
    notice_why = "whoever is paid sees the money"
    moves_value = True
    repeatable = False
    inputs = (
        Field("act", "string", "The act, in the words of the licence or opinion that the payment gate names."),
        Field("payee", "string", "Who is paid."),
        Field("amount", "string", "How much, with its currency."),
        Field("instructions", "list[string]", "Exact steps.", required=False),
        Field("who", "list[string]", "Roles or e-mail addresses that pay.", required=False, default=["finance"]),
    )
    outputs = (Field("done", "boolean", "Whether it was paid."), Field("by", "string", "Who said so."))


class RecordFact(CaseAction):
    """A fact for the record."""

    name = "case.fact"
    title = "Record a fact"
    doc = "Records one named, typed, dated statement about the case, with this step as its source."
    effect = Effect.RECORD
    inputs = (
        Field("name", "string", "Name of the fact."),
        Field("value", "any", "Its value."),
        Field("type", "string", "Its type.", required=False, default="string"),
        Field("confidence", "string", "How sure: stated, observed, inferred.", required=False, default="observed"),
        Field("why", "string", "What it rests on.", required=False),
    )
    outputs = (Field("value", "any", "The value."),)


class Note(CaseAction):
    """A note for the record."""

    name = "case.note"
    title = "Write a note into the record"
    doc = "Keeps a sentence in the ledger, e.g. a summary that later readers need."
    effect = Effect.RECORD
    inputs = (Field("text", "string", "The note."),)
    outputs = (Field("text", "string", "The note."),)


BUILTIN_ACTIONS: tuple[Action, ...] = (Ask(), Card(), ReleasePayment(), RecordFact(), Note())
