"""A visit from the request to its named outcome: permission, turns, retries, redirects, refusals.

A session serves one portal and one thread, so no cookie goes from one portal to another.
"""

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import urldefrag

import requests
import urllib3

from extractors.http import addresses
from extractors.http.addresses import address, origin, site
from extractors.http.client import client
from extractors.http.exchange import VisitError, exchange, line
from extractors.http.pacing import Pacing, retry_after
from extractors.http.politeness import AGENT, Politeness
from extractors.http.robots import Rules, rules_from
from extractors.http.schemes import Schemes
from extractors.outcomes import classify
from extractors.registry import Portal
from schema.records import Capture, Fetch, Outcome

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({429, 500, 502, 503, 504})
_VALIDATORS = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}  # what is sent, what it is made of
_SILENT = frozenset({Outcome.UNREACHABLE, Outcome.TIMEOUT})

Recall = Callable[[str], Capture | None]


class PoliteSession:
    """Visits the pages of one portal; a context manager. `gap` is kept unless a robots.txt wants more.

    `pacing` is what all sessions of a run share: one gap a host, and no request to a host that one of them had
    to stop asking. Without it the gap alone is shared, with the other sessions of this process.

    `recall` gives what a URL answered at an earlier time, or None. Then only its change is asked for, and a page that
    has not changed (304) is given as it was, with the present time.
    """

    def __init__(
        self,
        portal: Portal,
        politeness: Politeness | None = None,
        pacing: Pacing | None = None,
        recall: Recall | None = None,
    ) -> None:
        self._politeness = politeness or Politeness()
        self.gap = portal.gap if portal.private else max(portal.gap, self._politeness.gap)
        self._hosts = frozenset({site(portal.base_url), *(host.lower() for host in portal.hosts)})
        self._pacing = pacing or Pacing()
        self._schemes = Schemes(downgrade=portal.http_fallback)
        self._recall = recall
        self._rules: dict[str, Rules] = {}
        self.requests, self.received = 0, 0  # what was asked, retries and robots.txt included, and the bytes that came
        self._client = client(portal, self._politeness)

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
        validators = dict(zip(_VALIDATORS, (etag, last_modified), strict=True))
        sent = {**validators, **addresses.referer(referer), **(headers or {})}
        return self._visit(requests.Request("GET", url, params=params, headers=addresses.clean(sent)))

    def post(
        self,
        url: str,
        *,
        data: Mapping[str, str] | None = None,
        json: Any = None,
        referer: str = "",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetch:
        """Fetch what a form (`data`) or an interface (`json`) answers.

        It is retried as a GET is: the portals' list forms only read.
        """
        sent = addresses.clean({**addresses.referer(referer), **(headers or {})})
        return self._visit(requests.Request("POST", url, params=params, data=data, json=json, headers=sent))

    def _visit(self, request: requests.Request, *, obey: bool = True) -> Fetch:
        """Make a visit. `obey` is off for robots.txt itself, which no rule forbids."""
        asked, trail = str(request.url), list[Capture]()
        try:
            prepared = self._prepare(request)
            asked = address(prepared) if request.params else asked
            known = self._known(prepared, asked)
            self._follow(prepared, asked, trail, obey=obey)
            if known and trail[-1].status == HTTPStatus.NOT_MODIFIED:
                trail[-1] = replace(known, fetched_at=trail[-1].fetched_at)
            fetch = Fetch(asked, *classify(trail[-1]), trail[-1])
        except VisitError as end:
            fetch = Fetch(asked, end.outcome, end.detail, trail[-1] if trail else None)
        note = self._schemes.note(asked) if fetch.capture else ""
        return replace(fetch, detail="; ".join(filter(None, (fetch.detail, note)))) if note else fetch

    def _known(self, request: requests.PreparedRequest, asked: str) -> Capture | None:
        """What is recalled of a page, whose validators the request then bears; not if it has some already."""
        if request.method != "GET" or self._recall is None or _VALIDATORS.keys() & request.headers.keys():
            return None
        known = self._recall(asked)
        if known:
            sent = {name: known.header(kept) for name, kept in _VALIDATORS.items()}
            request.headers.update(addresses.clean(sent))
        return known

    def _prepare(self, request: requests.Request) -> requests.PreparedRequest:
        try:
            return self._client.prepare_request(request)
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            raise VisitError(Outcome.FOREIGN, f"no address that can be asked for: {line(error)}") from error

    def _follow(self, request: requests.PreparedRequest, asked: str, trail: list[Capture], *, obey: bool) -> None:
        """Ask, and follow redirects; every response that came in full is appended to the trail."""
        for _ in range(self._politeness.max_redirects + 1):
            self._permit(address(request), obey=obey)
            request = self._on_its_scheme(request)
            trail.append(self._ask_somehow(request, asked) if not trail else self._ask(request, asked))
            location = trail[-1].header("Location")
            if trail[-1].status not in _REDIRECTS or not location:
                return
            request = self._redirected(request, trail)
        self._wall(trail)
        raise VisitError(Outcome.SERVER_ERROR, f"more than {self._politeness.max_redirects} redirects")

    def _redirected(self, request: requests.PreparedRequest, trail: list[Capture]) -> requests.PreparedRequest:
        """The request that the last response sends us to. Raises VisitError where that goes round in a circle."""
        status, location = trail[-1].status, trail[-1].header("Location")
        try:
            further = self._prepare(addresses.redirected(request, status, location))
        except ValueError as error:
            raise VisitError(Outcome.FOREIGN, f"redirected to no address: {location}") from error
        been = {(capture.method, capture.url) for capture in trail}
        again = (further.method, urldefrag(self._schemes.of(address(further))).url) in been
        # With a cookie it is another request than the one before: some portals let in only who bears theirs.
        if again and not trail[-1].header("Set-Cookie"):
            raise VisitError(Outcome.SERVER_ERROR, f"redirected in a circle, to {address(further)}")
        return further

    def _wall(self, trail: list[Capture]) -> None:
        """Raise VisitError for a portal that sends us to the same page again, whatever cookie we bear."""
        if trail[-1].header("Set-Cookie") and len({capture.url for capture in trail}) == 1:
            detail = f"{trail[-1].status}, a cookie wall: sent to the same page again with every cookie"
            self._pacing.refused(site(trail[-1].url), detail, self._politeness.cool_down)
            raise VisitError(Outcome.BLOCKED, detail)

    def _permit(self, url: str, *, obey: bool) -> None:
        """Raise VisitError unless the portal's entry, its host's past and its robots.txt let us ask."""
        if not url.startswith(("http://", "https://")):
            raise VisitError(Outcome.FOREIGN, f"'{url[:80]}' is no web address")
        if site(url) not in self._hosts:
            raise VisitError(Outcome.FOREIGN, f"{site(url)} is no host of this portal")
        self._check_stop(site(url))
        refusal = self._rules_of(url).refusal(url) if obey else None
        if refusal:
            raise VisitError(*refusal)

    def _check_stop(self, host: str) -> None:
        if stopped := self._pacing.stopped(host):
            raise VisitError(stopped[0], f"{host} is not asked any more: {stopped[1]}")

    def _rules_of(self, url: str) -> Rules:
        place = origin(self._schemes.of(url))
        if place not in self._rules:
            fetch = self._visit(requests.Request("GET", f"{place}/robots.txt"), obey=False)
            place = origin(self._schemes.of(url))  # the visit may have found that the other scheme answers
            self._rules[place] = rules_from(fetch, AGENT)
        return self._rules[place]

    def _on_its_scheme(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        url = self._schemes.of(address(request))
        return request if url == address(request) else addresses.moved(request, url, self._client.cookies)

    def _ask_somehow(self, request: requests.PreparedRequest, asked: str) -> Capture:
        """Ask, and once more on the other scheme where the host cannot be spoken to on this one."""
        url = address(request)
        try:
            return self._ask(request, asked)
        except VisitError as end:
            other = self._schemes.other(url) if end.unheard else ""
            if not other:
                raise
            capture = self._ask_on_other(addresses.moved(request, other, self._client.cookies), asked, end)
            self._schemes.switch(url, end.detail)
            return capture

    def _ask_on_other(self, request: requests.PreparedRequest, asked: str, first: VisitError) -> Capture:
        try:
            return self._ask(request, asked, retries=0)
        except VisitError as end:
            detail = f"{first.detail}; tried {origin(address(request))} instead: {end.detail}"
            raise VisitError(first.outcome, detail) from end

    def _ask(self, request: requests.PreparedRequest, asked: str, retries: int | None = None) -> Capture:
        """One request with its retries, each in its turn. Raises VisitError when no response came of it."""
        url, last = address(request), self._politeness.retries if retries is None else retries
        for attempt in itertools.count():
            self._pacing.wait(site(url), self._gap_for(url))
            self._check_stop(site(url))  # another session may have been refused while we waited
            self.requests += 1
            try:
                capture, sent_at = exchange(self._client, request, asked, self._politeness)
            except VisitError as end:
                self._pause(site(url), attempt, end, is_last=attempt >= last)
                continue
            self.received += len(capture.body)
            # Looking up a name and shaking hands may take as long as the gap, so that is counted from the sending.
            self._pacing.hold(site(url), sent_at + self._gap_for(url) - time.monotonic())
            self._heed(capture)
            if attempt >= last or not self._may_ask_again(capture, attempt):
                return capture
        raise AssertionError("unreachable: the loop ends by itself")

    def _gap_for(self, url: str) -> float:
        rules = self._rules.get(origin(url))
        return max(self.gap, rules.delay) if rules else self.gap

    def _pause(self, host: str, attempt: int, end: VisitError, *, is_last: bool) -> None:
        """Let the host be for a while after an attempt without an answer; raise its end if it was the last one."""
        if is_last or not end.again:
            if end.outcome in _SILENT:
                self._pacing.silent(host, end.outcome, end.detail)
            raise end
        self._pacing.hold(host, self._backoff(attempt))

    def _backoff(self, attempt: int) -> float:
        return min(self._politeness.backoff * 2.0**attempt, self._politeness.longest_wait)

    def _heed(self, capture: Capture) -> None:
        """Remember an answer for its host: a challenge stops it at once, a refusal counts, a wish is granted."""
        host = site(capture.url)
        self._schemes.answered(capture.url)
        self._pacing.answered(host)
        outcome, detail = classify(capture)
        if outcome is Outcome.CHALLENGE:
            self._pacing.stop(host, Outcome.BLOCKED, detail)
        elif outcome is Outcome.BLOCKED:
            self._pacing.refused(host, detail, self._politeness.cool_down)
        wish = _wish(capture)
        if wish is not None and wish > self._politeness.longest_wait:
            self._pacing.stop(host, Outcome.BLOCKED, f"{capture.status}, asks us to wait {wish:.0f} s")
        elif wish is not None:
            self._pacing.hold(host, wish)

    def _may_ask_again(self, capture: Capture, attempt: int) -> bool:
        """Whether a retry makes sense; when the host did not say for how long to wait, we do."""
        if capture.status not in _AGAIN or self._pacing.stopped(site(capture.url)):
            return False
        if _wish(capture) is not None:
            return True
        self._pacing.hold(site(capture.url), self._backoff(attempt))
        return capture.status != 429


def _wish(capture: Capture) -> float | None:
    """The seconds that a host that refuses or fails asks us to wait."""
    return retry_after(capture.header("Retry-After"), capture.fetched_at) if capture.status >= 400 else None
