"""Pages that a client gets in place of a file."""

from __future__ import annotations

from typing import Final

NO_DATA: Final = (
    b"<!DOCTYPE html>\r\n<html>\r\n<head><title>Download NAV History Report</title></head>\r\n<body>\r\n"
    b"<span>No data found on the basis of selected parameters for this report</span>\r\n</body>\r\n</html>\r\n"
)
"""AMFI's answer, with HTTP 200, to a window without NAVs."""

MAINTENANCE: Final = (
    b"<!DOCTYPE html>\r\n<html>\r\n<head><title>Under maintenance</title></head>\r\n<body>\r\n"
    b"<h1>The site is under maintenance. Please try after some time.</h1>\r\n</body>\r\n</html>\r\n"
)

NSE_PAGE: Final = (
    b'<!DOCTYPE html>\n<html lang="en">\n<head><title>NSE - National Stock Exchange of India Ltd</title></head>\n'
    b"<body>\n<h1>FII/FPI and DII trading activity on NSE, BSE and MSEI</h1>\n</body>\n</html>\n"
)
"""Any page of NSE's: it is asked for its cookies."""

NSE_ERROR: Final = (
    b'<!DOCTYPE html>\n<html lang="en">\n<head><title>Resource not found</title></head>\n<body>\n'
    b"<p>Resource not found</p>\n</body>\n</html>\n"
)
"""Where NSE's archive sends whoever asks for a file that is not there."""

NSE_BLOCKED: Final = (
    b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n \n"
    b"You don't have permission to access this resource on this server.<P>\n"
    b"Reference #18.7a0f1302.0\n</BODY>\n</HTML>\n"
)
"""The page of the firewall before NSE."""


def page_with_script(cookies: tuple[str, ...]) -> bytes:
    """Return NSE's page with a script that sets cookies, given as Set-Cookie headers, in place of headers."""
    lines = (f'document.cookie = "{one.replace("; HttpOnly", "")}";' for one in cookies)
    return NSE_PAGE.replace(b"</body>", f"<script>{' '.join(lines)}</script>\n</body>".encode())


def server_page(status: int, reason: str) -> bytes:
    """Return the short page that a web server gives with an error status."""
    title = f"{status} {reason}"
    lines = (
        "<html>",
        f"<head><title>{title}</title></head>",
        "<body>",
        f"<center><h1>{title}</h1></center>",
        "<hr><center>nginx</center>",
        "</body>",
        "</html>",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()
