"""NSDL's pages around the report: the latest one as it is, and the archive's form, whose result a script draws.

The ids and names of the form stand here, for whoever drives it: type the date into `txtDate` as `26-May-2026`, click
`btnSubmit1`, and wait for the table in `rpt` whose title has that date. The button's script fills the hidden fields
`hdnDate` and `hdnCheck`, and without them the server answers with the empty form. What comes back holds the report
only as text in a script, which draws it a moment later.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Final

DATE_FIELD: Final = "txtDate"
HIDDEN_DATE: Final = "hdnDate"
HIDDEN_CHECK: Final = "hdnCheck"
SUBMIT: Final = "btnSubmit1"
RESULT: Final = "rpt"
MESSAGE: Final = "lblMsg"
NO_REPORT: Final = "No records found for the selected date."
DRAWN_AFTER_MS: Final = 150

_PAGE: Final = """<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
<head><title>
\tFPI - {title}
</title><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /></head>
<body>
<form method="post" action="./{page}" id="form1">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{state}" />
<input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="3B7A1C55" />
{form}{result}
</form>
{script}</body>
</html>
"""
_FORM: Final = f"""<input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="{{state}}" />
<input name="{DATE_FIELD}" type="text" id="{DATE_FIELD}" value="{{day}}" autocomplete="off" />
<input type="hidden" name="{HIDDEN_DATE}" id="{HIDDEN_DATE}" value="" />
<input type="hidden" name="{HIDDEN_CHECK}" id="{HIDDEN_CHECK}" value="" />
<input type="submit" name="{SUBMIT}" value="View Report" onclick="return fillHidden();" id="{SUBMIT}" />
<script>
function fillHidden() {{{{
  var state = document.getElementById("__VIEWSTATE").value;
  document.getElementById("{HIDDEN_DATE}").value = document.getElementById("{DATE_FIELD}").value;
  document.getElementById("{HIDDEN_CHECK}").value = state.split("").reverse().join("");
  return true;
}}}}
</script>
"""
_DRAW: Final = f"""<script>
window.setTimeout(function () {{{{
  document.getElementById("{RESULT}").innerHTML = window.atob("{{report}}");
}}}}, {DRAWN_AFTER_MS});
</script>
"""


def latest_page(element: str, state: str) -> bytes:
    """Return the page of the latest report, with the report's element in it."""
    page = _PAGE.format(title="Latest", page="Latest.aspx", state=state, form="", result=element, script="")
    return page.encode()


def archive_page(state: str, day: str = "", inside: str | None = None, *, drawn: bool = True) -> bytes:
    """Return the archive's form; after a date was posted with a script that draws what is `inside` the result."""
    result = f'<div id="{RESULT}" class="mT10">{"" if inside is None else "Loading..."}</div>'
    text = b64encode((inside or "").encode()).decode()
    script = _DRAW.format(report=text) if inside is not None and drawn else ""
    form = _FORM.format(state=state[::2], day=day)
    return _PAGE.format(
        title="Archive", page="Archive.aspx", state=state, form=form, result=result, script=script
    ).encode()


def no_report() -> str:
    """Return what the result says where there is no report of a date."""
    return f'<span id="{MESSAGE}" style="color:red;">{NO_REPORT}</span>'
