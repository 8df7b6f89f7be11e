"""Reports in files attached to a page: found, fetched under its portal's rules, read, and followed over the nights."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schema.records import Outcome, ReadingStatus
from tests.extractors import forms
from tests.extractors.documents.packages import docx, p, workbook_of
from tests.extractors.loopback import Loopback, Reply
from tests.flows.test_portal import SEASON, Nights
from warehouse.ledger import page_states, summary
from warehouse.query import run_query

pytestmark = pytest.mark.slow
ADDRESS = "/art/2022/1/20/art_1_9.html"
FILE, OTHER = "/attach/0/report.xls", "/attach/0/form.doc"
CELLS = ("索引号", "113308000026181032/2022-00009", "发布机构", "示例市教育局")
HEADER = f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in CELLS)}</tr></table>"
SHEET = "application/vnd.ms-excel"


class Attached(Nights):
    """A portal with one report, whose page has no table but files."""

    def __init__(self, server: Loopback, folder: Path) -> None:
        super().__init__(server, folder)
        self.documents, self.extra = (), [ADDRESS]
        self.show(f'<a href="{FILE}">2020年政府信息公开工作年度报告.xls</a><a href="{OTHER}">附件2：申请表</a>')
        self.attach("7")

    def show(self, body: str) -> None:
        title = "示例市教育局2020年政府信息公开工作年度报告"
        page = f"<html><head><title>{title}</title></head><body>{HEADER}<h1>{title}</h1>{body}</body></html>"
        self.server.pages[ADDRESS] = Reply(page, headers={"ETag": f'"{hash(body)}"'})

    def attach(self, figure: str, path: str = FILE, kind: str = SHEET) -> None:
        figures = dict.fromkeys(forms.cells("2021"), "0") | {("documents.normative.issued", "total"): figure}
        self.server.pages[path] = Reply(
            workbook_of(forms.matrix_tables("2021", figures, forms.Style())), content_type=kind
        )

    def asked(self) -> list[str]:
        return [path for path in self.server.paths() if path.startswith(("/art", "/attach", "/pdf"))]

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        return list(run_query(f"sqlite:///{self.folder / 'warehouse.db'}", sql).rows)

    def reports(self) -> list[tuple[object, ...]]:
        return self.ask(
            "SELECT a.name, r.year, r.form, c.url, r.is_current FROM report r JOIN agency a ON a.id = r.agency_id "
            "JOIN capture c ON c.id = r.capture_id WHERE r.valid_to IS NULL ORDER BY r.id"
        )

    def reading(self, path: str) -> ReadingStatus | None:
        return page_states(self.engine, "p")[self.server.url + path].reading


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Attached]:
    with Loopback() as server:
        made = Attached(server, tmp_path)
        yield made
        made.engine.dispose()


def test_the_file_is_the_report_with_what_its_page_knows(nights: Attached) -> None:
    nights.crawl(datetime.now(UTC))
    file = nights.server.url + FILE
    assert nights.asked() == [ADDRESS, FILE]
    assert nights.reports() == [("示例市教育局", 2020, "2021", file, 1)]
    assert nights.ask("SELECT index_number FROM report") == [("113308000026181032/2022-00009",)]
    assert nights.reading(ADDRESS) is ReadingStatus.NO_TABLE
    assert nights.ask("SELECT reason FROM page WHERE url LIKE '%art_1_9%'") == [("table in an attachment",)]
    assert nights.ask("SELECT count(*) FROM quarantine") == [(0,)]
    (portal,) = summary(nights.engine, nights.run_id).portals
    assert portal.refused == ()
    referers = [asked.headers.get("Referer") for asked in nights.server.log if asked.path == FILE]
    assert referers == [nights.server.url + ADDRESS]


def test_an_edited_file_is_found_though_its_page_is_as_it_was(nights: Attached) -> None:
    nights.crawl(datetime.now(UTC))
    nights.attach("8")
    nights.crawl(SEASON)
    assert nights.asked()[2:] == [ADDRESS, FILE]
    (portal,) = summary(nights.engine, nights.run_id).portals
    assert portal.reports["revised"] == 1
    assert [row[0] for row in nights.reports()] == ["示例市教育局"]


def test_a_file_that_was_not_there_is_asked_for_again(nights: Attached) -> None:
    nights.server.pages[FILE] = Reply("", 404)
    nights.crawl(datetime.now(UTC))
    assert [row[2] for row in nights.reports()] == [None]  # the page alone, without a table
    nights.attach("8")
    nights.crawl(SEASON)
    assert [row[2:] for row in nights.reports() if row[4]] == [("2021", nights.server.url + FILE, 1)]


def test_files_rest_with_their_page(nights: Attached) -> None:
    nights.crawl(datetime.now(UTC))
    nights.crawl(datetime.now(UTC))
    nights.crawl(datetime.now(UTC) + timedelta(hours=1))
    assert nights.asked() == [ADDRESS, FILE]


def test_a_page_whose_files_have_no_table_is_a_report_without_one(nights: Attached) -> None:
    nights.server.pages[FILE] = Reply(docx(p("无表格的附件")), content_type=SHEET)
    nights.crawl(datetime.now(UTC))
    assert [row[2:4] for row in nights.reports()] == [(None, nights.server.url + ADDRESS)]
    assert nights.reading(FILE) is ReadingStatus.NOT_REPORT


def test_what_cannot_be_read_rests_in_quarantine(nights: Attached) -> None:
    nights.server.pages[FILE] = Reply(b"Rar!\x1a\x07", content_type=SHEET)
    nights.crawl(datetime.now(UTC))
    rows = nights.ask("SELECT url, reason FROM quarantine")
    assert rows == [(nights.server.url + FILE, "an archive of other files: not opened")]
    assert len(nights.reports()) == 1


@pytest.mark.parametrize(
    "body",
    [
        '<iframe src="/pdf/web/viewer.html?file=%2Fattach%2F0%2Fnb.xlsx"></iframe>',
        '<iframe src="/attach/0/nb.xlsx"></iframe>',
        '<a href="/pdf/web/viewer.html?file=/attach/0/nb.xlsx">在线浏览</a>',
        "<script>showFile('/attach/0/nb.xlsx');</script>",
        '<script>window._CONFIG = {"attachment":[{"url":"\\/attach\\/0\\/nb.xlsx"}]}</script>',
    ],
)
def test_frames_viewers_and_scripts_lead_to_the_file(nights: Attached, body: str) -> None:
    nights.show(body)
    nights.attach("5", "/attach/0/nb.xlsx", "application/octet-stream")
    nights.crawl(datetime.now(UTC))
    assert nights.asked() == [ADDRESS, "/attach/0/nb.xlsx"]
    assert [row[2] for row in nights.reports()] == ["2021"]


def test_a_file_elsewhere_is_foreign_and_never_asked_for(nights: Attached) -> None:
    nights.show('<a href="http://oss.example.test/report.docx">年度报告</a>')
    nights.crawl(datetime.now(UTC))
    assert nights.asked() == [ADDRESS]
    state = page_states(nights.engine, "p")["http://oss.example.test/report.docx"]
    assert state.outcome is Outcome.FOREIGN
    assert len(nights.reports()) == 1


def test_the_fuller_of_two_files_is_the_report(nights: Attached) -> None:
    nights.show('<a href="/attach/0/a.xls">附件1</a><a href="/attach/0/b.xls">附件2</a>')
    rows = forms.matrix_tables("2021", {}, forms.Style(sentences=(("3", "见附件2"), ("4", "见附件2"))))
    nights.server.pages["/attach/0/a.xls"] = Reply(workbook_of(rows), content_type=SHEET)
    nights.attach("5", "/attach/0/b.xls")
    nights.crawl(datetime.now(UTC))
    assert [row[3] for row in nights.reports()] == [nights.server.url + "/attach/0/b.xls"]
    assert nights.reading("/attach/0/a.xls") is ReadingStatus.NOT_REPORT
