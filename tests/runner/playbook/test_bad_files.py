"""Malformed playbooks, estates and case files: each with the code, the line and a word that a person needs."""

from __future__ import annotations

import pytest

from connectors.errors import InputError
from connectors.registry import Registry
from runner.playbook.casefile import parse_casefile
from runner.playbook.estate import parse_estate
from runner.playbook.load import parse_playbook

P = "evict: 1\nid: p\ntitle: t\nphases:\n  triage:\n    steps:\n      - {id: a, uses: case.note, with: {text: x}}\n"
STEP = "evict: 1\nid: p\ntitle: t\nphases:\n  triage:\n    steps:\n      - "
E = "evict-estate: 1\nsystems:\n  aws-main:\n    connector: aws\n    account: '123456789012'\n    reader: {profile: {aws-profile: r}}\n    cutter: {profile: {aws-profile: c}}\n"
C = "evict-case: 1\nid: C-1\ntitle: t\nopened-by: a@example.org\nsubject:\n  id: w\n  personas:\n    - id: p1\n"

PLAYBOOKS: list[tuple[bytes, str, int, str]] = [
    (b"", "empty", 0, "evict init"),
    (b"\xff\xfe", "not-utf-8", 1, "UTF-8"),
    (b"a: [1\nb: 2", "yaml-syntax", 2, "bracket"),
    (b"a: b: c", "yaml-syntax", 1, "quotes"),
    (b"- 1", "bad-type", 1, "mapping"),
    (b"a: &x 1\nb: *x", "alias", 2, "refused"),
    (b"a: !!python/object:os.system x", "tag", 1, "plain"),
    (b"a: 1\n---\nb: 2", "many-documents", 2, "one document"),
    (b"a: " + b"[" * 40 + b"]" * 40, "too-deep", 1, "flatten"),
    (b"a: x" * 300_000, "too-long", 0, "split"),
    (b"id: p\nid: q", "duplicate-key", 2, "line 1"),
    (b"<<: {a: 1}", "bad-key", 1, "merge"),
    (b"a: 99999999999999999999", "big-number", 1, "quotes"),
    (P.replace("title", "titel").encode(), "unknown-key", 3, "did you mean 'title'"),
    (P.replace("title: t\n", "").encode(), "missing-key", 1, "title"),
    (P.replace("evict: 1", "evict: 2").encode(), "bad-version", 1, "evict: 1"),
    (P.replace("id: p", "id: My Plan").encode(), "bad-id", 2, "lower-case"),
    (P.replace("title: t", "title: 7").encode(), "bad-type", 3, "quotes"),
    (P.replace("title: t", "title: t\nattack: [X1]").encode(), "bad-attack", 4, "T1078"),
    (P.replace("title: t", "title: t\nattack: T1078").encode(), "bad-type", 4, "list"),
    (P.replace("title: t", "title: t\ninputs: {x: {type: strin}}").encode(), "unknown-type", 4, "did you mean string"),
    (P.replace("title: t", "title: t\ninputs: {x: {}}").encode(), "missing-key", 4, "type"),
    (
        P.replace("title: t", "title: t\ninputs: {x: {type: integer, default: a}}").encode(),
        "bad-default",
        4,
        "whole number",
    ),
    (
        P.replace("title: t", "title: t\ninputs: {x: {type: string, required: 1}}").encode(),
        "bad-type",
        4,
        "true or false",
    ),
    (P.replace("triage", "triag").encode(), "unknown-key", 5, "did you mean 'triage'"),
    (b"evict: 1\nid: p\ntitle: t\nphases: {cut: {steps: []}, triage: {steps: []}}", "phase-order", 4, "order is"),
    (b"evict: 1\nid: p\ntitle: t\nphases: {}", "missing-key", 4, "no phase"),
    (b"evict: 1\nid: p\ntitle: t\nphases: {cut: {}}", "missing-key", 4, "steps"),
    (b"evict: 1\nid: p\ntitle: t\nphases: {cut: {steps: x}}", "bad-type", 4, "list"),
    (b"evict: 1\nid: p\ntitle: t\nphases: {cut: {budget: soon, steps: []}}", "bad-duration", 4, "10m"),
    ((STEP + "x").encode(), "bad-type", 7, "mapping"),
    ((STEP + "{uses: case.note}").encode(), "missing-key", 7, "id"),
    ((STEP + "{id: A B, uses: case.note}").encode(), "bad-id", 7, "cut-aws"),
    ((STEP + "{id: a, uses: note}").encode(), "bad-uses", 7, "connector.action"),
    ((STEP + "{id: a, uses: playbook}").encode(), "bad-uses", 7, "together"),
    ((STEP + "{id: a, uses: case.note, widh: {}}").encode(), "unknown-key", 7, "did you mean 'with'"),
    ((STEP + "{id: a, uses: case.note}\n      - {id: a, uses: case.note}").encode(), "duplicate-id", 8, "line 7"),
    ((STEP + "{id: a, uses: case.note, if: maybe}").encode(), "bad-if", 7, "{{"),
    ((STEP + "{id: a, uses: case.note, for_each: all}").encode(), "bad-for-each", 7, "list"),
    ((STEP + "{id: a, uses: case.note, timeout: 0s}").encode(), "bad-duration", 7, "longer than zero"),
    ((STEP + "{id: a, uses: case.note, on_failure: ignore}").encode(), "bad-choice", 7, "continue"),
    ((STEP + "{id: a, uses: case.note, more: all}").encode(), "bad-choice", 7, "ask"),
    ((STEP + "{id: a, uses: case.note, retry: {times: 0}}").encode(), "bad-type", 7, "whole number"),
    ((STEP + "{id: a, uses: case.note, approval: {}}").encode(), "missing-key", 7, "who"),
    ((STEP + "{id: a, uses: case.note, approval: {who: []}}").encode(), "bad-approval", 7, "somebody"),
    ((STEP + "{id: a, uses: case.note, approval: {who: [x], reason: often}}").encode(), "bad-type", 7, "true or false"),
    ((STEP + "{id: a, uses: case.note, with: [1]}").encode(), "bad-type", 7, "mapping"),
    ((STEP + '{id: a, uses: case.note, with: {text: "{{ 1 + }}"}}').encode(), "expression", 7, "1 +"),
    ((STEP + '{id: a, uses: case.note, with: {text: "{{ x | nofilter }}"}}').encode(), "expression", 7, "filter"),
]
ESTATES: list[tuple[bytes, str, int, str]] = [
    (E.replace("evict-estate: 1", "evict-estate: 3").encode(), "bad-version", 1, "evict-estate: 1"),
    (E.replace("connector: aws", "connector: awz").encode(), "unknown-connector", 4, "did you mean aws"),
    (E.replace("account:", "acount:").encode(), "unknown-key", 5, "did you mean 'account'"),
    (E.replace("'123456789012'", "12").encode(), "bad-setting", 5, "12 digits"),
    (E.replace("    reader: {profile: {aws-profile: r}}\n", "").encode(), "missing-key", 4, "reader"),
    (E.replace("{aws-profile: r}", "plain").encode(), "literal-secret", 6, "literally"),
    (E.replace("{aws-profile: r}", "{vault: r}").encode(), "literal-secret", 6, "keyring"),
    (E.replace("{aws-profile: r}", "{command: rm -r}").encode(), "literal-secret", 6, "without a shell"),
    (E.replace("aws-main", "AWS main").encode(), "bad-id", 3, "lower-case"),
    ((E + "    rate: fast\n").encode(), "bad-type", 8, "calls per second"),
    ((E + "    settle: never\n").encode(), "bad-duration", 8, "10s"),
    ((E + "people: {}\n").encode(), "bad-type", 8, "list"),
    ((E + "people: [{name: x}]\n").encode(), "missing-key", 8, "email"),
    ((E + "people: [{email: '*@x.org', name: x}]\n").encode(), "bad-email", 8, "one e-mail"),
    ((E + "people: [{email: a@x.org, name: x, key: hello}]\n").encode(), "bad-key", 8, "id_ed25519.pub"),
    ((E + "people: [{email: a@x.org, name: x}, {email: a@x.org, name: y}]\n").encode(), "duplicate-person", 8, "twice"),
    (
        (E + "people: [{email: a@x.org, name: x, key: ssh-ed25519 AAAA}, {email: b@x.org, name: y, key: ssh-ed25519 AAAA}]\n").encode(),
        "shared-key", 8, "two keys",
    ),
    ((E + "people: [{email: a@x.org, name: ghp_abcdefghijklmnopqrstuvwxyz0123}]\n").encode(), "literal-secret", 8, "GitHub"),
]  # fmt: skip
CASES: list[tuple[bytes, str, int, str]] = [
    (C.replace("evict-case: 1", "evict-case: 9").encode(), "bad-version", 1, "evict-case: 1"),
    (C.replace("id: C-1", "id: a/b").encode(), "bad-id", 2, "no names"),
    (C.replace("a@example.org", "me").encode(), "bad-email", 4, "one e-mail"),
    (C.replace("title: t", "title: t\nmode: test").encode(), "bad-choice", 4, "exercise"),
    (C.replace("    - id: p1\n", "    []\n").encode(), "bad-type", 8, "at least one"),
    ((C + "      emails: ['*@example.org']\n").encode(), "bad-email", 9, "wildcards"),
    ((C + "      identifiers: {aws: {user-names: ['jordan*']}}\n").encode(), "wildcard", 9, "exact"),
    ((C + "      identifiers: {aws: {arns: [jordan]}}\n").encode(), "bad-identifier", 9, "ARN"),
    ((C + "      identifiers: {aws: {users: [a]}}\n").encode(), "unknown-key", 9, "user-names"),
    ((C + "      identifiers: {gcp: {users: [a]}}\n").encode(), "unknown-connector", 9, "aws"),
    ((C + "    - id: p1\n").encode(), "duplicate-id", 8, "twice"),
    ((C + "facts: {hired: {type: date, value: soon}}\n").encode(), "bad-fact", 9, "2026-11-24"),
    ((C + "facts: {hired: {type: dat, value: soon}}\n").encode(), "unknown-type", 9, "date"),
]


def told(error: InputError) -> list[tuple[str, int]]:
    return [(problem.code, problem.place.line) for problem in error.problems]


@pytest.mark.parametrize(("data", "code", "line", "word"), PLAYBOOKS)
def test_a_bad_playbook_says_what_where_and_what_to_do(data: bytes, code: str, line: int, word: str) -> None:
    with pytest.raises(InputError) as error:
        parse_playbook(data, "f")
    assert (code, line) in told(error.value)
    assert word in error.value.explain()


@pytest.mark.parametrize(("data", "code", "line", "word"), ESTATES)
def test_a_bad_estate_says_what_where_and_what_to_do(data: bytes, code: str, line: int, word: str) -> None:
    with pytest.raises(InputError) as error:
        parse_estate(data, "f", Registry.installed())
    assert (code, line) in told(error.value)
    assert word in error.value.explain()
    assert "ghp_" not in error.value.explain()


@pytest.mark.parametrize(("data", "code", "line", "word"), CASES)
def test_a_bad_case_file_says_what_where_and_what_to_do(data: bytes, code: str, line: int, word: str) -> None:
    with pytest.raises(InputError) as error:
        parse_casefile(data, "f", Registry.installed())
    assert (code, line) in told(error.value)
    assert word in error.value.explain()


def test_there_are_at_least_sixty_of_them() -> None:
    assert len(PLAYBOOKS) + len(ESTATES) + len(CASES) >= 60
