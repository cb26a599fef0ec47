"""Word files as python-docx holds them: copied instead of read anew, and written with one time on every member.

A case with everything due has a hundred documents that begin alike. To unpack and parse their common beginning, and to
compress its unchanged parts, costs python-docx as much time as everything that is written into them.
"""

from __future__ import annotations

import copy
import functools
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as Docx

LOCAL, CENTRAL, END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
"""A member's own header, its line in the directory, and the end (PKWARE APPNOTE 4.3.7, 4.3.12, 4.3.16)."""

NEEDS, MADE_BY = 20, (3 << 8) | 20
"""Version 2.0, which knows deflate; made on Unix, whose permissions the directory gives."""

UTF8_NAME, DEFLATED = 0x800, 8
TIME, DATE = 0, (1 << 5) | 1
"""The time of every member, 1980-01-01 00:00:00: a zip cannot say an earlier one."""

PERMISSIONS = 0o600 << 16


@dataclass(frozen=True)
class Packed:
    """The bytes of a member, compressed."""

    data: bytes
    size: int
    """Before it was compressed."""
    crc: int


def copied(document: Docx) -> Docx:
    """A document to write in, which leaves the first one as it is. Both have the same styles: nobody may alter them."""
    package: Any = document.part.package
    styles = document.styles.element
    made: Docx = copy.deepcopy(package, {id(styles): styles}).main_document_part.document
    return made


def packed(document: Docx) -> bytes:
    """The file: what python-docx saves, but the same bytes for the same document."""
    made, directory, count = bytearray(), bytearray(), 0
    for name, blob in _members(document):
        member = _deflated(blob)
        coded = name.encode()
        flags = 0 if name.isascii() else UTF8_NAME
        about = (flags, DEFLATED, TIME, DATE, member.crc, len(member.data), member.size, len(coded), 0)
        directory += CENTRAL.pack(b"PK\1\2", MADE_BY, NEEDS, *about, 0, 0, 0, PERMISSIONS, len(made)) + coded
        made += LOCAL.pack(b"PK\3\4", NEEDS, *about) + coded + member.data
        count += 1
    end = END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(made), 0)
    return bytes(made + directory + end)


def _members(document: Docx) -> Iterator[tuple[str, bytes]]:
    """Names and contents in the order in which python-docx writes them."""
    from docx.opc.pkgwriter import PackageWriter

    taken = _Taken([])
    package: Any = document.part.package
    writer: Any = PackageWriter
    parts = package.parts
    for part in parts:
        part.before_marshal()
    writer._write_content_types_stream(taken, parts)  # noqa: SLF001 - the three steps of its `write`
    writer._write_pkg_rels(taken, package.rels)  # noqa: SLF001
    writer._write_parts(taken, parts)  # noqa: SLF001
    yield from taken.members


@dataclass(frozen=True)
class _Taken:
    """Takes what python-docx would write into a zip."""

    members: list[tuple[str, bytes]]

    def write(self, place: Any, blob: str | bytes) -> None:
        """One member."""
        self.members.append((place.membername, blob.encode() if isinstance(blob, str) else blob))


@functools.lru_cache(maxsize=64)
def _deflated(blob: bytes) -> Packed:
    """Compressed as zipfile does; most members of one document are those of the next."""
    compressor = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Packed(compressor.compress(blob) + compressor.flush(), len(blob), zlib.crc32(blob))
