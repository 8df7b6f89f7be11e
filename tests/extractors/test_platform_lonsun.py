"""The disclosure catalogue of Anhui."""

from datetime import date

import pytest

from schema.records import Outcome, ReadingStatus
from tests.extractors.loopback import Asked, Reply, page
from tests.simulators import faults
from tests.simulators.lonsun import LABEL, NOTHING, ORGAN, SITE, Lonsun
from tests.simulators.site import Fault, Simulator
from tests.simulators.visits import addresses_of, asked_for, failures, links_of, listed, read


def label_page(number: int) -> faults.When:
    return lambda asked: asked.path == LABEL and asked.query["pageIndex"] == str(number)


@pytest.mark.parametrize(
    "site",
    [
        Lonsun(100),
        Lonsun(90),
        Lonsun(3),
        Lonsun(0),
        Lonsun(100, embedded=15),
        Lonsun(100, embedded=10),
        Lonsun(9, embedded=15),
        Lonsun(100, pager=False),
        Lonsun(100, embedded=15, pager=False),
        Lonsun(100, call="block"),
        Lonsun(100, call="none"),
        Lonsun(100, folder="/xxgk"),
    ],
    ids="many full few none embedded fewer all no-pager embedded-no-pager block no-call folder".split(),
)
def test_the_whole_column(site: Lonsun) -> None:
    with Simulator(site) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses
        assert len(asked_for(server)) == len(set(asked_for(server))) == site.requests == len(pages)
    assert failures(pages) == []


@pytest.mark.parametrize(("call", "file"), [("address", "/xxgk/"), ("block", "/shiyjj/"), ("none", "/xxgk/")])
def test_what_is_asked_for(call: str, file: str) -> None:
    with Simulator(Lonsun(40, call=call)) as server:
        listed(server)
        asked = [request for request in server.log if request.path == LABEL]
    assert [request.query["pageIndex"] for request in asked] == ["1", "2", "3"]
    words = {"organId": ORGAN, "siteId": SITE, "type": "3", "pageSize": "15", "result": NOTHING}
    assert words.items() <= asked[0].query.items()
    assert asked[0].query["file"] == f"{file}publicInfoList_newest2020"
    assert asked[0].headers["Referer"].endswith(f"/public/column/{ORGAN}?type=3&action=list")


def test_a_link_in_full() -> None:
    with Simulator(Lonsun(1)) as server:
        (link,) = links_of(listed(server))
    assert link.url == f"{server.url}/public/{ORGAN}/13500001.html"
    assert (link.title, link.column) == ("示例市教育局2021年政府信息公开工作年度报告", "annual")
    assert link.listed_on == date(2022, 1, 20)


def test_a_document() -> None:
    with Simulator(Lonsun(12)) as server:
        reading = read(server, links_of(listed(server))[0])
    assert reading.status is ReadingStatus.REPORT
    assert reading.report
    assert (reading.report.agency, reading.report.year) == ("示例市财政局", 2022)
    assert reading.report.header["index_number"] == "003217000/202312-00012"


def test_a_column_that_was_moved() -> None:
    site = Lonsun(40)
    shell = Reply(f"<html><script>window.location.href='{site.column}';</script></html>")
    with Simulator(site, faults.only(faults.at("/old"), lambda *_: shell)) as server:
        pages = listed(server, "/old")
        assert addresses_of(server, pages) == site.addresses
    assert pages[0].fetch.detail == f"sends on to {server.url}{site.column}"


@pytest.mark.parametrize("embedded", [0, 15])
def test_a_page_lost_in_the_middle(embedded: int) -> None:
    site = Lonsun(100, embedded=embedded)
    with Simulator(site, faults.only(label_page(3), faults.moved)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses[:30] + site.addresses[45:]
        assert len(pages) == site.requests
    assert failures(pages) == [Outcome.NOT_FOUND]


def test_a_last_page_that_is_lost() -> None:
    site = Lonsun(100)
    with Simulator(site, faults.only(label_page(7), faults.cut)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses[:90]
    assert failures(pages) == [Outcome.UNREACHABLE]


def test_the_first_page_for_ever() -> None:
    site = Lonsun(100)
    with Simulator(site, faults.only(lambda asked: asked.path == LABEL, faults.first_again())) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses[:15]
    assert failures(pages) == [Outcome.STUB] * 2
    assert pages[-1].fetch.detail == "page 3 of 7; repeats the records of earlier pages"


def test_more_records_in_the_page_than_the_label_gives() -> None:
    site = Lonsun(100, embedded=20)
    with Simulator(site) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses
        assert len(pages) == site.requests
    assert [len(page.links) for page in pages[:3]] == [20, 0, 10]


def test_the_words_for_nothing_are_told() -> None:
    with Simulator(Lonsun(0)) as server:
        *_, last = listed(server)
    assert (last.fetch.outcome, last.fetch.detail, last.links) == (Outcome.FETCHED, NOTHING, ())


def test_an_answer_that_is_no_list() -> None:
    def maintenance(asked: Asked, _: object) -> Reply:
        return Reply("<p>" + "系统维护中，请稍后再来。" * 20)

    with Simulator(Lonsun(100), faults.only(lambda asked: asked.path == LABEL, maintenance)) as server:
        pages = listed(server)
    assert [page.fetch.outcome for page in pages] == [Outcome.FETCHED, Outcome.STUB, Outcome.STUB]
    assert pages[-1].fetch.detail == "what came is no page of the list"


def test_rows_of_another_layout() -> None:
    row = '<li><a href="/public/1/2.html">某局2023年年报</a><i>2024-01-16</i></li>'
    with Simulator(
        Lonsun(1), faults.only(label_page(1), lambda *_: Reply(f"<ul>{row}</ul><a paged=1>尾页</a>"))
    ) as server:
        (link,) = links_of(listed(server))
    assert (link.url, link.listed_on) == (f"{server.url}/public/1/2.html", date(2024, 1, 16))


def test_a_home_page_instead_of_an_answer_is_no_list() -> None:
    home = page('<ul><li><a href="/zwgk/1.html">政务公开</a></li><li><a href="/xwzx/2.html">新闻</a></li></ul>')
    with Simulator(Lonsun(100), faults.only(lambda asked: asked.path == LABEL, lambda *_: home)) as server:
        pages = listed(server)
    assert (links_of(pages), failures(pages)) == ([], [Outcome.STUB] * 2)


def test_the_label_may_give_again_what_the_column_shows() -> None:
    site = Lonsun(7, embedded=7, pager=False)
    with Simulator(site) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses
    assert failures(pages) == []


@pytest.mark.parametrize("column", ["/public/column/33?type=3&action=list", "/content/column/680?pageIndex=1"])
@pytest.mark.parametrize("kind", ["clearfix xxgk_nav_list", "doc_list"])
def test_a_column_that_turns_its_pages_itself(column: str, kind: str) -> None:
    def own_page(asked: Asked, _: object) -> Reply:
        number = int(asked.query.get("pageIndex", "1"))
        rows = (f'<li><a href="/public/33/{number}{n}.html">某局2023年年报</a><i>2024-01-16</i></li>' for n in "12")
        menu = '<ul><li><a href="/zwgk/">政务公开</a></li></ul>'
        return page(f'{menu}<ul class="{kind}">{"".join(rows)}</ul><script>pages({{pageCount:3,}})</script>')

    with Simulator(Lonsun(), faults.only(lambda asked: asked.path in column, own_page)) as server:
        pages = listed(server, column)
        assert addresses_of(server, pages) == [f"/public/33/{n}.html" for n in (11, 12, 21, 22, 31, 32)]
        assert len(asked_for(server)) == len(pages) == 3
        assert dict(server.log[-1].query) == {**dict(server.log[1].query), "pageIndex": "3"}
    assert failures(pages) == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [(faults.moved, Outcome.NOT_FOUND), (faults.catch_all, Outcome.STUB), (faults.ruishu, Outcome.CHALLENGE)],
)
def test_a_column_that_is_not_there(fault: Fault, outcome: Outcome) -> None:
    site = Lonsun()
    with Simulator(site, faults.only(faults.at(site.column), fault)) as server:
        (only,) = listed(server)
    assert (only.fetch.outcome, only.links) == (outcome, ())
