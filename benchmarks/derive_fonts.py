"""Derive `templates/fonts/`: the East Asian subset, and which characters the PDF's fonts can draw.

    apt-get install fonts-noto-cjk && python -m benchmarks.derive_fonts

Needs fonttools. The subset is Noto Sans CJK KR, regular weight, under the SIL Open Font License (`OFL.txt`); Latin,
Greek, Cyrillic and Hebrew come from Libertinus Serif and DejaVu Sans Mono inside the `typst` wheel.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

COLLECTION = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FAMILY = "Noto Sans CJK KR"
TARGET = Path(__file__).resolve().parent.parent / "templates" / "fonts"
CODECS = ("cp949", "shift_jis", "gb2312")
"""All Hangul and KS X 1001 Hanja, JIS X 0208 (levels 1 and 2) with Kana, and GB 2312."""
RANGES = ((0x20, 0x17F), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2460, 0x24FF), (0x2600, 0x266F), (0x3000, 0x30FF),
          (0x3130, 0x318F), (0x3200, 0x33FF), (0xAC00, 0xD7A3), (0xFF00, 0xFFEF))  # fmt: skip
EMBEDDED = {
    "Libertinus Serif": ("Regular", "Bold", "Italic", "Bold Italic"),
    "DejaVu Sans Mono": ("Book", "Bold", "Oblique", "Bold Oblique"),
}
"""Families of the wheel that the layout names, and the styles that it uses."""


def main() -> None:
    """Write the font and the table of what can be drawn."""
    font = TTFont(COLLECTION, fontNumber=_number())
    wanted = {code for first, last in RANGES for code in range(first, last + 1)} | set(_in_codecs())
    options = subset.Options()
    options.layout_features = ["locl", "ccmp"]
    options.notdef_outline = True
    options.hinting = False
    options.desubroutinize = False
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "GPOS"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font["head"].modified = font["head"].created
    target = TARGET / "NotoSansCJKkr-subset.otf"
    font.recalcTimestamp = False
    font.save(target)
    drawable = set(TTFont(target).getBestCmap()) | set().union(*map(_covered, EMBEDDED))
    (TARGET / "coverage.json").write_text(json.dumps(list(_runs(drawable)), separators=(",", ":")) + "\n")
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB; {len(drawable)} characters can be drawn")


def _number() -> int:
    for index in range(20):
        if TTFont(COLLECTION, fontNumber=index)["name"].getDebugName(1) == FAMILY:
            return index
    sys.exit(f"{COLLECTION} has no {FAMILY}")


def _in_codecs() -> Iterator[int]:
    for code in range(0x80, 0x10000):
        for codec in CODECS:
            try:
                chr(code).encode(codec)
            except UnicodeEncodeError:
                continue
            yield code
            break


def _covered(family: str) -> set[int]:
    """Characters that every style of a family has: a bold name must be drawable too."""
    styles = [
        set(font.getBestCmap())
        for font in _embedded()
        if font["name"].getBestFamilyName() == family and font["name"].getBestSubFamilyName() in EMBEDDED[family]
    ]
    return set.intersection(*styles)


def _embedded() -> Iterator[TTFont]:
    """Every font inside the typst wheel."""
    import typst

    library = next(Path(typst.__file__).parent.glob("_typst*")).read_bytes()
    for magic in (b"OTTO", b"\x00\x01\x00\x00"):
        at = library.find(magic)
        while at >= 0:
            yield from _font_at(library, at)
            at = library.find(magic, at + 4)


def _font_at(library: bytes, at: int) -> Iterator[TTFont]:
    tables = struct.unpack(">H", library[at + 4 : at + 6])[0]
    if not 5 < tables < 40:
        return
    rows = [struct.unpack(">4sLLL", library[at + 12 + 16 * i : at + 28 + 16 * i]) for i in range(tables)]
    if not any(row[0] == b"cmap" for row in rows):
        return
    size = max(offset + length for _tag, _sum, offset, length in rows)
    yield TTFont(BytesIO(library[at : at + size]), lazy=True)


def _runs(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    start = last = -2
    for code in sorted(codes):
        if code != last + 1:
            if start >= 0:
                yield start, last
            start = code
        last = code
    yield start, last


if __name__ == "__main__":
    main()
