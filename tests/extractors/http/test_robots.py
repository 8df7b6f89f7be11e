"""robots.txt: read first, obeyed, and what its absence means."""

from dataclasses import replace

import pytest

from schema.records import Outcome
from tests.extractors.loopback import QUICK, Loopback, Reply, fetch


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
