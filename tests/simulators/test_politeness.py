"""The proof itself must be able to fail: every breach of the contract is seen."""

import pytest

from tests.extractors.loopback import Asked, Reply
from tests.simulators.faults import JIASULE, RUISHU
from tests.simulators.politeness import Entry, check

OK, NO = Reply("好"), Reply("", 403)
ROBOTS = Reply("User-agent: *\nDisallow: /secret\nCrawl-delay: 3\n")


def entry(at: float, path: str = "/a", reply: Reply = OK) -> Entry:
    return Entry(Asked(at, "GET", path, {}, b"", ("127.0.0.1", 1)), reply)


FIRST = entry(0.0, "/robots.txt", Reply("", 404))


def test_a_polite_crawl_passes() -> None:
    check([FIRST, entry(1.0), entry(2.0, reply=NO), entry(3.0, reply=NO), entry(9.0, reply=NO)], gap=1, cool_down=6)
    check([entry(0.0, "/robots.txt", ROBOTS), entry(1.0), entry(4.0)], gap=1, cool_down=6)


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ([], "nothing"),
        ([entry(0.0)], "before robots"),
        ([FIRST, entry(0.5)], "0.500 s after"),
        ([FIRST, entry(1.0), entry(1.5)], "0.500 s after"),
        ([FIRST, entry(1.0, reply=Reply("", 429, {"Retry-After": "5"})), entry(4.0)], "3.000 s after"),
        ([FIRST, entry(1.0, reply=NO), entry(2.0, reply=NO), entry(4.0)], "no cool-down"),
        ([FIRST, *(entry(at, reply=NO) for at in (1.0, 2.0, 9.0, 10.0))], "after 3 refusals"),
        ([FIRST, entry(1.0, reply=Reply(RUISHU)), entry(2.0)], "after a challenge"),
        ([entry(0.0, "/robots.txt", Reply(JIASULE, 521)), entry(2.0)], "after a challenge"),
        ([entry(0.0, "/robots.txt", ROBOTS), entry(4.0, "/secret/a")], "against robots"),
        ([entry(0.0, "/robots.txt", ROBOTS), entry(4.0), entry(5.0)], "1.000 s after"),
    ],
)
def test_a_breach_is_seen(log: list[Entry], says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        check(log, gap=1, cool_down=6)
