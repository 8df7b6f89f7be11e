"""UCAP columns: static pages, aggregates above them, rows in JSON."""

import json
from typing import Any

import pytest

from schema.records import Outcome, ReadingStatus
from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Answer, Simulator
from tests.simulators.ucap import CHANNEL, Ucap
from tests.simulators.visits import addresses_of, asked_for, failures, links_of, listed, read


def assert_whole(site: Ucap) -> None:
    """Every document in order and each once, every page asked for once, and the end found."""
    with Simulator(site) as server:
        pages = listed(server)
    assert addresses_of(server, pages) == site.addresses
    assert len(asked_for(server)) == len(set(asked_for(server))) == site.requests
    assert failures(pages) == []


@pytest.mark.parametrize("count", [1, 15, 16, 100])
@pytest.mark.parametrize("kind", ["static", "search", "aggregate"])
def test_every_kind(kind: str, count: int) -> None:
    assert_whole(Ucap(count, kind))


@pytest.mark.parametrize("name", ["list", "xxx_list", "common_list", "xlist", "zfxxgk_gknbz"])
@pytest.mark.parametrize("newer", [False, True])
def test_every_name(name: str, newer: bool) -> None:
    assert_whole(Ucap(64, name=name, newer=newer))


@pytest.mark.parametrize("endpoint", ["/common/search/", "/search/", "/czj/searchList/"])
@pytest.mark.parametrize("most", [10, 15])
def test_every_search(endpoint: str, most: int) -> None:
    assert_whole(Ucap(64, "search", endpoint=endpoint, most=most))


def test_what_a_search_is_asked_with() -> None:
    with Simulator(Ucap(16, "search")) as server:
        pages = listed(server)
    asked = [one.query for one in server.log if CHANNEL in one.path]
    assert [query["page"] for query in asked] == ["1", "2"]
    assert all({"_isAgg": "true", "_isJson": "true", "_pageSize": "15"}.items() <= query.items() for query in asked)
    assert pages[-1].fetch.detail == "16 of 16 records by now"


@pytest.mark.parametrize("kind", ["static", "search"])
def test_a_link_in_full_and_its_report(kind: str) -> None:
    site = Ucap(31, kind)
    with Simulator(site) as server:
        link = links_of(listed(server))[30]
        reading = read(server, link)
    document = site.documents[30]
    assert (link.url, link.title) == (f"{server.url}{site.addresses[30]}", document.title)
    assert (link.column, link.listed_on) == ("annual", document.published_on)
    assert reading.status is ReadingStatus.REPORT
    assert reading.report
    assert (reading.report.agency, reading.report.year) == (document.agency, document.year)


@pytest.mark.parametrize(("kind", "mark"), [("static", "_3.shtml"), ("search", "page=3")])
def test_a_page_in_the_middle_that_does_not_come(kind: str, mark: str) -> None:
    site = Ucap(100, kind)

    def broken(asked: Asked, answer: Answer) -> Reply:
        return Reply("", 500) if mark in asked.target else answer(asked)

    with Simulator(site, broken) as server:
        pages = listed(server)
    assert failures(pages) == [Outcome.SERVER_ERROR]
    assert addresses_of(server, pages) == site.addresses[:30] + site.addresses[45:]
    assert pages[-1].fetch.detail == "85 of 100 records by now"


def test_a_search_that_turns_no_page() -> None:
    site = Ucap(100, "search")

    def stuck(asked: Asked, answer: Answer) -> Reply:
        target = asked.target.replace("page=3", "page=2").replace("page=4", "page=2")
        return answer(Asked(asked.at, asked.method, target, asked.headers, asked.body, asked.client))

    with Simulator(site, stuck) as server:
        pages = listed(server)
    assert failures(pages) == [Outcome.STUB] * 2
    assert pages[-1].fetch.detail.endswith("the list is left with 3 more pages")


@pytest.mark.parametrize("answer", ["{}", '{"data":null}', '{"data":{"results":{}}}', "{", '{"data":{"results":[]}}'])
def test_a_search_without_rows(answer: str) -> None:
    def empty(asked: Asked, site: Answer) -> Reply:
        return Reply(answer, content_type="application/json") if CHANNEL in asked.path else site(asked)

    with Simulator(Ucap(31, "search"), empty) as server:
        pages = listed(server)
    assert [page.links for page in pages] == [(), ()]
    assert pages[-1].fetch.detail == "no document in the page"


@pytest.mark.parametrize(
    "row",
    [{"title": "无地址"}, {"url": "/a.shtml"}, "no row", {"title": "年报", "url": "/b.shtml", "publishedTimeStr": 5}],
)
def test_rows_that_lack_something(row: Any) -> None:
    data = {"data": {"total": "2", "results": [row, {"title": "某局2023年报", "url": "//127.0.0.1/c/202401/d.shtml"}]}}

    def strange(asked: Asked, site: Answer) -> Reply:
        return Reply(json.dumps(data)) if CHANNEL in asked.path else site(asked)

    with Simulator(Ucap(31, "search"), strange) as server:
        links = links_of(listed(server))
    assert links[-1].url == "http://127.0.0.1/c/202401/d.shtml"
    assert all(link.listed_on is None for link in links)
