"""From a template's body to something that can be filled: Jinja2 in a sandbox, with conditions in three values.

Rules, in the order of the code:

1. Only output, `if`, `for` and `set`; expressions from a closed list; no calls, no names that begin with _.
2. Every operator becomes a function of ours, so that sources are kept and gaps stay gaps.
3. `if` and `for` on a gap take no branch: the mark of the gap stands in their place, so that neither the yes nor the
   no is ever claimed for what nobody knows.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from types import CodeType
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled
from jinja2.runtime import LoopContext
from jinja2.visitor import NodeTransformer

from connectors.errors import InputError, Problem
from runner.authored.sandbox import GuardedEnvironment
from runner.documents.template import operators
from runner.documents.template.filters import filters
from runner.documents.template.form import Template
from runner.documents.template.values import FactsView, Gap, Sourced, step_into

ALLOWED = frozenset({
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.Name, nodes.Const,
    nodes.List, nodes.Tuple, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Not, nodes.And, nodes.Or,
    nodes.Compare, nodes.Operand, nodes.CondExpr, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Neg, nodes.Concat,
    nodes.Keyword,
})  # fmt: skip
TESTS = {"known": operators.known, "missing": operators.missing, "unknown": operators.unknown}
ALONE = re.compile(r"(\s|\{%((?!%\}).)*%\}|\{#((?!#\}).)*#\})*")
LAST = re.compile(r"\s*(?<![-+])%\}$")
LOOP_KEYS = ("index", "first", "last", "length")
LEADS = re.compile(r" {0,3}(\| ?|[-*+] |> |\d+[.)] )")
"""How a line begins inside a table, a list or a quotation."""


class Environment(GuardedEnvironment):
    """The shared sandbox on values with sources."""

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A fact, a key of a row, a position in a list, or what a loop knows of itself."""
        found: Any = None
        if isinstance(obj, Gap):
            return obj
        if isinstance(obj, FactsView):
            found = obj.get(argument)
        elif isinstance(obj, Sourced):
            found = step_into(obj.value, argument, obj.sources, obj.spec)
        elif isinstance(obj, LoopContext):
            found = getattr(obj, argument) if argument in LOOP_KEYS else None
        else:
            return super().getitem(obj, argument)
        return self.undefined(hint=f"{argument!r:.60} is not there") if found is None else found


@functools.cache
def environment() -> Environment:
    """The one environment; it holds no state of any document."""
    made = Environment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        optimized=False, finalize=operators.finalize,
    )  # fmt: skip
    made.filters = {**filters(), **operators.OPERATORS}
    made.tests = dict(TESTS)
    made.globals = {}
    return made


def untrimmed(body: str) -> str:
    """The body in which only statements alone on a line take the end of their line with them.

    Jinja2 would drop the end of every line that ends with one, and glue two words together.
    """
    return "\n".join(line if ALONE.fullmatch(line) else LAST.sub(" +%}", line) for line in body.split("\n"))


def refused(tree: nodes.Template) -> tuple[tuple[int, str, str], ...]:
    """What templates may not use: line, why, what to do."""
    return tuple(_refused(tree))


def three_valued(tree: nodes.Template, source: str) -> nodes.Template:
    """The tree with conditions in three values and values that keep their sources."""
    made: nodes.Template = _ThreeValued(source).visit(tree)
    return made


def parse(template: Template) -> nodes.Template:
    """The syntax tree of a body.

    Raises:
        InputError: wrong syntax or something that templates may not use, with its place.

    """
    try:
        tree = environment().parse(untrimmed(template.body), filename=template.file)
        problems = [Problem(template.place(line), "not-allowed", why, fix) for line, why, fix in refused(tree)]
    except TemplateSyntaxError as error:
        problems = [Problem(template.place(error.lineno), "syntax", str(error.message), "correct the body")]
    if problems:
        raise InputError(f"template {template.file} cannot be read", tuple(problems))
    return tree


def _refused(tree: nodes.Template) -> Iterator[tuple[int, str, str]]:
    public = ", ".join(sorted(filters()))
    for node in _below(tree):
        if type(node) not in ALLOWED:
            yield node.lineno, f"{type(node).__name__.lower()} may not stand in a template", "use filters, if, for, set"
        elif isinstance(node, nodes.Filter) and node.name not in filters():
            yield node.lineno, f"there is no filter {node.name!r}", f"there are: {public}"
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            yield node.lineno, f"there is no test {node.name!r}", f"there are: {', '.join(TESTS)}"
        elif isinstance(node, nodes.Name) and node.name.startswith("_"):
            yield node.lineno, f"{node.name!r} begins with _", "rename it"
        elif isinstance(node, nodes.Compare) and len(node.ops) > 1:
            yield node.lineno, "a comparison of three values", "join two comparisons by and"
        elif isinstance(node, nodes.For) and (node.recursive or node.test is not None):
            yield node.lineno, "a loop with a condition or a recursion", "use where, or an if inside the loop"


def _below(tree: nodes.Node) -> Iterator[nodes.Node]:
    """Every node below one, in the order of the source: Jinja's own walk takes four times as long."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if node is not tree:
            yield node
        children: list[nodes.Node] = []
        for field in node.fields:
            held = getattr(node, field, None)
            if isinstance(held, list):
                children += [one for one in held if isinstance(one, nodes.Node)]
            elif isinstance(held, nodes.Node):
                children.append(held)
        todo += reversed(children)


@functools.lru_cache(maxsize=256)
def compiled(template: Template) -> Compiled:
    """The body, ready to be filled.

    Raises:
        InputError: see `parse`.

    """
    tree = three_valued(parse(template), template.body)
    code: CodeType = environment().compile(tree, name=template.id, filename=template.file)
    return Compiled.from_code(environment(), code, {})


class _ThreeValued(NodeTransformer):
    """Rules 2 and 3."""

    def __init__(self, body: str) -> None:
        self._lines = body.splitlines()

    def _leaf(self, node: nodes.Node) -> nodes.Node:
        return node

    visit_TemplateData = visit_Const = visit_Name = _leaf  # noqa: N815

    def visit_Not(self, node: nodes.Not) -> nodes.Node:  # noqa: N802 - Jinja's own naming
        return _call(self.visit(node.node), "_not")

    def visit_And(self, node: nodes.And) -> nodes.Node:  # noqa: N802
        return _call(self.visit(node.left), "_and", self.visit(node.right))

    def visit_Or(self, node: nodes.Or) -> nodes.Node:  # noqa: N802
        return _call(self.visit(node.left), "_or", self.visit(node.right))

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        operand = node.ops[0]
        return _call(self.visit(node.expr), "_compare", nodes.Const(operand.op), self.visit(operand.expr))

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        return _call(nodes.List([self.visit(one) for one in node.nodes], lineno=node.lineno), "_concat")

    def visit_Neg(self, node: nodes.Neg) -> nodes.Node:  # noqa: N802
        return _call(nodes.Const(0, lineno=node.lineno), "_calculate", nodes.Const("-"), self.visit(node.node))

    def _binary(self, node: Any) -> nodes.Node:
        return _call(self.visit(node.left), "_calculate", nodes.Const(node.operator), self.visit(node.right))

    visit_Add = visit_Sub = visit_Mul = visit_Div = _binary  # noqa: N815

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:  # noqa: N802
        test, otherwise = self.visit(node.test), node.expr2 or nodes.Const("")
        decided = nodes.CondExpr(_call(test, "_true"), self.visit(node.expr1), self.visit(otherwise))
        return nodes.CondExpr(_call(test, "_undecided"), test, decided)

    def visit_If(self, node: nodes.If) -> nodes.Node:  # noqa: N802
        branches = [(node.test, node.body), *((one.test, one.body) for one in node.elif_)]
        rest: list[nodes.Node] = [self.visit(one) for one in node.else_]
        for test, body in reversed(branches):
            judged = self.visit(test)
            chosen = nodes.If(_call(judged, "_true"), [self.visit(one) for one in body], [], rest)
            rest = [nodes.If(_call(judged, "_undecided"), self._mark(judged, node, body), [], [chosen])]
        (whole,) = rest
        return whole

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        items = self.visit(node.iter)
        body = [self.visit(one) for one in node.body]
        each = _call(items, "_pairs" if isinstance(node.target, nodes.Tuple) else "_each")
        loop = nodes.For(node.target, each, body, [self.visit(one) for one in node.else_], None, False)
        return nodes.If(_call(items, "_undecided"), self._mark(items, node, node.body), [], [loop])

    def _mark(self, gap: nodes.Expr, node: nodes.Node, body: list[nodes.Node]) -> list[nodes.Node]:
        """The gap in a place that fits: a row in a table, an item in a list, a paragraph of its own, or in the line."""
        before, after = "", ""
        line = self._lines[node.lineno - 1].strip() if node.lineno <= len(self._lines) else ""
        if line.startswith("{%") and line.endswith("%}") and line.count("{%") == 1:
            first = _first_text(body).lstrip("\n")
            lead = LEADS.match(first)
            before, after = (lead[0], "\n") if lead else ("\n\n", "\n\n")
        return [nodes.Output([nodes.TemplateData(before), gap, nodes.TemplateData(after)])]


def _call(value: nodes.Node, name: str, *arguments: nodes.Node) -> nodes.Filter:
    return nodes.Filter(value, name, list(arguments), [], None, None, lineno=value.lineno)


def _first_text(body: list[nodes.Node]) -> str:
    for node in body:
        for data in node.find_all(nodes.TemplateData):
            return str(data.data)
    return ""
