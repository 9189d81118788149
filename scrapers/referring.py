"""Asking an API that answers its own pages alone: it has to be told which page asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.core.errors import SourceBlocked
from scrapers.answers import Declined

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.client import Client


def get_with(client: Client, url: str, *, referer: str, feed: str, slot: str) -> Payload:
    """Return the body at an API's URL that wants the page it is shown on as the referer.

    Raises as `Client.get`; a refusal's advice names the page, which a person can open.
    """
    headers = {"Accept": "application/json", "Accept-Language": "en", "Referer": referer}
    try:
        answer = client.ask(url, feed=feed, slot=slot, headers=headers)
    except SourceBlocked as error:
        raise SourceBlocked(
            error.what,
            feed=feed,
            slot=slot,
            advice=f"the site refuses this machine: open {referer} in a browser, save what {url} answers, and give it "
            "to `munim ingest ipo FILE`",
        ) from error
    if isinstance(answer, Declined):
        raise answer.error
    return answer
