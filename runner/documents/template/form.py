"""The form of a document template: a YAML head and a Markdown body, one file per document and language.

`templates/<jurisdiction in lower case, or common>/<id>.md`. What may stand in the head and the body is described in
`docs/writing-a-template.md`; the head is read here, the body in `body.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.errors import InputError, Place, Problem
from runner.authored.reader import Reader
from runner.authored.shipped import shipped
from runner.authored.source import Node, read_file, read_yaml
from runner.case.canonical import sha256_hex
from runner.documents.facts import Catalogue, FactSpec
from runner.documents.legal import CONFIDENCES
from runner.documents.template.words import load_words, words_of

AUDIENCES = (
    "regulator", "law-enforcement", "counsel", "board", "bank", "platform", "person", "staff", "insurer", "customer",
    "court", "agency",
)  # fmt: skip
WITHOUT_REFERENCE = ("person", "platform", "agency", "staff", "customer")
"""Audiences whose documents carry no internal case or template id at the foot of the page."""

PRIVILEGES = ("none", "privileged", "work-product")
REQUIRED = (
    "evict-template", "id", "title", "audience", "language", "jurisdiction", "privilege", "authority", "citation",
    "sources", "as_of", "confidence", "obligations", "facts", "moves_value", "reviewed_on",
)  # fmt: skip
KEYS = (*REQUIRED, "optional", "may_be_unknown", "discloses")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
FENCE = "---"
NOT_FOR_DOCUMENTS = ("obligations", "init", "fonts", "layout")
"""Folders of `templates/` that hold something else."""


@dataclass(frozen=True)
class Template:
    """One template, head and body."""

    id: str
    title: str
    audience: str
    language: str
    """BCP 47; decides the words, dates and hyphenation."""
    jurisdiction: str
    """"US", "EU", "DE", … or "common"."""
    privilege: str
    authority: str
    """Who receives it."""
    citation: str
    sources: tuple[str, ...]
    as_of: str
    """When the law behind it was last looked at."""
    confidence: str
    obligations: tuple[str, ...]
    """Ids of the obligations that it serves."""
    facts: tuple[str, ...]
    """Facts that must be known before it can be final."""
    optional: tuple[str, ...]
    """Facts that are used when they are known."""
    may_be_unknown: tuple[str, ...]
    """Required facts for which "nobody knows" may be stated in a final document."""
    discloses: tuple[str, ...]
    """Privileged facts that a document for outsiders tells on purpose."""
    moves_value: bool
    """Whether doing what it asks for moves money or property, so that the payment gate must be asked."""
    reviewed_on: str
    """The day on which counsel last read it, or "never"."""
    body: str
    body_line: int
    """Line of the file on which the body begins."""
    sha256: str
    source: bytes
    file: str

    def place(self, line: int = 1) -> Place:
        """A place in the body, by its line."""
        return Place(self.file, self.body_line + line - 1, 1)

    @property
    def declared(self) -> tuple[str, ...]:
        """Every fact that the head names."""
        return (*self.facts, *self.optional)

    def hides(self, spec: FactSpec) -> bool:
        """Whether a fact is counsel's own, and this document is for outsiders and does not disclose it."""
        return self.privilege == "none" and spec.sensitivity == "privileged" and spec.name not in self.discloses


def template_files(folder: Path | None = None) -> tuple[Path, ...]:
    """Every template file, by its name."""
    root = folder or shipped("templates")
    return tuple(
        path for path in sorted(root.glob("*/*.md")) if path.parent.name not in NOT_FOR_DOCUMENTS and
        path.name != "README.md"
    )  # fmt: skip


def load_templates(
    catalogue: Catalogue, folder: Path | None = None, broken: list[Problem] | None = None
) -> Mapping[str, Template]:
    """Every template by its id.

    Args:
        catalogue: every fact that there is.
        folder: where they are; default: what is shipped.
        broken: takes the problems of templates that cannot be read, so that one of them keeps no other from a case.

    Raises:
        InputError: every problem of all heads, sorted; not when `broken` is given.

    """
    everything = Reader("templates")
    found: dict[str, Template] = {}
    for path in template_files(folder):
        try:
            template = load_template(path, catalogue)
        except InputError as error:
            everything.problems.extend(error.problems)
            continue
        if template.id in found:
            first = found[template.id].file
            everything.add(Place(str(path), 1, 1), "duplicate-id", f"{first} has this id too", "rename one of them")
        found[template.id] = template
    if broken is None:
        everything.finish("the templates")
    else:
        broken.extend(sorted(everything.problems))
    return dict(sorted(found.items()))


def load_template(path: Path, catalogue: Catalogue) -> Template:
    """One template.

    Raises:
        InputError: every problem of its head, sorted.

    """
    return parse_template(read_file(path), str(path), catalogue)


def parse_template(data: bytes, name: str, catalogue: Catalogue) -> Template:
    """A template from its bytes.

    Raises:
        InputError: every problem of its head, sorted.

    """
    head, body, body_line = _split(data, name)
    root = read_yaml(head, name)
    reader = Reader(name)
    if not reader.keys(root, KEYS, "a template's head"):
        reader.finish(f"template {name}")
    reader.require(root, REQUIRED, "a template's head")
    template = _head(reader, root, (body, body_line, data, name))
    _facts(reader, root, template, catalogue)
    if template.id and template.id != Path(name).stem:
        reader.add(root.children["id"].place, "bad-id", f"the file is named {Path(name).stem}", "give both one name")
    if words_of(template.language) is None:
        known = ", ".join(load_words())
        reader.add(root.place, "no-words", f"evict has no words for language {template.language!r}", f"known: {known}")
    reader.finish(f"template {name}")
    return template


def _split(data: bytes, name: str) -> tuple[bytes, str, int]:
    """Head (with its line numbers kept), body and the body's first line."""
    try:
        lines = data.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8 text", fix="save it as UTF-8") from None
    marks = [index for index, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(marks) < 2 or marks[0] != 0:  # noqa: PLR2004 - a head has two fences
        raise InputError(f"{name} has no head", expected="--- on the first line and after the head's last")
    end = marks[1]
    return ("\n" + "".join(lines[1:end])).encode(), "".join(lines[end + 1 :]), end + 2


def _head(reader: Reader, root: Node, rest: tuple[str, int, bytes, str]) -> Template:
    body, body_line, data, name = rest
    version = root.get("evict-template")
    if version is not None and version.value != 1:
        reader.add(version.place, "bad-version", "this version of the form is not known", "write evict-template: 1")
    moves = root.get("moves_value")
    if moves is not None and not isinstance(moves.value, bool):
        reader.add(moves.place, "bad-type", "moves_value must be true or false", "write true or false")
    return Template(
        id=_matching(reader, root.get("id"), "id", ID, "lower-case words joined by -"),
        title=reader.text(root.get("title"), "title"),
        audience=reader.choice(root.get("audience"), "audience", AUDIENCES, "counsel"),
        language=reader.text(root.get("language"), "language", "en"),
        jurisdiction=reader.text(root.get("jurisdiction"), "jurisdiction"),
        privilege=reader.choice(root.get("privilege"), "privilege", PRIVILEGES, "privileged"),
        authority=reader.text(root.get("authority"), "authority"),
        citation=reader.text(root.get("citation"), "citation"),
        sources=reader.texts(root.get("sources"), "sources"),
        as_of=_matching(reader, root.get("as_of"), "as_of", DAY, "a day such as 2026-11-24"),
        confidence=reader.choice(root.get("confidence"), "confidence", CONFIDENCES, "low"),
        obligations=reader.texts(root.get("obligations"), "obligations"),
        facts=reader.texts(root.get("facts"), "facts"),
        optional=reader.texts(root.get("optional"), "optional"),
        may_be_unknown=reader.texts(root.get("may_be_unknown"), "may_be_unknown"),
        discloses=reader.texts(root.get("discloses"), "discloses"),
        moves_value=bool(moves.value) if moves is not None else True,
        reviewed_on=_matching(reader, root.get("reviewed_on"), "reviewed_on", re.compile(f"{DAY.pattern}|never"),
                              "a day, or never"),
        body=body, body_line=body_line, sha256=sha256_hex(data), source=data, file=name,
    )  # fmt: skip


def _matching(reader: Reader, node: Node | None, what: str, form: re.Pattern[str], words: str) -> str:
    text = reader.text(node, what)
    if node is not None and text and not form.fullmatch(text):
        reader.add(node.place, "bad-form", f"{what} must be {words}, got {text!r:.60}", f"write {words}")
    return text


def _facts(reader: Reader, root: Node, template: Template, catalogue: Catalogue) -> None:
    for key in ("facts", "optional", "may_be_unknown", "discloses"):
        node = root.get(key)
        for child in node.children.values() if node is not None and isinstance(node.value, list) else ():
            if child.value not in catalogue:
                reader.add(child.place, "unknown-fact", f"there is no fact {child.value!r}", "see templates/facts.yaml")
    twice = sorted({one for one in template.declared if template.declared.count(one) > 1})
    if twice:
        reader.add(root.place, "duplicate-fact", f"named twice: {', '.join(twice)}", "name each fact once")
    for one in template.may_be_unknown:
        if one not in template.facts:
            reader.add(root.place, "not-required", f"may_be_unknown names {one}, which facts does not", "add it there")
    for one in template.discloses:
        if one in catalogue and not replace(template, discloses=()).hides(catalogue[one]):
            why = f"discloses names {one}, which is not privileged" if template.privilege == "none" else (
                "discloses is for documents whose privilege is none")  # fmt: skip
            reader.add(root.place, "nothing-to-disclose", why, "remove it")
