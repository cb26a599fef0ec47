"""The content-addressed evidence store: `evidence/ab/<sha256>`, read-only, hashed while written."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from connectors.contract import ArtefactRef
from connectors.errors import IntegrityError
from runner.case.canonical import sha256_hex

BLOCK = 1 << 20
"""Bytes read at a time when an artefact is checked."""


class EvidenceStore:
    """Original bytes, kept once, named by their SHA-256; the name people see is metadata only."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, name: str, data: bytes | Iterable[bytes], media_type: str) -> ArtefactRef:
        """Keep bytes; durable when this returns. The same content twice is one file."""
        chunks = [data] if isinstance(data, bytes) else data
        self._directory.mkdir(mode=0o700, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        descriptor, temporary = tempfile.mkstemp(dir=self._directory, prefix=".incoming-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            self._keep(Path(temporary), digest.hexdigest())
        finally:
            Path(temporary).unlink(missing_ok=True)
        return ArtefactRef(digest.hexdigest(), size, name, media_type)

    def _keep(self, temporary: Path, sha256: str) -> None:
        target = self.path(sha256)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        if target.exists():
            return
        temporary.chmod(0o400)
        temporary.rename(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def path(self, sha256: str) -> Path:
        """Where an artefact is kept."""
        return self._directory / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """The bytes of an artefact, checked.

        Raises:
            IntegrityError: missing or altered.

        """
        self.check(sha256)
        return self.path(sha256).read_bytes()

    def check(self, sha256: str, size: int | None = None) -> None:
        """Re-read an artefact and hold it against its digest.

        Raises:
            IntegrityError: missing, altered or of another size.

        """
        path = self.path(sha256)
        digest, seen = hashlib.sha256(), 0
        try:
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    digest.update(block)
                    seen += len(block)
        except OSError as error:
            raise IntegrityError(f"artefact {sha256} cannot be read: {error.strerror}") from error
        if digest.hexdigest() != sha256:
            raise IntegrityError(f"artefact {sha256} was altered", expected=sha256, fix="compare with a copy")
        if size is not None and seen != size:
            raise IntegrityError(f"artefact {sha256} has {seen} bytes", expected=f"{size} bytes")


def write_private(path: Path, data: bytes) -> None:
    """Write a small file durably with mode 0600; an existing file must already hold the same bytes."""
    if path.exists():
        if sha256_hex(path.read_bytes()) != sha256_hex(data):
            raise IntegrityError(f"{path} exists with other content")
        return
    rewrite_private(path, data)


def rewrite_private(path: Path, data: bytes) -> None:
    """Write a small file durably with mode 0600, in place of what was there; never half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
