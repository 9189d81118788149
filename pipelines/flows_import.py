"""A history of FII/DII figures that an analyst already has, brought in under a name of its own.

Its payload says of itself how it is to be read: a line of JSON (source, map) and then the file, byte for byte. So the
archive alone gives the same rows again.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from loaders.batch import Check, Note
from loaders.keyed_batch import KeyedBatch, KeyedRows
from munim.core.clock import ist_date
from munim.core.errors import ContentRefused, MunimError, RequestWrong
from pipelines import flows_import_file
from pipelines import flows_values as values
from pipelines.flows import FII_DII
from pipelines.flows_fii_dii import COLUMN_TYPES, SCOPE, SOURCE, Figures
from pipelines.flows_import_rules import JUDGEMENTS, UNKNOWN_BASIS, Candidate, FlowKey, Known, Refusals, settle
from pipelines.nav_values import read_date

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from decimal import Decimal

    from munim.core.payload import Payload
    from pipelines.flows_import_file import ImportFile, Line

__all__ = ["BASIS", "Figures", "FlowKey", "Known", "judged", "parse_map", "read", "read_header", "write"]

BASIS = UNKNOWN_BASIS

SCOPES = (SCOPE, "nse")
BASES = ("exchange_provisional", "depository_final", BASIS)

LABELS = {"fii_fpi": "FII/FPI", "dii": "DII"}
"""NSE's own of 2026, for files whose columns name the classes."""

FAILED = "a failed fetch, not a session"
REFUSED_SHARE, REFUSED_LEAST = 0.05, 20
SHOWN_REASONS = 4

_VERSION = 1
_SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

parse_map = flows_import_file.parse_map


@dataclass(frozen=True)
class Header:
    """How an import is to be read: whose figures they are, and what its columns and figures are unless it says so."""

    source: str
    mapping: Mapping[str, str]
    scope: str = SCOPE
    basis: str = BASIS
    judged: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    """Lines that what was known when it was brought in is against, with reason and detail: see `judged`."""


def write(file: bytes, header: Header) -> bytes:
    """Return the body of an import's payload. Raises `RequestWrong` for a name or a map that can't be.

    The file's columns are looked at here already, so that a wrong map is told before anything is archived.
    """
    if not _SOURCE_NAME.fullmatch(header.source) or header.source == SOURCE:
        raise RequestWrong(
            f"{header.source!r} is no name for an import",
            advice="use small letters, digits, points, dashes and underscores; nse is NSE's own",
        )
    for word, words in ((header.scope, SCOPES), (header.basis, BASES)):
        if word not in words:
            raise RequestWrong(f"{word!r} is none of {', '.join(words)}")
    flows_import_file.check_map(header.mapping)
    flows_import_file.read_file(file, header.mapping)
    said = {
        "import": FII_DII.name,
        "version": _VERSION,
        "source": header.source,
        "map": dict(sorted(header.mapping.items())),
        "scope": header.scope,
        "basis": header.basis,
        "judged": {str(line): list(why) for line, why in sorted(header.judged.items())},
    }
    return json.dumps(said, ensure_ascii=False).encode() + b"\n" + file


def read_header(body: bytes) -> tuple[Header, bytes]:
    """Return how an import is to be read, and the file. Raises `ContentRefused` for what is no import."""
    first, _, file = body.partition(b"\n")
    try:
        said = json.loads(first)
        judged = {int(line): (str(reason), str(detail)) for line, (reason, detail) in said["judged"].items()}
        return Header(said["source"], said["map"], said["scope"], said["basis"], judged), file
    except (ValueError, KeyError, TypeError) as error:
        raise ContentRefused(f"the body does not begin as an import's: {first[:80]!r}") from error


def judged(body: bytes, today: date, known: Known) -> bytes:
    """Return an import's body with the lines that what is known is against: days without a session, other figures.

    It is judged once, when it is brought in: what another database knows at another time would refuse others, and the
    archive could not make the same rows again.
    """
    header, file = read_header(body)
    refusals = Refusals()
    candidates, _ = _candidates(flows_import_file.read_file(file, header.mapping), header, today, refusals)
    settle(candidates, header.source, known, refusals)
    against = {line: why for line, why in refusals.reasons.items() if why[0] in JUDGEMENTS}
    return write(file, replace(header, judged=against))


def read(payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:
    """Return the figures of an import that are kept, and its refused lines; pure.

    Line numbers are those of the analyst's file. `accepted` are lines that a person accepted although a judgement is
    against them. Raises `ContentRefused` when not one line is kept.
    """
    header, body = read_header(payload.body)
    file = flows_import_file.read_file(body, header.mapping)
    refusals = Refusals(accepted)
    candidates, absent = _candidates(file, header, ist_date(payload.fetched_at), refusals)
    for line_no, why in header.judged.items():
        refusals.refuse(line_no, *why)
    kept, repeated = settle(candidates, header.source, None, refusals)
    if not kept:
        raise _nothing_kept(file, refusals, payload)
    raw = {line.line_no: line.raw for line in file.lines}
    rejects = [(line_no, raw[line_no], *why) for line_no, why in refusals.reasons.items()]
    days = [one.day for one in kept]
    return KeyedBatch(
        rows=(KeyedRows(FII_DII.name, "figures", values.typed_frame(COLUMN_TYPES, _rows(kept, header.source))),),
        rejects=values.rejects_frame(rejects),
        layout="import-wide" if file.is_wide else "import-long",
        rows_read=len(file.lines),
        span=(min(days), max(days)),
        modal=max(days),
        rows_absent=absent,
        rows_repeated=repeated,
        notes=[Note("imported", header.source, detail={"ignored_columns": list(file.ignored)})],
        checks=[_refused_share(len(rejects), len(file.lines))],
    )


def _rows(kept: Sequence[Candidate], source: str) -> list[tuple[object, ...]]:
    return [
        (
            one.day,
            one.investor_class,
            one.scope,
            source,
            one.figures.buy,
            one.figures.sell,
            one.figures.net,
            one.basis,
            one.label,
            one.line_no,
        )
        for one in kept
    ]


def _candidates(file: ImportFile, header: Header, today: date, refusals: Refusals) -> tuple[list[Candidate], int]:
    """Return the figures of all lines that can be read, and how many cells' triples are blank."""
    candidates: list[Candidate] = []
    absent = 0
    for line in file.lines:
        if line.misfit is not None:
            refusals.refuse(line.line_no, "field_count", line.misfit)
            continue
        day = _day(line, today, refusals)
        for investor_class, label, prefix in _classes(file, line, refusals):
            figures = _figures(line, prefix, refusals)
            if figures is None:
                absent += line.line_no not in refusals.reasons
            elif day is not None:
                scope, basis = _scope_and_basis(line, header, refusals)
                candidates.append(Candidate(line.line_no, day, investor_class, scope, basis, label, figures))
    return refusals.kept(candidates), absent


def _scope_and_basis(line: Line, header: Header, refusals: Refusals) -> tuple[str, str]:
    scope, basis = line.cells.get("scope") or header.scope, line.cells.get("basis") or header.basis
    for name, word, words in (("scope", scope, SCOPES), ("basis", basis, BASES)):
        if word not in words:
            refusals.refuse(line.line_no, f"unknown_{name}", f"{name} {word!r} is none of {', '.join(words)}")
    return scope, basis


def _day(line: Line, today: date, refusals: Refusals) -> date | None:
    text = line.cells.get("trade_date", "")
    day = _iso_date(text) if _ISO_DATE.fullmatch(text) else read_date(text)
    if day is None:
        refusals.refuse(line.line_no, "bad_date", f"trade_date {text!r}: write 2026-05-19 or 19-May-2026")
    elif day > today:
        refusals.refuse(line.line_no, "future_date", f"trade_date {day} is still to come")
    return day


def _iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _classes(file: ImportFile, line: Line, refusals: Refusals) -> list[tuple[str, str, str]]:
    """Return class, label and prefix of the figures' columns for each class that a line speaks of."""
    said = line.cells.get("label")
    if file.is_wide:
        named = [(values.FLOW_CLASSES[one], f"{one}_") for one in flows_import_file.WIDE_CLASSES]
        return [(investor_class, said or LABELS[investor_class], prefix) for investor_class, prefix in named]
    label = line.cells["investor_class"]
    # An export of ours has the class's own name.
    investor_class = label if label in LABELS else values.class_of(label, values.FLOW_CLASSES)
    if investor_class is None:
        refusals.refuse(line.line_no, "unknown_label", f"investor_class {label!r} is neither FII/FPI nor DII")
        return []
    return [(investor_class, said or LABELS.get(label, label), "")]


def _figures(line: Line, prefix: str, refusals: Refusals) -> Figures | None:
    """Return the figures under columns of a prefix; None where there are none, or none that can be kept."""
    amounts: list[Decimal | None] = []
    for name in flows_import_file.FIGURES:
        try:
            amounts.append(values.read_amount(line.cells.get(f"{prefix}{name}")))
        except values.Unreadable as error:
            refusals.refuse(line.line_no, "bad_amount", f"{prefix}{name}: {error}")
            return None
    buy, sell, net = amounts
    if net is None:
        if buy is not None or sell is not None:
            refusals.refuse(line.line_no, "no_net", f"{prefix}net is blank beside {buy} and {sell}")
        return None
    figures = Figures(buy, sell, net)
    if figures.is_zero:
        refusals.refuse(line.line_no, "all_zero", f"{prefix}buy, {prefix}sell and {prefix}net are zero: {FAILED}")
    elif (buy is None) != (sell is None):
        refusals.refuse(line.line_no, "half_figures", f"{prefix}buy is {buy} and {prefix}sell is {sell}")
    elif buy is not None and sell is not None:
        if buy < 0 or sell < 0:
            refusals.refuse(line.line_no, "negative_amount", f"{prefix}buy {buy} or {prefix}sell {sell} is negative")
        elif not values.adds_up(buy, sell, net):
            refusals.refuse(line.line_no, "net_differs", f"{prefix}net: {buy} - {sell} is not {net}")
    return figures


def _nothing_kept(file: ImportFile, refusals: Refusals, payload: Payload) -> MunimError:
    reasons = Counter(reason for reason, _ in refusals.reasons.values()).most_common()
    examples = {reason: (line, detail) for line, (reason, detail) in reversed(refusals.reasons.items())}
    told = [
        f"{count:,} {reason} (line {examples[reason][0]}: {examples[reason][1]})"
        for reason, count in reasons[:SHOWN_REASONS]
    ]
    return ContentRefused(
        f"not one of {len(file.lines):,} lines is kept: {'; '.join(told) or 'all are blank'}",
        feed=payload.feed,
        slot=payload.slot,
        kept="nothing was written, the raw bytes are kept",
    )


def _refused_share(refused: int, of: int) -> Check:
    most = max(REFUSED_LEAST, round(REFUSED_SHARE * of))
    return Check("rows_refused", refused <= most, blocking=True, detail=f"{refused} of {of} lines, at most {most}")
