"""A firm's own Word master: a .docx with `{{ … }}` in it, filled by docxtpl with everything that a template may read.

The rules are those of templates: the same sandbox, names and filters, conditions in three values, marks for what is
not known. docxtpl alone would let a name become Word's markup, drop what is missing without a word, and turn `{_{`
inside a value into `{{`; here every value is escaped before it sees it. `cited` gives the value alone, because a
master has no place for notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Template as Compiled
from jinja2 import TemplateSyntaxError, meta, nodes, pass_context
from jinja2.exceptions import TemplateError
from jinja2.runtime import Context, Undefined
from markupsafe import Markup, escape

from connectors.errors import InputError
from runner.documents.page import word_parts
from runner.documents.page.shown import lines_shown, shown
from runner.documents.page.tree import Dress, Unknown
from runner.documents.page.word import AMBER, RED
from runner.documents.page.word_file import packed
from runner.documents.template.compile import Environment, environment, refused, three_valued
from runner.documents.template.fill import Filling
from runner.documents.template.filters import WORDS_KEY
from runner.documents.template.operators import FILLING_KEY
from runner.documents.template.values import Gap, Sourced
from runner.documents.template.words import Words

NEW_LINE = '</w:t><w:br/><w:t xml:space="preserve">'
MARK = (
    '</w:t></w:r><w:r><w:rPr><w:b/><w:color w:val="FFFFFF"/><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    '</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r><w:r><w:t xml:space="preserve">'
)


class MasterEnvironment(Environment):
    """The sandbox of templates; every source that it compiles goes through the same refusals."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for line, why, _fix in refused(tree):
            raise TemplateSyntaxError(why, line)
        return tree

    def compile(self, source: Any, *arguments: Any, **named: Any) -> Any:
        """Code in which conditions have three values."""
        if isinstance(source, str):
            source = three_valued(self._parse(source, None, None), source)
        return super().compile(source, *arguments, **named)


@pass_context
def _finalize(context: Context, value: Any) -> Markup:
    """A value as Word's XML: escaped, and with the mark where there is none."""
    if isinstance(value, Undefined):
        raise TemplateSyntaxError(str(value._undefined_message), 0)  # noqa: SLF001 - Jinja's own sentence
    filling: Filling = context[FILLING_KEY]
    if isinstance(value, Gap):
        filling.gaps[value] = None
        mark = filling.mark(value)
        text = getattr(mark, "text", "")
        return Markup(MARK.format(fill=AMBER if isinstance(mark, Unknown) else RED, text=_escaped(text)))  # noqa: S704
    text = filling.words_for(value)
    lined = isinstance(value, Sourced) and value.lines
    lines = lines_shown(text) if lined else (shown(text),)
    return Markup(NEW_LINE.join(_escaped(line) for line in lines))  # noqa: S704 - each line is escaped


def _escaped(text: str) -> str:
    """Text for XML; `_` as a reference, because docxtpl turns `{_{` into `{{` afterwards."""
    return str(escape(text)).replace("_", "&#95;")


def fill_master(master: Path, scope: Mapping[str, Any], words: Words, dress: Dress) -> tuple[bytes, tuple[Gap, ...]]:
    """The filled master, with its marks in every header, and what it lacks.

    Raises:
        InputError: docxtpl is not installed, or the master is no Word file, reads unknown names or cannot be filled.

    """
    try:
        from docx.opc.exceptions import PackageNotFoundError
        from docxtpl import DocxTemplate
    except ImportError:
        raise InputError("a Word master needs docxtpl", fix="pip install 'evict[documents]'") from None
    filling = Filling(words)
    try:
        document = DocxTemplate(str(master))
        document.init_docx()
        _check_names(document, scope)
        values = {**scope, WORDS_KEY: words, FILLING_KEY: filling}
        document.render(values, jinja_env=_environment(), autoescape=True)
    except PackageNotFoundError:
        raise InputError(f"{master} is not a Word file", expected="a .docx") from None
    except (TemplateError, KeyError, ValueError, TypeError, OSError) as error:
        why = str(getattr(error, "message", None) or error)
        raise InputError(f"the master {master.name} cannot be filled: {why}", fix="see docs/writing-a-template.md"
                         ) from None  # fmt: skip
    word_parts.add_marks(document.docx, dress)
    word_parts.set_properties(document.docx, dress.title, datetime.fromisoformat(dress.as_of))
    return packed(document.docx), tuple(filling.gaps)


def _environment() -> MasterEnvironment:
    base = environment()
    made = MasterEnvironment(undefined=base.undefined, autoescape=True, optimized=False, finalize=_finalize)
    made.filters, made.tests, made.globals = dict(base.filters), dict(base.tests), {}
    made.template_class = Compiled
    return made


def _check_names(document: Any, scope: Mapping[str, Any]) -> None:
    """Before anything is filled: every name that the master reads exists."""
    plain = Environment()
    plain.filters, plain.tests = dict(environment().filters), dict(environment().tests)
    source = document.patch_xml(document.get_xml())
    unknown = sorted(meta.find_undeclared_variables(plain.parse(source)) - set(scope))
    if unknown:
        raise ValueError(f"there is no name {', '.join(unknown)} (known: {', '.join(sorted(scope))})")
