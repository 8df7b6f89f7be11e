"""A first look at every simulated portal: from its home page, over a page in between, and at the column itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from extractors.http import PoliteSession
from extractors.probe import Survey, entry, probe, visitor
from extractors.registry import Portal, load_portals
from tests.extractors.loopback import QUICK, Asked, Loopback, Reply, page
from tests.simulators.epoint import Epoint
from tests.simulators.generic import Generic
from tests.simulators.gkmlpt import Gkmlpt
from tests.simulators.hanweb import Hanweb
from tests.simulators.hanweb_jpaas import HanwebJpaas
from tests.simulators.hanweb_xxgk import HanwebXxgk
from tests.simulators.home import NEAR_MISSES, Home
from tests.simulators.lonsun import Lonsun
from tests.simulators.site import Simulator, Site
from tests.simulators.trs import Trs
from tests.simulators.ucap import Ucap
from tests.simulators.vsb import Vsb

SITES: dict[str, Callable[[], Site]] = {
    "hanweb": Hanweb,
    "hanweb_jpaas": HanwebJpaas,
    "hanweb_xxgk": HanwebXxgk,
    "hanweb_xxgk by a script": lambda: HanwebXxgk(shown="script"),
    "hanweb_xxgk by its address": lambda: HanwebXxgk(shown="address"),
    "trs": Trs,
    "trs without a pager's script": lambda: Trs(pager="links"),
    "trs of one page": lambda: Trs(count=3, pager="none"),
    "trs with its template": lambda: Trs(template=True),
    "ucap": Ucap,
    "gkmlpt": Gkmlpt,
    "gkmlpt of a department": lambda: Gkmlpt(folder="/jyj", numbered=False),
    "lonsun": Lonsun,
    "lonsun with records in the page": lambda: Lonsun(embedded=15, call="block"),
    "vsb": Vsb,
    "epoint": Epoint,
    "epoint with static lists": lambda: Epoint(kind="static"),
    "generic": Generic,
    "generic behind a jump": lambda: Generic(way="jump"),
    "generic in a frame": lambda: Generic(way="frame"),
}
MOST_REQUESTS = 12  # of a probe that finds its way, robots.txt and the list's first pages among them


def look(server: Loopback, path: str = "/") -> Survey:
    with PoliteSession(visitor(server.url), QUICK) as session:
        return probe(server.url + path, session)


def column_of(survey: Survey, server: Loopback) -> str:
    assert survey.column
    return survey.column.url.removeprefix(server.url).partition("#")[0]


def reached(site: Site) -> str:
    """The column as it can be found: a shell's target where it sends on."""
    way = getattr(site, "way", "")
    return str(getattr(site, "first", "")) if way == "jump" else site.column.partition("#")[0]


@pytest.mark.parametrize("through", ["", "/zwgk/"])
@pytest.mark.parametrize("name", SITES)
@pytest.mark.slow
def test_every_platform_and_its_column_are_found(name: str, through: str, tmp_path: Path) -> None:
    site = SITES[name]()
    with Simulator(Home(site, through=through)) as server:
        survey = look(server)
    assert survey.recognition.platform == site.platform
    assert column_of(survey, server) == reached(site)
    assert {link.url.removeprefix(server.url) for link in survey.listed} <= set(site.addresses)
    assert survey.reports == len(survey.listed) > 0
    assert len(server.log) <= MOST_REQUESTS
    assert not {asked.path for asked in server.log} & set(NEAR_MISSES)
    kept = kept_as_portal(entry(survey, date(2024, 5, 6)), tmp_path)
    assert (kept.name, kept.region, kept.platform) == ("示例市人民政府", "330800", site.platform)
    assert kept.address(kept.columns[0]).partition("#")[0] == server.url + reached(site)


def kept_as_portal(text: str, folder: Path) -> Portal:
    (folder / "p.toml").write_text(text, encoding="utf-8")
    return next(iter(load_portals(folder).values()))


@pytest.mark.parametrize("name", SITES)
def test_the_columns_own_address_is_enough(name: str) -> None:
    site = SITES[name]()
    with Simulator(Home(site)) as server:
        survey = look(server, site.column)
    assert survey.recognition.platform == site.platform
    assert survey.reports == len(survey.listed) > 0


@pytest.mark.parametrize("label", ["政府信息公开工作年度报告", "信息公开年报", "公开年报", "年报", "年度报告"])
def test_by_all_its_names(label: str) -> None:
    site = Trs()
    with Simulator(Home(site, label=label)) as server:
        survey = look(server)
    assert column_of(survey, server) == site.column
    assert any("nothing but 年报" in doubt for doubt in survey.doubts) == (label in ("年报", "年度报告"))


def test_a_portal_without_such_a_column() -> None:
    with Simulator(Home(Trs(), label="联系我们")) as server:
        survey = look(server)
    assert (survey.column, survey.reports) == (None, 0)
    assert "no link is called as columns of annual reports are" in survey.doubts
    assert "columns = []" in entry(survey, date(2024, 5, 6))


BESIDE = (
    '<form action="/module/xxgk/search.jsp"><input name="vc_title"></form>',
    '<script src="/api-gateway/jpaas-publish-server/front/js/search.js"></script>',
)


@pytest.mark.parametrize("beside", BESIDE)
def test_a_mark_of_a_system_that_did_not_make_the_list(beside: str) -> None:
    site = Hanweb()

    def with_mark(asked: Asked, answer: Callable[[Asked], Reply]) -> Reply:
        reply = answer(asked)
        return replace(reply, body=f"{reply.body!s}{beside}") if asked.path == site.column else reply

    with Simulator(Home(site), with_mark) as server:
        survey = look(server)
    assert (survey.recognition.platform, column_of(survey, server)) == ("hanweb", site.column)
    assert survey.reports > 0
    assert survey.recognition.doubts[0].startswith("there is also")


def test_lonsuns_list_without_its_label() -> None:
    with Simulator(Home(Lonsun(call="none"))) as server:
        survey = look(server)
    assert survey.recognition.platform == "lonsun"
    assert "another vendor has them too" in survey.recognition.doubts[0]


def test_of_two_columns_the_one_that_holds_reports() -> None:
    """The other is called the same and holds nothing of the kind: a department's, or one that nobody fills."""
    site, empty = Trs(), page("这里没有任何年报，栏目正在建设之中。")

    def two(asked: Asked, answer: Callable[[Asked], Reply]) -> Reply:
        if asked.path == "/":
            return page(f'<a href="/empty/">政府信息公开年报</a><a href="{site.column}">政府信息公开年报</a>')
        return empty if asked.path == "/empty/" else answer(asked)

    with Simulator(site, two) as server:
        survey = look(server)
    assert column_of(survey, server) == site.column


def rows(count: int, address: str) -> str:
    """A list of reports whose addresses are those of a system."""
    titles = [f"示例市{name}局2023年政府信息公开工作年度报告" for name in "财审教水统"[:count]]
    return "".join(f'<li><a href="{address.format(at)}">{title}</a></li>' for at, title in enumerate(titles, 100))


LOOK_ALIKES = {
    "Lonsun's addresses, another vendor's page": (
        "/public/column/6616760?type=3",
        "/public/6616760/{}.html",
        "generic",
    ),
    "NFCMS on a host that has gkmlpt, too": ("/zwgk/xxgknb/index.html", "/zwgk/xxgknb/content/post_{}.html", "generic"),
    "hex names that are not UCAP's": ("/nw12344/index.html", "/nw12344/20240331/" + "ab" * 15 + "{}.html", "generic"),
    "a TRS list of one page": ("/zwgk/nb/", "./202401/t20240120_{}.html", "trs"),
    "a UCAP list without a pager": ("/gk/nb/list.shtml", "/gk/nb/202401/" + "ab" * 14 + "1{}.shtml", "ucap"),
}


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_pages_that_look_alike(name: str) -> None:
    column, address, platform = LOOK_ALIKES[name]
    menu = '<a href="/gkmlpt/index">政府信息公开目录</a><a href="/public/column/1?type=2">指南</a>'
    home = page(f'{menu}<a href="{column}">政府信息公开年报</a>')
    shown = page(f'<ul>{menu}</ul><ul class="list">{rows(5, address)}</ul>')
    with Loopback({"/": home, column.partition("?")[0]: shown}) as server:
        survey = look(server)
    assert (survey.recognition.platform, column_of(survey, server), survey.reports) == (platform, column, 5)
    assert survey.recognition.doubts


@pytest.mark.parametrize("mark", ["createPageHTML(3, 0, 'index', 'html')", "<datastore></datastore>"])
def test_the_first_page_tells_the_platform_only_as_far_as_it_lists_the_column(mark: str) -> None:
    """A portal may have moved its home page to another system than its columns."""
    home = page(f'<script>{mark}</script><a href="/nb/">政府信息公开年报</a>')
    shown = page(f'<ul class="list">{rows(5, "/nb/show/{}.html")}</ul>')
    with Loopback({"/": home, "/nb/": shown}) as server:
        survey = look(server)
    assert survey.reports == 5
    assert survey.recognition.platform == ("generic" if "datastore" in mark else "trs")
    assert survey.recognition.doubts or survey.doubts


def test_a_column_that_lists_nothing_is_told() -> None:
    with Simulator(Home(Trs(count=0))) as server:
        survey = look(server)
    assert survey.reports == 0
    assert "the column lists no document that is called an annual report" in survey.doubts


def test_a_column_on_another_host_is_named_and_not_asked_for() -> None:
    elsewhere = "http://zfxxgk.example.gov.cn/nb/"
    with Loopback({"/": page(f'<a href="{elsewhere}">政府信息公开年报</a>')}) as server:
        survey = look(server)
    assert survey.column is None
    assert any(elsewhere in doubt and "no host of this portal" in doubt for doubt in survey.doubts)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply("<html><script>$_ts=window['$_ts']</script></html>", 412), "challenge"),
        (Reply("", 404), "not_found"),
        (Reply("", 403), "blocked"),
    ],
)
def test_a_page_that_cannot_be_seen(reply: Reply, said: str) -> None:
    with Loopback({"/": reply}) as server:
        survey = look(server)
    assert (survey.address, survey.column) == ("", None)
    assert said in survey.visits[-1]


def test_robots_are_obeyed() -> None:
    pages = {"/robots.txt": Reply("User-agent: *\nDisallow: /", content_type="text/plain"), "/": page("首页")}
    with Loopback(pages) as server:
        survey = look(server)
    assert server.paths() == []
    assert "robots" in survey.visits[-1]


def test_an_entry_is_toml_whatever_a_portal_calls_itself(tmp_path: Path) -> None:
    name = 'A"B\\C'
    survey = Survey("https://www.a.gov.cn/", "https://www.a.gov.cn/", name=name, region="330800")
    survey.doubts.append('a page """ of\\u0000 quotes')
    kept = kept_as_portal(entry(survey, date(2024, 5, 6)), tmp_path)
    assert (kept.id, kept.name, kept.columns) == ("a", name, ())
    assert 'In doubt: a page """ of\\u0000 quotes.' in kept.notes
    assert "2024-05-06" in kept.notes


def test_only_the_host_with_and_without_www_is_asked() -> None:
    assert visitor("https://www.a.gov.cn/x").hosts == ("a.gov.cn",)
    assert visitor("http://a.gov.cn:8080").hosts == ("www.a.gov.cn:8080",)
    assert not visitor("http://a.gov.cn").private
    assert visitor("http://127.0.0.1:1").private
