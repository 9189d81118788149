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
