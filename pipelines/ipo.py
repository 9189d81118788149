"""Public issues: from the payloads of all their feeds to facts, bids and grey-market premiums.

Light: the catalogue may import this at start, so what is heavy is imported when a payload has to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Final

from munim.core.errors import ContentRefused
from pipelines.ipo_tables import FEEDS, IPO_FACT, IPO_GMP, IPO_LINK, IPO_SUBSCRIPTION
from scrapers import bse_ipo, gmp, nse_ipo
from scrapers.excerpt import describe

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

__all__ = ["FEEDS", "TABLES", "detect_feed", "normalise", "read"]

TABLES: Final = (IPO_FACT, IPO_SUBSCRIPTION, IPO_GMP, IPO_LINK)

ACCEPTABLE: Final = ("dates_inverted",)
"""Reasons that are a judgement: a person may accept such a row. The others can't be read at all."""

DETECTORS: Final[tuple[Callable[[bytes], str], ...]] = (nse_ipo.detect_feed, bse_ipo.detect_feed, gmp.detect_feed)


def detect_feed(body: bytes) -> str:
    """Return the feed that a body comes from; raises `ContentRefused` when it is of none."""
    for detect in DETECTORS:
        try:
            return detect(body)
        except ContentRefused:
            continue
    raise ContentRefused(f"no list, details or premiums of public issues; got {describe(body)}", kept="nothing is kept")


def read(payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:
    """Return the rows of a payload of any of the feeds, its body checked; `accepted` are lines that a person accepted.

    Raises as the site's `check_body` and as `normalise`.
    """
    if payload.feed in nse_ipo.FEEDS:
        nse_ipo.check_body(payload)
        return normalise(nse_ipo.parse(payload), payload, accepted)
    if payload.feed in bse_ipo.FEEDS:
        bse_ipo.check_body(payload)
        return normalise(bse_ipo.parse(payload), payload, accepted)
    gmp.check_body(payload)
    return normalise(gmp.parse(payload), payload, accepted)


def normalise(tables: Mapping[str, RawTable], payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:
    """Return the rows of a payload that is parsed, for the tables of `TABLES`; pure.

    The frames have the columns of `ipo_tables.COLUMNS` in Arrow types, and `line_no`. A cell that can't be read is
    NULL, and its row's text a reject; a row that names no issue is a reject alone. Raises `ContentRefused` when not
    one row can be read.
    """
    from pipelines import ipo_bse, ipo_gmp, ipo_nse  # noqa: PLC0415 - pandas costs a second

    if payload.feed in nse_ipo.FEEDS:
        return ipo_nse.normalise(tables, payload, accepted)
    if payload.feed in bse_ipo.FEEDS:
        return ipo_bse.normalise(tables, payload, accepted)
    return ipo_gmp.normalise(tables, payload, accepted)
