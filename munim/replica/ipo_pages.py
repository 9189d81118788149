"""Pages of the sites of public issues: BSE's that says 404, and the reports as a browser sees them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

TABLE: Final = "report_table"
DRAWN_AFTER_MS: Final = 150

_NOT_FOUND: Final = (
    b"<!DOCTYPE html>\r\n<html>\r\n<head><title>404 - Page not found</title></head>\r\n<body>\r\n"
    b"<h1>404</h1><p>The page that you are looking for was not found.</p>\r\n</body>\r\n</html>\r\n"
)
_REPORT: Final = """<!DOCTYPE html>
<html lang="en">
<head><title>IPO report</title></head>
<body>
<div id="report_data"></div>
<script id="report_rows" type="application/json">[rows]</script>
<script>
window.setTimeout(function () {
  var rows = JSON.parse(document.getElementById("report_rows").textContent);
  var names = rows.length ? Object.keys(rows[0]).filter(function (name) { return name[0] !== "~"; }) : [];
  function cells(tag, texts) {
    return "<tr>" + texts.map(function (text) { return "<" + tag + ">" + text + "</" + tag + ">"; }).join("") + "</tr>";
  }
  var body = rows.map(function (row) { return cells("td", names.map(function (name) { return row[name]; })); });
  document.getElementById("report_data").innerHTML =
    "<table id='[table]'><thead>" + cells("th", names) + "</thead><tbody>" + body.join("") + "</tbody></table>";
}, [ms]);
</script>
</body>
</html>
"""


def bse_not_found() -> bytes:
    """Return the page that BSE's API gives, with status 200, to whoever does not come from BSE's own site."""
    return _NOT_FOUND


def report_page(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return a report's page; its script draws the table `report_table` of the columns that are shown, a moment later.

    The real pages' ids are not recorded.
    """
    # An end tag inside a script would end it.
    text = json.dumps(list(rows), ensure_ascii=False).replace("</", "<\\/")
    return _REPORT.replace("[rows]", text).replace("[table]", TABLE).replace("[ms]", str(DRAWN_AFTER_MS)).encode()
