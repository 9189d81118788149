"""What the tests of AMFI's files share: small files in each layout, and where the recorded ones are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from munim.core.payload import Payload

if TYPE_CHECKING:
    from munim.core.payload import Origin

ROOT = Path(__file__).resolve().parents[2]
RECORDED = ROOT.parent / "shared" / "data" / "nav"
ABSENT = "the recorded AMFI files (../shared/data/nav) are not on this machine"

FETCHED_AT = datetime(2026, 8, 20, 2, 34, 12, tzinfo=UTC)

LATEST_6_HEADER = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
LATEST_6 = f"""{LATEST_6_HEADER}
 \r
Open Ended Schemes(Debt Scheme - Banking and PSU Fund)\r
 \r
Aditya Birla Sun Life Mutual Fund\r
 \r
119551;INF209KA12Z1;INF209KA13Z9;ABSL Banking & PSU Debt Fund  - DIRECT - IDCW;108.1161;18-Jul-2025\r
119552;INF209K01YM2;-;ABSL Banking & PSU Debt Fund  - DIRECT - MONTHLY IDCW;10.;18-Jul-2025\r
 \r
Axis Mutual Fund\r
 \r
SIF-120;-;-;Axis Children’s SIF;N.A.;17-Jul-2025\r
 \r
Open Ended Schemes(Exchange Traded Funds (ETFs) - Gold ETF)\r
 \r
120001;INF846K01WP8;-;Axis Gold ETF;.12345678;18-Jul-2025\r
 \r
IL&FS Mutual Fund (IDF)\r
 \r
120002;INF000000000;-;IL&FS Infra Debt Fund;0;18-Jul-2025\r
"""
LATEST_8_PLAN = """\
Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Plan;Option;Net Asset Value;Date
\x20
Close Ended Schemes(Income/Debt Oriented Schemes - Fixed Term Plan)
\x20
UTI Mutual Fund
\x20
106183;INF789F01FG4;-;UTI Annual Interval Fund - I;Regular Plan;Growth\t;36.403;19-Aug-2026
106186;INF789F01FE9;INF789F01FF6;\tUTI Annual Interval Fund - I;;;11.076;19-Aug-2026
"""
LATEST_8_PRICES = """\
Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;\
Repurchase Price;Sale Price;Date

Open Ended Schemes (Balanced)

Axis Mutual Fund

135763;INF846K01WS2;INF846K01WQ6;Axis Children's Gift Fund;11.3215;10.9819;11.3216;13-Apr-2017
"""
HISTORY_8_PRICES = """\
Scheme Code;Scheme Name;ISIN Div Payout/ISIN Growth;ISIN Div Reinvestment;Net Asset Value;\
Repurchase Price;Sale Price;Date

Open Ended Schemes ( Income )


ICICI Prudential Mutual Fund
103063;ICICI Prudential Blended Plan B;INF109K01AS1;;#DIV/0!;#DIV/0!;#DIV/0!;02-Apr-2006
102680;ICICI Prudential FMP-Quarterly;;;10.1742;9.9707;10.1742;03-Apr-2006
"""
HISTORY_8_PLAN = """\
Scheme Code;NAV Name;Plan;Option;ISIN Div Payout/ISIN Growth;ISIN Div Reinvestment;Net Asset Value;Date

Open Ended Schemes ( Exchange Traded Funds (ETFs)  -  Gold ETF )


Bajaj Finserv Mutual Fund
151850;Bajaj Finserv Overnight Fund;Direct Plan;Fortnightly - IDCW\t;INF0QA701235;INF0QA701201;1035.0142;23-Aug-2026
"""


def amfi_payload(body: str | bytes, feed: str = "amfi.latest", *, origin: Origin = "fetch") -> Payload:
    """A payload as if AMFI had sent this body."""
    sent = body.encode() if isinstance(body, str) else body
    return Payload(
        feed, "2026-08-19", "https://portal.amfiindia.com/spages/NAVAll.txt", FETCHED_AT, sent, origin=origin
    )
