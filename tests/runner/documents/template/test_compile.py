"""What templates may use is asked of every node."""

from __future__ import annotations

import pytest

from runner.documents.template.compile import environment, refused

HIDDEN = (
    "{{ [1, (2, {'a': CALL})] }}", "{{ facts.x | date(zone=CALL) }}", "{{ 1 if CALL else 2 }}", "{{ a[CALL:2] }}",
    "{% for a in [CALL] %}{% endfor %}", "{% for a in b %}{% else %}{{ CALL }}{% endfor %}", "{{ a ~ (1 < CALL) }}",
    "{% if a %}{% elif CALL %}{% endif %}", "{% if a %}{% else %}{{ -CALL }}{% endif %}", "{% set a = not CALL %}",
    "{% filter upper %}{{ CALL }}{% endfilter %}", "{% macro m(a=CALL) %}{% endmacro %}", "{{ a is known(CALL) }}",
)  # fmt: skip


@pytest.mark.parametrize("source", HIDDEN)
def test_a_call_is_refused_wherever_it_stands(source: str) -> None:
    tree = environment().parse("\n\n" + source.replace("CALL", "f(1)"))
    assert any((line, why) == (3, "call may not stand in a template") for line, why, _fix in refused(tree))


def test_refusals_come_in_the_order_of_the_source() -> None:
    tree = environment().parse(
        "{{ f(1) }}\n{% if a %}{{ b | no }}{% else %}{{ _c }}{% endif %}\n{% block d %}{% endblock %}"
    )
    whys = [why for _line, why, _fix in refused(tree)]
    assert whys == ["call may not stand in a template", "there is no filter 'no'", "'_c' begins with _",
                    "block may not stand in a template"]  # fmt: skip
