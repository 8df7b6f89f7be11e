"""Static lists of nobody's system: followed by their own links, through shells and frames, over the years."""

import pytest
from bs4 import BeautifulSoup

from extractors.platforms.base import day_in
from extractors.platforms.candidates import documents, home, page_number
from extractors.platforms.pager import onward
from schema.records import Outcome, ReadingStatus
from tests.extractors.loopback import Asked, Reply
from tests.simulators.generic import FOLDER, Generic
from tests.simulators.site import Answer, Simulator
from tests.simulators.visits import addresses_of, asked_for, failures, links_of, listed, read


def assert_whole(site: Generic) -> None:
    """Every document in order and each once, every page asked for once, and the end found."""
    with Simulator(site) as server:
        pages = listed(server)
    assert addresses_of(server, pages) == site.addresses
    assert len(asked_for(server)) == len(set(asked_for(server))) == site.requests
    assert failures(pages) == []


@pytest.mark.parametrize("pager", ["all", "next"])
@pytest.mark.parametrize("names", ["index", "from_0", "list", "query"])
def test_every_name(names: str, pager: str) -> None:
    assert_whole(Generic(100, names, pager))


@pytest.mark.parametrize("pager", ["all", "next"])
def test_names_without_a_number(pager: str) -> None:
    assert_whole(Generic(100, "odd", pager))


@pytest.mark.parametrize(
    ("anchors", "leads_to"),
    [
        ('<a href="/c/2">2</a><a href="/c/2">下一页</a>', "/c/2"),
        ('<h3>公告<a href="/tzgg/">&gt;&gt;</a></h3>', ""),
        ('<h3>公告<a href="/tzgg/">&gt;&gt;</a></h3><ul><li>1</li><li><a href="/c/2">&gt;</a></li></ul>', "/c/2"),
        ('<b>1</b><a href="/c/2">&gt;</a><p><a href="/c/3">下页 &gt;</a></p>', "/c/3"),
        ('<a href="javascript:next(2)">下一页</a>', ""),
    ],
)
def test_where_a_pager_leads(anchors: str, leads_to: str) -> None:
    expected = f"http://x.test{leads_to}" if leads_to else ""
    assert onward(BeautifulSoup(f"<div>{anchors}</div>", "lxml"), "http://x.test/c") == expected


def test_a_bullet_is_no_part_of_a_title() -> None:
    row = '<li><a href="/gk/nb/1.html"><i>· </i>某局2023年政府信息公开年报</a></li>'
    (link,) = documents(f"<ul>{row}</ul>", "http://x.test/gk/nb/", "c", {"x.test/gk/nb/"})
    assert link.title == "某局2023年政府信息公开年报"


@pytest.mark.parametrize("way", ["plain", "jump", "frame", "years"])
@pytest.mark.parametrize("count", [1, 12, 13, 45])
def test_every_way(way: str, count: int) -> None:
    assert_whole(Generic(count, way=way))


@pytest.mark.parametrize("names", ["index", "from_0"])
@pytest.mark.parametrize("count", [13, 25, 45])
def test_pages_that_only_words_promise(names: str, count: int) -> None:
    site = Generic(count, names, "words")
    site.requests += count == 13  # of two pages a third is asked for
    assert_whole(site)


@pytest.mark.parametrize("count", [13, 45])
def test_pages_that_are_promised_and_cannot_be_found(count: int) -> None:
    with Simulator(Generic(count, "odd", "words")) as server:
        pages = listed(server)
    assert pages[-1].fetch.outcome is Outcome.NOT_FOUND
    assert "the list is left with" in pages[-1].fetch.detail


def test_a_link_in_full_and_its_report() -> None:
    site = Generic(45)
    with Simulator(site) as server:
        link = links_of(listed(server))[20]
        reading = read(server, link)
    document = site.documents[20]
    assert (link.url, link.title) == (f"{server.url}{site.addresses[20]}", document.title)
    assert (link.column, link.listed_on) == ("annual", document.published_on)
    assert reading.status is ReadingStatus.REPORT
    assert reading.report
    assert (reading.report.agency, reading.report.year) == (document.agency, document.year)


@pytest.mark.parametrize("pager", ["all", "next"])
def test_a_page_in_the_middle_that_does_not_come(pager: str) -> None:
    """The list goes on where other pages lead past it, and ends with a name where none does."""
    site = Generic(60, pager=pager)

    def broken(asked: Asked, answer: Answer) -> Reply:
        return Reply("", 500) if asked.path.endswith("index_3.html") else answer(asked)

    with Simulator(site, broken) as server:
        pages = listed(server)
    assert failures(pages) == [Outcome.SERVER_ERROR]
    rest = site.addresses[36:] if pager == "all" else []
    assert addresses_of(server, pages) == site.addresses[:24] + rest


def test_a_next_link_that_never_ends() -> None:
    site = Generic(12)

    def endless(asked: Asked, answer: Answer) -> Reply:
        onward = f'<a href="?page={int(asked.query.get("page", 1)) + 1}">下一页</a></body>'
        if asked.path != FOLDER:
            return answer(asked)
        return Reply(site.page(0).replace("</body>", onward))

    with Simulator(site, endless) as server:
        pages = listed(server)
    assert [page.fetch.outcome for page in pages] == [Outcome.FETCHED, Outcome.STUB]
    assert pages[-1].fetch.detail == "nothing that was not there before"


@pytest.mark.parametrize("count", [13, 45])
def test_a_portal_that_gives_page_one_for_all_that_it_links_to(count: int) -> None:
    site = Generic(count, "query")

    def same(asked: Asked, answer: Answer) -> Reply:
        return Reply(site.page(0)) if "page=" in asked.target else answer(asked)

    with Simulator(site, same) as server:
        pages = listed(server)
    assert set(failures(pages)) == {Outcome.STUB}


def test_page_one_under_another_name() -> None:
    site = Generic(25)

    def twice(asked: Asked, answer: Answer) -> Reply:
        if asked.path.endswith("index_1.html"):
            return Reply(site.page(0))
        reply = answer(asked)
        return Reply(str(reply.body).replace(f'href="{FOLDER}">1<', f'href="{FOLDER}index_1.html">1<'))

    with Simulator(site, twice) as server:
        pages = listed(server)
    assert failures(pages) == []
    assert set(addresses_of(server, pages)) == set(site.addresses)
    assert f"{FOLDER}index_1.html" in asked_for(server)


def test_one_page_for_every_address() -> None:
    """Its relative links lead somewhere else each time, and are no new documents."""
    page = Generic(3).page(0).replace(FOLDER, "").replace("</body>", "<a href='more/2.html'>下一页</a></body>")
    with Simulator(Generic(3), lambda asked, answer: Reply(page)) as server:
        pages = listed(server)
    assert [page.fetch.outcome for page in pages] == [Outcome.FETCHED, Outcome.STUB]
    assert len(links_of(pages)) == 3


def test_shells_that_lead_in_a_circle() -> None:
    def circle(asked: Asked, answer: Answer) -> Reply:
        target = "/b.html" if "nb" in asked.path else "/zwgk/zfxxgk/nb.html"
        return Reply(f"<html><head><script>location.href='{target}'</script></head><body></body></html>")

    with Simulator(Generic(way="jump"), circle) as server:
        pages = listed(server)
    assert len(asked_for(server)) == len(pages) == 2
    assert pages[-1].fetch.outcome is Outcome.STUB


def test_a_frame_of_another_host_is_left_alone() -> None:
    page = f"<html><body>{'年报 ' * 30}<iframe src='http://elsewhere.test/'></iframe></body></html>"
    with Simulator(Generic(), lambda asked, answer: Reply(page)) as server:
        (only,) = listed(server)
    assert only.fetch.detail == "no document in the page"


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("http://a.test/b/index_2.html", 2),
        ("http://a.test/b/list-12.shtml", 12),
        ("http://a.test/b/?page=3", 3),
        ("http://a.test/b/?pageNo=3&id=5", None),
        ("http://a.test/b/2023.html", None),
        ("http://a.test/c/index_2.html", None),
        ("http://b.test/b/index_2.html", None),
    ],
)
def test_page_numbers(url: str, number: int | None) -> None:
    assert page_number(url, "http://a.test/b/") == number


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("http://a.test/b/c/", "a.test/b/c/"),
        ("http://a.test/b/index_3081.html", "a.test/b/"),
        ("http://a.test/b/xxgk_list.shtml?x=1", "a.test/b/"),
        ("http://a.test/b/nb.htm", "a.test/b/nb/"),
        ("http://a.test/b/pc/list.html", "a.test/b/"),
        ("http://a.test/list.asp?id=5", ""),
    ],
)
def test_the_folder_of_a_column(address: str, folder: str) -> None:
    assert home(address) == folder


def test_what_a_page_without_a_folder_lists() -> None:
    text = """<ul><li><a href="/show.asp?id=1">某局2023年年报</a></li><li><a href="/show.asp?id=2">某局</a></li>
        <li><a href="/list.asp?id=5&page=2">下一页</a></li></ul><ul><li><a href="/show.asp?id=3">通知</a></li></ul>"""
    found = documents(text, "http://a.test/list.asp?id=5", "c", {""})
    assert [link.url for link in found] == ["http://a.test/show.asp?id=1", "http://a.test/show.asp?id=2"]


@pytest.mark.parametrize(
    ("href", "title", "is_one"),
    [
        ("/d/1.html", "某局2023年政府信息公开工作年度报告", True),
        ("/d/1.html", "某局政务公开工作总结（二〇一二年）", True),
        ("/d/1.html", "某局2023年年报", True),
        ("/d/1.html", "政府信息公开年报", False),
        ("/d/202401/t20240120_1.html", "某局政府信息公开年报", True),
        ("/d/202401/0123456789abcdef0123456789abcdef.shtml", "某局政府信息公开年报", True),
        ("/d/2023nb/", "2023年政府信息公开年报", False),
        ("/d/1.html", "2024年度报名通知", False),
        ("/d/202401/t20240120_1.html", "关于做好2023年企业年报的通知", False),
        ("/nb/7.html", "某局", True),
        ("/nb/list_2.html", "某局2023年年报", False),
        ("/nb/8.html", "下一页 >", False),
        ("/nb/8.html", "[3]", False),
        ("/nb/8.html", "第3页", False),
        ("/nb/2023.html", "2023", True),
    ],
)
def test_what_is_a_document(href: str, title: str, is_one: bool) -> None:
    found = documents(f'<a href="{href}">{title}</a>', "http://a.test/nb/", "c", {"a.test/nb/"})
    assert bool(found) == is_one


@pytest.mark.parametrize(
    "markup",
    [
        "<ul><li>{}</li><li>{}</li></ul><ul><li>{}</li></ul>",
        "<table><tr><td>{}<a href='/more'>»</a></td></tr><tr><td>{}</td></tr></table><ul><li>{}</li></ul>",
        "<div><div>{}</div><div>{}</div></div><div>{}<a href='/5.html'>政务</a></div>",
        "<div><p><b>{}</b></p><p><b>{}</b></p></div><div>{}<a href='/5.html'>政务</a></div>",
        "<table><tr><td><p>{}</p><p>{}</p><ul><li>{}</li><li><a href='/5.html'>政务</a></li></ul></td></tr></table>",
        "<div>{}<br>{}</div><ul><li>{}</li></ul>",
    ],
)
def test_rows_of_one_list(markup: str) -> None:
    """What stands in one list with a report is one too, whatever holds the rows; the news beside it are not."""
    names = ("某局2023年政府信息公开年度报告", "市教育局", "要闻")
    anchors = [f'<a href="/d/{at}.html">{name}</a>' for at, name in enumerate(names)]
    found = documents(markup.format(*anchors), "http://a.test/nb/", "c", {"a.test/nb/"})
    assert [link.title for link in found] == ["某局2023年政府信息公开年度报告", "市教育局"]


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/a/202001/t20200103_12345.html", "2020-01-03"),
        ("/art/2019/3/29/art_1_2.html", "2019-03-29"),
        ("/doc/2021/01/02/77.shtml", "2021-01-02"),
        ("/nw12/20220203/0123456789abcdef0123456789abcdef.html", "2022-02-03"),
        ("/columns/c/202301/16/0123abcd-0123-0123-0123-0123456789ab.html", "2023-01-16"),
        ("/govxxgk/11/2023-02-01/0123abcd-0123-0123-0123-0123456789ab.html", "2023-02-01"),
        ("/a/202401/0123456789abcdef0123456789abcdef.shtml", None),
        ("/a/t20201303_1.html", None),
        ("/content/2023/7.html", None),
        ("/a/20200103.html", None),
    ],
)
def test_the_day_in_an_address(path: str, day: str | None) -> None:
    found = day_in(f"http://a.test{path}")
    assert (found.isoformat() if found else None) == day


def test_a_base_element_counts() -> None:
    text = "<base href='/x/nb/'><ul><li><a href='content/1.html'>2023年年报</a></li></ul>"
    (link,) = documents(text, "http://a.test/y/list.html", "c", {"a.test/x/nb/"})
    assert link.url == "http://a.test/x/nb/content/1.html"
