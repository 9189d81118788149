"""Zipped bhavcopies: one CSV file, and nothing that an archive can hide."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile

import pytest

from munim.core.errors import ContentRefused, SourceUnavailable
from scrapers.zipped import MOST_BYTES, unzipped
from tests.unit.equity_files import LEGACY_HEADER, LEGACY_ROW, payload, zipped

TEXT = f"{LEGACY_HEADER}\n{LEGACY_ROW}\n".encode()
FEED = "nse.bhavcopy_legacy"


def open_zip(body: bytes, origin: str = "fetch") -> bytes:
    return unzipped(
        payload(body, "cm08JUL2024bhav.csv.zip", feed=FEED, origin="fetch" if origin == "fetch" else "file")
    )


def archive_of(*members: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    packed = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a repeated name is what one test is about
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, text in members:
                archive.writestr(member, text)
    return packed.getvalue()


def test_the_one_csv_file_is_returned_and_a_body_that_is_no_zip_passes_through() -> None:
    assert open_zip(zipped(TEXT)) == TEXT
    assert open_zip(TEXT) == TEXT


@pytest.mark.parametrize(
    "name", ["/etc/cm.csv", "\\cm.csv", "C:\\cm.csv", "C:cm.csv", "../cm.csv", "a/../../cm.csv", "a\\..\\cm.csv"]
)
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(ContentRefused, match=r"an absolute path|leads out"):
        open_zip(zipped(TEXT, name))


def test_several_members_or_none_are_refused() -> None:
    for members in [(), (("a.csv", TEXT), ("b.csv", TEXT)), (("a.csv", TEXT), ("a.csv", TEXT))]:
        with pytest.raises(ContentRefused, match="members where one CSV file is due"):
            open_zip(archive_of(*members))


def test_a_link_a_folder_and_another_kind_of_file_are_refused() -> None:
    link = zipfile.ZipInfo("cm.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    for member, fault in ((link, "a link"), ("folder/", "a folder"), ("cm.exe", "no CSV file")):
        with pytest.raises(ContentRefused, match=fault):
            open_zip(archive_of((member, b"")))


def test_a_password_is_refused() -> None:
    body = bytearray(zipped(TEXT))
    central = body.index(b"PK\x01\x02")
    body[central + 8] |= 1

    with pytest.raises(ContentRefused, match="has a password"):
        open_zip(bytes(body))


def test_another_method_than_deflate_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("cm.csv", TEXT)

    with pytest.raises(ContentRefused, match="packed by method 14"):
        open_zip(packed.getvalue())


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    with pytest.raises(ContentRefused, match="a bomb's ratio"):
        open_zip(zipped(b"0" * 4_000_000))
    with pytest.raises(ContentRefused, match=f"more than {MOST_BYTES:,}"):
        open_zip(zipped(b"0" * (MOST_BYTES + 1)))


def test_a_bomb_that_declares_less_than_it_has_is_refused() -> None:
    body = bytearray(zipped(b"0" * 4_000_000))
    central = body.index(b"PK\x01\x02")
    struct.pack_into("<I", body, central + 24, 1000)
    struct.pack_into("<I", body, 22, 1000)

    with pytest.raises((ContentRefused, SourceUnavailable)):
        open_zip(bytes(body))


def test_a_damaged_or_short_archive_may_come_whole_next_time_and_a_file_of_ours_not() -> None:
    whole = zipped(TEXT)
    damaged = bytearray(whole)
    damaged[60] ^= 0xFF

    for body in (whole[:-30], bytes(damaged), b"PK\x03\x04"):
        with pytest.raises(SourceUnavailable, match="damaged or cut short"):
            open_zip(body)
        with pytest.raises(ContentRefused, match="damaged or cut short"):
            open_zip(body, origin="file")
