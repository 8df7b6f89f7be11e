"""Every trap ends in its named outcome, nothing is lost, and the portal's own log proves that we were polite."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from extractors.http import PoliteSession
from extractors.links import list_column
from extractors.report import Context, read_capture
from schema.records import Fetch, ListPage, Outcome, Report
from tests.extractors.loopback import QUICK
from tests.simulators import faults
from tests.simulators.epoint import Epoint
from tests.simulators.faults import after, at, by_turns, documents, lists, only, times
from tests.simulators.generic import Generic
from tests.simulators.gkmlpt import Gkmlpt
from tests.simulators.hanweb import Hanweb
from tests.simulators.hanweb_jpaas import HanwebJpaas
from tests.simulators.hanweb_xxgk import HanwebXxgk
from tests.simulators.lonsun import Lonsun
from tests.simulators.politeness import Entry, Witness, check
from tests.simulators.site import Fault, Simulator, Site
from tests.simulators.trs import Trs
from tests.simulators.ucap import Ucap
from tests.simulators.vsb import Vsb

pytestmark = pytest.mark.slow

GAP = 0.1
PATIENCE = replace(QUICK, total_timeout=1.5, read_timeout=0.8, retries=1, cool_down=0.2, max_bytes=2**20)
MANY = 110  # documents; more than one page of any list
SITES = (Epoint, Generic, Gkmlpt, Hanweb, HanwebJpaas, HanwebXxgk, Lonsun, Trs, Ucap, Vsb)

# Traps in the place of one document: how the visit to it ends, and a word of the reason.
TRAPS: dict[str, tuple[Fault, Outcome, str]] = {
    "challenge 412": (faults.ruishu, Outcome.CHALLENGE, "412, ruishu"),
    "challenge 200": (faults.ruishu_ok, Outcome.CHALLENGE, "200, ruishu"),
    "challenge 521": (faults.jiasule, Outcome.CHALLENGE, "521, jiasule"),
    "412": (faults.refused(412), Outcome.BLOCKED, "412"),
    "521": (faults.refused(521), Outcome.BLOCKED, "521"),
    "202": (faults.refused(202), Outcome.BLOCKED, "202"),
    "403 for us": (faults.browsers_only, Outcome.BLOCKED, "403"),
    "403 without referer": (faults.referred_only, Outcome.BLOCKED, "403"),
    "cookie wall": (faults.cookie_wall, Outcome.BLOCKED, "cookie wall"),
    "429": (faults.busy(0), Outcome.BLOCKED, "429"),
    "503": (faults.failing, Outcome.SERVER_ERROR, "503"),
    "gzip bomb": (faults.bomb, Outcome.TOO_LARGE, "more than 1048576 bytes"),
    "home page": (faults.sent_home, Outcome.SOFT_404, "home page"),
    "said to be missing": (faults.missing, Outcome.SOFT_404, "does not exist"),
    "refresh": (faults.refresh, Outcome.SOFT_404, "refresh to ./"),
    "moved": (faults.moved, Outcome.NOT_FOUND, "404"),
    "catch-all": (faults.catch_all, Outcome.STUB, "shell"),
    "jump": (faults.jump, Outcome.STUB, "sends on to"),
    "cut": (faults.cut, Outcome.UNREACHABLE, "incomplete"),
    "cut gzip": (faults.cut_packed, Outcome.UNREACHABLE, "cut short"),
    "reset": (faults.reset, Outcome.UNREACHABLE, "reset"),
    "silence": (faults.silence, Outcome.TIMEOUT, "timed out"),
    "drip": (faults.drip, Outcome.TIMEOUT, "not complete in time"),
    "circle": (faults.circle, Outcome.SERVER_ERROR, "in a circle"),
    "to loopback": (faults.led_to("http://127.0.0.1/"), Outcome.FOREIGN, "127.0.0.1 is no host"),
    "to the cloud's own": (faults.led_to("http://169.254.169.254/"), Outcome.FOREIGN, "169.254.169.254 is no host"),
    "to a file": (faults.led_to("file:///etc/passwd"), Outcome.FOREIGN, "no web address"),
}
COLUMN_TRAPS = {name: trap for name, trap in TRAPS.items() if name != "jump"}  # which is followed to the list
# What a session copes with: everything comes as if it were not there.
COPED_WITH: dict[str, Callable[[], Fault]] = {
    "forced gzip": lambda: faults.packed,
    "GB18030 without label": lambda: faults.unlabelled,
    "GB18030 labelled UTF-8": lambda: faults.mislabelled,
    "cookie door": lambda: faults.cookie_door,
    "503 once": lambda: times(1, faults.failing),
    "429 once": lambda: times(1, faults.busy(1)),
    "reset once": lambda: times(1, faults.reset),
    "cut once": lambda: times(1, faults.cut),
    "silence once": lambda: times(1, faults.silence),
}


@dataclass(frozen=True)
class Crawl:
    """What came of a crawl: the list pages, how the visit to each link ended by its address, the access log."""

    pages: Sequence[ListPage]
    ends: dict[str, Fetch]
    log: Sequence[Entry]
    url: str

    def listed(self) -> list[str]:
        """The addresses on the list pages, each once: a page may repeat some of the one before."""
        links = [link.url.removeprefix(self.url) for page in self.pages for link in page.links]
        return list(dict.fromkeys(links))

    def lists(self) -> list[Outcome]:
        return [page.fetch.outcome for page in self.pages]

    def reports(self) -> list[Report | None]:
        return [_report(end) for end in self.ends.values()]


def crawl(site: Site, *traps: Fault, visits: int | None = None) -> Crawl:
    """Crawl a site in which these traps are set, and check the manners from the site's side.

    `visits` is how many of its documents are fetched, all if it is not given.
    """
    witness = Witness()
    with Simulator(site, witness, *traps) as server:
        portal = server.entry(gap=GAP)
        with PoliteSession(portal, PATIENCE) as session:
            pages = list(list_column(portal, portal.columns[0], session))
            links = [link.url for page in pages for link in page.links]
            ends = {url.removeprefix(server.url): session.get(url) for url in links[:visits]}
    check(witness.log, gap=GAP, cool_down=PATIENCE.cool_down)
    return Crawl(pages, ends, witness.log, server.url)


def _report(end: Fetch) -> Report | None:
    assert end.capture
    kind = end.capture.header("Content-Type")
    return read_capture(end.capture.body, content_type=kind, url="", context=Context("330800")).report


@pytest.fixture(params=SITES, ids=lambda kind: kind.platform)
def kind(request: pytest.FixtureRequest) -> Callable[[int], Site]:
    """A publishing system: called with how many documents its site has."""
    return request.param


@pytest.mark.parametrize("name", TRAPS)
def test_in_the_place_of_a_document(name: str) -> None:
    trap, outcome, reason = TRAPS[name]
    site = Trs(4)
    first, caught, *others = site.addresses
    got = crawl(site, only(at(caught, "/"), trap))
    assert list(got.ends) == list(site.addresses)
    assert (got.ends[caught].outcome, got.ends[first].outcome) == (outcome, Outcome.FETCHED)
    assert reason in got.ends[caught].detail.lower()
    stopped = outcome is Outcome.CHALLENGE
    assert {got.ends[other].outcome for other in others} == {Outcome.BLOCKED if stopped else Outcome.FETCHED}


@pytest.mark.parametrize("name", COLUMN_TRAPS)
def test_in_the_place_of_the_column(name: str) -> None:
    trap, outcome, _ = COLUMN_TRAPS[name]
    got = crawl(Trs(4), only(lists(Trs(4)), trap))
    assert (got.lists(), got.ends) == ([outcome], {})


@pytest.mark.parametrize("name", COPED_WITH)
def test_what_a_session_copes_with(name: str) -> None:
    site = Trs(4)
    got = crawl(site, only(lists(site), COPED_WITH[name]()), only(documents(site), COPED_WITH[name]()))
    assert list(got.ends) == list(site.addresses)
    assert got.reports() == crawl(site).reports()
    assert all(report and report.form == "2021" for report in got.reports())


def test_a_bad_night(kind: Callable[[int], Site]) -> None:
    """Everything at once that a session copes with, before a list of several pages."""
    site = kind(MANY)
    night = (by_turns(faults.failing, faults.reset, faults.cut), faults.packed, faults.unlabelled, faults.cookie_door)
    got = crawl(site, *(only(lists(site), fault) for fault in night), visits=5)
    assert got.listed() == list(site.addresses)
    assert set(got.lists()) == {Outcome.FETCHED}
    assert None not in got.reports()


@pytest.mark.parametrize("trap", [faults.moved, faults.reset, faults.catch_all, faults.ruishu_ok])
def test_a_column_without_an_answer_is_named(kind: Callable[[int], Site], trap: Fault) -> None:
    site = kind(4)
    got = crawl(site, only(lists(site), trap))
    assert (Outcome.FETCHED in got.lists(), got.ends) == (False, {})
    assert got.pages


@pytest.mark.parametrize("is_dry", [False, True], ids=["repeats", "dry"])
def test_a_list_that_repeats_or_runs_dry_comes_to_an_end(kind: Callable[[int], Site], is_dry: bool) -> None:
    site = kind(MANY)
    trap = after(1, faults.empty_group) if is_dry else faults.first_again()
    got = crawl(site, only(lists(site), trap), visits=0)
    assert set(got.listed()) <= set(site.addresses)
    assert len(got.log) <= 1 + site.requests + 3


def test_a_column_that_goes_empty(kind: Callable[[int], Site]) -> None:
    site = kind(4)
    got = crawl(site, only(lists(site), faults.emptied))
    assert (got.ends, Outcome.FETCHED in got.lists()) == ({}, True)


def test_a_challenge_before_everything_costs_one_request(kind: Callable[[int], Site]) -> None:
    got = crawl(kind(4), faults.ruishu)
    assert [entry.asked.path for entry in got.log] == ["/robots.txt"]
    assert set(got.lists()) <= {Outcome.CHALLENGE, Outcome.BLOCKED}


def test_a_portal_that_refuses_every_document_is_asked_three_times(kind: Callable[[int], Site]) -> None:
    site = kind(5)
    got = crawl(site, only(documents(site), faults.refused(403)))
    assert list(got.ends) == list(site.addresses)
    assert {end.outcome for end in got.ends.values()} == {Outcome.BLOCKED}
    assert sum(entry.is_refusal for entry in got.log) == 3


def test_robots(kind: Callable[[int], Site]) -> None:
    site = kind(4)
    text = f"User-agent: *\nCrawl-delay: 0.2\nDisallow: {site.addresses[1]}\n"
    got = crawl(site, faults.robots(text))
    assert [address for address, end in got.ends.items() if end.outcome is Outcome.ROBOTS] == [site.addresses[1]]
    shut = crawl(site, faults.robots("User-agent: *\nDisallow: /\n"))
    assert (set(shut.lists()), len(shut.log)) == ({Outcome.ROBOTS}, 1)


def test_a_report_edited_overnight(kind: Callable[[int], Site]) -> None:
    site = kind(3)
    nights = crawl(site), crawl(site, only(at(site.addresses[0]), faults.edited))
    changed = [old != new for old, new in zip(*(night.reports() for night in nights), strict=True)]
    assert changed == [True, False, False]


def test_a_document_that_moved_between_two_nights() -> None:
    site = Trs(3)
    first, second = crawl(site), crawl(site, only(at(site.addresses[0]), faults.moved))
    assert list(first.ends) == list(second.ends)
    assert [end.outcome for end in second.ends.values()] == [Outcome.NOT_FOUND, Outcome.FETCHED, Outcome.FETCHED]
