"""TRS columns: every pager, every end, and lists that do not come whole."""

from collections.abc import Sequence
from datetime import date

import pytest

from extractors.links import each_once
from extractors.platforms.candidates import documents
from extractors.platforms.static import by_script
from schema.records import Outcome, ReadingStatus
from tests.extractors.loopback import Asked, Reply
from tests.simulators.site import Answer, Simulator
from tests.simulators.trs import COLUMN, PAGERS, PAST_END, Trs
from tests.simulators.visits import addresses_of, asked_for, failures, links_of, listed, read


def assert_whole(site: Trs) -> None:
    """Every document in order and each once, every page asked for once, and the end found."""
    with Simulator(site) as server:
        pages = listed(server)
    assert addresses_of(server, pages) == site.addresses
    assert len(asked_for(server)) == len(set(asked_for(server))) == site.requests
    assert failures(pages) == []


@pytest.mark.parametrize("template", [False, True])
@pytest.mark.parametrize("pager", PAGERS)
def test_every_pager(pager: str, template: bool) -> None:
    assert_whole(Trs(105, pager, template=template))


@pytest.mark.parametrize("count", [1, 19, 20, 21, 40])
@pytest.mark.parametrize("pager", ["call", "links", "none"])
def test_short_lists(pager: str, count: int) -> None:
    assert_whole(Trs(count, pager))


@pytest.mark.parametrize("past_end", PAST_END)
def test_every_end(past_end: str) -> None:
    site = Trs(45, "none", past_end)
    assert_whole(site)
    with Simulator(site) as server:
        last = listed(server)[-1]
    assert (last.fetch.url, last.links) == (f"{server.url}{COLUMN}index_3.html", ())
    told = "nothing that was not there before" if past_end in ("first", "empty") else "past the end of the list: "
    assert last.fetch.detail.startswith(told)


def test_a_link_in_full_and_its_report() -> None:
    site = Trs(64, dated=False)
    with Simulator(site) as server:
        link = links_of(listed(server))[0]
        reading = read(server, link)
    document = site.documents[0]
    assert (link.url, link.title) == (f"{server.url}{site.addresses[0]}", document.title)
    assert (link.column, link.listed_on) == ("annual", document.published_on)
    assert reading.status is ReadingStatus.REPORT
    assert reading.report
    assert (reading.report.agency, reading.report.year) == (document.agency, document.year)
    assert reading.report.header["composed_on"] == document.published_on.isoformat()


def test_an_empty_column() -> None:
    with Simulator(Trs(0, "none")) as server:
        (only,) = listed(server)
    assert (only.fetch.outcome, only.fetch.detail, only.links) == (Outcome.FETCHED, "no document in the page", ())


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply("", 500), Outcome.SERVER_ERROR),
        (Reply("", 404), Outcome.NOT_FOUND),
        (Reply(f"<html><body>{'系统维护中，请稍后再来 ' * 5}</body></html>"), Outcome.STUB),
        (PAST_END["refresh"](""), Outcome.SOFT_404),
    ],
)
def test_a_page_in_the_middle_that_does_not_come(reply: Reply, outcome: Outcome) -> None:
    site = Trs(105)

    def broken(asked: Asked, answer: Answer) -> Reply:
        return reply if asked.path.endswith("index_2.html") else answer(asked)

    with Simulator(site, broken) as server:
        pages = listed(server)
    assert failures(pages) == [outcome]
    assert addresses_of(server, pages) == site.addresses[:40] + site.addresses[60:]


def test_the_list_is_left_after_two_pages_and_says_so() -> None:
    def down(asked: Asked, answer: Answer) -> Reply:
        return Reply("", 404) if "index_" in asked.path else answer(asked)

    with Simulator(Trs(105), down) as server:
        pages = listed(server)
    assert failures(pages) == [Outcome.NOT_FOUND] * 2
    assert pages[-1].fetch.detail == "404 Not Found; the list is left with 3 more pages"


def test_a_portal_that_gives_page_one_for_all_that_it_counts() -> None:
    site = Trs(105)

    def same(asked: Asked, answer: Answer) -> Reply:
        return Reply(site.page(0)) if "index_" in asked.path else answer(asked)

    with Simulator(site, same) as server:
        pages = listed(server)
    assert failures(pages) == [Outcome.STUB] * 2
    assert [link.url for link in each_once(links_of(pages))] == [server.url + one for one in site.addresses[:20]]


def test_a_guessed_page_that_fails_is_not_the_end() -> None:
    def broken(asked: Asked, answer: Answer) -> Reply:
        return Reply("", 500) if asked.path.endswith("index_2.html") else answer(asked)

    with Simulator(Trs(105, "none"), broken) as server:
        pages = listed(server)
    assert [page.fetch.outcome for page in pages] == [Outcome.FETCHED, Outcome.FETCHED, Outcome.SERVER_ERROR]


@pytest.mark.parametrize("reply", [Reply("", 404), Reply("", 403), Reply("")])
def test_a_column_that_is_not_there(reply: Reply) -> None:
    with Simulator(Trs(), lambda asked, answer: reply if asked.path == COLUMN else answer(asked)) as server:
        (only,) = listed(server)
    assert only.fetch.outcome is not Outcome.FETCHED
    assert only.links == ()


class TestBareNames:
    """A list of many agencies may say nothing but their names, and lead into the folders of each."""

    NAMES = ("市教育局", "市发展改革委", "城关镇", "市人民检察院")

    @staticmethod
    def titles(names: Sequence[str]) -> list[str]:
        def row(place: int, name: str) -> str:
            return f'<td><a href="/bm{place}/202401/t20240116_{place}.html">{name}</a></td>'

        cells = "".join(row(place, name) for place, name in enumerate(names))
        news = "".join(f'<li><a href="/xw/202401/t20240117_{n}.html">市长第{n}次调研市财政局</a></li>' for n in (1, 2))
        menu = "".join(f'<li><a href="/bm{place}/">{name}</a></li>' for place, name in enumerate(names))
        text = f"<html><body><ul>{menu}</ul><table><tr>{cells}</tr></table><ul>{news}</ul></body></html>"
        return [link.title for link in documents(text, f"http://a.test{COLUMN}", "nb", {f"a.test{COLUMN}"})]

    def test_several_are_a_list(self) -> None:
        assert set(self.NAMES) <= set(self.titles(self.NAMES))

    def test_news_that_end_in_a_name_are_none(self) -> None:
        assert self.titles(["通知", "公告"]) == []


class TestByScript:
    @staticmethod
    def pages(text: str) -> list[str] | None:
        found = by_script(text, "http://a.test/b/")
        return None if found is None else [url.removeprefix("http://a.test/b/") for url in found.pages.values()]

    def test_what_is_no_count(self) -> None:
        for text in ("", "function createPageHTML(_a, _b) {}", "createPageHTML(${n}, 0, 'index')", "var countPage=0;"):
            assert self.pages(text) is None

    def test_one_page(self) -> None:
        assert self.pages('createPageHTML(1, 0, "index", "html")') == []

    def test_names(self) -> None:
        assert self.pages("createPageHTML(2, 0, 'index', 'shtml');") == ["index_1.shtml"]
        assert self.pages("createPageHTML('page_div', 2, 1, 'list', 'shtml', 21);") == ["list_2.shtml"]
        assert self.pages("var countPage = 3") == ["index_1.html", "index_2.html"]

    @pytest.mark.parametrize(
        "written", ['href=\\"nb"+"_"+nextPage+"."+"shtml\\" target', "href='nb_' + nextPage + '.shtml'"]
    )
    def test_a_name_that_only_the_script_writes(self, written: str) -> None:
        assert self.pages(f"var countPage = 2; document.write({written})") == ["nb_1.shtml"]

    def test_a_count_out_of_all_reason(self) -> None:
        assert len(self.pages("createPageHTML(99999999, 0, 'index', 'html')") or []) < 2000


def test_links_beside_the_list() -> None:
    """News, menus and a folder of its own name are no documents; a report that lies elsewhere is one."""
    rows = """<ul><li><a href="/jyj/202401/t20240102_8.html">市教育局2023年政府信息公开年度报告</a></li>
        <li><a href="/czj/202401/t20240103_9.html">市财政局</a></li></ul><a href="./P020240101.pdf">附件2023</a>"""
    page = f"<html><body><ul><li><a href='/gk/zn/t20240101_1.html'>指南</a></li></ul>{'公开 ' * 20}{rows}</body></html>"
    with Simulator(Trs(), lambda asked, answer: Reply(page if asked.path == COLUMN else "")) as server:
        links = links_of(listed(server))
    assert [link.title for link in links] == ["市教育局2023年政府信息公开年度报告", "市财政局", "附件2023"]
    assert [link.listed_on for link in links] == [date(2024, 1, 2), date(2024, 1, 3), None]
