"""Refusals, challenges and silence: when a host is left alone."""

import threading
from dataclasses import replace

from extractors.http import Pacing
from schema.records import Outcome
from tests.extractors.loopback import JITTER, QUICK, Loopback, Reply, fetch, page


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

    def test_a_stop_is_one_for_all_sessions_of_the_run(self, server: Loopback) -> None:
        server.pages["/no"] = Reply("", 403)
        pacing = Pacing()
        for _ in range(2):
            with server.session(QUICK, pacing) as session:
                for _ in range(2):
                    session.get(f"{server.url}/no")
        with server.session(QUICK, pacing) as session:
            got = session.get(f"{server.url}/ok")
        assert (got.outcome, "3 refusals" in got.detail) == (Outcome.BLOCKED, True)
        assert [asked.path for asked in server.log] == ["/robots.txt", "/no", "/no", "/robots.txt", "/no"]

    def test_nobody_asks_who_waited_while_the_host_was_stopped(self, server: Loopback) -> None:
        pacing = Pacing()
        with server.session(QUICK, pacing) as session:
            session.get(f"{server.url}/ok")
            pacing.hold(server.url.removeprefix("http://"), 0.3)
            waiting = threading.Thread(target=session.get, args=(f"{server.url}/ok",))
            waiting.start()
            pacing.stop(server.url.removeprefix("http://"), Outcome.BLOCKED, "as another session found")
            waiting.join()
        assert server.paths() == ["/ok"]

    def test_a_host_that_went_silent_is_left_alone(self, server: Loopback) -> None:
        server.pages["/dead"] = Reply(reset=True)
        with server.session(replace(QUICK, retries=0)) as session:
            ends = [session.get(f"{server.url}/dead").outcome for _ in range(4)]
            session.get(f"{server.url}/ok")  # it is there after all: the count begins anew
            ends += [session.get(f"{server.url}/dead").outcome for _ in range(5)]
            late = session.get(f"{server.url}/ok")
        assert set(ends) == {Outcome.UNREACHABLE}
        assert (late.outcome, "5 visits in a row" in late.detail) == (Outcome.UNREACHABLE, True)
        assert server.paths() == ["/dead"] * 4 + ["/ok"] + ["/dead"] * 5
