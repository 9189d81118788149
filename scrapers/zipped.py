"""Zipped bhavcopies: one CSV file inside, read without ever writing to a disk. What is not plainly that is refused."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, SourceUnavailable

if TYPE_CHECKING:
    from munim.core.payload import Payload

BEGINS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

MOST_BYTES = 64 * 1024 * 1024
"""The largest bhavcopy recorded has 0.4 MB; a year of them in one file would be 100 MB."""

MOST_RATIO = 100
"""Bhavcopies shrink to a fifth; a bomb shrinks to a thousandth."""

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError)

METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED_FLAG = 0x1


def unzipped(payload: Payload) -> bytes:
    """Return the one CSV file of a payload's zipped body, or the body itself when it is no zip file.

    Raises as `unzip`; an archive that was fetched and is cut short or damaged is `SourceUnavailable`.
    """
    try:
        return unzip(payload.body, payload.url)
    except ContentRefused as refused:
        is_damaged = isinstance(refused.__cause__, DAMAGED) and payload.origin == "fetch"
        kind, advice = (SourceUnavailable, "try again later") if is_damaged else (ContentRefused, refused.advice)
        raise kind(refused.what, feed=payload.feed, slot=payload.slot, advice=advice) from refused


def unzip(body: bytes, url: str) -> bytes:
    """Return the one CSV file of a zipped body, or the body itself when it is no zip file; `url` is for messages.

    Raises `ContentRefused` for an archive with several members or none, a folder, a link, another kind of file, an
    absolute path or one with `..`, a password, another compression than deflate, more than 64 MiB or more than 100
    times its packed size (both as declared and as read), and one that is cut short or damaged.
    """
    if not body.startswith(BEGINS):
        return body
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            member = _only_member(archive.infolist(), url)
            return _read(archive, member, url, min(MOST_BYTES, MOST_RATIO * len(body)))
    except DAMAGED as error:
        raise _refused(url, f"is damaged or cut short: {error}") from error


def _only_member(members: list[zipfile.ZipInfo], url: str) -> zipfile.ZipInfo:
    if len(members) != 1:
        names = ", ".join(repr(member.filename) for member in members[:5])
        raise _refused(url, f"holds {len(members)} members where one CSV file is due: {names}")
    member = members[0]
    if (fault := _fault(member)) is not None:
        raise _refused(url, f"holds {member.orig_filename!r}, {fault}")
    return member


def _fault(member: zipfile.ZipInfo) -> str | None:
    """Return what is wrong with what the archive says of its member, or None."""
    path = PureWindowsPath(member.orig_filename)  # knows both slashes and drive letters
    mode = member.external_attr >> 16
    faults = {
        "whose name has a NUL": "\0" in member.orig_filename,
        "an absolute path": bool(path.drive or path.root),
        "a path that leads out of its folder": ".." in path.parts,
        "a folder": member.is_dir(),
        "a link": stat.S_ISLNK(mode),
        "no CSV file": path.suffix.lower() != ".csv",
        "which has a password": bool(member.flag_bits & ENCRYPTED_FLAG),
        f"packed by method {member.compress_type}": member.compress_type not in METHODS,
        f"of {member.file_size:,} bytes, more than {MOST_BYTES:,}": member.file_size > MOST_BYTES,
        f"of {member.file_size:,} bytes from {member.compress_size:,}, a bomb's ratio": (
            member.file_size > MOST_RATIO * max(member.compress_size, 1)
        ),
    }
    return next((fault for fault, holds in faults.items() if holds), None)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, url: str, allowed: int) -> bytes:
    # What is declared may be a lie: no more is read than is allowed, and zipfile compares the digest at the end.
    with archive.open(member) as opened:
        text = opened.read(allowed + 1)
    if len(text) > allowed:
        raise _refused(url, f"holds {member.filename!r}, of more than {allowed:,} bytes")
    if len(text) != member.file_size:
        declared = f"which declares {member.file_size:,} bytes and has {len(text):,}"
        raise _refused(url, f"holds {member.filename!r}, {declared}")
    return text


def _refused(url: str, what: str) -> ContentRefused:
    return ContentRefused(f"the zip file from {url} {what}", advice="nothing was unpacked: look at the archived bytes")
