"""Columns whose pages are numbered from the end."""

from datetime import date

import pytest

from schema.records import Outcome, ReadingStatus
from tests.extractors.loopback import Reply, page
from tests.simulators import faults
from tests.simulators.site import Fault, Simulator
from tests.simulators.visits import addresses_of, asked_for, failures, links_of, listed, read
from tests.simulators.vsb import COLUMN, Vsb


def path(number: int) -> str:
    return f"{COLUMN}/{number}.htm"


@pytest.mark.parametrize(
    "site",
    [
        Vsb(52),
        Vsb(50),
        Vsb(5),
        Vsb(1),
        Vsb(0),
        Vsb(52, rows="line"),
        Vsb(52, rows="bare"),
        Vsb(250),
        Vsb(52, stale=True),
        Vsb(52, old=True),
        Vsb(21, rows="bare"),
        Vsb(52, rows="bare", old=True),
    ],
    ids="cards full-pages one-page one none lines bare many stale old bare-nearly-full bare-old".split(),
)
def test_the_whole_column(site: Vsb) -> None:
    with Simulator(site) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses
        assert len(asked_for(server)) == len(set(asked_for(server))) == site.requests == len(pages)
    assert failures(pages) == []


@pytest.mark.parametrize("added", [1, 4, 5, 6, 11])
@pytest.mark.parametrize("count", [50, 51, 54])
def test_nothing_is_lost_of_a_list_that_grows_meanwhile(count: int, added: int) -> None:
    site = Vsb(count, added=added)
    with Simulator(site) as server:
        pages = listed(server)
        addresses = addresses_of(server, pages)
        asked = asked_for(server)
    assert set(site.addresses) <= set(addresses)
    assert len(addresses) == len(set(addresses))
    assert len(asked) == len(set(asked)) <= site.requests
    assert pages[-1].fetch.detail.endswith(f"{len(addresses)} of {count + added} records by now")


def test_what_is_asked_for() -> None:
    with Simulator(Vsb(23)) as server:
        pages = listed(server)
        assert asked_for(server) == [f"{COLUMN}.htm", path(4), path(3), path(2), path(1)]
    assert [page.fetch.detail for page in pages] == [f"{n} of 23 records by now" for n in (5, 10, 15, 20, 23)]


@pytest.mark.parametrize("rows", ["card", "line", "bare"])
def test_a_link_in_full(rows: str) -> None:
    with Simulator(Vsb(1, rows=rows)) as server:
        (link,) = links_of(listed(server))
    assert link.url == f"{server.url}/info/1039/3001.htm"
    assert (link.title, link.column) == ("示例市教育局2021年政府信息公开工作年度报告", "annual")
    assert link.listed_on == date(2022, 1, 20)


def test_a_document() -> None:
    with Simulator(Vsb(12)) as server:
        reading = read(server, links_of(listed(server))[0])
    assert reading.status is ReadingStatus.REPORT
    assert reading.report
    assert (reading.report.agency, reading.report.year) == ("示例市财政局", 2022)
    assert reading.report.header["index_number"] == "11532300/2023-00012"


def test_a_column_that_was_moved() -> None:
    site = Vsb(12)
    shell = Reply(f"<html><script>window.location.href='{site.column}';</script></html>")
    with Simulator(site, faults.only(faults.at("/old"), lambda *_: shell)) as server:
        pages = listed(server, "/old")
        assert addresses_of(server, pages) == site.addresses
    assert pages[0].fetch.detail == f"sends on to {server.url}{site.column}"


def test_a_file_stands_among_rows_without_a_unit() -> None:
    rows = '<li><a href="/info/1/2.htm">甲局2023年年报</a></li><li><a href="/files/3.pdf">乙局2023年年报</a></li>'
    with Simulator(Vsb(), lambda asked, answer: page(f'<ul>{rows}</ul><span class="p_pages"></span>')) as server:
        assert addresses_of(server, listed(server)) == ["/info/1/2.htm", "/files/3.pdf"]


def test_a_page_lost_in_the_middle_of_an_older_pager() -> None:
    site = Vsb(52, old=True)
    with Simulator(site, faults.only(faults.at(path(9)), faults.moved)) as server:
        assert addresses_of(server, listed(server)) == site.addresses[:10] + site.addresses[15:]


def test_a_page_lost_in_the_middle() -> None:
    site = Vsb(52)
    with Simulator(site, faults.only(faults.at(path(9)), faults.moved)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses[:10] + site.addresses[15:]
        assert len(pages) == site.requests
    assert failures(pages) == [Outcome.NOT_FOUND]
    assert pages[-1].fetch.detail == "47 of 52 records by now"


def test_two_pages_lost_in_a_row_end_the_list() -> None:
    site = Vsb(52)
    with Simulator(site, faults.only(faults.at(path(9), path(8)), faults.reset)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses[:10]
    assert failures(pages) == [Outcome.UNREACHABLE] * 2
    assert len(pages) == 4


def test_the_first_page_for_ever() -> None:
    site = Vsb(52)
    with Simulator(site, faults.only(faults.lists(site), faults.first_again())) as server:
        pages = listed(server)
    assert failures(pages) == [Outcome.STUB] * 2
    assert pages[-1].fetch.detail == "repeats the records of earlier pages; 5 of 52 records by now"


def test_addresses_that_start_from_a_base() -> None:
    rows = '<base href="/deep/er/"><ul><li id="line_u5_0"><a href="../info/1/2.htm">某局2023年年报</a></li></ul>'
    pager = '<span class="p_pages"><span class="p_next p_fun"><a href="nb/1.htm">下页</a></span></span>'
    with Simulator(Vsb(), lambda asked, answer: page(rows + pager)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == ["/deep/info/1/2.htm"]
        assert asked_for(server) == [f"{COLUMN}.htm", "/deep/er/nb/1.htm"]


@pytest.mark.parametrize("href", ["http://[", "javascript:void(0)", ""])
def test_a_link_onward_that_is_none(href: str) -> None:
    row = '<li id="line_u5_0"><a href="/info/1/2.htm">某局2023年年报</a></li>'
    pager = f'<span class="p_pages"><span class="p_next p_fun"><a href="{href}">下页</a></span></span>'
    with Simulator(Vsb(), lambda asked, answer: page(row + pager)) as server:
        (only,) = listed(server)
    assert len(only.links) == 1


def test_pages_that_have_no_numbers_of_their_own_are_followed_by_link() -> None:
    def list_page(number: int, onward: str) -> Reply:
        row = f'<li id="line_u5_0"><a href="content.jsp?wbnewsid={number}">某局2023年年报</a></li>'
        return page(f'{row}<span class="p_pages"><span class="p_next p_fun">{onward}</span></span>')

    first = list_page(1, '<a href="?a=1&PAGENUM=2">下页</a>')
    second = list_page(2, '<a href="?a=1&PAGENUM=2">下页</a>')
    with Simulator(Vsb(), lambda asked, answer: second if "PAGENUM" in asked.query else first) as server:
        pages = listed(server)
        assert asked_for(server) == [f"{COLUMN}.htm", f"{COLUMN}.htm?a=1&PAGENUM=2"]
    assert [link.url.rpartition("=")[2] for link in links_of(pages)] == ["1", "2"]


def test_a_page_that_is_no_list() -> None:
    with Simulator(Vsb(), lambda asked, answer: page('<a href="/zfxxgk.htm">政务公开</a>')) as server:
        (only,) = listed(server)
    assert (only.fetch.outcome, only.links) == (Outcome.STUB, ())
    assert only.fetch.detail == "what came is no page of the list"


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [(faults.moved, Outcome.NOT_FOUND), (faults.catch_all, Outcome.STUB), (faults.ruishu, Outcome.CHALLENGE)],
)
def test_a_column_that_is_not_there(fault: Fault, outcome: Outcome) -> None:
    with Simulator(Vsb(), fault) as server:
        (only,) = listed(server)
    assert (only.fetch.outcome, only.links) == (outcome, ())
