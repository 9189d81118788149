"""Cookies by the real site that set them, whichever address was asked in its place."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

from scrapers.httpx_alone import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping


def no_cookies() -> CookieJar:
    """Return a jar that takes and gives nothing: what httpx keeps would go by a stand-in's address."""
    return CookieJar(policy=DefaultCookiePolicy(allowed_domains=()))


class SiteCookies:
    """A jar that goes by real addresses, so that a stand-in for all sites mixes none; threads may share it.

    `Secure` and `Domain` are obeyed for the real address too: a cookie of https://www.nseindia.com is kept and sent
    although a stand-in is asked over http.
    """

    def __init__(self) -> None:
        """Start with no cookies."""
        self._cookies = httpx.Cookies()

    def keep(self, url: str, headers: httpx.Headers) -> None:
        """Take the cookies that the answer from a real URL sets."""
        answer = httpx.Response(httpx.codes.OK, headers=headers.multi_items(), request=httpx.Request("GET", url))
        self._cookies.extract_cookies(answer)

    def header(self, url: str) -> dict[str, str]:
        """Return the `Cookie` header for a real URL; nothing where it has no cookies."""
        request = httpx.Request("GET", url)
        self._cookies.set_cookie_header(request)
        return {"Cookie": request.headers["Cookie"]} if "Cookie" in request.headers else {}

    def put(self, site: str, cookies: Mapping[str, str]) -> None:
        """Add cookies of a site (`www.nseindia.com`) that a browser got."""
        for name, value in cookies.items():
            self._cookies.set(name, value, domain=site)

    def forget(self, url: str) -> None:
        """Drop all cookies that would be sent to a real URL's host."""
        host = httpx.URL(url).host
        for cookie in list(self._cookies.jar):
            if host == cookie.domain.lstrip(".") or host.endswith(f".{cookie.domain.lstrip('.')}"):
                self._cookies.jar.clear(cookie.domain, cookie.path, cookie.name)
