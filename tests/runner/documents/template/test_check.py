"""Check: every finding at once, with its line, before a case needs the template."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import InputError
from runner.documents.law import shipped_law
from runner.documents.template.check import blanked, check_files, check_template
from runner.documents.template.form import parse_template, template_files
from tests.runner.documents.template.small import CATALOGUE, HEAD, codes, template


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{{ nothing }}", "unknown-name"),
        ("{{ case.nope }}", "unknown-name"),
        ("{% for p in paths %}\n{{ p.nope }}\n{% endfor %}", "unknown-name"),
        ("{{ facts.nope }}", "unknown-fact"),
        ("{% for x in case %}\n{{ x }}\n{% endfor %}", "wrong-type"),
        ("{{ paths }}", "wrong-type"),
        ("{{ paths.label }}", "wrong-type"),
        ("{{ facts.payments }}", "wrong-type"),
        ("{{ facts.name | date }}", "wrong-type"),
        ("{{ facts.day | money('USD') }}", "wrong-type"),
        ("{{ facts.name | listed }}", "wrong-type"),
        ("{{ facts.name.x }}", "wrong-type"),
        ("{{ facts.level | say(low='x') }}", "wrong-type"),  # a choice without words
        ("{{ facts.taken | say(yes='x') }}", "wrong-type"),
        ("{{ case.id | cited }}", "wrong-type"),  # a citation of what has no source
        ("{% for p in paths %}\n{{ p.label | cited }}\n{% endfor %}", "wrong-type"),
        ("{{ facts.name | nope }}", "not-allowed"),
        ("{{ facts.name is nope }}", "not-allowed"),
        ("{{ facts.name.upper() }}", "not-allowed"),
        ("{{ _words }}", "not-allowed"),
        ("{% macro x() %}{% endmacro %}", "not-allowed"),
        ("{% include 'x' %}", "not-allowed"),
        ("{{ facts.__class__ }}", "unknown-fact"),
        ("{% if x %}", "syntax"),
        ("```\n{{ facts.name }}\n```", "markdown"),  # a value in a block of code
        ("[{{ facts.name }}](http://x.example)", "not-text"),  # a value as a link
        ("<b>{{ facts.name }}</b>", "not-text"),
        ("![x](y)", "not-text"),
        ("a\n________\n", "not-text"),  # would be a rule
        ("- ____\n", "not-text"),
        ("> _ _ _\n", "not-text"),
        ("# ____\n", "not-text"),
        ("{% if facts.taken %}\n____\n{% endif %}\n", "not-text"),
        ("a \ue000 b", "private-use"),  # what tokens are made of
        ("{{ facts.advised_at | date }}", "privileged-fact"),
        ("{% if facts.advised_at is known %}\nx\n{% endif %}", "privileged-fact"),
    ],
)
def test_a_fault_is_found(body: str, code: str) -> None:
    assert code in codes(body)


@pytest.mark.parametrize(
    "body",
    [
        "# A\n\n{{ facts.name }} and `{{ facts.name }}` and `<b>`\n",
        "| a |\n|---|\n{% for one in artefacts %}\n| {{ one.name | cited }} `{{ one.sha256 }}` |\n{% endfor %}\n",
        "{% for p in facts.payments %}\n- {{ p.whatever | date }}\n{% endfor %}\n",
        "{% set x = facts.names | first %}{{ x }}",
        "a\n\n---\n\nSigned: ________\\\n________\\\nb\n\n| ____ | ____ |\n|---|---|\n| ____ | ____ |\n",
        "{{ obligation.deadline | date }}{% for one in subject.personas %}{{ one.names }}{% endfor %}",
    ],
)
def test_what_is_right_is_not_found(body: str) -> None:
    assert codes(body) == []


def test_a_fault_says_its_own_line_whatever_statements_stand_before_it() -> None:
    body = "{% if facts.taken %}\n| a |\n|---|\n{% for n in facts.names %}\n| x |\n{% endfor %}\n{% endif %}\n\n<b>\n"
    (found,) = check_template(template(body), CATALOGUE, ())[:1] or [None]
    assert found is not None
    places = {one.code: one.place.line for one in check_template(template(body), CATALOGUE, ())}
    assert places["not-text"] == HEAD.count("\n") + 9


def test_lines_of_statements_leave_no_trace() -> None:
    text, numbers = blanked("a\n{% if x %}\n| {{ y }} |\n{% endif %}\n\nb {% if z %}c{% endif %}")
    assert text == "a\n| \ue000\ue100\ue001 |\n\nb c"
    assert numbers == [1, 3, 5, 6]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("audience: regulator", "audience: nobody"), "bad-choice"),
        (("id: t", "id: other"), "bad-id"),
        (("language: en", "language: xx"), "no-words"),
        (("optional: []", "optional: [nope]"), "unknown-fact"),
        (("facts: []", "facts: [name]\nmay_be_unknown: [day]"), "not-required"),
        (("facts: []\noptional: []", "facts: [name]\noptional: [name]"), "duplicate-fact"),
        (("reviewed_on: never", "reviewed_on: soon"), "bad-form"),
        (("title: T", "title: T\nsubtitle: U"), "unknown-key"),
        (("moves_value: false", "moves_value: perhaps"), "bad-type"),
        (("moves_value: false", "moves_value: false\ndiscloses: [nope]"), "unknown-fact"),
        (("moves_value: false", "moves_value: false\ndiscloses: [day]"), "nothing-to-disclose"),
        (("privilege: none", "privilege: privileged\ndiscloses: [advised_at]"), "nothing-to-disclose"),
    ],
)
def test_a_wrong_head_is_refused_with_its_line(change: tuple[str, str], code: str) -> None:
    head = HEAD.format(language="en", optional="").replace(*change)
    with pytest.raises(InputError) as caught:
        parse_template(head.encode(), "t.md", CATALOGUE)
    assert code in {one.code for one in caught.value.problems}
    assert all(one.place.line for one in caught.value.problems)


def test_a_file_without_a_head_or_of_other_bytes_is_refused() -> None:
    for data in (b"# just text\n", b"---\nid: t\n", b"\xff\xfe"):
        with pytest.raises(InputError):
            parse_template(data, "t.md", CATALOGUE)


def test_head_and_body_agree(tmp_path: Path) -> None:
    file = tmp_path / "t.md"
    file.write_text(HEAD.format(language="en", optional="name") + "{{ facts.day }}\n")
    found = {one.code: one.place.line for one in check_files([file], CATALOGUE, ())}
    assert found["undeclared-fact"] == HEAD.count("\n") + 1
    assert "unused-fact" in found


@pytest.mark.parametrize(
    "change", [("privilege: none", "privilege: privileged"), ("reviewed_on", "discloses: [advised_at]\nreviewed_on")]
)
def test_a_privileged_fact_stands_where_it_may(change: tuple[str, str]) -> None:
    text = HEAD.format(language="en", optional="advised_at").replace(*change) + "{{ facts.advised_at | date }}\n"
    assert check_template(parse_template(text.encode(), "t.md", CATALOGUE), CATALOGUE, ()) == ()


def test_what_is_disclosed_is_read() -> None:
    text = HEAD.format(language="en", optional="").replace("reviewed_on", "discloses: [advised_at]\nreviewed_on")
    (found,) = check_template(parse_template(text.encode(), "t.md", CATALOGUE), CATALOGUE, ())
    assert found.code == "unused-fact"


def test_every_shipped_template_is_sound() -> None:
    law = shipped_law()
    assert check_files(template_files(), law.catalogue, law.obligations) == ()
