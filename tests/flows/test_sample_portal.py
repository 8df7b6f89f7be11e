"""The sample portals on the wire, asked with the standard library's client as any browser or crawler would."""

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from extractors.http import PoliteSession
from extractors.links import each_once, excluded, list_column
from extractors.registry import Portal, load_portals
from extractors.report import Context, read_capture
from flows.sample_lists import EMPTY_GROUP, PROXY, UNIT, load_lists
from flows.sample_portal import SamplePortal, edited
from schema.records import Capture, Link, Outcome, Reading, ReadingStatus
from tests.golden.pages import expected_file, golden_pages, load

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
SITES = SAMPLE / "sites"
JPAAS, CLASSIC = SamplePortal.IDS

CIVIL_AFFAIRS = "/col/col1229561001/art/2019/art_bf497b48e0256687c2450252b297b4ec.html"
TOWN = "/art/2019/1/25/art_31251_8240518.html"
UNLABELLED = "/art/2017/3/27/art_31252_6998616.html"
SOFT_404 = "/art/2018/3/6/art_31252_7530717.html"
DEAD = "/art/2018/3/15/art_31251_7543817.html"

# What an undisturbed crawl meets: list pages, links by how they end, documents by what they are, and reports.
LIST_PAGES = {JPAAS: 13, CLASSIC: 5}
ENDS = {
    JPAAS: {"fetched": 12, "excluded": 2, "foreign": 1, "not_found": 1, "soft_404": 1},
    CLASSIC: {"fetched": 19, "excluded": 1, "robots": 1, "not_found": 1, "soft_404": 1},
}
READINGS = {
    JPAAS: {"report": 11, "not_report": 1},
    CLASSIC: {"report": 16, "not_report": 2, "no_table": 1},
}
REPORTS = {JPAAS: (10, 770), CLASSIC: (15, 870)}  # agency-years, and cells of their forms


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@pytest.fixture
def server() -> Iterator[SamplePortal]:
    with SamplePortal() as running:
        yield running


def ask(
    server: SamplePortal,
    portal: str,
    path: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Answer:
    connection = HTTPConnection(server.base_urls[portal].removeprefix("http://"), timeout=10)
    sent = {"User-Agent": "tester", **(headers or {})}
    connection.request(method, path, urlencode(form) if form else None, sent)
    response = connection.getresponse()
    answer = Answer(response.status, dict(response.headers), response.read())
    connection.close()
    return answer


def group(server: SamplePortal, page: int, method: str = "GET", **more: str) -> Answer:
    query = urlencode({"page": str(page), "columnid": "31251", "unitid": "158542", **more})
    return ask(server, CLASSIC, f"{PROXY}?{query}", method)


def unit(server: SamplePortal, **more: str) -> dict[str, object]:
    keys = "parseType webId tplSetId pageType editType".split()
    query = {**dict.fromkeys(keys, "x"), "tagId": "信息列表", "pageId": "1229561000", **more}
    answer: dict[str, object] = json.loads(ask(server, JPAAS, f"{UNIT}?{urlencode(query)}").text)
    return answer


def markup(answer: dict[str, object]) -> str:
    data = answer["data"]
    assert isinstance(data, dict)
    return str(data["html"])


def hrefs(text: str) -> list[str]:
    return re.findall(r"""<li[^>]*><a href=["']([^"']+)""", text)


# --- the committed files


@pytest.mark.slow
def test_the_generator_writes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    command: list[str | Path] = [sys.executable, SAMPLE / "build.py", "--sites", "sites", "--golden", "golden"]
    subprocess.run(command, check=True, cwd=tmp_path)
    assert files(tmp_path / "sites") == files(SITES)
    assert files(tmp_path / "golden") == files(ROOT / "tests" / "golden" / "sample")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_page_is_listed_and_every_listed_page_is_there() -> None:
    for portal, absent in ((JPAAS, 2), (CLASSIC, 1)):
        lists = load_lists(SITES / portal)
        linked = {record["href"] for column in lists.columns for record in lists.records(column)}
        www = SITES / portal / "www"
        on_disk = {f"/{path.relative_to(www).as_posix()}" for path in www.rglob("*.html")}
        assert on_disk < linked
        assert len(linked - on_disk) == absent


def test_the_town_s_page_is_gb18030_and_no_less() -> None:
    body = (SITES / CLASSIC / "www" / TOWN.lstrip("/")).read_bytes()
    assert b"charset=gb2312" in body
    assert "青㙓镇" in body.decode("gb18030")
    for encoding in ("gb2312", "gbk", "utf-8"):
        with pytest.raises(UnicodeDecodeError):
            body.decode(encoding)


# --- the registry


def test_the_registry_is_written_with_the_real_addresses(server: SamplePortal, tmp_path: Path) -> None:
    server.write_registry(tmp_path / "portals")
    portals = load_portals(tmp_path / "portals")
    assert {portal.id: portal.base_url for portal in portals.values()} == server.base_urls
    for portal in portals.values():
        columns = {column.url: column.title for column in portal.columns}
        served = load_lists(SITES / portal.id).columns
        assert columns == {f"/col/col{id}/index.html": entry["title"] for id, entry in served.items()}


def test_the_committed_registry_has_the_usual_ports() -> None:
    portals = load_portals(ROOT / "data" / "portals")
    usual = [f"http://127.0.0.1:{port}" for port in SamplePortal.PORTS]
    assert [portals[id].base_url for id in SamplePortal.IDS] == usual


def test_a_taken_port_is_an_error_at_once(server: SamplePortal) -> None:
    taken = int(server.base_urls[CLASSIC].rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        SamplePortal(ports=(0, taken))


# --- classic lists


def test_a_classic_column_embeds_three_pages_and_says_how_to_go_on(server: SamplePortal) -> None:
    page = ask(server, CLASSIC, "/col/col31251/index.html")
    assert page.headers["Content-Type"] == "text/html"
    assert "ETag" not in page.headers
    assert "no-store" in page.headers["Cache-Control"]
    assert len(hrefs(page.text)) == 6
    assert "columnid:31251,sourceContentType:1,unitid:'158542'" in page.text
    assert "totalRecord:16,perPage:2" in page.text


def test_classic_groups_overlap_and_end(server: SamplePortal) -> None:
    found = hrefs(ask(server, CLASSIC, "/col/col31251/index.html").text)
    for page in (1, 2):
        records = hrefs(group(server, page).text)
        assert records[0] == found[-1]
        found += records[1:]
    assert found == [record["href"] for record in load_lists(SITES / CLASSIC).records("31251")]
    assert f'href="{PROXY}?page=2&' in group(server, 1).text
    assert "<nextgroup></nextgroup>" in group(server, 2).text


def test_a_classic_group_goes_by_page_alone(server: SamplePortal) -> None:
    assert group(server, 1, startrecord="13", endrecord="18").body == group(server, 1).body
    assert group(server, 0).text == EMPTY_GROUP
    assert group(server, 9).text == EMPTY_GROUP
    assert len(EMPTY_GROUP.encode()) == 54


def test_a_classic_list_may_answer_post_only(server: SamplePortal) -> None:
    by_get = group(server, 1)
    server.post_only = True
    assert group(server, 1).text == EMPTY_GROUP
    assert group(server, 1, "POST").body == by_get.body
    assert ask(server, CLASSIC, PROXY, "POST", form={"page": "1", "columnid": "31251"}).body == by_get.body


# --- JPAAS lists


def test_a_jpaas_column_names_its_unit_in_single_quotes(server: SamplePortal) -> None:
    page = ask(server, JPAAS, "/col/col1229561000/index.html").text
    assert 'parsetype="bulidstatic"' in page
    assert "queryData=\"{'parseType':'bulidstatic','webId':'3185'" in page
    assert hrefs(page) == []


def test_a_jpaas_list_goes_by_param_json_alone(server: SamplePortal) -> None:
    first = unit(server)
    assert unit(server, pageNo="2", page="2", currentPage="2") == first
    assert 'rows="3" count="6" pageNo="1"' in markup(first)
    second = unit(server, paramJson='{"pageNo":2,"pageSize":3}')
    assert len({*hrefs(markup(first)), *hrefs(markup(second))}) == 6
    assert hrefs(markup(unit(server, paramJson='{"pageNo":3,"pageSize":3}'))) == []


def test_a_jpaas_unit_wants_all_its_words(server: SamplePortal) -> None:
    assert unit(server, pageId="1")["success"] is False
    assert json.loads(ask(server, JPAAS, f"{UNIT}?pageId=1229561000").text)["success"] is False
    assert hrefs(markup(unit(server, tagId="当前位置"))) == []


def test_each_system_has_its_own_addresses_only(server: SamplePortal) -> None:
    assert ask(server, CLASSIC, UNIT).status == 404
    assert ask(server, JPAAS, f"{PROXY}?page=1&columnid=1229561000").status == 404
    assert ask(server, JPAAS, "/col/col99/index.html").status == 404


# --- documents


def test_a_document_comes_as_it_lies_there_and_only_once(server: SamplePortal) -> None:
    page = ask(server, JPAAS, CIVIL_AFFAIRS)
    assert page.body == (SITES / JPAAS / "www" / CIVIL_AFFAIRS.lstrip("/")).read_bytes()
    by_tag = ask(server, JPAAS, CIVIL_AFFAIRS, headers={"If-None-Match": page.headers["ETag"]})
    by_date = ask(server, JPAAS, CIVIL_AFFAIRS, headers={"If-Modified-Since": page.headers["Last-Modified"]})
    assert [(one.status, one.body) for one in (by_tag, by_date)] == [(304, b"")] * 2
    stale = {"If-None-Match": '"other"', "If-Modified-Since": page.headers["Last-Modified"]}
    assert ask(server, JPAAS, CIVIL_AFFAIRS, headers=stale).status == 200


def test_charsets_are_stated_as_real_servers_state_them(server: SamplePortal) -> None:
    stated = {path: ask(server, CLASSIC, path) for path in (TOWN, UNLABELLED, SOFT_404)}
    assert stated[TOWN].headers["Content-Type"] == "text/html"
    assert stated[UNLABELLED].headers["Content-Type"] == "text/html"
    assert b"charset" not in stated[UNLABELLED].body
    assert stated[SOFT_404].headers["Content-Type"] == "text/html;charset=UTF-8"


def test_what_is_missing_is_so_in_three_ways(server: SamplePortal) -> None:
    assert ask(server, CLASSIC, DEAD).status == 404
    soft = ask(server, CLASSIC, SOFT_404)
    assert soft.status == 200
    assert "您访问的页面不存在" in soft.text
    assert ask(server, CLASSIC, "/../site.json").status == 404
    assert ask(server, CLASSIC, "/%2e%2e/site.json").status == 404


def test_head_is_not_supported(server: SamplePortal) -> None:
    assert ask(server, JPAAS, CIVIL_AFFAIRS, "HEAD").status == 501
    assert [(one.method, one.status) for one in server.log] == [("HEAD", 501)]


def test_an_edit_of_a_file_shows(tmp_path: Path) -> None:
    page = tmp_path / "sites" / CLASSIC / "www" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text("before", encoding="utf-8")
    (tmp_path / "sites" / CLASSIC / "site.json").write_bytes((SITES / CLASSIC / "site.json").read_bytes())
    with SamplePortal(tmp_path) as server:
        before = ask(server, CLASSIC, "/page.html")
        page.write_text("after", encoding="utf-8")
        after = ask(server, CLASSIC, "/page.html", headers={"If-None-Match": before.headers["ETag"]})
    assert (before.text, after.text) == ("before", "after")


# --- the log and the faults


def test_the_log_has_every_request(server: SamplePortal) -> None:
    began = time.monotonic()
    ask(server, JPAAS, f"{CIVIL_AFFAIRS}?a=1")
    ask(server, CLASSIC, DEAD)
    first, second = server.log
    assert (first.method, first.path, first.status, first.agent) == ("GET", f"{CIVIL_AFFAIRS}?a=1", 200, "tester")
    assert (second.host, second.status) == (server.base_urls[CLASSIC].removeprefix("http://"), 404)
    assert began <= first.at <= second.at <= time.monotonic()


def test_a_delay_holds_every_answer_back(server: SamplePortal) -> None:
    server.delay = 0.2
    began = time.monotonic()
    ask(server, JPAAS, "/robots.txt")
    assert time.monotonic() - began >= 0.2


def test_a_status_can_be_set_and_taken_back(server: SamplePortal) -> None:
    server.status_for[CIVIL_AFFAIRS] = 429
    server.retry_after = "7"
    refused = ask(server, JPAAS, CIVIL_AFFAIRS)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "7")
    del server.status_for[CIVIL_AFFAIRS]
    assert ask(server, JPAAS, CIVIL_AFFAIRS).status == 200


def test_an_edited_page_is_sent_although_the_old_one_is_known(server: SamplePortal) -> None:
    before = ask(server, JPAAS, CIVIL_AFFAIRS)
    server.edited.add(CIVIL_AFFAIRS)
    after = ask(server, JPAAS, CIVIL_AFFAIRS, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status == 200
    assert after.headers["ETag"] != before.headers["ETag"]


def report_pages() -> list[Path]:
    """The reports that the sample portals serve; golden pages of other portals are no part of them."""
    served = (page for page in golden_pages() if page.is_relative_to(SITES))
    return [page for page in served if load(expected_file(page))["status"] == "report"]


@pytest.mark.parametrize("page", report_pages(), ids=lambda page: page.name)
def test_an_edit_changes_one_figure_of_every_report(page: Path) -> None:
    body = page.read_bytes()
    before, after = (read_capture(one).report for one in (body, edited(body)))
    assert before is not None
    assert after is not None
    changed = [
        new.indicator
        for old, new in zip(before.observations, after.observations, strict=True)
        if old.value != new.value
    ]
    assert changed == ["training.trainees"]


def test_an_edit_leaves_a_page_without_the_table_alone() -> None:
    body = (SITES / CLASSIC / "www" / SOFT_404.lstrip("/")).read_bytes()
    assert edited(body) == body


def test_answers_come_side_by_side(server: SamplePortal) -> None:
    server.delay = 0.3
    paths = [CIVIL_AFFAIRS] * 4
    threads = [threading.Thread(target=ask, args=(server, JPAAS, path)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    arrivals = [one.at for one in server.log]
    assert len(arrivals) == 4
    assert max(arrivals) - min(arrivals) < server.delay


# --- what a crawl meets


@pytest.mark.slow
@pytest.mark.parametrize("portal_id", SamplePortal.IDS)
def test_an_undisturbed_crawl_meets(server: SamplePortal, tmp_path: Path, portal_id: str) -> None:
    server.write_registry(tmp_path)
    portal = load_portals(tmp_path)[portal_id]
    with PoliteSession(portal) as session:
        pages = [page for column in portal.columns for page in list_column(portal, column, session)]
        links = each_once(link for page in pages for link in page.links)
        fetches = {link: session.get(link.url) for link in links if not excluded(link)}
    ends = Counter(fetch.outcome for fetch in fetches.values())
    fetched = {link: fetch.capture for link, fetch in fetches.items() if fetch.outcome is Outcome.FETCHED}
    readings = [read(portal, link, capture) for link, capture in fetched.items() if capture]
    reports = [one.report for one in readings if one.report and one.status is ReadingStatus.REPORT]
    found = {(report.agency, report.year): report for report in reports}
    assert {page.fetch.outcome for page in pages} == {Outcome.FETCHED}
    assert len(pages) == LIST_PAGES[portal_id]
    assert ends | {"excluded": len(links) - len(fetches)} == ENDS[portal_id]
    assert Counter(one.status for one in readings) == READINGS[portal_id]
    assert (len(found), sum(len(one.observations) for one in found.values())) == REPORTS[portal_id]


def read(portal: Portal, link: Link, capture: Capture) -> Reading:
    context = Context(
        region=portal.region,
        agencies=portal.agencies,
        column_agency={column.id: column.agency for column in portal.columns}[link.column],
        link_title=link.title,
        listed_on=link.listed_on,
    )
    content_type = capture.header("Content-Type")
    return read_capture(capture.body, content_type=content_type, url=capture.url, context=context)
