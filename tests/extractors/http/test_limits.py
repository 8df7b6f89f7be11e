"""Limits on size, time and decompression, and answers that break off."""

import gzip
import time
import tracemalloc
import zlib
from dataclasses import replace

import pytest

from extractors.http import PoliteSession
from schema.records import Outcome
from tests.extractors.loopback import QUICK, Loopback, Reply, fetch, page


class TestLimits:
    def test_a_declared_size(self, server: Loopback) -> None:
        server.pages["/big"] = Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nx")
        got = fetch(server, "/big")
        assert (got.outcome, got.capture) == (Outcome.TOO_LARGE, None)

    def test_the_real_size(self, server: Loopback) -> None:
        chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
        server.pages["/big"] = Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 50)
        got = fetch(server, "/big", replace(QUICK, max_bytes=10_000))
        assert (got.outcome, got.capture) == (Outcome.TOO_LARGE, None)
        assert server.paths() == ["/big"]

    def test_exactly_the_limit_is_allowed(self, server: Loopback) -> None:
        server.pages["/full"] = Reply(b"x" * 1000, content_type="text/plain")
        assert fetch(server, "/full", replace(QUICK, max_bytes=1000)).outcome is Outcome.FETCHED

    def test_a_gzip_bomb_takes_no_memory(self, server: Loopback) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
        server.pages["/bomb"] = Reply(bomb, headers={"Content-Encoding": "gzip"})
        tracemalloc.start()
        got = fetch(server, "/bomb", replace(QUICK, max_bytes=2**20))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert got.outcome is Outcome.TOO_LARGE
        assert peak < 8 * 2**20

    def test_a_silent_server(self, server: Loopback) -> None:
        server.pages["/slow"] = Reply("", delay=1.0)
        got = fetch(server, "/slow", replace(QUICK, read_timeout=0.1, retries=1))
        assert (got.outcome, len(server.paths())) == (Outcome.TIMEOUT, 2)

    @pytest.mark.parametrize(
        "dripping",
        [
            Reply(b"x" * 1000, drip=0.02),
            Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000, drip=0.02),
            Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 500, drip=0.02),
        ],
        ids=["body", "headers", "chunks"],
    )
    def test_a_dripping_server(self, server: Loopback, dripping: Reply) -> None:
        server.pages["/drip"] = dripping
        began = time.monotonic()
        got = fetch(server, "/drip", replace(QUICK, total_timeout=0.3))
        assert (got.outcome, got.capture, len(server.paths())) == (Outcome.TIMEOUT, None, 1)
        assert 0.3 <= time.monotonic() - began < 3.0

    def test_the_time_of_one_answer_is_not_that_of_the_next(self, server: Loopback) -> None:
        server.pages["/slow"] = page("慢", delay=0.2)
        with server.session(replace(QUICK, total_timeout=0.4)) as session:
            ends = [session.get(f"{server.url}/slow?{number}").outcome for number in range(3)]
        assert ends == [Outcome.FETCHED] * 3
        assert len({asked.client for asked in server.log}) == 1

    @pytest.mark.parametrize(
        "broken",
        [
            Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it"),
            Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf"),
            Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"),
            Reply(gzip.compress(b"half of it" * 99)[:-9], headers={"Content-Encoding": "gzip"}),
            Reply(raw=b"what is this\r\n\r\n"),
            Reply(raw=b""),
            Reply(reset=True),
        ],
    )
    def test_a_broken_answer_is_tried_again_and_never_kept(self, server: Loopback, broken: Reply) -> None:
        server.pages["/broken"] = broken
        got = fetch(server, "/broken")
        assert (got.outcome, got.capture) == (Outcome.UNREACHABLE, None)
        assert len(server.paths()) == 1 + QUICK.retries
        server.pages["/broken"] = [broken, page("好")]
        assert fetch(server, "/broken").outcome is Outcome.FETCHED

    def test_nobody_listens(self) -> None:
        with Loopback() as gone:
            portal = gone.portal()
        with PoliteSession(portal, QUICK) as session:
            got = session.get(f"{gone.url}/ok")
        assert got.outcome is Outcome.UNREACHABLE
        assert "refused" in got.detail
