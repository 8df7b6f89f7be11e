"""The polite session against a real server: every outcome, every limit, and manners by the server's log."""

import gzip
import itertools
import ssl
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from extractors.guard import ForbiddenAddressError, check_address
from extractors.http import Politeness, PoliteSession
from extractors.pacing import retry_after
from schema.records import Capture, Fetch, Outcome
from tests.extractors.loopback import QUICK, Asked, Loopback, Reply, page

PRIVATE = [
    *("127.0.0.2", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("224.0.0.1", "255.255.255.255", "::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
]
NO_ADDRESS = [
    *("", "javascript:void(0)", "mailto:a@b", "ftp://127.0.0.1/", "http://", "http://[", "http://a:99999/"),
    *("foo://[", "http://elsewhere.test/a", "http://127.0.0.1/", "http://例え。テスト/", "http://a..b/"),
]
JITTER = 0.02  # seconds by which the server may see a request late, and the next one not


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback({"/ok": page("一"), "/robots.txt": Reply("", 404)}) as running:
        yield running


def fetch(server: Loopback, path: str, politeness: Politeness = QUICK) -> Fetch:
    with server.session(politeness) as session:
        return session.get(server.url + path)


def capture_of(got: Fetch) -> Capture:
    assert got.capture is not None
    return got.capture


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
            *((refusal, Outcome.BLOCKED) for refusal in (403, 412, 418, 429, 468, 512, 521)),
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
    def test_retry_after_is_obeyed(self, server: Loopback, status: int) -> None:
        server.pages["/busy"] = [Reply("忙", status, {"Retry-After": "1"}), page("好")]
        assert fetch(server, "/busy").outcome is Outcome.FETCHED
        first, second = (asked.at for asked in server.log if asked.path == "/busy")
        assert second - first >= 1.0 - JITTER

    def test_too_long_a_wish_is_a_no(self, server: Loopback) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        server.pages["/busy"] = Reply("忙", 503, {"Retry-After": later})
        assert fetch(server, "/busy").outcome is Outcome.SERVER_ERROR
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


class TestRefusals:
    def test_cool_down_then_stop(self, server: Loopback) -> None:
        server.pages |= {f"/no{number}": Reply("", 403) for number in range(5)}
        with server.session(replace(QUICK, cool_down=0.2)) as session:
            ends = [session.get(f"{server.url}/no{number}") for number in range(5)]
            late = session.get(f"{server.url}/ok")
        assert {end.outcome for end in ends} == {Outcome.BLOCKED}
        assert server.paths() == ["/no0", "/no1", "/no2"]
        at = [asked.at for asked in server.log if asked.path != "/robots.txt"]
        assert at[2] - at[1] >= 0.2 - JITTER
        assert (late.outcome, late.capture) == (Outcome.BLOCKED, None)
        assert "3 refusals" in late.detail
        assert "403" in late.detail

    def test_a_challenge_stops_the_host_at_once(self, server: Loopback) -> None:
        server.pages["/doc"] = Reply("<html><script>$_ts=window['$_ts'];$_ts.cd=1</script></html>", 412)
        with server.session() as session:
            first, second = session.get(f"{server.url}/doc"), session.get(f"{server.url}/ok")
        assert (first.outcome, second.outcome) == (Outcome.CHALLENGE, Outcome.BLOCKED)
        assert "ruishu" in second.detail
        assert server.paths() == ["/doc"]

    def test_a_challenge_under_503_is_not_retried(self, server: Loopback) -> None:
        server.pages["/doc"] = Reply("<script>document.cookie='__jsl_clearance=1'</script>", 503)
        assert fetch(server, "/doc").outcome is Outcome.CHALLENGE
        assert server.paths() == ["/doc"]

    def test_the_host_is_what_is_stopped(self, server: Loopback) -> None:
        with Loopback({"/ok": page("二")}) as other:
            server.pages["/no"] = Reply("", 403)
            with server.session(hosts=(other.url.removeprefix("http://"),)) as session:
                for _ in range(4):
                    session.get(f"{server.url}/no")
                assert session.get(f"{other.url}/ok").outcome is Outcome.FETCHED


class TestRobots:
    def robots(self, server: Loopback, text: str) -> None:
        server.pages["/robots.txt"] = Reply(text, content_type="text/plain")

    def test_forbidden_is_not_asked_for(self, server: Loopback) -> None:
        self.robots(server, "User-agent: *\nDisallow: /ok\n")
        got = fetch(server, "/ok")
        assert (got.outcome, got.capture, server.paths()) == (Outcome.ROBOTS, None, [])

    def test_rules_for_our_name_win(self, server: Loopback) -> None:
        self.robots(server, "User-agent: *\nDisallow: /\n\nUser-agent: nianbao\nAllow: /\n")
        assert fetch(server, "/ok").outcome is Outcome.FETCHED

    def test_read_once_a_session(self, server: Loopback) -> None:
        self.robots(server, "User-agent: *\nDisallow: /no\n")
        with server.session() as session:
            for path in ("/ok", "/ok", "/no"):
                session.get(server.url + path)
        assert [asked.path for asked in server.log].count("/robots.txt") == 1

    @pytest.mark.parametrize(
        "answer",
        [
            Reply("", 404),
            Reply("", 410),
            Reply("", 400),
            Reply(""),
            Reply("<html><title>页面不存在</title><body>您访问的页面不存在</body></html>"),
            Reply("", 302, {"Location": "http://elsewhere.test/"}),
        ],
    )
    def test_none_allows_all(self, server: Loopback, answer: Reply) -> None:
        server.pages["/robots.txt"] = answer
        assert fetch(server, "/ok").outcome is Outcome.FETCHED

    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            (Reply("", 503), Outcome.SERVER_ERROR),
            (Reply(reset=True), Outcome.UNREACHABLE),
            (Reply(delay=0.3), Outcome.TIMEOUT),
            (Reply("", 403), Outcome.BLOCKED),
            (Reply("<script>acw_sc__v2</script>"), Outcome.CHALLENGE),
        ],
    )
    def test_unknown_forbids_all_for_now(self, server: Loopback, answer: Reply, outcome: Outcome) -> None:
        server.pages["/robots.txt"] = answer
        got = fetch(server, "/ok", replace(QUICK, read_timeout=0.1))
        assert (got.outcome, got.capture, server.paths()) == (outcome, None, [])
        assert "robots.txt" in got.detail

    def test_an_endless_delay_is_a_no(self, server: Loopback) -> None:
        self.robots(server, "User-agent: *\nCrawl-delay: 86400\n")
        got = fetch(server, "/ok")
        assert (got.outcome, server.paths()) == (Outcome.ROBOTS, [])
        assert "86400" in got.detail

    def test_a_redirect_must_be_allowed_too(self, server: Loopback) -> None:
        self.robots(server, "User-agent: *\nDisallow: /secret\n")
        server.pages["/moved"] = Reply("", 302, {"Location": "/secret/a"})
        assert fetch(server, "/moved").outcome is Outcome.ROBOTS
        assert server.paths() == ["/moved"]


class TestRedirects:
    def test_followed_within_the_portal(self, server: Loopback) -> None:
        server.pages["/a/b"] = Reply("", 301, {"Location": "../c"})
        server.pages["/c"] = Reply("", 307, {"Location": "/ok?x=1"})
        capture = capture_of(fetch(server, "/a/b"))
        assert (capture.requested_url, capture.url) == (f"{server.url}/a/b", f"{server.url}/ok?x=1")

    def test_the_bytes_of_a_location_are_kept(self, server: Loopback) -> None:
        location = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /" + "年".encode("gb18030") + b"\r\n\r\n"
        server.pages["/gb"] = Reply(raw=location)
        server.pages["/%C4%EA"] = page("到")
        assert fetch(server, "/gb").outcome is Outcome.FETCHED

    def test_to_itself_with_a_cookie(self, server: Loopback) -> None:
        def door(asked: Asked) -> Reply:
            if "CT6T=1" in asked.headers.get("Cookie", ""):
                return page("进")
            return Reply("", 302, {"Location": "/door", "Set-Cookie": "CT6T=1; Path=/"})

        server.pages["/door"] = door
        assert fetch(server, "/door").outcome is Outcome.FETCHED

    def test_a_loop_ends(self, server: Loopback) -> None:
        server.pages["/loop"] = Reply("", 302, {"Location": "/loop"})
        got = fetch(server, "/loop")
        assert (got.outcome, capture_of(got).status) == (Outcome.SERVER_ERROR, 302)
        assert len(server.paths()) == 1 + QUICK.max_redirects

    @pytest.mark.parametrize(
        "location",
        [
            "http://169.254.169.254/latest/meta-data/",
            "http://127.0.0.2/",
            "//elsewhere.test/",
            "http://127.0.0.1:1/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "http://[broken/",
        ],
    )
    def test_not_followed_out_of_the_portal(self, server: Loopback, location: str) -> None:
        server.pages["/out"] = Reply("", 302, {"Location": location})
        got = fetch(server, "/out")
        assert (got.outcome, capture_of(got).status) == (Outcome.FOREIGN, 302)

    def test_a_listed_host_is_followed(self, server: Loopback) -> None:
        with Loopback({"/ok": page("别处")}) as other:
            server.pages["/out"] = Reply("", 302, {"Location": f"{other.url}/ok"})
            with server.session(hosts=(other.url.removeprefix("http://"),)) as session:
                assert session.get(f"{server.url}/out").outcome is Outcome.FETCHED

    def test_a_cookie_does_not_follow_to_another_host(self, server: Loopback) -> None:
        elsewhere = server.url.replace("127.0.0.1", "localhost")
        server.pages["/in"] = page("", headers={"Set-Cookie": "a=1; Path=/"})
        server.pages["/out"] = Reply("", 302, {"Location": f"{elsewhere}/ok"})
        with server.session(hosts=(elsewhere.removeprefix("http://"),)) as session:
            session.get(f"{server.url}/in")
            assert session.get(f"{server.url}/out").outcome is Outcome.FETCHED
        cookies = {asked.path: asked.headers.get("Cookie") for asked in server.log}
        assert (cookies["/out"], cookies["/ok"]) == ("a=1", None)

    @pytest.mark.parametrize(("status", "method"), [(302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
    def test_a_post_becomes_a_get_unless_told(self, server: Loopback, status: int, method: str) -> None:
        server.pages["/form"] = Reply("", status, {"Location": "/ok"})
        with server.session() as session:
            session.post(f"{server.url}/form", data={"a": "1"})
        asked = server.log[-1]
        assert (asked.path, asked.method, asked.form) == (
            "/ok",
            method,
            {"a": "1"} if method == "POST" else {},
        )

    def test_home_instead_of_the_page(self, server: Loopback) -> None:
        server.pages |= {"/col/col1/index.html": Reply("", 301, {"Location": "/"}), "/": page("首页")}
        assert fetch(server, "/col/col1/index.html").outcome is Outcome.SOFT_404

    def test_the_body_of_a_redirect_is_limited_too(self, server: Loopback) -> None:
        server.pages["/big"] = Reply(b"x" * 5000, 302, {"Location": "/ok"})
        assert fetch(server, "/big", replace(QUICK, max_bytes=1000)).outcome is Outcome.TOO_LARGE


class TestAddresses:
    def test_no_loopback_unless_the_portal_is_private(self, server: Loopback) -> None:
        with PoliteSession(server.portal(private=False), QUICK) as session:
            got = session.get(f"{server.url}/ok")
        assert (got.outcome, server.log) == (Outcome.FOREIGN, [])
        assert "127.0.0.1" in got.detail

    def test_a_name_is_judged_by_where_it_leads(self, server: Loopback) -> None:
        url = server.url.replace("127.0.0.1", "localhost")
        with PoliteSession(server.portal(private=False, base_url=url), QUICK) as session:
            assert session.get(f"{url}/ok").outcome is Outcome.FOREIGN
        assert server.log == []

    def test_https_is_guarded_too(self, server: Loopback) -> None:
        url = server.url.replace("http://", "https://")
        with PoliteSession(server.portal(private=False, base_url=url), QUICK) as session:
            assert session.get(f"{url}/ok").outcome is Outcome.FOREIGN

    @pytest.mark.parametrize(
        "address",
        PRIVATE,
    )
    def test_forbidden_addresses(self, address: str) -> None:
        with pytest.raises(ForbiddenAddressError, match="no public address"):
            check_address(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
    def test_public_addresses(self, address: str) -> None:
        check_address(address)

    @pytest.mark.parametrize(
        "url",
        NO_ADDRESS,
    )
    def test_what_is_no_address_of_the_portal(self, server: Loopback, url: str) -> None:
        with server.session() as session:
            got = session.get(url)
        assert (got.url, got.outcome, got.capture) == (url, Outcome.FOREIGN, None)
        assert "\n" not in got.detail
        assert server.log == []


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

    def test_a_dripping_server(self, server: Loopback) -> None:
        server.pages["/drip"] = Reply(b"x" * 1000, drip=0.02)
        got = fetch(server, "/drip", replace(QUICK, total_timeout=0.2))
        assert (got.outcome, len(server.paths())) == (Outcome.TIMEOUT, 1)

    @pytest.mark.parametrize(
        "broken",
        [
            Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it"),
            Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf"),
            Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"),
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


class TestTls:
    def test_an_unknown_certificate_is_refused(self, tmp_path: Path) -> None:
        with Loopback({"/ok": page("密")}, tls=self_signed(tmp_path)) as server:
            got = fetch(server, "/ok")
        assert (got.outcome, server.log) == (Outcome.TLS, [])
        assert "certificate verify failed" in got.detail
        assert "\n" not in got.detail

    def test_no_tls_at_all(self, server: Loopback) -> None:
        url = server.url.replace("http://", "https://")
        with server.session(base_url=url) as session:
            assert session.get(f"{url}/ok").outcome is Outcome.TLS


def self_signed(directory: Path) -> ssl.SSLContext:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    start = datetime.now(UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=2))
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (directory / "server.pem").write_bytes(private + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem")
    return context
