"""The disclosure module: its class found in the tree, its pages turned by POST, a filter that is ignored."""

import pytest

from schema.records import Outcome, ReadingStatus
from tests.extractors.loopback import Asked, Reply, page
from tests.simulators import faults
from tests.simulators.hanweb_xxgk import CLASS, ORG, SEARCH, TREE, HanwebXxgk
from tests.simulators.site import Answer, Simulator
from tests.simulators.visits import addresses_of, asked_for, failures, links_of, listed, read


def assert_whole(site: HanwebXxgk) -> None:
    """Every document in order and each once, every page asked for once, and the end found."""
    with Simulator(site) as server:
        pages = listed(server)
    assert addresses_of(server, pages) == site.addresses
    assert len(asked_for(server)) == len(set(asked_for(server))) == site.requests
    assert failures(pages) == []


@pytest.mark.parametrize("post", ["body", "query"])
@pytest.mark.parametrize("shown", ["frame", "script", "address"])
@pytest.mark.parametrize("count", [1, 20, 64])
def test_every_way_to_the_list(count: int, shown: str, post: str) -> None:
    assert_whole(HanwebXxgk(count, shown, post=post))


def test_a_search_of_another_name() -> None:
    assert_whole(HanwebXxgk(21, "script", search="/module/xxgk/search_custom.jsp"))


def test_a_filter_that_is_ignored() -> None:
    site = HanwebXxgk(64, filtered=False)
    assert_whole(site)
    with Simulator(site) as server:
        assert listed(server)[2].fetch.detail == "page 1 of 7; 10 documents of other columns left out"


def test_reports_of_other_columns_are_kept() -> None:
    site = HanwebXxgk(8)
    path, title, day = site.rows[3]
    site.rows[3] = path.replace("/art_31251_", "/art_777_"), title, day
    site.addresses[3] = site.rows[3][0]
    assert_whole(site)


ROW = '<a href="/art/2024/1/5/art_31251_{n}.html">某局2023年信息公开年报</a>'


@pytest.mark.parametrize(
    "rows",
    [
        f'<tr class="tr_main_value_odd"><td>{ROW}</td></tr>',
        f'<div class="wip_lists">{ROW}<span>[2024-01-05]</span></div>',
        f'<div class="wip_lists"><ul><li>{ROW}</li></ul></div>',
    ],
)
@pytest.mark.parametrize("pager", ["共 3 页", "45条 {n}/3页", "funGoPage('/module/xxgk/search.jsp','3')", "{next}"])
def test_rows_and_pagers_of_other_layouts(rows: str, pager: str) -> None:
    def answer(asked: Asked, _: object) -> Reply:
        n = int(asked.form["currpage"])
        onward = '<a onclick="go()">下一页</a>' if n < 3 else "<span>下一页</span>"
        said = pager.replace("{n}", str(n)).replace("{next}", onward)
        return page(f"<div>{rows.replace('{n}', str(n))}</div><table><tr><td>{said}</td></tr></table>")

    with Simulator(HanwebXxgk(), faults.only(lambda asked: asked.path == SEARCH, answer)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == [f"/art/2024/1/5/art_31251_{n}.html" for n in (1, 2, 3)]
    assert failures(pages) == []


def test_what_is_asked_for() -> None:
    with Simulator(HanwebXxgk(21, "script")) as server:
        listed(server)
    tree, first, second = (asked for asked in server.log if "/module/" in asked.path)
    assert (tree.path, tree.query) == (TREE, {"standardXxgk": "1", "area": ORG, "divid": "div4"})
    assert {
        "infotypeId": CLASS,
        "area": ORG,
        "divid": "div4",
        "jdid": "17",
        "currpage": "1",
    }.items() <= first.form.items()
    assert (first.method, first.query | {"currpage": "2"}) == ("POST", second.query)
    assert second.headers["X-Requested-With"] == "XMLHttpRequest"


@pytest.mark.parametrize("title", ["mc", "title"])
def test_a_link_in_full_and_its_report(title: str) -> None:
    site = HanwebXxgk(64, title=title)
    with Simulator(site) as server:
        link = links_of(listed(server))[40]
        reading = read(server, link)
    document = site.documents[40]
    assert (link.url, link.title) == (f"{server.url}{site.addresses[40]}", document.title)
    assert (link.column, link.listed_on) == ("annual", document.published_on)
    assert reading.status is ReadingStatus.REPORT
    assert reading.report
    assert (reading.report.agency, reading.report.year) == (document.agency, document.year)


def test_the_class_is_found_by_what_it_is_called() -> None:
    """The registry's name for the column is not the tree's; a table of the web site is no report."""

    def renamed(asked: Asked, answer: Answer) -> Reply:
        reply = answer(asked)
        return (
            Reply(str(reply.body).replace("政府信息公开年报", "信息公开工作年度报告")) if asked.path == TREE else reply
        )

    site = HanwebXxgk(3)
    with Simulator(site, renamed) as server:
        assert addresses_of(server, listed(server)) == site.addresses


@pytest.mark.parametrize(
    ("path", "reply", "outcome", "detail"),
    [
        (TREE, Reply("", 500), Outcome.SERVER_ERROR, "500 Internal Server Error"),
        (TREE, Reply("<p>目录树</p>" * 9), Outcome.FETCHED, "no class of annual reports in the tree"),
        (SEARCH, Reply("", 500), Outcome.SERVER_ERROR, "500 Internal Server Error"),
        (SEARCH, Reply("<table class='tb_title'><tr><td>共0页</td></tr></table>"), Outcome.FETCHED, "page 1 of 1"),
    ],
)
def test_no_list(path: str, reply: Reply, outcome: Outcome, detail: str) -> None:
    with Simulator(HanwebXxgk(), lambda asked, answer: reply if asked.path == path else answer(asked)) as server:
        pages = listed(server)
    assert links_of(pages) == []
    assert (pages[-1].fetch.outcome, pages[-1].fetch.detail) == (outcome, detail)


def test_a_page_without_the_module() -> None:
    other = Reply(f"<html><body>{'导航 ' * 30}</body></html>")
    with Simulator(HanwebXxgk(), lambda asked, answer: other) as server:
        (only,) = listed(server)
    assert only.fetch.detail == "no disclosure module in the page"


@pytest.mark.parametrize(
    ("reply", "outcome"), [(Reply("", 500), Outcome.SERVER_ERROR), (Reply("<p>出错</p>" * 20), Outcome.STUB)]
)
def test_a_page_in_the_middle_that_does_not_come(reply: Reply, outcome: Outcome) -> None:
    def broken(asked: Asked, answer: Answer) -> Reply:
        return reply if asked.query.get("currpage") == "2" else answer(asked)

    site = HanwebXxgk(64)
    with Simulator(site, broken) as server:
        pages = listed(server)
    assert failures(pages) == [outcome]
    assert addresses_of(server, pages) == site.addresses[:20] + site.addresses[40:]


def test_a_search_that_turns_no_page() -> None:
    site = HanwebXxgk(105)

    def stuck(asked: Asked, answer: Answer) -> Reply:
        body = asked.body.replace(b"currpage=3", b"currpage=2").replace(b"currpage=4", b"currpage=2")
        return answer(Asked(asked.at, asked.method, asked.target, asked.headers, body, asked.client))

    with Simulator(site, stuck) as server:
        pages = listed(server)
    assert failures(pages) == [Outcome.STUB] * 2
    assert addresses_of(server, pages) == site.addresses[:40]


def test_a_column_that_is_gone() -> None:
    with Simulator(HanwebXxgk(), lambda asked, answer: Reply("", 404)) as server:
        (only,) = listed(server)
    assert only.fetch.outcome is Outcome.NOT_FOUND
