"""One portal over several nights: what is asked for again, and what is told of pages that are no longer there."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from extractors.registry import Column, Portal
from flows.hosts import Hosts
from flows.portal import Job
from flows.progress import Lines
from flows.steps import crawl_portal
from flows.stopping import Stop
from schema.records import Outcome
from tests.extractors.loopback import Asked, Loopback, Reply, page
from tests.flows.crawling import records
from tests.simulators.faults import RUISHU
from tests.simulators.site import Document, documents
from warehouse.archive import Archive
from warehouse.engine import Engine, open_warehouse
from warehouse.ledger import PortalRow, page_states, register_portals, start_run, summary

LIST, OTHER = "/col/col1/index.html", "/col/col2/index.html"
SUMMER = datetime(2030, 7, 1, tzinfo=UTC)
SEASON = datetime(2030, 2, 1, tzinfo=UTC)


class Nights:
    """A portal with a column of documents, and a warehouse into which any number of nights crawl it."""

    def __init__(self, server: Loopback, folder: Path, rest: float = 30) -> None:
        self.server, self.folder = server, folder
        self.documents = documents(3)
        self.extra: list[str] = []
        self.tag = ""
        self.stop_at_list = False
        columns = (Column("annual", LIST, "年报"),)
        self.portal: Portal = server.portal(*columns, revisit_days=rest)
        self.engine: Engine = open_warehouse(f"sqlite:///{folder / 'warehouse.db'}")
        row = PortalRow("p", "示例市", "330800", "hanweb", server.url, "live")
        register_portals(self.engine, [row])
        server.pages[LIST] = self.show_list
        for document in self.documents:
            server.pages[address(document)] = shown(document)

    def show_list(self, asked: Asked) -> Reply:
        if self.stop_at_list:
            self.stop.ask(signal.SIGINT)
        rows = [f'<li><a href="{address(one)}">{one.title}</a></li>' for one in self.documents]
        rows += [f'<li><a href="{path}">某局2020年政府信息公开工作年度报告</a></li>' for path in self.extra]
        if self.tag and asked.headers.get("If-None-Match") == self.tag:
            return Reply("", 304)
        body = f"<html><body><h1>政府信息公开年报</h1><ul>{''.join(rows)}</ul>{'栏目说明' * 20}</body></html>"
        return Reply(body, headers={"ETag": self.tag} if self.tag else {})

    def crawl(self, now: datetime, *, again: bool = False) -> tuple[int, list[str]]:
        """One night; how many links rested, and which documents were asked for."""
        began = len(self.server.log)
        run = start_run(self.engine, command="crawl", portals=["p"], years=[])
        self.run_id = run.id
        with Archive(self.folder / "archive", "test") as archive:
            reporter = Lines(Console(stderr=True, quiet=True))
            self.stop = Stop()
            job = Job(run.id, self.engine, archive, reporter, self.stop, now, Hosts(self.engine, run.id), again=again)
            resting = crawl_portal(job, self.portal, [])
        asked = [one.path for one in self.server.log[began:]]
        return resting, [path for path in asked if path.startswith("/art/")]

    def outcome(self, path: str) -> Outcome:
        return page_states(self.engine, "p")[self.server.url + path].outcome


def address(document: Document) -> str:
    return f"/art/{document.year + 1}/1/20/art_1_{document.number}.html"


def shown(document: Document) -> Reply:
    return Reply(f"<html><head><title>{document.title}</title></head><body>{document.table}</body></html>")


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    with Loopback() as server:
        made = Nights(server, tmp_path)
        yield made
        made.engine.dispose()


def test_known_reports_rest_outside_the_season_and_are_asked_for_within_it(nights: Nights) -> None:
    all_of_them = [address(one) for one in nights.documents]
    assert nights.crawl(datetime.now(UTC)) == (0, sorted(all_of_them, key=all_of_them.index))
    assert nights.crawl(datetime.now(UTC)) == (3, [])
    assert len(nights.crawl(datetime.now(UTC), again=True)[1]) == 3
    assert nights.crawl(SEASON)[0] == 0


def test_a_silent_edit_is_found_on_the_next_visit(nights: Nights) -> None:
    nights.crawl(datetime.now(UTC))
    edited = nights.documents[0]
    reply = shown(edited)
    nights.server.pages[address(edited)] = Reply(str(reply.body).replace(f">{edited.number}<", ">77<"))
    assert nights.crawl(SEASON)[0] == 0
    (portal,) = summary(nights.engine, nights.run_id).portals
    assert portal.reports == {"revised": 1, "unchanged": 2}


def test_a_column_that_goes_empty_is_told(nights: Nights) -> None:
    nights.crawl(datetime.now(UTC))
    nights.documents = ()
    nights.crawl(SUMMER)
    (portal,) = summary(nights.engine, nights.run_id).portals
    assert portal.lists[Outcome.EMPTY] == 1
    assert nights.outcome(LIST) is Outcome.EMPTY
    assert "3 documents were found before" in portal.refused[-1].reason


def test_a_column_that_nobody_was_let_see_is_not_called_empty(nights: Nights) -> None:
    nights.crawl(datetime.now(UTC))
    nights.server.pages[LIST] = Reply(RUISHU, 412)
    nights.crawl(SUMMER)
    (portal,) = summary(nights.engine, nights.run_id).portals
    assert portal.lists == {Outcome.CHALLENGE: 1}
    assert portal.visits == {Outcome.BLOCKED: 3}


def test_a_list_that_is_left_at_a_stop_is_not_called_empty(nights: Nights) -> None:
    nights.crawl(datetime.now(UTC))
    nights.documents = ()
    nights.stop_at_list = True
    nights.crawl(SUMMER)
    assert summary(nights.engine, nights.run_id).portals[0].lists == {Outcome.FETCHED: 1}


def test_a_report_that_left_its_list_is_still_visited(nights: Nights) -> None:
    nights.crawl(datetime.now(UTC))
    edited, taken_down = nights.documents[1:]
    reply = shown(edited)
    nights.server.pages[address(edited)] = Reply(str(reply.body).replace(f">{edited.number}<", ">77<"))
    nights.server.pages[address(taken_down)] = Reply("没有找到", 404)
    nights.documents = nights.documents[:1]
    assert nights.crawl(datetime.now(UTC)) == (3, [])
    assert nights.crawl(SEASON)[0] == 0
    assert nights.outcome(address(taken_down)) is Outcome.NOT_FOUND
    assert summary(nights.engine, nights.run_id).portals[0].reports == {"revised": 1, "unchanged": 1, "kept": 1}


def test_a_column_that_was_always_empty_is_not(nights: Nights) -> None:
    nights.documents = ()
    nights.crawl(SUMMER)
    assert Outcome.EMPTY not in summary(nights.engine, nights.run_id).portals[0].lists


def test_a_portal_that_answers_every_address_alike_has_no_documents_there(nights: Nights) -> None:
    """The third address with the same bytes tells; only a body without a report is judged so."""
    nights.extra = [f"/art/2021/1/1/art_1_9{number}.html" for number in range(4)]
    for path in nights.extra:
        nights.server.pages[path] = page("本单位的机构职能、领导信息和联系方式见各专栏。")
    nights.crawl(SUMMER)
    ends = [nights.outcome(path) for path in nights.extra]
    assert ends == [Outcome.FETCHED, Outcome.FETCHED, Outcome.STUB, Outcome.STUB]


def test_one_report_at_several_addresses_is_one_report(nights: Nights) -> None:
    nights.extra = [f"/art/2021/1/1/art_1_8{number}.html" for number in range(4)]
    for path in nights.extra:
        nights.server.pages[path] = shown(nights.documents[0])
    nights.crawl(SUMMER)
    (portal,) = summary(nights.engine, nights.run_id).portals
    assert portal.reports == {"new": 3, "address": 4}


def test_a_page_that_stays_away_is_asked_for_until_it_is_gone(nights: Nights) -> None:
    nights.crawl(datetime.now(UTC))
    path = address(nights.documents[0])
    nights.server.pages[path] = Reply("没有找到", 404)
    assert path in nights.crawl(SEASON)[1]
    assert nights.outcome(path) is Outcome.NOT_FOUND
    assert nights.crawl(datetime.now(UTC)) == (2, [path])


def test_a_list_that_has_not_changed_is_asked_for_its_change_alone(nights: Nights) -> None:
    """The links are those that it showed before: a 304 has no body to read them from."""
    nights.tag = '"1"'
    nights.crawl(datetime.now(UTC))
    assert nights.crawl(SEASON) == (0, [address(one) for one in nights.documents])
    assert nights.outcome(LIST) is Outcome.UNCHANGED
    assert [one.headers.get("If-None-Match") for one in nights.server.log if one.path == LIST] == [None, '"1"']
    nights.documents, nights.tag = nights.documents[:2], '"2"'
    nights.crawl(SEASON)
    assert nights.outcome(LIST) is Outcome.FETCHED


def test_a_list_is_asked_for_anew_when_the_archive_has_it_no_more(nights: Nights) -> None:
    nights.tag = '"1"'
    nights.crawl(datetime.now(UTC))
    for file in (nights.folder / "archive").iterdir():
        file.unlink()
    assert nights.crawl(datetime.now(UTC)) == (3, [])
    assert nights.outcome(LIST) is Outcome.UNCHANGED


def test_an_unchanged_document_leaves_a_revisit_in_the_archive_and_an_unchanged_list_nothing(nights: Nights) -> None:
    nights.crawl(datetime.now(UTC))
    nights.crawl(SEASON)
    kinds = [kind for file in sorted((nights.folder / "archive").iterdir()) for kind in records(file)]
    assert kinds == ["warcinfo", *["response", "request"] * 4, "warcinfo", *["revisit"] * 3]


def test_a_page_that_only_sends_on_is_followed_once(nights: Nights) -> None:
    path, target = address(nights.documents[0]), "/art/2024/2/2/art_1_77.html"
    nights.server.pages[target] = nights.server.pages[path]
    nights.server.pages[path] = Reply(f"<html><script>window.location.href='{target}';</script></html>")
    nights.crawl(datetime.now(UTC))
    (portal,) = summary(nights.engine, nights.run_id).portals
    assert portal.reports == {"new": 3}
    assert nights.crawl(SEASON)[1].count(target) == 1
    assert nights.outcome(path) is Outcome.UNCHANGED


def test_a_page_that_sends_on_for_ever_is_a_stub(nights: Nights) -> None:
    path = address(nights.documents[0])
    nights.server.pages[path] = Reply(f"<html><script>window.location.href='{path}';</script></html>")
    nights.crawl(datetime.now(UTC))
    assert nights.outcome(path) is Outcome.STUB
