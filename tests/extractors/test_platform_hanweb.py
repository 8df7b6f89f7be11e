"""Classic Hanweb columns as the portals serve them, each with the quirks of some."""

import html
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from extractors.platforms import PLATFORMS
from extractors.platforms.base import links_in
from extractors.registry import Column
from schema.records import ListPage, Outcome
from tests.extractors.loopback import Asked, Loopback, Reply, page

COLUMN, PROXY = "/col/col31251/index.html", "/module/web/jpage/dataproxy.jsp"
PER_PAGE, GROUP = 15, 45
FIRST_DAY = date(2008, 5, 1)


def record(number: int) -> str:
    day = FIRST_DAY + timedelta(days=number)
    href = f"/art/{day.year}/{day.month}/{day.day}/art_31251_{number}.html"
    title = f"第{number}局2017年度政府信息公开工作年度报告"
    quote = "'\""[number % 2]
    return (
        f"<record><![CDATA[<li><a href={quote}{href}{quote} title={quote}{title}{quote} target='_blank'>"
        f"{title[:6]}…</a><span>\n{day:%Y-}\n{day:%m-%d}\n</span></li>]]></record>"
    )


def datastore(numbers: range, next_page: int | None, total: int | None = None) -> str:
    counted = f"<totalrecord>{total}</totalrecord><totalpage>{-(-total // PER_PAGE)}</totalpage>" if total else ""
    href = f"{PROXY}?page={next_page}&amp;webid=7&path='/'&columnid=31251&unitid=158542&permissiontype=0"
    following = f'<nextgroup><![CDATA[<a href="{href}"></a>]]></nextgroup>' if next_page else ""
    records = "".join(map(record, numbers))
    return f"<datastore>{counted}\n{following}<recordset>{records}</recordset></datastore>"


def column_page(store: str, total: int | None) -> Reply:
    counted = f"totalRecord:{total}," if total else ""
    return Reply(
        f"""<html><body><div>{"导航 " * 30}</div>
        <script type="text/xml"><datastore><recordset><record><![CDATA[<li><a href="/art/2020/1/1/art_5_1.html">别的栏目
        </a></li>]]></record></recordset></datastore></script><script>var param_77={{columnid:5,unitid:'77'}};</script>
        <script type="text/xml">{store}</script>
        <script>var param_158542={{col:1,appid:1,webid:7,path:'/',columnid:31251,sourceContentType:1,unitid:'158542',
        webname:'示例',permissiontype:0}};
        $('#158542').jpage({{{counted}perPage:{PER_PAGE},proxyUrl:'{PROXY}'}});</script></body></html>"""
    )


def portal_with(total: int, proxy: Callable[[Asked], Reply], *, counted: bool = True, following: int | None = 1):
    embedded = datastore(range(min(total, GROUP)), following)
    return {COLUMN: column_page(embedded, total if counted else None), PROXY: proxy}


def by_record(total: int, *, methods: tuple[str, ...] = ("GET", "POST"), overlap: int = 1) -> Callable[[Asked], Reply]:
    """A portal that honours startrecord and endrecord, and gives one record more than it should."""

    def proxy(asked: Asked) -> Reply:
        if asked.method not in methods:
            return Reply("<datastore><recordset></recordset></datastore>", content_type="text/xml")
        start, end = int(asked.query["startrecord"]), int(asked.query["endrecord"])
        numbers = range(max(0, start - 1 - overlap), min(end, total))
        following = int(asked.query["page"]) + 1 if end < total else None
        return Reply(datastore(numbers, following, total), content_type="text/xml;charset=UTF-8")

    return proxy


def by_page(total: int, first: int) -> Callable[[Asked], Reply]:
    """A portal that honours only `page`; the embedded group is number `first`."""

    def proxy(asked: Asked) -> Reply:
        group = int(asked.query["page"]) - first
        numbers = range(group * GROUP, min((group + 1) * GROUP, total))
        following = int(asked.query["page"]) + 1 if numbers.stop < total else None
        return Reply(datastore(numbers, following), content_type="text/xml")

    return proxy


def by_single_page(total: int) -> Callable[[Asked], Reply]:
    """A portal whose `page` holds a third of a group: page 3 ends where the embedded group does."""

    def proxy(asked: Asked) -> Reply:
        end = int(asked.query["page"]) * PER_PAGE
        following = int(asked.query["page"]) + 1 if end < total else None
        return Reply(datastore(range(end - PER_PAGE, min(end, total)), following, total), content_type="text/xml")

    return proxy


def listed(server: Loopback, address: str = COLUMN) -> list[ListPage]:
    column = Column("nb", address, "年报")
    with server.session() as session:
        return list(PLATFORMS["hanweb"].list_column(server.portal(column), column, session))


def numbers_of(pages: list[ListPage]) -> set[int]:
    return {int(link.url.rpartition("_")[2].removesuffix(".html")) for page in pages for link in page.links}


def test_a_link_in_full() -> None:
    with Loopback(portal_with(3, by_record(3))) as server:
        (only,) = listed(server)
    assert (only.fetch.outcome, len(only.links)) == (Outcome.FETCHED, 3)
    link = only.links[2]
    assert link.url == f"{server.url}/art/2008/5/3/art_31251_2.html"
    assert link.title == "第2局2017年度政府信息公开工作年度报告"
    assert (link.column, link.listed_on) == ("nb", date(2008, 5, 3))


@pytest.mark.parametrize("total", [1, 44, 45, 46, 92, 135, 136])
def test_groups_that_overlap(total: int) -> None:
    with Loopback(portal_with(total, by_record(total))) as server:
        pages = listed(server)
    assert numbers_of(pages) == set(range(total))
    assert len(pages) == max(1, -(-total // GROUP))
    if total > GROUP:
        assert pages[-1].fetch.detail == f"{total} of {total} records by now"


def test_what_is_asked_for() -> None:
    with Loopback(portal_with(92, by_record(92))) as server:
        listed(server)
    asked = server.log[-1]
    ranges = [(one.query["startrecord"], one.query["endrecord"]) for one in server.log if one.path == PROXY]
    assert ranges == [("46", "90"), ("91", "135")]
    assert {"columnid": "31251", "unitid": "158542", "webname": "示例", "perpage": "15", "path": "/"}.items() <= (
        asked.query.items()
    )
    assert asked.headers["Referer"] == server.url + COLUMN
    assert asked.headers["X-Requested-With"] == "XMLHttpRequest"


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("counted", [True, False])
def test_only_the_page_is_honoured(first: int, counted: bool) -> None:
    with Loopback(portal_with(120, by_page(120, first), counted=counted)) as server:
        assert numbers_of(listed(server)) == set(range(120))


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("total", [46, 60, 92])
def test_a_page_is_less_than_a_group(total: int, counted: bool) -> None:
    with Loopback(portal_with(total, by_single_page(total), counted=counted)) as server:
        pages = listed(server)
    assert numbers_of(pages) == set(range(total))
    assert {page.fetch.outcome for page in pages} == {Outcome.FETCHED}
    assert len(pages) == 1 + -(-total // PER_PAGE)


def test_a_page_in_the_middle_that_does_not_come() -> None:
    answer = by_single_page(92)

    def broken(asked: Asked) -> Reply:
        return Reply("", 404) if asked.query["page"] == "5" else answer(asked)

    with Loopback(portal_with(92, broken)) as server:
        pages = listed(server)
    assert numbers_of(pages) == set(range(92)) - set(range(60, 75))
    assert [page.fetch.outcome for page in pages if not page.links] == [Outcome.NOT_FOUND, Outcome.STUB]
    assert pages[-1].fetch.detail == "77 of 92 records by now"


def test_an_empty_column() -> None:
    menus = '<a href="/art/2009/1/1/art_1_1.html">网站说明</a><a href="http://www.test/art/index.html">省政府</a>'
    counted = str(column_page(datastore(range(0), 1), None).body).replace("perPage", "totalRecord:0,perPage")
    with Loopback({COLUMN: Reply(counted.replace("</body>", f"{menus}</body>"))}) as server:
        (only,) = listed(server)
    assert (only.links, server.paths()) == ((), [COLUMN])


def test_a_script_without_embedded_records() -> None:
    bare = str(column_page("", 50).body)
    with Loopback(
        {COLUMN: Reply(bare[: bare.index("<script")] + bare[bare.index("<script>var param_158542") :])}
    ) as server:
        server.pages[PROXY] = by_record(50)
        assert numbers_of(listed(server)) == set(range(50))


def test_two_lists_of_the_column() -> None:
    pinned = datastore(range(200, 202), None)
    script = "<script>var param_9={columnid:31251,unitid:'9'}; $('#9').jpage({totalRecord:2,perPage:2});</script>"
    both = str(column_page(datastore(range(GROUP), 1), 50).body).replace("</div>", f"</div>{pinned}{script}", 1)
    with Loopback({COLUMN: Reply(both), PROXY: by_record(50)}) as server:
        assert numbers_of(listed(server)) == {*range(50), 200, 201}
        assert [asked.query["unitid"] for asked in server.log if asked.path == PROXY] == ["158542"]


def test_a_list_in_pages() -> None:
    def part(asked: Asked) -> Reply:
        at = int(asked.query.get("pageNum", 1))
        rows = "".join(record(number) for number in range((at - 1) * 20, min(at * 20, 50)))
        following = f'<a href="{COLUMN}?uid=1&pageNum={at + 1}">下一页</a>' if at < 3 else ""
        return page(f"<ul>{rows.replace('<record><![CDATA[', '').replace(']]></record>', '')}</ul><p>{following}</p>")

    with Loopback({COLUMN: part}) as server:
        pages = listed(server)
    assert (numbers_of(pages), len(pages)) == (set(range(50)), 3)


def test_a_list_in_a_frame() -> None:
    shell = page(f'<iframe src="/module/xxgk/tree.jsp?area=1"></iframe><iframe id="xxgk_col_iframe" src="{COLUMN}">')
    with Loopback({"/col/col9/index.html": shell, **portal_with(50, by_record(50))}) as server:
        assert numbers_of(listed(server, "/col/col9/index.html")) == set(range(50))
        assert "/module/xxgk/tree.jsp" not in server.paths()


def test_a_record_that_says_its_column() -> None:
    store = datastore(range(1), None).replace("<li>", f'<li><a href="{COLUMN}">[年报]</a>')
    with Loopback({COLUMN: column_page(store, 1)}) as server:
        assert numbers_of(listed(server)) == {0}


@pytest.mark.parametrize("quote", ["'", '"'])
def test_an_answer_that_is_a_script_array(quote: str) -> None:
    def proxy(asked: Asked) -> Reply:
        rows = (record(n).removeprefix("<record><![CDATA[").removesuffix("]]></record>") for n in range(45, 50))
        words = (f"{quote}{row.translate({ord(quote): chr(92) + quote, 10: ' '})}{quote}" for row in rows)
        return Reply(f"totalRecord=50;dataStore = [{','.join(words)}]")

    with Loopback(portal_with(50, proxy)) as server:
        assert numbers_of(listed(server)) == set(range(50))


def test_only_post_is_answered() -> None:
    with Loopback(portal_with(150, by_record(150, methods=("POST",)))) as server:
        pages = listed(server)
    assert numbers_of(pages) == set(range(150))
    assert [asked.method for asked in server.log if asked.path == PROXY] == ["GET", "POST", "POST", "POST"]
    assert server.log[-1].form["unitid"] == "158542"


def test_a_get_that_is_refused() -> None:
    answer = by_record(92)
    with Loopback(portal_with(92, lambda asked: answer(asked) if asked.method == "POST" else Reply("", 403))) as server:
        pages = listed(server)
    assert numbers_of(pages) == set(range(92))
    assert [page.fetch.outcome for page in pages][:3] == [Outcome.FETCHED, Outcome.BLOCKED, Outcome.FETCHED]


def test_an_empty_deep_group_ends_the_list() -> None:
    empty = "<datastore><recordset></recordset></datastore>".ljust(54)
    with Loopback(portal_with(92, lambda _: Reply(empty, content_type="text/xml"))) as server:
        pages = listed(server)
    assert numbers_of(pages) == set(range(GROUP))
    assert [asked.method for asked in server.log if asked.path == PROXY] == ["GET", "POST"]


def test_a_portal_that_repeats_itself_for_ever() -> None:
    same = Reply(datastore(range(GROUP), 2, 900), content_type="text/xml")
    with Loopback(portal_with(900, lambda _: same)) as server:
        pages = listed(server)
    assert len(pages) == 3
    assert pages[-1].fetch.detail == "45 of 900 records by now"


def test_no_total_and_no_next_group_is_the_end() -> None:
    with Loopback(portal_with(50, by_record(50), counted=False, following=None)) as server:
        assert len(listed(server)) == 1


def test_a_failing_group_is_told() -> None:
    with Loopback(portal_with(92, lambda _: Reply("", 500))) as server:
        pages = listed(server)
    assert [page.fetch.outcome for page in pages] == [Outcome.FETCHED, *[Outcome.SERVER_ERROR] * 2]


@pytest.mark.parametrize("wrap", ["<!--[CDATA[{}]]-->", "<![cdata[{}]]>", "{}"])
@pytest.mark.parametrize("escaped", [True, False])
def test_records_as_portals_mangle_them(wrap: str, escaped: bool) -> None:
    anchor = '<a href="/art/2019/3/29/art_31251_8.html?a=1&amp;b=2" title="某局2018年年报">某局</a>'
    item = f"<li>{anchor}<i>2019-03-29</i></li>"
    inside = wrap.format(html.escape(item) if escaped else item)
    store = f"<datastore><recordset><record>{inside}</record></recordset></datastore>"
    with Loopback({COLUMN: column_page(store, 1)}) as server:
        (link,) = listed(server)[0].links
    assert link.url == f"{server.url}/art/2019/3/29/art_31251_8.html?a=1&b=2"
    assert (link.title, link.listed_on) == ("某局2018年年报", date(2019, 3, 29))


def test_a_script_array_instead_of_records() -> None:
    rows = "['<li><a href=\\\"/art/2018/3/30/art_31251_99.html\\\">某局2017年年报<\\/a><b>2018-03-30<\\/b><\\/li>']"
    with Loopback(portal_with(46, lambda _: Reply(rows))) as server:
        link = listed(server)[1].links[0]
    assert (link.url, link.listed_on) == (f"{server.url}/art/2018/3/30/art_31251_99.html", date(2018, 3, 30))


def test_a_page_that_lists_its_documents_itself() -> None:
    own = '<li><a href="/art/2021/1/2/art_31251_1.html">某局2020年年报</a><span>[2021-01-02]</span></li>'
    others = '<a href="/art/2021/1/2/art_5_1.html">要闻</a><a href="/col/col5/index.html">栏目</a>'
    with Loopback({COLUMN: page(f"<ul>{own}</ul>{others}")}) as server:
        (only,) = listed(server)
    assert [(link.title, link.listed_on) for link in only.links] == [("某局2020年年报", date(2021, 1, 2))]


def test_a_gb18030_page() -> None:
    store = datastore(range(2), None)
    body = str(column_page(store, 2).body).encode("gb18030")
    with Loopback({COLUMN: Reply(body, content_type="text/html; charset=gb2312")}) as server:
        (only,) = listed(server)
    assert only.links[1].title == "第1局2017年度政府信息公开工作年度报告"


class TestJumps:
    @staticmethod
    def shell(target: str) -> Reply:
        return Reply(f"<html><head><script>window.location.href='{target}';</script></head><body></body></html>")

    def test_followed(self) -> None:
        pages = {"/a": self.shell("/b"), "/b": self.shell(COLUMN), **portal_with(2, by_record(2))}
        with Loopback(pages) as server:
            found = listed(server, "/a")
        assert [len(page.links) for page in found] == [0, 0, 2]
        assert {page.fetch.outcome for page in found} == {Outcome.FETCHED}
        assert found[0].fetch.detail == f"sends on to {server.url}/b"

    def test_not_for_ever(self) -> None:
        with Loopback({"/a": self.shell("/a")}) as server:
            found = listed(server, "/a")
        assert len(found) == 4
        assert found[-1].fetch.outcome is Outcome.STUB

    def test_not_out_of_the_portal(self) -> None:
        with Loopback({"/a": self.shell("http://elsewhere.test/")}) as server:
            assert listed(server, "/a")[-1].fetch.outcome is Outcome.FOREIGN


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply("", 404), Outcome.NOT_FOUND),
        (Reply("", 403), Outcome.BLOCKED),
        (Reply(""), Outcome.STUB),
        (Reply("<script>$_ts=1</script>", 412), Outcome.CHALLENGE),
    ],
)
def test_a_column_that_is_not_there(reply: Reply, outcome: Outcome) -> None:
    with Loopback({COLUMN: reply}) as server:
        (only,) = listed(server)
    assert (only.fetch.outcome, only.links) == (outcome, ())


class TestLinksIn:
    @staticmethod
    def links(markup: str) -> list[tuple[str, str, date | None]]:
        found = links_in(markup, "http://a.test/x/y.html", "c")
        return [(link.url, link.title, link.listed_on) for link in found]

    def test_addresses(self) -> None:
        markup = """<a href="z.html">一</a><a href='//b.test/1'>二</a><a href=" /p 1.html ">三</a>
        <a href="z.html#a">一</a><a href="javascript:void(0)">无</a><a href="#">无</a><a href="">无</a><a>无</a><a href="http://[x">无</a>
        <a href="mailto:a@b">无</a><a href="/empty"> </a>"""
        assert [url for url, *_ in self.links(markup)] == [
            "http://a.test/x/z.html",
            "http://b.test/1",
            "http://a.test/p1.html",
        ]

    @pytest.mark.parametrize("written", ["2019-03-05", "2019/3/5", "2019.03.05", "2019年3月5日", "[ 2019-\n03-05 ]"])
    def test_dates(self, written: str) -> None:
        markup = f"<table><tr><td>1</td><td><a href='/1'>2018-01-01的报告</a></td><td>{written}</td></tr></table>"
        assert self.links(markup)[0][2] == date(2019, 3, 5)

    @pytest.mark.parametrize("written", ["", "2019-13-45", "03-05", "2019-01-02 2019-02-03"])
    def test_no_sure_date(self, written: str) -> None:
        assert self.links(f"<li><a href='/1'>报告</a>{written}</li>")[0][2] is None
