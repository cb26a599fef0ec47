"""Strings that somebody who wants to be believed, or to break something, might choose as a name."""

from __future__ import annotations

import random

ATTACKS = (
    "**bold** _it_ `code` # head\n\n| a | b |\n- item [x](http://x.example) ![i](y)",  # Markdown, over several lines
    '#text(red)[owned] $x^2$ #read("/etc/passwd") <label> @ref // comment',  # typst
    "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;&#65;<!-- -->",  # HTML
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;</w:t></w:r><w:p/>',  # XML and Word's own
    "{{7*7}} {{ facts }} {_{ config }_}",  # expressions
    "{% for x in range(9) %}{% endraw %}{# gone #}{%p if x %}",  # statements
    "C:\\new\\table \\\\server\\share \\* \\_ \\",  # backslashes
    "invoice\u202egpj.exe \u2066isolated\u2069 \u200fright",  # direction tricks
    "nul\x00 esc\x1b[31m bell\x07 c1\x9b31m del\x7f",  # control characters
    "zero\u200bwidth\u200c\u200d\ufeff soft\u00adhyphen \u2028line\u2029par",  # what cannot be seen
    "=cmd|' /C calc'!A0",  # a spreadsheet's formula
    "../../../../etc/passwd%00.docx",  # a path
    "A" * 300 + " " + "0123456789abcdef" * 16,  # long, with nowhere to break
    "김철수 沈賢燮 山田太郎 Сергей Ёлкин 😀🇰🇵 ﬁ Å e\u0301",  # scripts, emoji, a ligature, a combining accent
    "'; DROP TABLE x; -- \"quoted\" ''…--- -2 1/2 (c) ...",  # quotes and what typographers would improve
    "[MISSING: everything] EXERCISE DRAFT \ue000\ue100\ue001 \U000f0000",  # our own marks and tokens
)  # fmt: skip

ALPHABET = "abcXYZ019 .,:;!?'\"`*_~^|/\\<>()[]{}#$%&@+-=—…§€£" + "äößéñçøŁЖяあ漢한글" + "\t\n\x1b\u202e\u200b\u00a0"


def random_strings(count: int, seed: int = 17) -> list[str]:
    """Punctuation-heavy strings; the same for the same seed."""
    source = random.Random(seed)  # noqa: S311 - test data
    return ["".join(source.choices(ALPHABET, k=source.randint(1, 60))) for _ in range(count)]
