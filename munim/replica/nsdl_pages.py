"""NSDL's pages around the report: the latest one as it is, and the archive's form, whose result a script draws.

The ids of the form are the real ones, and stand here for whoever drives it. `txtDate` shows the date and can't be
typed into (the real page has a date picker), `hdnDate` is the one that counts, both as `26-May-2026`; `btnSubmit1` is
clicked, and says "Please enter Date" where `hdnDate` is blank. Its script fills `hdnFlag` and posts the form: without
that the server gives back the form. The page that comes then holds the tables only as text in a script, which makes
`dvArchiveData` of them a moment later; or `lblMsg`, where the month has no report up to the date.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Final

DATE_SHOWN: Final = "txtDate"
DATE_ASKED: Final = "hdnDate"
FLAG: Final = "hdnFlag"
SUBMIT: Final = "btnSubmit1"
RESULT: Final = "dvArchiveData"
MESSAGE: Final = "lblMsg"
NO_REPORT: Final = "No records found for the selected date."
NO_DATE: Final = "Please enter Date"
DRAWN_AFTER_MS: Final = 150

_HEAD: Final = """<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
<head><title>
\tFPI - {title}
</title><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /></head>
<body>
"""
_LATEST: Final = """<form method="post" action="./Latest.aspx" id="form1">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{state}" />
<input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="3B7A1C55" />
{element}
</form>
</body>
</html>
"""
_ARCHIVE: Final = """<form method="post" action="./Archive.aspx" id="form1">
<input type="hidden" name="__EVENTTARGET" id="__EVENTTARGET" value="" />
<input type="hidden" name="__EVENTARGUMENT" id="__EVENTARGUMENT" value="" />
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="[state]" />
<input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="7C1D0A42" />
<input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="[validation]" />
<div id="mainContent">
<input name="txtDate" type="text" id="txtDate" value="[day]" readonly="readonly" autocomplete="off" />
<input type="hidden" name="hdnDate" id="hdnDate" value="" />
<input type="hidden" name="hdnFlag" id="hdnFlag" value="" />
<input type="hidden" name="HdnValexceldata" id="HdnValexceldata" value="" />
<div id="btnSubmit1" onclick="viewReport();" style="cursor:pointer;"><div></div><div>View Report</div></div>
</div>
</form>
<script>
function __doPostBack(target, argument) {
  document.getElementById("__EVENTTARGET").value = target;
  document.getElementById("__EVENTARGUMENT").value = argument;
  document.getElementById("form1").submit();
}
function viewReport() {
  if (document.getElementById("hdnDate").value === "") {
    window.alert("Please enter Date");
    return;
  }
  var state = document.getElementById("__VIEWSTATE").value;
  document.getElementById("hdnFlag").value = state.split("").reverse().join("");
  __doPostBack("btnSubmit1", "");
}
</script>
[script]</body>
</html>
"""
_DRAW: Final = """<script>
window.setTimeout(function () {
  document.getElementById("mainContent").insertAdjacentHTML("beforeend", window.atob("[report]"));
}, [ms]);
</script>
"""


def latest_page(element: str, state: str) -> bytes:
    """Return the page of the latest report, with the report's element in it."""
    return (_HEAD.format(title="Latest") + _LATEST.format(state=state, element=element)).encode()


def archive_form(state: str, day: str = "", script: str = "") -> bytes:
    """Return the archive's form; after a date was posted it shows the date, and has a script."""
    form = _ARCHIVE.replace("[state]", state).replace("[validation]", state[::2]).replace("[day]", day)
    return (_HEAD.format(title="Archive") + form.replace("[script]", script)).encode()


def drawing_tables(tables: str) -> str:
    """Return the script that makes the result of the tables."""
    return _drawing(f'<div id="{RESULT}">{tables}</div>')


def drawing_no_report() -> str:
    """Return the script that says that there is none."""
    return _drawing(f'<span id="{MESSAGE}" style="color:red;">{NO_REPORT}</span>')


def login_page() -> bytes:
    """Return what NSDL answered in September 2026 to a date that it could not read."""
    return (_HEAD.format(title="NSDL : Login") + "<h1>NSDL : Login</h1>\n</body>\n</html>\n").encode()


def _drawing(html: str) -> str:
    report = b64encode(html.encode()).decode()
    return _DRAW.replace("[report]", report).replace("[ms]", str(DRAWN_AFTER_MS))
