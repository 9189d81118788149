"""What can go wrong at a site, on demand. Importing this brings in neither numpy nor pandas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from munim.core.errors import RequestWrong

FAULTS: Final[dict[str, str]] = {
    "slow": "the ordinary answer, after latency_ms",
    "hanging": "the request is taken and never answered, until the server closes",
    "cut-short": "the connection closes in mid-body: Content-Length says more than was sent",
    "cut-row": "the body ends in the middle of a row, and Content-Length agrees with it",
    "html": "an HTML page with status 200 in place of the file",
    "no-data": "AMFI's page that says no data was found, with status 200",
    "not-found": "404 with the web server's page",
    "too-many": "429 with Retry-After",
    "unavailable": "503 with the web server's page",
    "forbidden": "403 with the web server's page",
    "empty": "status 200 and no body",
    "one-byte": "status 200 and a body of a single line feed",
    "changed-header": "the NAV column has another name",
    "added-column": "one more column at the end of header and rows",
    "missing-rows": "every second row is missing",
    "duplicate-codes": "six rows come twice: three the same, three with another NAV",
    "negative-nav": "five rows have a NAV below zero",
    "future-dates": "five rows are dated a year later",
    "mojibake": "UTF-8 read as Windows-1252 and encoded again: Childrenâ€™s",
    "not-utf8": "apostrophes and dashes as Windows-1252 bytes: the body is not UTF-8",
}
"""Every fault of any site, and those of AMFI's files, by name, with a line of what a client sees."""


FLOW_FAULTS: Final[dict[str, str]] = {
    "misdirected": "421 with the web server's page",
    "blocked": "NSE: 403 with the firewall's page, and no cookies",
    "blocked-with-cookies": "NSE: the warm-up page is the firewall's 403, and the cookies that it sets are good",
    "unauthorised": "NSE's API: 401, whatever the cookies",
    "old-labels": "NSE: investor classes are called as in 2021, with stars",
    "renamed-labels": "NSE: investor classes have names that were never seen",
    "silent-zeros": "NSE, NSDL: every figure is zero",
    "stale": "NSE, NSDL: the session before the one that is due; NSDL's archive: its newest day is missing",
    "one-class": "NSE: DII's figures are missing",
    "doubled-list": "NSE: every row of a holiday list comes twice",
    "missing-404": "NSE's archive: a day without a file is 404, not a redirect",
    "other-date": "NSDL's archive: the reports up to another date than was asked for",
    "never-drawn": "NSDL's archive: the page comes, and its script never draws the reports",
    "cookies-by-script": "NSE: the page's script sets the cookies, so that only a browser has them",
}
"""The faults of the sites of flows, and of files by date."""

ISSUE_FAULTS: Final[dict[str, str]] = {
    "empty-list": "public issues: a list without a row",
    "empty-object": "NSE's public issues: `{}` in place of a list",
    "half-list": "public issues: every second row is missing",
    "report-refused": "Chittorgarh, InvestorGain: JSON that says the call is not valid, in place of the table",
    "report-forbidden": "Chittorgarh, InvestorGain: 403 in place of the JSON; a browser is shown the page",
    "report-renamed": "Chittorgarh, InvestorGain: 403 in place of the JSON, and a column of the page has another name",
    "report-undrawn": "Chittorgarh, InvestorGain: 403 in place of the JSON, and the page's script draws no table",
}
"""The faults of the sites of public issues."""

_API: Final = ("/www.nseindia.com/api/",)
_FLOWS: Final = ("fiidiiTradeReact",)
_BHAVCOPIES: Final = ("BhavCopy_", "sec_bhavdata_full_", "bhav.csv.zip")
_FIGURES: Final = (*_FLOWS, "fao_participant_oi_", "/Reports/Latest.aspx", "/Reports/Archive.aspx")
_NSE_ISSUES: Final = ("ipo-current-issue", "all-upcoming-issues", "public-past-issues")
_REPORTS: Final = ("/report/data-read/",)
_REPORT_PAGES: Final = ("/report/ipo-in-india-list", "/report/live-ipo-gmp")
_ISSUES: Final = (*_NSE_ISSUES, *_REPORTS, *_REPORT_PAGES, "GetPublicIssue")
_ONLY_ON: Final[dict[str, tuple[str, ...]]] = {
    "blocked": ("nseindia.com/",),
    "blocked-with-cookies": ("/www.nseindia.com/",),
    "unauthorised": _API,
    "old-labels": _FLOWS,
    "renamed-labels": _FLOWS,
    "silent-zeros": _FIGURES,
    "stale": (*_FIGURES, *_BHAVCOPIES),
    "one-class": _FLOWS,
    "doubled-list": ("/holiday-master",),
    "missing-404": ("fao_participant_oi_",),
    "other-date": ("/Reports/Archive.aspx",),
    "never-drawn": ("/Reports/Archive.aspx",),
    "cookies-by-script": ("/www.nseindia.com/",),
    "empty-list": _ISSUES,
    "empty-object": _NSE_ISSUES,
    "half-list": _ISSUES,
    "report-refused": _REPORTS,
    "report-forbidden": _REPORTS,
    "report-renamed": (*_REPORTS, *_REPORT_PAGES),
    "report-undrawn": (*_REPORTS, *_REPORT_PAGES),
}
"""What must be in a path for a fault to show there: requests of others don't count as its times."""
_ONLY_POSTED: Final = ("other-date", "never-drawn")


@dataclass(frozen=True)
class Fault:
    """A fault to show, `times` requests long (None: until it is changed), on paths that contain `path`.

    Redirects and the replica's own paths never fail.
    """

    name: str
    times: int | None = None
    latency_ms: int = 1_000
    retry_after_s: int = 1
    path: str = ""

    def __post_init__(self) -> None:
        """Refuse a name that is not known, and counts below zero."""
        known = (*FAULTS, *FLOW_FAULTS, *ISSUE_FAULTS)
        if self.name not in known:
            names = ", ".join(known)
            raise RequestWrong(f"no fault is called {self.name!r}", advice=f"one of: {names}")
        if (self.times is not None and self.times < 1) or self.latency_ms < 0 or self.retry_after_s < 0:
            raise RequestWrong(f"fault {self.name}: times starts at 1, latency and Retry-After at 0")

    def concerns(self, method: str, path: str) -> bool:
        """Return whether it shows on a request."""
        if self.name in _ONLY_POSTED and method != "POST":
            return False
        return self.path in path and any(part in path for part in _ONLY_ON.get(self.name, ("",)))

    def after_one(self) -> Fault | None:
        """Return what is left of it after one request."""
        if self.times is None:
            return self
        return replace(self, times=self.times - 1) if self.times > 1 else None
