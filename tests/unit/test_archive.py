"""The archive: what was put is there, once, and only in an archive of its own world."""

from __future__ import annotations

import errno
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.store import MemoryStore

from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from scrapers.archive import Archive, Decision, Manifest
from scrapers.archive_errors import ArchiveUnavailable, ObjectCorrupt, ObjectMissing
from scrapers.local_store import LocalStore
from scrapers.remote_store import RemoteStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapers.stores import Store

NOW = datetime(2026, 11, 22, 6, 30, 0, 125, tzinfo=UTC)
BODY = b"Scheme Code;Date\r\n119551;19-Aug-2026\r\n" * 100


def made(body: bytes = BODY, *, feed: str = "amfi.latest", fetched_at: datetime = NOW, slot: str = "s") -> Payload:
    """A payload of these bytes."""
    return Payload(feed, slot, "https://b.in/x", fetched_at, body, origin="fetch", redirects=("https://a.in/x",))


@pytest.fixture(params=["folder", "object store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of either kind."""
    return LocalStore(tmp_path / "archive") if request.param == "folder" else RemoteStore(MemoryStore())


@pytest.fixture
def archive(store: Store) -> Archive:
    """An empty archive for live data."""
    return Archive.in_store(store, "live", lambda: NOW)


def test_a_payload_comes_back_as_it_was_put(archive: Archive) -> None:
    archive.put(made())

    (manifest,) = archive.manifests()

    assert archive.payload(manifest) == made()
    assert archive.get(made().sha256) == BODY


def test_the_files_are_where_the_layout_says(archive: Archive, store: Store) -> None:
    payload = made()
    archive.put(payload)

    digest = payload.sha256
    manifest = f"manifests/amfi.latest/2026-11/20261122T063000.000125Z-{digest[:16]}.json"
    assert store.paths("objects") == [f"objects/{digest[:2]}/{digest}.zst"]
    assert store.paths("manifests") == [manifest]
    assert json.loads(store.read(manifest) or b"") == {
        "feed": "amfi.latest",
        "slot": "s",
        "url": "https://b.in/x",
        "redirects": ["https://a.in/x"],
        "fetched_at": "2026-11-22T06:30:00.000125+00:00",
        "origin": "fetch",
        "sha256": digest,
        "size_bytes": len(BODY),
    }
    assert len(store.read(store.paths("objects")[0]) or b"") < len(BODY) / 10


def test_the_same_payload_put_again_writes_nothing(archive: Archive, store: Store) -> None:
    archive.put(made())
    before = [*store.read_all(store.paths("objects")), *store.read_all(store.paths("manifests"))]

    archive.put(made())

    assert [*store.read_all(store.paths("objects")), *store.read_all(store.paths("manifests"))] == before


def test_the_same_bytes_at_another_time_are_kept_once_with_a_manifest_for_each_time(
    archive: Archive, store: Store
) -> None:
    later = NOW + timedelta(days=20)
    archive.put(made(fetched_at=later))
    archive.put(made())

    assert len(store.paths("objects")) == 1
    assert [manifest.fetched_at for manifest in archive.manifests()] == [NOW, later]


def test_manifests_are_sorted_by_time_feed_and_digest_and_chosen_by_feed(archive: Archive) -> None:
    early = NOW - timedelta(days=40)
    for payload in (made(b"2"), made(b"1"), made(b"3", feed="amfi.history"), made(b"4", fetched_at=early)):
        archive.put(payload)

    found = [(manifest.fetched_at, manifest.feed, manifest.sha256) for manifest in archive.manifests()]

    assert found == sorted(found)
    assert [feed for _, feed, _ in found] == ["amfi.latest", "amfi.history", "amfi.latest", "amfi.latest"]
    assert [manifest.sha256 for manifest in archive.manifests(["amfi.history"])] == [made(b"3").sha256]
    assert len(archive.manifests(["amfi.history", "amfi.latest"])) == 4
    assert archive.manifests([]) == []
    assert archive.manifests(["amfi.late"]) == []


def test_a_time_in_another_zone_is_the_same_time(archive: Archive, store: Store) -> None:
    ist = timezone(timedelta(hours=5, minutes=30))
    archive.put(made())
    archive.put(made(fetched_at=NOW.astimezone(ist)))

    assert len(store.paths("manifests")) == 1


def test_bytes_that_were_never_put_are_missing(archive: Archive) -> None:
    with pytest.raises(ObjectMissing, match="the archive has no objects/00/00"):
        archive.get("0" * 64)


@pytest.mark.parametrize("spoil", [lambda body: body[:-3], lambda body: body[:20] + b"!" + body[21:], lambda _: b""])
def test_bytes_that_changed_on_disk_are_corrupt_and_mended_by_the_next_put(
    archive: Archive, store: Store, spoil: Callable[[bytes], bytes]
) -> None:
    archive.put(made())
    (path,) = store.paths("objects")
    store.replace(path, spoil(store.read(path) or b""))

    with pytest.raises(ObjectCorrupt, match="doesn't hold the bytes of its name"):
        archive.get(made().sha256)

    archive.put(made())
    assert archive.get(made().sha256) == BODY


def test_a_manifest_that_is_none_is_named(archive: Archive, store: Store) -> None:
    for body in (b"", b"{", b"[]", b"{}", b'{"feed": "x"}'):
        path = "manifests/amfi.latest/2026-11/x.json"
        store.replace(path, body) if store.read(path) is not None else store.create(path, body)
        with pytest.raises(ObjectCorrupt, match=r"manifests/amfi\.latest/2026-11/x\.json is no"):
            archive.manifests()


def test_an_archive_of_the_other_world_is_refused(store: Store) -> None:
    Archive.in_store(store, "live", lambda: NOW)

    assert json.loads(store.read("STAMP.json") or b"") == {"world": "live", "made_at": NOW.isoformat()}
    Archive.in_store(store, "live", lambda: NOW + timedelta(days=1))
    with pytest.raises(RequestWrong, match="stamped 'live', and this run has 'replica' data"):
        Archive.in_store(store, "replica", lambda: NOW)


def test_an_archive_whose_stamp_is_lost_or_spoilt_is_not_stamped_anew(archive: Archive, store: Store) -> None:
    store.replace("STAMP.json", b"{")
    with pytest.raises(RequestWrong, match="can't be read"):
        Archive.in_store(store, "live", lambda: NOW)

    other = RemoteStore(MemoryStore())
    other.create("objects/00/00.zst", b"")
    with pytest.raises(RequestWrong, match=r"holds data and no STAMP\.json"):
        Archive.in_store(other, "replica", lambda: NOW)


def test_of_two_worlds_that_open_an_empty_place_at_once_one_is_refused(tmp_path: Path) -> None:
    for attempt in range(20):
        together = threading.Barrier(2)
        place = str(tmp_path / str(attempt))

        def opens(world: str, place: str = place, together: threading.Barrier = together) -> bool:
            together.wait()
            try:
                Archive.open(place, "live" if world == "live" else "replica", lambda: NOW)
            except RequestWrong:
                return False
            return True

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(opens, ["live", "replica"])) == [False, True]


def test_an_archive_opens_at_a_path_a_file_url_and_an_object_store_url(tmp_path: Path) -> None:
    Archive.open(str(tmp_path / "a" / "b"), "live", lambda: NOW).put(made())

    assert Archive.open(f"file://{tmp_path}/a/b", "live", lambda: NOW).get(made().sha256) == BODY
    Archive.open("memory:///", "replica", lambda: NOW).put(made())


@pytest.mark.parametrize("url", ["nosuch://bucket/path", "az://account/container"])
def test_a_url_that_can_not_be_used_is_a_wrong_setting(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)

    with pytest.raises(RequestWrong, match=f"the archive's URL {url} can't be used"):
        Archive.open(url, "live", lambda: NOW)


def test_a_place_that_can_not_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(ArchiveUnavailable, match="can't be used"):
        Archive.open(str(tmp_path / "file" / "archive"), "live", lambda: NOW)


def test_leftovers_of_a_killed_writer_are_in_no_listing(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path), "live", lambda: NOW)
    archive.put(made())
    for folder in ("manifests/amfi.latest/2026-11", "decisions", "objects/00"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / ".tmp-0123").write_bytes(b"half")

    assert len(archive.manifests()) == 1
    assert archive.decisions() == []
    assert not [path for path in tmp_path.rglob(".tmp-*") if path.read_bytes() != b"half"]


def test_threads_that_put_the_same_payload_at_once_make_one(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path), "live", lambda: NOW)
    for attempt in range(20):
        payload = made(f"body {attempt}".encode())
        together = threading.Barrier(4)

        def put(_: int, payload: Payload = payload, together: threading.Barrier = together) -> None:
            together.wait()
            archive.put(payload)

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(put, range(4)))

        assert archive.get(payload.sha256) == payload.body
        assert len(archive.manifests()) == attempt + 1
    assert not list(tmp_path.rglob(".tmp-*"))


def test_a_file_system_without_hard_links_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    archive = Archive.open(str(tmp_path), "live", lambda: NOW)
    archive.put(made())
    archive.put(made())

    assert archive.payload(archive.manifests()[0]) == made()
    assert not list(tmp_path.rglob(".tmp-*"))


@pytest.mark.parametrize("feed", ["../up", "a/b", "", "Amfi", ".hidden"])
def test_a_feed_that_is_no_plain_name_never_becomes_a_path(archive: Archive, feed: str) -> None:
    with pytest.raises(RequestWrong, match="can't name a feed"):
        archive.put(made(feed=feed))
    with pytest.raises(RequestWrong, match="can't name a feed"):
        archive.manifests([feed])


def decided(**changes: object) -> Decision:
    """A decision to load a payload in spite of its checks."""
    fields = {
        "kind": "force",
        "made_at": NOW,
        "by": "a.person@example.in",
        "feed": "amfi.latest",
        "fetched_at": NOW - timedelta(hours=1),
        "sha256": "ab" * 32,
        "detail": {"check": "row_count", "rows": 7_000, "note": "half the file, but right: मार्च"},
    }
    return Decision(**fields | changes)  # type: ignore[arg-type]  # the fields are of their types


def test_decisions_come_back_sorted_and_once(archive: Archive, store: Store) -> None:
    later, first = decided(made_at=NOW + timedelta(seconds=1)), decided()
    other = decided(kind="revert", detail={"nested": [1, None, {"a": True}]})
    for decision in (later, first, other, first):
        archive.decide(decision)

    assert archive.decisions() == [*sorted([first, other], key=lambda decision: decision.id), later]
    assert f"decisions/20261122T063000.000125Z-force-{first.id}.json" in store.paths("decisions")
    assert len(store.paths("decisions")) == 3


def test_a_decision_without_a_time_zone_or_of_no_plain_kind_is_refused() -> None:
    with pytest.raises(RequestWrong, match="made_at of a decision has no time zone"):
        decided(made_at=NOW.replace(tzinfo=None))
    with pytest.raises(RequestWrong, match="can't name a feed or a kind"):
        decided(kind="../force")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
instants = st.datetimes(datetime(2006, 4, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@given(body=st.binary(max_size=2_000), fetched_at=instants, slot=st.text(), url=st.text())
def test_any_payload_comes_back_from_its_manifest(body: bytes, fetched_at: datetime, slot: str, url: str) -> None:
    payload = Payload("site.feed", slot, url, fetched_at, body, origin="file")
    manifest = Manifest.of(payload)
    archive = Archive.in_store(RemoteStore(MemoryStore()), "live", lambda: NOW)

    archive.put(payload)

    assert Manifest.read("x", manifest.body) == manifest
    assert archive.payload(archive.manifests()[0]) == payload


@given(detail=st.dictionaries(st.text(max_size=5), json_values, max_size=3), by=st.text(), made_at=instants)
def test_any_decision_comes_back(detail: dict[str, object], by: str, made_at: datetime) -> None:
    decision = decided(detail=detail, by=by, made_at=made_at)

    assert Decision.read("x", decision.body) == decision


def test_a_write_that_a_full_disk_stops_leaves_no_part_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store = LocalStore(tmp_path)
    monkeypatch.setattr("scrapers.local_store.os.fsync", refuse)
    (tmp_path / "objects").mkdir()

    for write in (store.create, store.replace):
        with pytest.raises(ArchiveUnavailable, match=r"No space left on device; .*free space"):
            write("objects/x", b"bytes")

    assert list((tmp_path / "objects").iterdir()) == []
