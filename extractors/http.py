"""The polite session: the one way in which this project asks a portal for anything.

robots.txt obeyed, an honest user agent, a gap between requests, bounded retries, limits on time and size,
redirects followed only within the portal, no private address, no challenge solved. However a visit ends,
it ends in a `Fetch` with a named outcome: a session raises nothing for what a portal does.

A session serves one portal and one thread, so no cookie goes from one portal to another. It takes no
proxy and no credentials from the environment: behind a proxy the address guard would see the proxy only.
"""

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from extractors.guard import GUARDED_POOLS, ForbiddenAddressError
from extractors.outcomes import classify
from extractors.pacing import Pacing, retry_after
from extractors.registry import Portal
from extractors.robots import Rules, rules_from
from schema.records import Capture, Fetch, Outcome

AGENT = "nianbao"  # the name under which robots.txt may speak to us

_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({429, 500, 502, 503, 504})
_USUAL_PORT = {"http": 80, "https": 443}
_ASCII = "".join(map(chr, range(0x20, 0x7F)))


@dataclass(frozen=True, slots=True)
class Politeness:
    """How we behave towards every portal; all times in seconds.

    `gap` is the least between two requests to a host (a portal of our own on loopback may set less),
    `total_timeout` bounds one answer. `retries` are the attempts after the first, `backoff` is the wait
    before the first of them and doubles; a host that asks us (Retry-After) to wait longer than
    `longest_wait` is left alone instead. `cool_down` follows a second refusal. `max_bytes` counts the
    decoded body. `contact` is a mail address or a URL.
    """

    gap: float = 2.0
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    total_timeout: float = 120.0
    retries: int = 3
    max_bytes: int = 20 * 2**20
    max_redirects: int = 5
    contact: str = ""
    backoff: float = 2.0
    longest_wait: float = 120.0
    cool_down: float = 60.0


class PoliteSession:
    """Visits the pages of one portal; a context manager. `gap` is kept unless a robots.txt wants more."""

    def __init__(self, portal: Portal, politeness: Politeness | None = None) -> None:
        self._politeness = politeness or Politeness()
        self.gap = portal.gap if portal.private else max(portal.gap, self._politeness.gap)
        self._hosts = frozenset({_site(portal.base_url), *(host.lower() for host in portal.hosts)})
        self._pacing = Pacing(self._politeness.cool_down)
        self._rules: dict[str, Rules] = {}
        self._client = _client(self._politeness.contact, guarded=not portal.private)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the session can be used no more."""
        self._client.close()

    def get(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        referer: str = "",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetch:
        """Fetch a page; with the validators of an earlier visit it may end UNCHANGED.

        The Fetch bears `url` as given, or with `params` in it when there are some.
        """
        sent = {
            "If-None-Match": etag,
            "If-Modified-Since": last_modified,
            **_referer(referer),
            **(headers or {}),
        }
        return self._visit(requests.Request("GET", url, params=params, headers=_clean(sent)))

    def post(
        self,
        url: str,
        *,
        data: Mapping[str, str],
        referer: str = "",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetch:
        """Fetch what a form answers. It is retried as a GET is: the portals' list forms only read."""
        sent = {**_referer(referer), **(headers or {})}
        return self._visit(requests.Request("POST", url, params=params, data=data, headers=_clean(sent)))

    def _visit(self, request: requests.Request, *, obey: bool = True) -> Fetch:
        """Make a visit. `obey` is off for robots.txt itself, which no rule forbids."""
        asked, trail = str(request.url), list[Capture]()
        try:
            prepared = self._prepare(request)
            asked = _url(prepared) if request.params else asked
            self._follow(prepared, asked, trail, obey=obey)
        except _VisitError as end:
            return Fetch(asked, end.outcome, end.detail, trail[-1] if trail else None)
        return Fetch(asked, *classify(trail[-1]), trail[-1])

    def _prepare(self, request: requests.Request) -> requests.PreparedRequest:
        try:
            return self._client.prepare_request(request)
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            raise _VisitError(Outcome.FOREIGN, f"no address that can be asked for: {_line(error)}") from error

    def _follow(self, request: requests.PreparedRequest, asked: str, trail: list[Capture], *, obey: bool) -> None:
        """Ask, and follow redirects; every response that came in full is appended to the trail."""
        for _ in range(self._politeness.max_redirects + 1):
            self._permit(_url(request), obey=obey)
            trail.append(self._ask(request, asked))
            location = trail[-1].header("Location")
            if trail[-1].status not in _REDIRECTS or not location:
                return
            request = self._prepare(_redirected(request, trail[-1].status, location))
        raise _VisitError(Outcome.SERVER_ERROR, f"more than {self._politeness.max_redirects} redirects")

    def _permit(self, url: str, *, obey: bool) -> None:
        """Raise _VisitError unless the portal's entry, its host's past and its robots.txt let us ask."""
        if not url.startswith(("http://", "https://")):
            raise _VisitError(Outcome.FOREIGN, f"'{url[:80]}' is no web address")
        site = _site(url)
        if site not in self._hosts:
            raise _VisitError(Outcome.FOREIGN, f"{site} is no host of this portal")
        if stopped := self._pacing.stopped(site):
            raise _VisitError(Outcome.BLOCKED, f"{site} is not asked any more: {stopped}")
        refusal = self._rules_of(url).refusal(url) if obey else None
        if refusal:
            raise _VisitError(*refusal)

    def _rules_of(self, url: str) -> Rules:
        origin = _origin(url)
        if origin not in self._rules:
            fetch = self._visit(requests.Request("GET", f"{origin}/robots.txt"), obey=False)
            self._rules[origin] = rules_from(fetch, AGENT)
        return self._rules[origin]

    def _ask(self, request: requests.PreparedRequest, asked: str) -> Capture:
        """One request with its retries, each in its turn. Raises _VisitError when no response came of it."""
        site, last = _site(_url(request)), self._politeness.retries
        for attempt in itertools.count():
            self._pacing.wait(site, self._gap_for(_url(request)))
            try:
                capture = self._once(request, asked)
            except _VisitError as end:
                if attempt >= last or not end.again:
                    raise
                self._pacing.hold(site, self._backoff(attempt))
                continue
            self._heed(site, capture)
            wait = self._wait_before_retry(capture, attempt)
            if attempt >= last or wait is None or self._pacing.stopped(site):
                return capture
            self._pacing.hold(site, wait)
        raise AssertionError("unreachable: the loop ends by itself")

    def _gap_for(self, url: str) -> float:
        rules = self._rules.get(_origin(url))
        return max(self.gap, rules.delay) if rules else self.gap

    def _backoff(self, attempt: int) -> float:
        return min(self._politeness.backoff * 2.0**attempt, self._politeness.longest_wait)

    def _heed(self, site: str, capture: Capture) -> None:
        """Remember a refusal against its host. A challenge stops the host at once."""
        outcome, detail = classify(capture)
        if outcome is Outcome.CHALLENGE:
            self._pacing.stop(site, detail)
        elif outcome is Outcome.BLOCKED:
            self._pacing.refused(site, detail)

    def _wait_before_retry(self, capture: Capture, attempt: int) -> float | None:
        """The seconds after which asking again makes sense; None when it does not."""
        if capture.status not in _AGAIN:
            return None
        wish = retry_after(capture.header("Retry-After"), capture.fetched_at)
        if wish is None:
            return None if capture.status == 429 else self._backoff(attempt)
        return wish if wish <= self._politeness.longest_wait else None

    def _once(self, request: requests.PreparedRequest, asked: str) -> Capture:
        deadline = time.monotonic() + self._politeness.total_timeout
        timeout = (self._politeness.connect_timeout, self._politeness.read_timeout)
        try:
            with self._client.send(request, stream=True, timeout=timeout, allow_redirects=False) as response:
                began = datetime.now(UTC)
                return _capture(response, asked, began, self._body(response.raw, deadline))
        except (OSError, urllib3.exceptions.HTTPError, ForbiddenAddressError) as error:
            raise _ending(error) from error

    def _body(self, raw: Any, deadline: float) -> bytes:
        """The decoded body, read as it comes in: a server that drips must not hold us for ever."""
        _check_encoding(raw)
        length = raw.headers.get("Content-Length", "")
        body = bytearray()
        while max(len(body), int(length) if length.isdecimal() else 0) <= self._politeness.max_bytes:
            piece = raw.read1(_CHUNK, decode_content=True)
            if not piece:
                return bytes(body)
            body += piece
            if time.monotonic() > deadline:
                limit = self._politeness.total_timeout
                raise _VisitError(Outcome.TIMEOUT, f"not complete after {limit:g} s")
        raise _VisitError(Outcome.TOO_LARGE, f"more than {self._politeness.max_bytes} bytes")


class _VisitError(Exception):
    """A visit ended without a response worth judging. `again` says that a retry may help."""

    def __init__(self, outcome: Outcome, detail: str, *, again: bool = False) -> None:
        super().__init__(detail)
        self.outcome, self.detail, self.again = outcome, detail, again


class _Client(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None ever: requests would read a redirect's body, whatever its size, only to offer the next."""


class _GuardedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = GUARDED_POOLS


def _client(contact: str, *, guarded: bool) -> requests.Session:
    client = _Client()
    client.trust_env = False
    client.headers.update(
        {
            "User-Agent": _user_agent(contact),
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "gzip, deflate",
        }
    )
    for scheme in _USUAL_PORT if guarded else ():
        client.mount(f"{scheme}://", _GuardedAdapter())
    return client


def _user_agent(contact: str) -> str:
    try:
        name = f"{AGENT}/{version('nianbao')}"
    except PackageNotFoundError:  # run from a source tree that nobody installed
        name = AGENT
    return f"{name} (+{quote(contact, safe=_ASCII)})" if contact else name


def _referer(url: str) -> dict[str, str]:
    return {"Referer": quote(url, safe=_ASCII)}


def _clean(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that say something, each on one line: a validator that was folded must not be sent so."""
    return {name: " ".join(value.split()) for name, value in headers.items() if value}


def _redirected(request: requests.PreparedRequest, status: int, location: str) -> requests.Request:
    """The request that a redirect asks for: a GET unless the status keeps the method (RFC 9110, 15.4)."""
    stays = status in (307, 308) or request.method == "GET"
    dropped = {"cookie", "content-length"} | (set() if stays else {"content-type"})
    headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
    # Quoted from its bytes: a Location may come in UTF-8 or GB18030, and only the portal knows which.
    target = quote(location.encode("latin-1"), safe=_ASCII)
    try:
        url = urljoin(_url(request), target)
    except ValueError as error:
        raise _VisitError(Outcome.FOREIGN, f"redirected to no address: {location}") from error
    method, body = (request.method, request.body) if stays else ("GET", None)
    return requests.Request(method, url, headers, data=body)


def _capture(response: requests.Response, asked: str, began: datetime, body: bytes) -> Capture:
    sent = response.request.body or b""
    return Capture(
        requested_url=asked,
        url=urldefrag(response.url).url,
        fetched_at=began,
        status=response.status_code,
        reason=response.reason or "",
        headers=tuple(response.raw.headers.iteritems()),
        body=body,
        method=response.request.method or "GET",
        request_body=sent.encode() if isinstance(sent, str) else bytes(sent),
    )


def _check_encoding(raw: Any) -> None:
    """Some portals send encodings that nobody asked for; undecoded bytes must not pass for a page."""
    sent = raw.headers.get("Content-Encoding", "").lower().replace(",", " ").split()
    unknown = [name for name in sent if name != "identity" and name not in raw.CONTENT_DECODERS]
    if unknown:
        raise _VisitError(Outcome.SERVER_ERROR, f"sent as '{unknown[0]}', which we cannot decode")


def _ending(error: Exception) -> _VisitError:
    """The end that a failed request is, by what to do about it."""
    reason = _line(error)
    if isinstance(error, ForbiddenAddressError):
        return _VisitError(Outcome.FOREIGN, reason)
    if isinstance(error, (requests.exceptions.SSLError, urllib3.exceptions.SSLError)):
        return _VisitError(Outcome.TLS, reason)
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return _VisitError(Outcome.TIMEOUT, reason, again=True)
    if isinstance(error, urllib3.exceptions.DecodeError):
        return _VisitError(Outcome.SERVER_ERROR, reason)
    return _VisitError(Outcome.UNREACHABLE, reason, again=True)


def _line(error: BaseException) -> str:
    """The innermost reason of an error in one line; the libraries wrap it up to four times."""
    inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    if isinstance(inner, BaseException):
        return _line(inner)
    return " ".join(str(error).split()) or type(error).__name__


def _url(request: requests.PreparedRequest) -> str:
    return request.url or ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _site(url: str) -> str:
    """The host, with its port where that is not the usual one: what a registry allows, what is paced."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return host if parts.port in (None, _USUAL_PORT.get(parts.scheme)) else f"{host}:{parts.port}"
