"""Addresses and headers as a session sends them."""

from collections.abc import Mapping
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.cookies import RequestsCookieJar

USUAL_PORT = {"http": 80, "https": 443}
ASCII = "".join(map(chr, range(0x20, 0x7F)))  # what `quote` leaves as it is


def address(request: requests.PreparedRequest) -> str:
    """The URL of a prepared request."""
    return request.url or ""


def origin(url: str) -> str:
    """The scheme, host and port: what a robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def site(url: str) -> str:
    """The host, with its port where that is not the usual one: what a registry allows, what is paced."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return host if parts.port in (None, USUAL_PORT.get(parts.scheme)) else f"{host}:{parts.port}"


def referer(url: str) -> dict[str, str]:
    """The header that says on which page an address was found."""
    return {"Referer": quote(url, safe=ASCII)}


def clean(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that say something, each on one line: a validator that was folded must not be sent so."""
    return {name: " ".join(value.split()) for name, value in headers.items() if value}


def redirected(request: requests.PreparedRequest, status: int, location: str) -> requests.Request:
    """The request that a redirect asks for: a GET unless the status keeps the method (RFC 9110, 15.4).

    Raises ValueError for a location that is no address.
    """
    stays = status in (307, 308) or request.method == "GET"
    dropped = {"cookie", "content-length"} | (set() if stays else {"content-type"})
    headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
    # Quoted from its bytes: a Location may come in UTF-8 or GB18030, and only the portal knows which.
    url = urljoin(address(request), quote(location.encode("latin-1"), safe=ASCII))
    method, body = (request.method, request.body) if stays else ("GET", None)
    return requests.Request(method, url, headers, data=body)


def moved(request: requests.PreparedRequest, url: str, cookies: RequestsCookieJar) -> requests.PreparedRequest:
    """The same request to another address, with the cookies that belong there and no others."""
    other = request.copy()
    other.url = url
    other.headers.pop("Cookie", None)
    other.prepare_cookies(cookies)
    return other
