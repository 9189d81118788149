"""NSDL's archive by date: its form is filled in and sent in a browser, and the report that was asked for waited for.

The form has a date that people pick (`txtDate`), a hidden one that is sent (`hdnDate`), and a button (`btnSubmit1`)
whose script posts it; what comes back is drawn by a script or stands in the page.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, NotYetPublished, SourceUnavailable
from munim.core.payload import Payload
from scrapers.excerpt import describe

if TYPE_CHECKING:
    from scrapers.browser import Browser

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

FORM_IS_THERE = "return document.getElementById('btnSubmit1') !== null"

SEND = """
document.documentElement.setAttribute('data-before', 'sent');
for (const id of ['txtDate', 'hdnDate']) {
    const field = document.getElementById(id);
    if (field !== null) { field.value = arguments[0]; }
}
const button = document.getElementById('btnSubmit1');
window.setTimeout(function () { button.click(); }, 0);
return true;
"""
"""The page is marked, so that the answer is not looked for in the form before it is sent."""

REPORT = """
if (document.documentElement.hasAttribute('data-before') || document.readyState !== 'complete') { return null; }
const title = /Daily\\s+Trends\\s+in\\s+FPI\\s+Investments\\s+(?:on|up\\s?to)\\s+(\\d{1,2}-[A-Za-z]{3}-\\d{4})/i;
for (const table of document.querySelectorAll('table')) {
    const words = table.textContent;
    if (!/Investment\\s+Route/i.test(words)) { continue; }
    const found = title.exec(words);
    if (found !== null && found[1].toLowerCase() === arguments[0].toLowerCase()) {
        return JSON.stringify({report: table.outerHTML});
    }
    return null;
}
const none = /no\\s+(?:data|records?)\\s+(?:found|available)[^<]{0,80}/i.exec(document.body.innerText);
return none === null ? null : JSON.stringify({none: none[0]});
"""
"""The table of the date that was asked for, or the page's word that there is none."""

SHOWN = """
const words = document.body === null ? '' : document.body.innerText;
const dates = /FPI\\s+Investments\\s+(?:on|up\\s?to)\\s+(\\d{1,2}-[A-Za-z]{3}-\\d{4})/i.exec(words);
return JSON.stringify({date: dates === null ? null : dates[1], words: words.slice(0, 2000)});
"""


def fetch(browser: Browser, url: str, day: date, *, feed: str, slot: str) -> Payload:
    """Return the report that the archive shows for a date: its table in a page of its own, without the form's state.

    Raises `NotYetPublished` where the page says that it has none, `ContentRefused` where it shows another date's
    report or has no such form, `SourceUnavailable` where nothing is drawn, and otherwise as `Browser.open`.
    """
    asked = f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"
    with browser.open(feed=feed, slot=slot) as page:
        page.visit(url)
        if not page.wait_for(FORM_IS_THERE):
            what = f"{page.url} has no button btnSubmit1"
            raise ContentRefused(what, feed=feed, slot=slot, advice="the form has changed: see `munim sources check`")
        page.run(SEND, asked)
        drawn = page.wait_for(REPORT, asked)
        if drawn is None:
            raise _other(json.loads(str(page.run(SHOWN))), url, asked, feed, slot)
        answer = json.loads(str(drawn))
        address = page.url
    if "none" in answer:
        raise NotYetPublished(
            f"{address} says {' '.join(answer['none'].split())!r} for {asked}",
            feed=feed,
            slot=slot,
            advice="ask again later; there is no report for a weekend or a holiday",
        )
    body = f"<!DOCTYPE html><html><body>{answer['report']}</body></html>\n".encode()
    return Payload(feed, slot, address, browser.clock(), body, origin="fetch")


def _other(shown: dict[str, str | None], url: str, asked: str, feed: str, slot: str) -> Exception:
    if shown["date"] is not None:
        what = f"{url} shows the report of {shown['date']} where that of {asked} was asked for"
        return ContentRefused(what, feed=feed, slot=slot, advice="ask again later")
    what = f"{url} drew no report of {asked} in time; it shows {describe((shown['words'] or '').encode())}"
    return SourceUnavailable(what, feed=feed, slot=slot, advice="try again later")
