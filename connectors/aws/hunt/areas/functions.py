"""Lambda: code that the subject left, and functions that strangers can call, feed or supply with code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.openings import Opening, allowed, named, openings, told
from connectors.contract import Finding
from connectors.errors import NotFoundError

AREA = "Lambda functions"
SCOPE = "region"
PERMISSIONS = (
    "lambda:ListFunctions",
    "lambda:GetFunctionConcurrency",
    "lambda:ListFunctionUrlConfigs",
    "lambda:ListAliases",
    "lambda:GetPolicy",
    "lambda:ListEventSourceMappings",
)

IDLE = frozenset({"Disabled", "Disabling", "Deleting"})
"""States of an event source mapping in which it feeds nothing."""


def sweep(look: Look) -> Iterator[Finding]:
    """What the subject made, what is open, and what comes from outside, function by function."""
    for function in look.pages("lambda", "list_functions", "Functions"):
        for part in (_by_subject, _urls, _policies, _layers):
            with look.tried():
                yield from part(look, function)
    with look.tried():
        yield from _mappings(look)


def _by_subject(look: Look, function: dict[str, Any]) -> Iterator[Finding]:
    """Code of the subject's that can still run: with no concurrency left it cannot, whatever calls it."""
    name = function["FunctionName"]
    if not look.by_subject(name):
        return
    held = look.call("lambda", "get_function_concurrency", FunctionName=name)
    if held.get("ReservedConcurrentExecutions") == 0:
        return
    yield look.finding(
        "function", function["FunctionArn"], f"the subject made or changed the function {name}",
        found_by="lambda:ListFunctions", allows=f"run their code as {function.get('Role', 'its role')} at every call",
        remove=look.command(
            "lambda", "put-function-concurrency", function_name=name, reserved_concurrent_executions="0"
        ),
        by_subject=True, detail={"code_sha256": function.get("CodeSha256", "")},
    )  # fmt: skip


def _urls(look: Look, function: dict[str, Any]) -> Iterator[Finding]:
    """URLs without authentication. A deleted URL never comes back, so it is only made to ask who calls."""
    name = function["FunctionName"]
    for url in look.pages("lambda", "list_function_url_configs", "FunctionUrlConfigs", FunctionName=name):
        if url.get("AuthType") != "NONE":
            continue
        alias = url["FunctionArn"].partition(f":function:{name}:")[2]
        qualifier = {"qualifier": alias} if alias else {}
        yield look.finding(
            "function-url", url["FunctionArn"], f"the function {name} has a URL that asks nobody who they are",
            found_by="lambda:ListFunctionUrlConfigs", allows=f"call {name} from anywhere with a plain web request",
            remove=look.command(
                "lambda", "update-function-url-config", function_name=name, **qualifier, auth_type="AWS_IAM"
            ),
            detail={"url": url.get("FunctionUrl", "")},
        )  # fmt: skip


def _policies(look: Look, function: dict[str, Any]) -> Iterator[Finding]:
    """The policies of a function and of its aliases, statement by statement, as they are removed."""
    name = function["FunctionName"]
    aliases = [one["Name"] for one in look.pages("lambda", "list_aliases", "Aliases", FunctionName=name)]
    for alias in ("", *aliases):
        qualifier = {"Qualifier": alias} if alias else {}
        try:
            policy = look.call("lambda", "get_policy", FunctionName=name, **qualifier)["Policy"]
        except NotFoundError:
            continue
        for one in openings(look, policy):
            yield _opening(look, function, alias, one)


def _opening(look: Look, function: dict[str, Any], alias: str, one: Opening) -> Finding:
    name, arn = function["FunctionName"], function["FunctionArn"]
    qualifier = {"qualifier": alias} if alias else {}
    where = f"{arn}:{alias}" if alias else arn
    return look.finding(
        "function-policy", f"{where}#{one.sid}", f"the function {name} is open to {named([one])}",
        found_by="lambda:GetPolicy", allows=allowed([one]), by_subject=look.tied(name) or None,
        remove=look.command("lambda", "remove-permission", function_name=name, **qualifier, statement_id=one.sid),
        detail={"principals": list(one.who)},
    )  # fmt: skip


def _layers(look: Look, function: dict[str, Any]) -> Iterator[Finding]:
    """Layers that another account publishes: vendors do, and whoever wants code in every call."""
    layers = [one["Arn"] for one in function.get("Layers", [])]
    strangers = look.strangers(layers)
    if not strangers:
        return
    name = function["FunctionName"]
    kept = [one for one in layers if one not in strangers]
    yield look.finding(
        "function-layer", function["FunctionArn"], f"the function {name} runs code of {told(strangers)}",
        found_by="lambda:ListFunctions", allows=f"run their code inside {name}, as {function.get('Role', 'its role')}",
        remove=look.command("lambda", "update-function-configuration", function_name=name, layers=kept),
        severity="high" if look.tied(name) else "medium", detail={"layers": strangers},
    )  # fmt: skip


def _mappings(look: Look) -> Iterator[Finding]:
    """Streams and queues that call a function: those of strangers, and those that the subject tied."""
    for one in look.pages("lambda", "list_event_source_mappings", "EventSourceMappings"):
        name, source = one["UUID"], str(one.get("EventSourceArn", ""))
        stranger = bool(source) and bool(look.strangers([source]))
        mine = look.tied(name)
        if one.get("State") in IDLE or not (stranger or mine):
            continue
        yield look.finding(
            "event-source", name, f"{source or 'a broker'} calls the function {one.get('FunctionArn', '?')}",
            found_by="lambda:ListEventSourceMappings", allows="run the function by writing to that source",
            remove=look.command("lambda", "update-event-source-mapping", uuid=name, enabled=False),
            by_subject=mine or None, detail={"source": source, "outside": stranger},
        )  # fmt: skip
