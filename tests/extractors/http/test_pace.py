"""Gaps, retries and holds, by the server's own log."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from extractors.http import PoliteSession
from extractors.http.pacing import retry_after
from schema.records import Outcome
from tests.extractors.http.certificates import Authority
from tests.extractors.loopback import JITTER, QUICK, Loopback, Reply, capture_of, fetch, page


class TestPace:
    def test_gap_between_starts_with_retries_redirects_and_robots(self, server: Loopback) -> None:
        server.pages["/flaky"] = [Reply("", 503), page("好")]
        server.pages["/moved"] = Reply("", 302, {"Location": "/ok"})
        with server.session(gap=0.1) as session:
            for path in ("/ok", "/flaky", "/moved"):
                assert session.get(server.url + path).outcome is Outcome.FETCHED
        starts = [asked.at for asked in server.log]
        assert len(starts) == 6
        assert min(later - earlier for earlier, later in itertools.pairwise(starts)) >= 0.1 - JITTER

    @pytest.mark.slow
    def test_a_slow_handshake_takes_nothing_from_the_gap(self, authority: Authority) -> None:
        pages = {"/ok": page("密"), "/robots.txt": Reply("", 404)}
        with Loopback(pages, authority.server(), shake=0.4) as slow, slow.session(gap=0.4) as session:
            assert session.get(f"{slow.url}/ok").outcome is Outcome.FETCHED
        robots, first = slow.log
        assert first.at - robots.at >= 0.4 - JITTER

    def test_the_operator_may_slow_down_but_not_hurry(self, server: Loopback) -> None:
        portal = server.portal(gap=0.3, private=False)
        assert PoliteSession(portal, replace(QUICK, gap=0.1)).gap == 0.3
        assert PoliteSession(portal, replace(QUICK, gap=5.0)).gap == 5.0

    def test_crawl_delay_widens_the_gap(self, server: Loopback) -> None:
        server.pages["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 0.15\n", content_type="text/plain")
        with server.session() as session:
            session.get(f"{server.url}/ok")
            session.get(f"{server.url}/ok")
        starts = [asked.at for asked in server.log if asked.path == "/ok"]
        assert starts[1] - starts[0] >= 0.15 - JITTER

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_failures_are_tried_again(self, server: Loopback, status: int) -> None:
        server.pages["/flaky"] = [Reply("", status), Reply("", status), page("好")]
        assert fetch(server, "/flaky").outcome is Outcome.FETCHED
        assert len(server.paths()) == 3

    def test_retries_are_bounded(self, server: Loopback) -> None:
        server.pages["/down"] = Reply("", 503)
        got = fetch(server, "/down")
        assert (got.outcome, capture_of(got).status) == (Outcome.SERVER_ERROR, 503)
        assert len(server.paths()) == 1 + QUICK.retries

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.slow
    def test_retry_after_is_obeyed(self, server: Loopback, status: int) -> None:
        server.pages["/busy"] = [Reply("忙", status, {"Retry-After": "1"}), page("好")]
        assert fetch(server, "/busy").outcome is Outcome.FETCHED
        first, second = (asked.at for asked in server.log if asked.path == "/busy")
        assert second - first >= 1.0 - JITTER

    @pytest.mark.parametrize("status", [403, 429, 503])
    @pytest.mark.slow
    def test_a_wish_counts_for_the_next_page_too(self, server: Loopback, status: int) -> None:
        server.pages["/busy"] = Reply("忙", status, {"Retry-After": "1"})
        with server.session(replace(QUICK, retries=0)) as session:
            session.get(f"{server.url}/busy")
            session.get(f"{server.url}/ok")
        assert server.log[-1].at - server.log[-2].at >= 1.0 - JITTER

    def test_too_long_a_wish_is_a_no(self, server: Loopback) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        server.pages["/busy"] = Reply("忙", 503, {"Retry-After": later})
        with server.session() as session:
            first, second = session.get(f"{server.url}/busy"), session.get(f"{server.url}/ok")
        assert (first.outcome, second.outcome) == (Outcome.SERVER_ERROR, Outcome.BLOCKED)
        assert "asks us to wait" in second.detail
        assert server.paths() == ["/busy"]

    def test_429_without_a_wish_is_not_tried_again(self, server: Loopback) -> None:
        server.pages["/busy"] = Reply("忙", 429)
        assert fetch(server, "/busy").outcome is Outcome.BLOCKED
        assert server.paths() == ["/busy"]

    def test_retry_after_in_all_its_forms(self) -> None:
        now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        assert retry_after("7", now) == 7.0
        assert retry_after("Sun, 01 Mar 2026 12:00:30 GMT", now) == 30.0
        assert retry_after("Sun, 01 Mar 2026 11:00:00 GMT", now) == 0.0
        assert retry_after("", now) is None
        assert retry_after("soon", now) is None
