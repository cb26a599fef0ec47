"""The evidence store: bytes as they came, named by their digest, durable before anybody names them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.errors import IntegrityError
from runner.case import store as module
from runner.case.store import BLOCK, EvidenceStore


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


def files(store: EvidenceStore, folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "evidence").rglob("*") if path.is_file())


@given(chunks=st.lists(st.binary(max_size=64), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_bytes_come_back_as_they_were_put_however_they_were_cut(store: EvidenceStore, chunks: list[bytes]) -> None:
    kept = store.put("name", iter(chunks), "application/octet-stream")
    whole = b"".join(chunks)
    assert (kept.sha256, kept.size) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert store.read(kept.sha256) == whole == b"".join(store.blocks(kept.sha256))


def test_an_artefact_is_read_only_for_its_owner_and_closed_to_all_others(store: EvidenceStore) -> None:
    kept = store.put("x", b"bytes", "text/plain")
    assert store.path(kept.sha256).stat().st_mode & 0o777 == 0o400


def test_a_hostile_name_is_no_path(store: EvidenceStore, tmp_path: Path) -> None:
    store.put("../../etc/passwd\x1b[2J", b"bytes", "text/plain")
    assert [path.parent.parent for path in files(store, tmp_path)] == [tmp_path / "evidence"]


def test_a_batch_keeps_all_and_the_same_content_once(store: EvidenceStore, tmp_path: Path) -> None:
    with store.batch() as batch:
        kept = [batch.put(f"n{n}", b"%d" % (n % 40), "text/plain") for n in range(80)]
    assert len(files(store, tmp_path)) == 40
    assert all(store.read(one.sha256) == b"%d" % (n % 40) for n, one in enumerate(kept))


def test_a_batch_that_fails_names_nothing_and_leaves_nothing(store: EvidenceStore, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError("the disk of the source went away")

    def both() -> None:
        with store.batch() as batch:
            batch.put("whole", b"whole", "text/plain")
            batch.put("half", broken(), "text/plain")

    with pytest.raises(OSError, match="went away"):
        both()
    assert files(store, tmp_path) == []


def test_a_batch_is_synced_before_its_first_file_has_its_name(
    store: EvidenceStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(module, "sync_file_system", lambda _folder, written: seen.append(len(list(written))))
    with store.batch() as batch:
        batch.put("a", b"a", "text/plain")
        batch.put("b", b"b", "text/plain")
        assert not any(path.is_dir() for path in (tmp_path / "evidence").iterdir())
        assert seen == []
    assert seen == [2]


def test_an_altered_artefact_is_told_before_its_last_block_is_given(store: EvidenceStore) -> None:
    kept = store.put("x", b"x" * (2 * BLOCK + 1), "text/plain")
    path = store.path(kept.sha256)
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(5)
        file.write(b"y")
    given_out: list[bytes] = []
    with pytest.raises(IntegrityError, match="was altered"):
        given_out.extend(store.blocks(kept.sha256))
    assert sum(len(block) for block in given_out) < kept.size


def test_a_link_in_place_of_an_artefact_is_refused(store: EvidenceStore, tmp_path: Path) -> None:
    kept = store.put("x", b"bytes", "text/plain")
    path = store.path(kept.sha256)
    outside = tmp_path / "outside"
    outside.write_bytes(b"bytes")
    path.unlink()
    path.symlink_to(outside)
    with pytest.raises(IntegrityError, match="cannot be read"):
        store.check(kept.sha256)


def test_where_a_file_system_cannot_be_synced_at_once_each_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, synced = tmp_path / "one", tmp_path / "two", []
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    monkeypatch.setattr(module.ctypes, "CDLL", lambda *_given, **_more: object())
    monkeypatch.setattr(module, "sync_folder", synced.append)
    module.sync_file_system(tmp_path, [one, two])
    assert synced == [one, two]
