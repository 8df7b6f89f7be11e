"""Hanweb JPAAS columns: only paramJson turns the page, everything else brings the first again."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from extractors.platforms import PLATFORMS
from extractors.registry import Column
from schema.records import ListPage, Outcome
from tests.extractors.loopback import Asked, Loopback, Page, Reply

COLUMN, UNIT = "/col/col12297/index.html", "/api-gateway/jpaas-publish-server/front/page/build/unit"
QUERY = {
    "parseType": "bulidstatic",
    "webId": "3185",
    "tplSetId": "0123456789abcdef",
    "pageType": "column",
    "tagId": "信息列表",
    "editType": "null",
    "pageId": "12297",
}


def script(query: dict[str, str], kind: str = "bulidstatic", attribute: str = "queryData") -> str:
    data = "{" + ",".join(f"'{key}':'{value}'" for key, value in query.items()) + "}"
    return f'<script parsetype="{kind}" src="/script/unitbuild.js" url="{UNIT}" {attribute}="{data}"></script>'


def column_page(*scripts: str) -> Reply:
    return Reply(f"<html><body>{'导航' * 30}{''.join(scripts)}</body></html>")


def answer(total: int, number: int, rows: int = 15, *, counter: bool = True) -> Reply:
    items = "".join(
        f'<li class="clearfix"><a href="/col/col12297/art/2024/art_{place:032x}.html" title="第{place}局年报">短</a>'
        f'<span class="bt-right">2024-01-{place % 28 + 1:02d}</span></li>'
        for place in range((number - 1) * rows, min(number * rows, total))
    )
    pager = f'<div class="pagination" rows="{rows}" count="{total}" pageNo="{number}"></div>' if counter else ""
    data = {"success": True, "code": "200", "data": {"html": f"<ul>{items}</ul>{pager}"}}
    return Reply(json.dumps(data, ensure_ascii=False), content_type="application/json;charset=UTF-8")


def unit(total: int, *, honoured: bool = True, rows: int = 15, counter: bool = True) -> Callable[[Asked], Reply]:
    def build(asked: Asked) -> Reply:
        wish = json.loads(asked.query.get("paramJson", "{}")) if honoured else {}
        return answer(total, wish.get("pageNo", 1), wish.get("pageSize", rows), counter=counter)

    return build


def listed(server: Loopback, address: str = COLUMN) -> list[ListPage]:
    column = Column("nb", address, "年报")
    portal = server.portal(column, platform="hanweb_jpaas")
    with server.session() as session:
        return list(PLATFORMS["hanweb_jpaas"].list_column(portal, column, session))


def count(pages: list[ListPage]) -> int:
    return len({link.url for page in pages for link in page.links})


def test_a_link_in_full() -> None:
    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: unit(2)}) as server:
        first, second = listed(server)
    assert (first.links, len(second.links)) == ((), 2)
    link = second.links[1]
    assert link.url == f"{server.url}/col/col12297/art/2024/art_{1:032x}.html"
    assert (link.title, link.column, link.listed_on) == ("第1局年报", "nb", date(2024, 1, 2))


@pytest.mark.parametrize("total", [1, 15, 16, 31, 60])
@pytest.mark.parametrize("rows", [15, 10])
def test_every_page_is_turned(total: int, rows: int) -> None:
    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: unit(total, rows=rows)}) as server:
        pages = listed(server)
    assert count(pages) == total
    assert len(pages) == 1 + -(-total // rows)
    assert pages[-1].fetch.detail == f"{total} of {total} records by now"


def test_what_is_asked_for() -> None:
    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: unit(31)}) as server:
        pages = listed(server)
    first, second, third = (asked for asked in server.log if asked.path == UNIT)
    assert first.query == QUERY
    assert second.query == QUERY | {"paramJson": '{"pageNo":2,"pageSize":15}'}
    assert third.query["paramJson"] == '{"pageNo":3,"pageSize":15}'
    assert {asked.headers["Referer"] for asked in (first, second, third)} == {server.url + COLUMN}
    assert len({page.fetch.url for page in pages}) == 4  # each page of a list is a page of its own in the ledger


@pytest.mark.parametrize("attribute", ["queryData", "querydata", "QUERYDATA"])
@pytest.mark.parametrize("kind", ["bulidstatic", "buildstatic"])
def test_both_spellings(kind: str, attribute: str) -> None:
    with Loopback({COLUMN: column_page(script(QUERY, kind, attribute)), UNIT: unit(3)}) as server:
        assert count(listed(server)) == 3


def test_a_portal_that_gives_page_one_again() -> None:
    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: unit(31, honoured=False)}) as server:
        pages = listed(server)
    assert (count(pages), len(pages)) == (15, 3)
    assert "repeats" in pages[-1].fetch.detail


def test_a_portal_that_echoes_the_number_over_the_same_page() -> None:
    def build(asked: Asked) -> Reply:
        number = json.loads(asked.query.get("paramJson", '{"pageNo":1}'))["pageNo"]
        same = str(answer(90, 1).body).replace('pageNo=\\"1\\"', f'pageNo=\\"{number}\\"')
        return Reply(same, content_type="application/json")

    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: build}) as server:
        pages = listed(server)
    assert (count(pages), len(pages)) == (15, 4)
    assert [page.fetch.outcome for page in pages[-2:]] == [Outcome.STUB] * 2


def test_page_one_again_with_something_new_on_it() -> None:
    def build(asked: Asked) -> Reply:
        news = len(server.log)
        fresh = str(answer(31, 1).body).replace(f"art_{0:032x}", f"art_f{news:031d}")
        return Reply(fresh, content_type="application/json")

    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: build}) as server:
        pages = listed(server)
    assert (count(pages), len(pages)) == (15, 3)


@pytest.mark.parametrize(("total", "honoured", "found"), [(4, True, 4), (31, True, 31), (31, False, 15)])
def test_a_list_without_a_counter_ends_with_nothing_new(total: int, honoured: bool, found: int) -> None:
    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: unit(total, honoured=honoured, counter=False)}) as server:
        pages = listed(server)
    assert (count(pages), len(pages)) == (found, 2 + -(-found // 15))
    assert {page.fetch.outcome for page in pages} == {Outcome.FETCHED}


def test_a_page_in_the_middle_that_does_not_come() -> None:
    build = unit(46)

    def broken(asked: Asked) -> Reply:
        return Reply("", 404) if '"pageNo":2' in asked.query.get("paramJson", "") else build(asked)

    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: broken}) as server:
        pages = listed(server)
    assert count(pages) == 31
    assert [page.fetch.outcome for page in pages if not page.links] == [Outcome.FETCHED, Outcome.NOT_FOUND]


def test_a_pager_of_links_and_markup_without_a_name() -> None:
    markup = json.loads(str(answer(2, 1).body))["data"]["html"]
    pager = f'<a href="{COLUMN}?uid=1&pageNum=2">下一页</a><a href="/col/col12297/index_2.html">2</a>'
    reply = Reply(json.dumps({"success": True, "data": markup + pager}), content_type="application/json")
    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: reply}) as server:
        assert [link.title for page in listed(server) for link in page.links] == ["第0局年报", "第1局年报"]


class TestAPageWithoutUnits:
    ROW = '<li><a href="/col/col12297/art/2024/art_0a.html" title="某局2023年年报">短</a><span>2024-01-02</span></li>'

    def test_lists_its_documents_itself(self) -> None:
        with Loopback({COLUMN: column_page(f'<a href="/col/col1/index.html">菜单</a><ul>{self.ROW}</ul>')}) as server:
            (only,) = listed(server)
        assert [(link.title, link.listed_on) for link in only.links] == [("某局2023年年报", date(2024, 1, 2))]

    @pytest.mark.parametrize(
        "shell",
        [
            '<iframe src="/col/col2/index.html"></iframe>',
            '<ul><li><a href="/col/col12297/2023n/index.html">2023年</a></li></ul>',
        ],
    )
    def test_leads_to_lists(self, shell: str) -> None:
        below = ("/col/col2/index.html", "/col/col12297/2023n/index.html")
        pages: dict[str, Page] = {COLUMN: column_page(shell), UNIT: unit(31)}
        pages |= dict.fromkeys(below, column_page(script(QUERY)))
        with Loopback(pages) as server:
            assert count(listed(server)) == 31
            assert len(server.paths()) == 5

    def test_sends_on(self) -> None:
        shell = Reply(f"<html><head><script>location.href='{COLUMN}';</script></head></html>")
        with Loopback({"/a": shell, COLUMN: column_page(script(QUERY)), UNIT: unit(3)}) as server:
            assert count(listed(server, "/a")) == 3


def test_the_list_is_found_among_other_units() -> None:
    def build(asked: Asked) -> Reply:
        if asked.query["tagId"] == "信息列表":
            return answer(3, 1)
        menu = '<a href="/col/col1/index.html">菜单</a><a href="/zwgk/">公开</a>'
        return Reply(json.dumps({"data": {"html": menu}}), content_type="application/json")

    trail, menu, bare = (script(QUERY | {"tagId": tag}) for tag in ("当前位置", "栏目列表", "zw"))
    with Loopback({COLUMN: column_page(trail, menu, bare, script(QUERY)), UNIT: build}) as server:
        assert [link.title for page in listed(server) for link in page.links] == [f"第{n}局年报" for n in range(3)]
    assert [asked.query["tagId"] for asked in server.log if asked.path == UNIT] == ["栏目列表", "信息列表"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply("no json", content_type="application/json"),
        Reply("[]", content_type="application/json"),
        Reply('{"data":null}', content_type="application/json"),
        Reply('{"data":{"html":null}}', content_type="application/json"),
        Reply('{"data":{"html":""}}', content_type="application/json"),
    ],
)
def test_an_answer_without_a_list(reply: Reply) -> None:
    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: reply}) as server:
        pages = listed(server)
    assert [page.links for page in pages] == [(), ()]
    assert pages[-1].fetch.detail == "the unit's answer holds no records"


def test_a_unit_that_fails() -> None:
    with Loopback({COLUMN: column_page(script(QUERY)), UNIT: Reply("", 403)}) as server:
        pages = listed(server)
    assert [page.fetch.outcome for page in pages] == [Outcome.FETCHED, Outcome.BLOCKED]
    assert "403" in pages[-1].fetch.detail


def test_a_page_without_units() -> None:
    with Loopback({COLUMN: column_page()}) as server:
        (only,) = listed(server)
    assert (only.links, only.fetch.detail) == ((), "no list unit in the page")


def test_a_column_that_is_gone() -> None:
    with Loopback() as server:
        (only,) = listed(server)
    assert (only.fetch.outcome, only.links) == (Outcome.NOT_FOUND, ())


def test_a_unit_of_no_telling_name_comes_before_menus() -> None:
    def build(asked: Asked) -> Reply:
        if asked.query["tagId"] == "zw":
            return answer(3, 1)
        news = '<a href="/art/2024/1/1/art_1_1.html">要闻</a>'
        return Reply(json.dumps({"data": {"html": news}}), content_type="application/json")

    scripts = [script(QUERY | {"tagId": tag}) for tag in ("栏目导航", "zw", "热点")]
    with Loopback({COLUMN: column_page(*scripts), UNIT: build}) as server:
        assert count(listed(server)) == 3
    assert [asked.query["tagId"] for asked in server.log if asked.path == UNIT] == ["zw"]
