"""Pages of the sites of public issues: BSE's that says 404, and the reports as a browser sees them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

TABLE: Final = "report_table"
DRAWN_AFTER_MS: Final = 150

_NOT_FOUND: Final = (
    b"<!DOCTYPE html>\r\n<html>\r\n<head><title>404 - Page not found</title></head>\r\n<body>\r\n"
    b"<h1>404</h1><p>The page that you are looking for was not found.</p>\r\n</body>\r\n</html>\r\n"
)
_TITLES_AGAIN: Final = 12
_ADVERTISED: Final = 7
"""After so many rows the titles stand again, and an advertisement."""
_REPORT: Final = """<!DOCTYPE html>
<html lang="en">
<head><title>IPO report</title></head>
<body>
<table class="menu"><tr><td>IPO</td><td>SME IPO</td><td>Brokers</td></tr></table>
<div id="report_data"></div>
<script id="report_titles" type="application/json">[titles]</script>
<script id="report_rows" type="application/json">[rows]</script>
<script>
window.setTimeout(function () {
  function said(id) { return JSON.parse(document.getElementById(id).textContent); }
  var titles = said("report_titles");
  function row(tag, texts) {
    return "<tr>" + texts.map(function (text, at) {
      var label = tag === "td" ? " data-label='" + titles[at] + "'" : "";
      return "<" + tag + label + "><div>" + text + "</div></" + tag + ">";
    }).join("") + "</tr>";
  }
  var advert = "<tr><td colspan='" + titles.length + "'><a href='/ad'>Open a demat account</a></td></tr>";
  var body = said("report_rows").map(function (one, at) {
    var above = at % [again] === [again] - 1 ? row("th", titles) : at % [advertised] === [advertised] - 1 ? advert : "";
    return above + row("td", titles.map(function (title) { return one[title]; }));
  });
  document.getElementById("report_data").innerHTML =
    "<table id='[table]'><thead>" + row("th", titles) + "</thead><tbody>" + body.join("") + "</tbody></table>";
}, [ms]);
</script>
</body>
</html>
"""


def bse_not_found() -> bytes:
    """Return the page that BSE's API gives, with status 200, to whoever does not come from BSE's own site."""
    return _NOT_FOUND


def report_page(rows: Sequence[Mapping[str, object]], titles: Sequence[str]) -> bytes:
    """Return a report's page; its script draws the table `report_table` of the columns of these titles, after a while.

    That each cell names its column, that titles come again and that advertisements stand between rows is what public
    projects tell of the real pages (September and October 2026); their ids are not recorded.
    """
    return _page(rows, titles, _REPORT)


def undrawn_page(rows: Sequence[Mapping[str, object]], titles: Sequence[str]) -> bytes:
    """Return a report's page whose script never comes to draw."""
    return _page(rows, titles, _REPORT.replace("window.setTimeout(", "window.neverDrawn = (", 1))


def _page(rows: Sequence[Mapping[str, object]], titles: Sequence[str], page: str) -> bytes:
    filled = {
        "rows": _json(list(rows)),
        "titles": _json(list(titles)),
        "table": TABLE,
        "ms": str(DRAWN_AFTER_MS),
        "again": str(_TITLES_AGAIN),
        "advertised": str(_ADVERTISED),
    }
    # One pass: what a row says is never taken for a place to fill.
    return re.sub(r"\[(\w+)\]", lambda found: filled.get(found[1], found[0]), page).encode()


def _json(node: object) -> str:
    # An end tag inside a script would end it.
    return json.dumps(node, ensure_ascii=False).replace("</", "<\\/")
