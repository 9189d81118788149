"""The terms of an issue as NSE's details list them: titles as recorded in September 2026, texts made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from munim.replica.ipo_forms import grouped, rupees
from munim.replica.ipo_issue import Issue, Terms
from munim.replica.nse_files import nse_date

Item = tuple[str | None, str | None]

_FILES: Final = "https://nsearchives.nseindia.com/content/ipo/"
_NOTICE: Final = '"*Intermediaries keep the application forms of investors who pay by UPI, for so long as SEBI asks."'
_BANKS: Final = (
    "Branches of Self Certified Syndicate Banks (SCSBs) where syndicate / sub syndicate member to submit ASBA form"
)
_LINKS: Final[tuple[Item, ...]] = (
    (
        "List of mobile applications accepting UPI as Payment Option",
        (
            "<a href=https://www.sebi.gov.in/sebiweb/other/OtherAction.do?doRecognisedFpi=yes&intmId=43 target=new>"
            "Mobile APP for UPI</a>"
        ),
    ),
    (
        "Video link  for UPI based ASBA process",
        "<a href=https://youtu.be/UJ394m2Q3rg target=new>UPI Based ASBA Process</a>",
    ),
    (
        "Video link  for BHIM UPI Registration",
        "<a href=https://youtu.be/cIUJOIH0x4c target=new>BHIM UPI Registration</a>",
    ),
)
_MILLION: Final = 10**6


def info_list(issue: Issue, terms: Terms) -> Iterator[Item]:
    """Yield titles and values. The main board's first title is the company's name, with nothing beside it."""
    if issue.platform == "sme":
        yield from _sme(issue, terms)
    else:
        yield from _mainboard(issue, terms)
    yield from _LINKS


def _mainboard(issue: Issue, terms: Terms) -> Iterator[Item]:
    lot, symbol = issue.lot_size, issue.ids.symbol
    yield issue.names.nse, ""
    yield from _beginning(issue, terms)
    yield "Issue Size", _size_in_rupees(issue)
    yield "Issue Type", _kind(terms)
    yield "Price Range", _price(terms, "Rs. {low} to Rs. {high} per Equity Share", "Rs. {high} per Equity Share")
    yield "Discount", "NA"
    yield "Face Value", f"{'Re.' if issue.face_value == 1 else 'Rs.'} {issue.face_value} per Equity Share"
    yield "Tick Size", "Re. 1"
    yield "Bid Lot", f"{lot} Equity Shares and in multiples thereof"
    yield "Minimum Order Quantity", f"{lot} Equity Shares"
    yield "Maximum Subscription Amount for Retail Investor", '"Rs. 2,00,000"'
    yield from _most(terms, f" Equity Shares in multiple of {lot} Equity Shares")
    yield "IPO Market Timings", "10.00 a.m. to 5.00 p.m."
    yield from _people(symbol)
    names = ("RATIOS", "RHP", "BIDDING_CENTERS", "FORMS", "PREANCHOR_PARAMETERS", "POSTANCHOR_PARAMETERS", "ANCHOR")
    titles = (
        "Ratios / Basis of Issue Price", "Red Herring Prospectus", "Bidding Centers", "Sample Application Forms",
        "Security Parameters (Pre Anchor)", "Security Parameters (Post Anchor)", "Anchor Allocation Report",
    )  # fmt: skip
    yield from ((title, f"{_FILES}{name}_{symbol}.zip") for title, name in zip(titles, names, strict=True))
    yield _circular()
    yield "Remark", '"Bids can be changed while they are taken, and not after."'


def _sme(issue: Issue, terms: Terms) -> Iterator[Item]:
    symbol = issue.ids.symbol
    yield from _beginning(issue, terms)
    yield "Issue Size", _size_in_shares(issue)
    yield "Issue Type", _kind(terms)
    yield "Price Range", _price(terms, "Rs.{low} to Rs.{high} per equity share", "Rs.{high} per equity share")
    yield "Lot Size", f"{issue.lot_size} Equity Shares"
    yield "Face Value", f"Rs.{issue.face_value} per Equity Share"
    yield "Tick Size", "Re.1"
    yield "IPO Market Timings", "10.00 a.m. to 5.00 p.m. (Bidding Timings on Issue Closure upto 4:00 P.M.)"
    yield from _most(terms, " Equity shares (Calculated at Higher Price band)")
    yield from _people(symbol)
    names = ("RHP", "RATIOS", "FORMS", "PREANCHOR_PARAMETERS", "POSTANCHOR_PARAMETERS", "ANCHOR")
    titles = (
        "Red Herring Prospectus", "Ratios / Basis of Issue Price", "Sample Application Forms", "Security Parameters ",
        "Security Parameters (Post Anchor)", "Anchor Allocation Report",
    )  # fmt: skip
    yield from ((title, f"{_FILES}{name}_{symbol}.zip") for title, name in zip(titles, names, strict=True))
    yield _circular()


def _beginning(issue: Issue, terms: Terms) -> Iterator[Item]:
    opens = "-" if terms.opens is None else nse_date(terms.opens)
    closes = "-" if terms.closes is None else nse_date(terms.closes)
    yield None, _NOTICE
    yield "Symbol", issue.ids.symbol
    yield "Issue Period", f"{opens} to {closes}"
    yield "Cut-off time for UPI Mandate Confirmation", f"{closes} (upto 5:00 PM)"


def _kind(terms: Terms) -> str:
    return "Fixed Price" if terms.band is not None and terms.band.low == terms.band.high else "Book Building"


def _price(terms: Terms, band: str, fixed: str) -> str | None:
    if terms.band is None:
        return None
    form = fixed if terms.band.low == terms.band.high else band
    return form.format(low=rupees(terms.band.low), high=rupees(terms.band.high))


def _size_in_rupees(issue: Issue) -> str:
    parts = [f"Fresh issue aggregating up to Rs. {issue.fresh_inr // _MILLION:,} million"] if issue.fresh_inr else []
    if issue.sale_inr:
        parts.append(f"Offer for Sale aggregating up to Rs. {issue.sale_inr // _MILLION:,} million")
    anchors = f"(including Anchor investor portion of {grouped(issue.anchor_shares)} Equity shares)"
    return f'"Initial Public offer comprising of {" and ".join(parts)} {anchors}"'


def _size_in_shares(issue: Issue) -> str:
    maker = issue.total_shares // 20 // issue.lot_size * issue.lot_size
    anchors = f" and Anchor Allotment of {grouped(issue.anchor_shares)} Equity shares" if issue.anchor_shares else ""
    return (
        f'"Initial Public Offer comprising of Fresh Issue of up to {grouped(issue.total_shares)} Equity Shares '
        f'(Including Market Maker portion of {grouped(maker)} Equity Shares{anchors})"'
    )


def _most(terms: Terms, unit: str) -> Iterator[Item]:
    for whose, share in (("QIB", 100), ("NIB", 71)):
        yield f"Maximum Bid Quantity for {whose} Investors", f'"{grouped(terms.size_shares * share // 100)}{unit}"'


def _people(symbol: str) -> Iterator[Item]:
    yield "Book Running Lead Managers", "Sahyadri Capital Advisors Private Limited and Coromandel Securities Limited"
    yield "Sponsor Bank", "Axis Bank Limited"
    yield "Categories", '"FI, IC, MF, FII, OTH, CO, IND, and NOH"'
    yield "Sub-Categories applicable for UPI", "IND (upto 5 Lakhs)"
    yield "Name of the Registrar", "Deccan Registrars Limited"
    yield "Address of the Registrar", '"3rd Floor, 57, Lal Bahadur Shastri Road, Kurla (West), Mumbai 400070"'
    yield (
        "Contact person name number and Email id",
        f'"Registrar, +91 40 0000 0000, {symbol.lower()}@registrar.example"',
    )
    yield "e-form link", "https://bidcollection.nseindia.com/asba"
    yield (
        _BANKS,
        (
            "<a href=http://www.sebi.gov.in/sebiweb/other/OtherAction.do?doRecognisedFpi=yes&intmId=35 target=new>"
            "SCSB List</a>"
        ),
    )


def _circular() -> Item:
    return (
        "Processing of ASBA Applications",
        (
            "<a href=https://archives.nseindia.com/content/circulars/IPO53197.pdf target=new>"
            "NSE Circular on ASBA Application Processing</a>"
        ),
    )
