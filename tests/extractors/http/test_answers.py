"""What comes back from a visit, and what the portal learns of us."""

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schema.records import Outcome
from tests.extractors.loopback import QUICK, Asked, Loopback, Reply, capture_of, fetch, page


class TestWhatComesBack:
    def test_a_page_is_kept_as_it_came(self, server: Loopback) -> None:
        body = "年报".encode("gb18030") + b"\r\n\x80" + b"<html>" + b"." * 99
        server.pages["/raw"] = Reply(body, headers={"X-Two": "a"}, content_type="text/html")
        got = fetch(server, "/raw#part")
        capture = capture_of(got)
        assert got.outcome is Outcome.FETCHED
        assert (capture.body, capture.status, capture.reason) == (body, 200, "OK")
        assert (capture.url, capture.requested_url) == (f"{server.url}/raw", f"{server.url}/raw#part")
        assert (capture.method, capture.header("x-two")) == ("GET", "a")
        assert abs(datetime.now(UTC) - capture.fetched_at) < timedelta(minutes=1)

    @pytest.mark.parametrize(
        ("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("x-gzip", gzip.compress)]
    )
    def test_content_encoding_is_undone_and_the_headers_stay(self, server: Loopback, coding: str, pack) -> None:
        plain = page("压").body
        server.pages["/packed"] = Reply(pack(plain.encode()), headers={"Content-Encoding": coding})
        capture = capture_of(fetch(server, "/packed"))
        assert capture.body.decode() == plain
        assert capture.header("Content-Encoding") == coding

    def test_an_encoding_that_we_cannot_decode_is_no_page(self, server: Loopback) -> None:
        server.pages["/br"] = Reply(b"\x0b\x02\x80", headers={"Content-Encoding": "compress"})
        got = fetch(server, "/br")
        assert (got.outcome, got.capture) == (Outcome.SERVER_ERROR, None)
        assert "compress" in got.detail

    def test_broken_gzip_is_named(self, server: Loopback) -> None:
        server.pages["/bad"] = Reply(b"no gzip at all", headers={"Content-Encoding": "gzip"})
        assert fetch(server, "/bad").outcome is Outcome.SERVER_ERROR

    def test_parameters_are_in_the_address_of_the_fetch(self, server: Loopback) -> None:
        with server.session() as session:
            got = session.get(f"{server.url}/ok", params={"paramJson": '{"pageNo":2}'})
        assert got.url == f"{server.url}/ok?paramJson=%7B%22pageNo%22%3A2%7D"
        assert server.log[-1].query == {"paramJson": '{"pageNo":2}'}

    def test_post(self, server: Loopback) -> None:
        with server.session() as session:
            got = session.post(f"{server.url}/ok", data={"col": "1", "webname": "市"}, referer=server.url + "/列")
        asked, capture = server.log[-1], capture_of(got)
        assert (asked.method, asked.form) == ("POST", {"col": "1", "webname": "市"})
        assert asked.headers["Referer"] == f"{server.url}/%E5%88%97"
        assert (capture.method, capture.request_body) == ("POST", asked.body)

    @pytest.mark.parametrize(
        ("status", "outcome"),
        [
            (404, Outcome.NOT_FOUND),
            (410, Outcome.NOT_FOUND),
            *((refusal, Outcome.BLOCKED) for refusal in (202, 403, 412, 418, 429, 468, 512, 521)),
            (500, Outcome.SERVER_ERROR),
            (401, Outcome.SERVER_ERROR),
            (206, Outcome.SERVER_ERROR),
        ],
    )
    def test_statuses(self, server: Loopback, status: int, outcome: Outcome) -> None:
        server.pages["/it"] = Reply("<html>" + "说明" * 20, status)
        got = fetch(server, "/it")
        assert (got.outcome, capture_of(got).status) == (outcome, status)
        assert got.detail.startswith(str(status))

    def test_unchanged(self, server: Loopback) -> None:
        def conditional(asked: Asked) -> Reply:
            fresh = asked.headers.get("If-None-Match") == '"v1"' and asked.headers["If-Modified-Since"] == "then"
            return Reply(raw=b"HTTP/1.1 304 Not Modified\r\n\r\n") if fresh else page("新")

        server.pages["/doc"] = conditional
        with server.session() as session:
            got = session.get(f"{server.url}/doc", etag='"v1"', last_modified="then")
            again = session.get(f"{server.url}/doc")
        assert (got.outcome, capture_of(got).status, capture_of(got).body) == (Outcome.UNCHANGED, 304, b"")
        assert again.outcome is Outcome.FETCHED

    def test_a_folded_validator_cannot_break_the_next_request(self, server: Loopback) -> None:
        with server.session() as session:
            assert session.get(f"{server.url}/ok", etag='"a"\r\n X: y').outcome is Outcome.FETCHED
        assert server.log[-1].headers["If-None-Match"] == '"a" X: y'


class TestWhoWeAre:
    def test_user_agent_with_contact(self, server: Loopback) -> None:
        fetch(server, "/ok", replace(QUICK, contact="数据 <a@example.org>\r\nX: y"))
        agents = {asked.headers["User-Agent"] for asked in server.log}
        assert len(agents) == 1
        agent = agents.pop()
        assert agent.startswith("nianbao")
        assert agent.endswith(" (+%E6%95%B0%E6%8D%AE <a@example.org>%0D%0AX: y)")

    def test_the_connection_is_kept(self, server: Loopback) -> None:
        with server.session() as session:
            for _ in range(3):
                session.get(f"{server.url}/ok")
        assert len({asked.client for asked in server.log}) == 1

    def test_cookies_stay_within_a_session(self, server: Loopback) -> None:
        server.pages["/cookie"] = page("二", headers={"Set-Cookie": "a=1; Path=/"})
        with server.session() as one:
            one.get(f"{server.url}/cookie")
            one.get(f"{server.url}/ok")
        fetch(server, "/ok")
        assert [asked.headers.get("Cookie") for asked in server.log if asked.path == "/ok"] == ["a=1", None]

    def test_the_environment_adds_nothing(
        self, server: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "netrc").write_text("default login me password secret", encoding="ascii")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        assert fetch(server, "/ok").outcome is Outcome.FETCHED
        assert "Authorization" not in server.log[-1].headers
