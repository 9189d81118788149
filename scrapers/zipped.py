"""Zipped bhavcopies: one CSV file inside, read without ever writing to a disk. What is not plainly that is refused."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, MunimError, SourceUnavailable

if TYPE_CHECKING:
    from munim.core.payload import Payload

BEGINS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

MOST_BYTES = 64 * 1024 * 1024
"""The largest bhavcopy recorded has 0.4 MB; a year of them in one file would be 100 MB."""

MOST_RATIO = 100
"""Bhavcopies shrink to a fifth; a bomb shrinks to a thousandth."""

METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED_FLAG = 0x1


def unzipped(payload: Payload) -> bytes:
    """Return the one CSV file of a zipped body, or the body itself when it is no zip file.

    Raises `ContentRefused` for an archive with several members or none, a folder, a link, another kind of file, an
    absolute path or one with `..`, a password, another compression than deflate, more than 64 MiB or more than 100
    times its packed size (both as declared and as read). An archive that is cut short or damaged is
    `SourceUnavailable` when it was fetched.
    """
    if not payload.body.startswith(BEGINS):
        return payload.body
    try:
        with zipfile.ZipFile(io.BytesIO(payload.body)) as archive:
            member = _only_member(archive.infolist(), payload)
            return _read(archive, member, payload)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        kind = SourceUnavailable if payload.origin == "fetch" else ContentRefused
        raise _error(kind, payload, f"is damaged or cut short: {error}") from error


def _only_member(members: list[zipfile.ZipInfo], payload: Payload) -> zipfile.ZipInfo:
    if len(members) != 1:
        names = ", ".join(repr(member.filename) for member in members[:5])
        raise _error(ContentRefused, payload, f"holds {len(members)} members where one CSV file is due: {names}")
    member = members[0]
    if (fault := _fault(member)) is not None:
        raise _error(ContentRefused, payload, f"holds {member.orig_filename!r}, {fault}")
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


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, payload: Payload) -> bytes:
    # What is declared may be a lie: no more is read than is allowed, and zipfile compares the digest at the end.
    allowed = min(MOST_BYTES, MOST_RATIO * len(payload.body))
    with archive.open(member) as opened:
        text = opened.read(allowed + 1)
    if len(text) > allowed:
        raise _error(ContentRefused, payload, f"holds {member.filename!r}, of more than {allowed:,} bytes")
    if len(text) != member.file_size:
        what = f"holds {member.filename!r}, which declares {member.file_size:,} bytes and has {len(text):,}"
        raise _error(ContentRefused, payload, what)
    return text


def _error(kind: type[MunimError], payload: Payload, what: str) -> MunimError:
    advice = "try again later" if kind is SourceUnavailable else "nothing was unpacked: look at the archived bytes"
    return kind(f"the zip file from {payload.url} {what}", feed=payload.feed, slot=payload.slot, advice=advice)
