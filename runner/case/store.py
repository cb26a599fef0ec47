"""The content-addressed evidence store: `evidence/ab/<sha256>`, read-only, hashed while written.

Bytes reach the disk before anybody names them: one artefact is synced by itself, a batch of many with one sync of the
file system, which is several times as fast for small files. Only then are the directory entries made and synced.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from connectors.contract import ArtefactRef
from connectors.errors import IntegrityError
from runner.case.canonical import sha256_hex

BLOCK = 1 << 18
"""Bytes handled at a time; measured: from twice as many on, hashing and writing in turn gets slower."""


class EvidenceStore:
    """Original bytes, kept once, named by their SHA-256; the name people see is metadata only."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, name: str, data: bytes | Iterable[bytes], media_type: str) -> ArtefactRef:
        """Keep bytes; durable when this returns. The same content twice is one file."""
        with self.batch(each=True) as batch:
            return batch.put(name, data, media_type)

    @contextmanager
    def batch(self, *, each: bool = False) -> Iterator[Batch]:
        """Keep many artefacts with one sync; all are durable when the block ends well, none is named when it fails.

        Args:
            each: sync every file by itself instead, which is quicker for one.

        """
        self._directory.mkdir(mode=0o700, exist_ok=True)
        batch = Batch(self, self._directory, each=each)
        try:
            yield batch
            batch.keep()
        finally:
            batch.discard()

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

    def blocks(self, sha256: str) -> Iterator[bytes]:
        """The bytes of an artefact block by block; the last block comes only when all of them are what they should be.

        Raises:
            IntegrityError: missing or altered.

        """
        digest, held = hashlib.sha256(), b""
        with _opened(self.path(sha256), sha256) as file:
            while block := file.read(BLOCK):
                digest.update(block)
                if held:
                    yield held
                held = block
        if digest.hexdigest() != sha256:
            raise IntegrityError(f"artefact {sha256} was altered", expected=sha256, fix="compare with a copy")
        yield held

    def check(self, sha256: str, size: int | None = None) -> None:
        """Re-read an artefact and hold it against its digest.

        Raises:
            IntegrityError: missing, altered or of another size.

        """
        with _opened(self.path(sha256), sha256) as file:
            found, seen = hashed(file)
        if found != sha256:
            raise IntegrityError(f"artefact {sha256} was altered", expected=sha256, fix="compare with a copy")
        if size is not None and seen != size:
            raise IntegrityError(f"artefact {sha256} has {seen} bytes", expected=f"{size} bytes")


class Batch:
    """Artefacts that are written and not yet kept."""

    def __init__(self, store: EvidenceStore, directory: Path, *, each: bool) -> None:
        self._store, self._directory, self._each = store, directory, each
        self._written: list[tuple[Path, str]] = []

    def put(self, name: str, data: bytes | Iterable[bytes], media_type: str) -> ArtefactRef:
        """Write bytes beside the store; they count when the batch ends."""
        chunks = [data] if isinstance(data, bytes) else data
        digest, size = hashlib.sha256(), 0
        descriptor, temporary = tempfile.mkstemp(dir=self._directory, prefix=".incoming-")
        self._written.append((Path(temporary), ""))
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                write_all(file.fileno(), chunk)
            os.fchmod(file.fileno(), 0o400)
            if self._each:
                os.fsync(file.fileno())
        self._written[-1] = (Path(temporary), digest.hexdigest())
        return ArtefactRef(digest.hexdigest(), size, name, media_type)

    def keep(self) -> None:
        """Sync, then name."""
        if self._written and not self._each:
            sync_file_system(self._directory, [temporary for temporary, _sha256 in self._written])
        folders: dict[Path, None] = {}
        for temporary, sha256 in self._written:
            target = self._store.path(sha256)
            made = not target.parent.is_dir()
            target.parent.mkdir(mode=0o700, exist_ok=True)
            if target.exists():
                continue
            temporary.rename(target)
            folders[target.parent] = None
            if made:
                folders[self._directory] = None
        for folder in folders:
            sync_folder(folder)

    def discard(self) -> None:
        """Remove what was not named."""
        for temporary, _sha256 in self._written:
            temporary.unlink(missing_ok=True)
        self._written.clear()


def hashed(file: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and size of what is left of a file, read in place of one buffer."""
    digest, size, buffer = hashlib.sha256(), 0, bytearray(BLOCK)
    view = memoryview(buffer)
    while count := file.readinto(buffer):  # type: ignore[attr-defined]
        digest.update(view[:count])
        size += count
    return digest.hexdigest(), size


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it: a single call may take less."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync_folder(folder: Path) -> None:
    """Make a folder's entries, or a file's bytes, durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file_system(folder: Path, written: Iterable[Path]) -> None:
    """Make everything written to a folder's file system durable: one call where there is syncfs(2), else each file."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "syncfs"):
        for path in written:
            sync_folder(path)
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if library.syncfs(descriptor):
            raise OSError(ctypes.get_errno(), "syncfs")
    finally:
        os.close(descriptor)


def _opened(path: Path, sha256: str) -> IO[bytes]:
    try:
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb", buffering=0)
    except OSError as error:
        raise IntegrityError(f"artefact {sha256} cannot be read: {error.strerror}") from error


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
    sync_folder(path.parent)
