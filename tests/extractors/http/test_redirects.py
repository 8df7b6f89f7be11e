"""Redirects: followed within the portal, never out of it, never round in a circle."""

from dataclasses import replace

import pytest

from schema.records import Outcome
from tests.extractors.loopback import QUICK, Asked, Loopback, Reply, capture_of, fetch, page


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

    def test_a_circle_is_seen_at_once(self, server: Loopback) -> None:
        server.pages |= {"/a": Reply("", 302, {"Location": "/b"}), "/b": Reply("", 301, {"Location": "/a#top"})}
        got = fetch(server, "/a")
        assert (got.outcome, capture_of(got).status) == (Outcome.SERVER_ERROR, 301)
        assert "in a circle" in got.detail
        assert server.paths() == ["/a", "/b"]

    def test_an_endless_way_ends(self, server: Loopback) -> None:
        def further(asked: Asked) -> Reply:
            return Reply("", 302, {"Location": f"/way?{int(asked.target.partition('?')[2] or 0) + 1}"})

        server.pages["/way"] = further
        got = fetch(server, "/way")
        assert (got.outcome, got.detail) == (Outcome.SERVER_ERROR, "more than 5 redirects")
        assert len(server.paths()) == 1 + QUICK.max_redirects

    def test_a_cookie_wall(self, server: Loopback) -> None:
        server.pages["/wall"] = Reply("", 302, {"Location": "/wall", "Set-Cookie": "a=1; Path=/"})
        with server.session() as session:
            ends = [session.get(f"{server.url}/wall") for _ in range(3)]
            late = session.get(f"{server.url}/ok")
        assert {(end.outcome, "cookie wall" in end.detail) for end in ends} == {(Outcome.BLOCKED, True)}
        assert (late.outcome, "3 refusals" in late.detail) == (Outcome.BLOCKED, True)
        assert server.paths() == ["/wall"] * 3 * (1 + QUICK.max_redirects)

    def test_a_form_may_send_back_to_its_own_page(self, server: Loopback) -> None:
        server.pages["/form"] = lambda asked: (
            page("好") if asked.method == "GET" else Reply("", 303, {"Location": "/form"})
        )
        with server.session() as session:
            assert session.post(f"{server.url}/form", data={"a": "1"}).outcome is Outcome.FETCHED

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
