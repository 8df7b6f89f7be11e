"""The explorer as a person meets it: every page in Chromium, at two widths, without a word of complaint from it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.explorer.conftest import Site
from tests.explorer.library import EDITED, FILE, HOSTILE, LONG, Library
from warehouse.query import run_query

pytestmark = pytest.mark.slow

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
MARK = "#nianbao-cell"
TOP = "element => element.getBoundingClientRect().top"
AXE = {"iframes": False, "resultTypes": ["violations"]}
# Pages that the accessibility check looks through. Datasette's own are not ours to mend.
CHECKED = {
    "desktop": "start search agency report cell indicators indicator compare quality questions missing".split(),
    "phone": ["start", "compare"],
}


@dataclass
class Seen:
    """What a browser did besides showing pages."""

    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def page(browser: Any, site: Site, seen: Seen) -> Iterator[Any]:
    yield from _page(browser, site, seen, "desktop")


def _page(browser: Any, site: Site, seen: Seen, width: str) -> Iterator[Any]:
    """A page of a new visitor; after the test nothing may have been said or asked that should not have been."""
    size = WIDTHS[width]
    context = browser.new_context(base_url=site.url, viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda message: message.type in ("error", "warning") and seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    context.on("request", lambda request: seen.hosts.add(urlsplit(request.url).netloc or "own"))
    yield page
    context.close()
    assert seen.complaints == []
    assert seen.hosts <= {urlsplit(site.url).netloc, "own"}


def number_of(library: Library, sql: str) -> int:
    return int(run_query(library.warehouse, sql).rows[0][0])


def agency_of(library: Library, name: str) -> int:
    return number_of(library, f"SELECT id FROM agency WHERE name = '{name}'")


def report_of(library: Library, name: str, year: int) -> int:
    sql = f"SELECT r.id FROM report r JOIN agency a ON a.id = r.agency_id WHERE a.name = '{name}' AND r.year = {year}"
    return number_of(library, f"{sql} AND r.is_current")


def addresses(library: Library) -> dict[str, str]:
    """Every page there is, one of each kind."""
    agency, report = agency_of(library, LONG), report_of(library, LONG, 2022)
    return {
        "start": "/",
        "search": "/search?q=民政",
        "agency": f"/agency/{agency}",
        "report": f"/report/{report}",
        "cell": f"/cell/{report}/request.received/natural_person",
        "indicators": "/indicators",
        "indicator": "/indicator/request.received",
        "series": "/indicator/rate_disclosed_substantive",
        "compare": f"/compare?a={agency}&a={agency_of(library, EDITED)}&c=requests_received",
        "quality": "/quality?year=2018&status=reported",
        "questions": "/questions",
        "question": "/warehouse/requests",
        "database": "/warehouse",
        "table": "/warehouse/agency",
        "row": f"/warehouse/agency/{agency}",
        "missing": "/agency/999999",
    }


def test_every_page_fits_is_accessible_and_silent(
    browser: Any, site: Site, seen: Seen, library: Library, width: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for page in _page(browser, site, seen, width):
        for name, address in addresses(library).items():
            answer = page.goto(address)
            assert answer.status == (404 if name == "missing" else 200), address
            assert page.locator("h1").count() == 1, address
            assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width][0], address
            page.screenshot(path=site.pictures / f"{name}-{width}.png")
            if name in CHECKED[width]:
                found = Axe().run(page, options=AXE).response["violations"]
                serious = [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")]
                assert serious == [], address
        seen.complaints[:] = [said for said in seen.complaints if "404" not in said]  # the browser's own, of the last


@pytest.mark.parametrize("question", ["民政", "qzsmzj", "qzmzj", "衢州民政局", "QUZHOUSHI"])
def test_an_agency_is_found_by_two_characters_or_by_pinyin(page: Any, question: str) -> None:
    page.goto("/")
    page.locator(".find.big input").fill(question)
    page.locator(".find.big input").press("Enter")
    assert page.get_by_role("link", name="衢州市民政局", exact=True).is_visible()


def test_a_newcomer_finds_the_figure_and_its_cell_within_three_clicks(page: Any) -> None:
    page.goto("/")
    page.locator(".find.big input").fill("衢州市民政局")
    page.locator(".find.big button").click()  # 1
    page.get_by_role("link", name="衢州市民政局 2018").click()  # 2
    row = page.get_by_role("row", name="政务微信公开政府信息数")
    row.get_by_role("link", name="174").click()  # 3
    assert "174" in page.locator(".value").inner_text()
    cell = page.frame_locator("iframe.source").locator(MARK)
    assert cell.inner_text() == "174"
    assert "政务微信公开政府信息数" in cell.locator("xpath=..").inner_text()
    assert 100 < cell.evaluate(TOP) < 260  # in sight, with rows above it


def test_a_number_on_a_phone_is_in_sight_too(browser: Any, site: Site, seen: Seen, library: Library) -> None:
    for page in _page(browser, site, seen, "phone"):
        page.goto(f"/report/{report_of(library, LONG, 2023)}")
        page.locator("table.form.wide td.num a").first.click()
        cell = page.frame_locator("iframe.source").locator(MARK)
        cell.wait_for()
        assert 100 < cell.evaluate(TOP) < 260


def test_charts_have_a_mark_for_each_figure_and_break_where_forms_change(page: Any, library: Library) -> None:
    page.goto(f"/agency/{agency_of(library, LONG)}")
    chart = page.locator("figure", has=page.get_by_role("link", name="收到申请数"))
    assert chart.locator("circle.mark").count() == 8
    assert chart.locator("line.break").count() == 2
    assert chart.locator("polyline").count() == 2  # 2014 to 2018, and from 2019 on: only the first border is inexact
    years = chart.locator("tbody th").all_text_contents()
    assert [year[:4] for year in years] == [str(year) for year in range(2016, 2024)]


def test_agencies_are_compared_and_the_address_is_the_state(page: Any, site: Site) -> None:
    page.goto("/compare")
    for name in ("示例市教育局", "sjtysj"):
        page.get_by_label("添加机关").fill(name)
        page.get_by_label("添加指标").fill("收到申请数 requests_received")
        page.get_by_role("button", name="更新").click()
        page.wait_for_url(re.compile(r"c=requests_received"))
    assert page.locator(".chips li").count() == 3
    figures = page.locator("table.data td a")
    assert page.locator("circle.mark").count() == figures.count() == 8 + 3
    with page.expect_download() as began:
        page.get_by_role("button", name="保存 PNG").click()
    assert began.value.path().read_bytes().startswith(b"\x89PNG")
    address = page.url
    page.get_by_role("link", name="去掉 remove 示例市教育局").click()
    assert page.locator(".chips li").count() == 2
    page.goto(address)
    assert page.locator("circle.mark").count() == 11


def test_quality_is_filtered_down_to_a_report(page: Any, library: Library) -> None:
    year = number_of(library, "SELECT year FROM revisions")
    page.goto("/quality")
    page.locator("select[name=year]").select_option(str(year))
    page.locator("select[name=province]").select_option("330000")
    page.get_by_role("button", name="筛选").click()
    assert page.get_by_role("link", name=re.compile(EDITED)).count() == 1  # among those that were edited
    page.locator("select[name=year]").select_option("")
    page.get_by_role("button", name="筛选").click()
    page.locator("table.data tbody th a").last.click()
    page.locator("#failing ~ .scroll a").first.click()
    assert page.locator("#findings").is_visible()


def test_a_question_is_asked_and_answered_as_json_too(page: Any) -> None:
    page.goto("/questions")
    page.locator("ol.list a").first.click()
    assert page.locator("table.rows-and-columns tbody tr").count() > 0
    page.goto("/questions")
    page.get_by_role("button", name="运行").click()
    assert page.locator("table.rows-and-columns tbody tr").count() > 0
    rows = page.request.get("/warehouse/panel.json?_shape=array&indicator=request.received&year=2018").json()
    assert {row["indicator"] for row in rows} == {"request.received"}


def test_a_hostile_page_does_nothing(page: Any, library: Library, seen: Seen) -> None:
    report = report_of(library, HOSTILE, 2019)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(f"/cell/{report}/request.received/natural_person")
    title, address = page.title(), page.url
    frame = page.frame_locator("iframe.source")
    frame.locator(MARK).wait_for()
    page.wait_for_timeout(300)  # for what a script or a refresh would do
    assert frame.locator("script, svg, math, img, form, input, a, object, video, iframe, meta[http-equiv]").count() == 0
    assert (page.title(), page.url, dialogs) == (title, address, [])
    page.goto(page.locator("iframe.source").get_attribute("src") or "")  # the same not framed
    page.wait_for_timeout(300)
    assert (urlsplit(page.url).path, dialogs) == (urlsplit(page.url).path, [])


def test_a_file_that_is_no_page_is_told_and_given_as_bytes(page: Any, library: Library) -> None:
    page.goto(f"/cell/{report_of(library, FILE, 2018)}/proactive.total/total")
    assert "不能在此显示" in page.frame_locator("iframe.source").locator("body").inner_text()
    with page.expect_download() as began:
        page.get_by_role("link", name="下载原始字节").click()
    assert began.value.path().read_bytes() == b"%PDF-1.4 \0 no page"


def test_keys_are_enough(page: Any) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that skips to the content
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    page.keyboard.type("qzsmzj")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=qzsmzj"))
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "衢州市民政局":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/agency/"))
