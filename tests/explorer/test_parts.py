"""What pages are made of: the file of figures, the search, layouts, charts, downloads, releases."""

import csv
import io
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from extractors.documents.mark import show_source
from tests.explorer.asking import get
from tests.explorer.library import LONG, Library
from tests.flows.running import assert_one_line, called
from warehouse.archive import Archive
from warehouse.engine import open_warehouse, writing
from warehouse.errors import WarehouseError
from warehouse.explorer.app import make_app
from warehouse.explorer.asking import Shelf, row, rows
from warehouse.explorer.base import find_base
from warehouse.explorer.charts import Line, Point, bar_chart, line_chart
from warehouse.explorer.downloads import as_csv
from warehouse.explorer.figures import figures_of, pinyin
from warehouse.explorer.pages.compare import Asked
from warehouse.explorer.pages.form_layout import lay_out
from warehouse.explorer.search import find_agencies, find_meanings
from warehouse.explorer.sources import Sources
from warehouse.query import run_query
from warehouse.tables import agency


@pytest.fixture
def connection(shelf: Shelf) -> Iterator[sqlite3.Connection]:
    opened = shelf.connect()
    yield opened
    opened.close()


def names(connection: sqlite3.Connection, question: str) -> list[str]:
    return [each["name"] for each in find_agencies(connection, question)]


def test_figures_agree_with_the_views(connection: sqlite3.Connection) -> None:
    for code in ("request.received", "proactive.total"):
        sql = (
            "SELECT year, COUNT(value) AS n, SUM(value) AS s FROM panel WHERE indicator = ? GROUP BY year HAVING n > 0"
        )
        asked = {each["year"]: (each["n"], each["s"]) for each in rows(connection, sql, (code,))}
        stored = rows(connection, "SELECT * FROM national WHERE code = ? AND numbers > 0", (code,))
        assert {each["year"]: (each["numbers"], each["sum"]) for each in stored} == asked
        assert asked
    bins = rows(
        connection, "SELECT year, SUM(agencies) AS n FROM histogram WHERE code = 'request.received' GROUP BY year"
    )
    counts = rows(connection, "SELECT year, numbers AS n FROM national WHERE code = 'request.received' AND numbers > 0")
    assert bins == counts
    high = row(connection, "SELECT * FROM extreme WHERE code = 'request.received' AND side = 'high' AND place = 1")
    assert high is not None
    sql = "SELECT MAX(value) AS most FROM panel WHERE indicator = 'request.received' AND year = ?"
    assert row(connection, sql, (high["year"],)) == {"most": high["value"]}


def test_figures_are_made_anew_when_the_warehouse_has_changed(library: Library, tmp_path: Path) -> None:
    shutil.copytree(library.data, tmp_path / "data")
    url = f"sqlite:///{tmp_path / 'data' / 'warehouse.db'}"
    said: list[str] = []

    def build() -> Path:
        return figures_of(find_base(url, None), tmp_path / "explorer", said.append)

    file = build()
    made = file.stat().st_mtime_ns
    assert build() == file
    assert (file.stat().st_mtime_ns, len(said)) == (made, 1)
    engine = open_warehouse(url)
    with writing(engine) as writer:
        writer.execute(agency.insert().values(name="新设机关"))
    engine.dispose()
    base = find_base(url, None)
    assert names(Shelf(base, figures_of(base, tmp_path / "explorer", said.append)).connect(), "新设") == ["新设机关"]
    assert len(said) == 2


def test_search_finds_parts_of_any_length_in_order(connection: sqlite3.Connection) -> None:
    assert names(connection, "衢州市民政局") == ["衢州市民政局"]
    assert sorted(names(connection, "市民")) == sorted(["衢州市民政局", "示例市民政局"])
    assert set(names(connection, "浙江 统计")) == {"示例市统计局", "市统计局"}
    assert names(connection, "示教局") == ["示例市教育局"]
    assert names(connection, "slsjyj") == ["示例市教育局"]
    assert names(connection, "") == names(connection, "_") == names(connection, "%") == []
    assert "proactive.channel.wechat" in {each["code"] for each in find_meanings(connection, "微信")}
    assert pinyin("衢州市民政局").split() == ["qzsmzj", "qzmzj", "quzhoushiminzhengju", "quzhouminzhengju"]


def test_every_cell_of_every_report_is_on_its_page_once(connection: sqlite3.Connection) -> None:
    applicants = {"total": "总计", "natural_person": "自然人", "org.business": "商业企业"}
    for form in ("2014", "2019", "2021"):
        printed = rows(connection, "SELECT * FROM form_row WHERE form = ? ORDER BY position", (form,))
        indicators = [each["indicator"] for each in printed if each["indicator"]]
        split = {each["indicator"] for each in printed if form != "2014" and each["section"] == "3"}
        keys = [(i, a) for i in indicators for a in (applicants if i in split else ("total",))]
        sections = lay_out(printed, {key: {"key": key} for key in keys}, applicants)
        lines = [line for section in sections for table in section["tables"] for line in table["lines"]]
        found = [cell["key"] for line in lines for cell in line["cells"] if cell]
        assert sorted(found) == sorted(keys)
        for table in (table for section in sections for table in section["tables"]):
            assert {len(line["cells"]) for line in table["lines"]} <= {0, len(table["heads"])}


def test_a_line_breaks_at_a_break_and_at_a_gap() -> None:
    points = [Point(2016, 1), Point(2017, 2), Point(2019, 3, True), Point(2020, 4), Point(2021, None), Point(2022, 5)]
    svg = line_chart("题 & <题>", [Line("线", points)], "件")
    assert svg.count("<polyline") == 3
    assert svg.count('class="mark"') == 5
    assert svg.count('class="break"') == 2
    assert 'aria-label="题 &amp; &lt;题&gt;"' in svg
    ticks = re.findall(r'text-anchor="end"[^>]*>([^<]*)<', svg)
    assert ticks == ["0", "2", "4", "6"]
    assert line_chart("", [Line("空", [Point(2016, None)])]) == bar_chart("", [("a", 0)]) == ""


def test_a_comparison_is_its_address() -> None:
    asked = Asked.of({"a": ["3", "x", "3", "5"], "c": ["request.received"], "from": ["2016"], "to": ["soon"]})
    assert asked == Asked((3, 5), ("request.received",), 2016)
    assert asked.query == "a=3&a=5&c=request.received&from=2016"
    assert asked.without(agency=3).query == "a=5&c=request.received&from=2016"


def test_downloads_hold_the_figures_of_the_page(app: Any, library: Library) -> None:
    [(number,)] = run_query(library.warehouse, f"SELECT id FROM agency WHERE name = '{LONG}'").rows
    query = f"a={number}&c=requests_received"
    answer = get(app, f"/compare.csv?{query}")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    parquet = pq.read_table(io.BytesIO(get(app, f"/compare.parquet?{query}").content)).to_pylist()
    assert [float(each["value"]) for each in table] == [each["value"] for each in parquet]
    assert [each["year"] for each in parquet] == list(range(2016, 2024))
    sql = f"SELECT value FROM series WHERE agency_id = {number} AND series = 'requests_received' ORDER BY year"
    assert [each["value"] for each in parquet] == [value for (value,) in run_query(library.warehouse, sql).rows]


def test_text_of_a_download_is_no_formula() -> None:
    assert as_csv(["a"], [{"a": "=1+1"}, {"a": -5}]).decode("utf-8-sig") == "a\r\n'=1+1\r\n-5\r\n"


@pytest.mark.slow
def test_a_release_is_explored_as_the_warehouse_is(library: Library, tmp_path: Path) -> None:
    done = called("publish", "--to", tmp_path / "r1", "--version", "v1", "--data", library.data)
    assert done.returncode == 0, done
    base = find_base("postgresql://no/where", tmp_path / "r1")
    assert (base.version, base.is_release) == ("v1", True)
    archive, engine = Archive(library.data / "archive", "test"), open_warehouse(library.warehouse, create=False)
    shelf = Shelf(base, figures_of(base, tmp_path))
    app = make_app(shelf, Sources(archive, show_source, engine))
    sql = f"SELECT r.id FROM report r JOIN agency a ON a.id = r.agency_id WHERE a.name = '{LONG}' AND r.year = 2022"
    [(report,)] = sqlite3.connect(base.file).execute(sql).fetchall()
    pages = ["/", "/search?q=教育", "/agency/1", f"/report/{report}", f"/cell/{report}/request.received/total"]
    pages += [
        "/indicators",
        "/indicator/request.received",
        "/compare?a=1&c=requests_received",
        "/quality",
        "/questions",
    ]
    for address in [*pages, "/warehouse", "/warehouse/requests"]:
        answer = get(app, address)
        assert answer.status_code == 200, address
        assert "v1" in answer.text
    cell = get(app, f"/cell/{report}/request.received/total").text
    source = re.search(r'src="(/archived/[^"#]*)', cell)
    assert source
    assert 'class="nianbao-cell"' in get(app, source[1]).text
    engine.dispose()
    alone = make_app(shelf, Sources(archive, show_source))
    assert "no warehouse here knows it" in get(alone, source[1]).text


def test_behind_a_proxy_every_link_has_its_path(library: Library, shelf: Shelf) -> None:
    sources = Sources(Archive(library.data / "archive", "test"), show_source)
    app = make_app(shelf, sources, base_url="/nianbao/")
    text = get(app, "/nianbao/").text
    assert re.findall(r'(?:href|src|action)="(?!/nianbao/|#|http)[^"]*"', text) == []


def test_what_cannot_be_explored_is_told(library: Library, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="nianbao publish"):
        find_base("postgresql://user@host/db", None)
    with pytest.raises(WarehouseError, match="no release"):
        find_base("", tmp_path)
    with pytest.raises(WarehouseError, match="is no release"):
        find_base("", library.data / "warehouse.db")
    none = called("explore", "--no-open", "--port", "0", "--data", tmp_path)
    assert_one_line(none, 1, "no warehouse at", "nianbao crawl")
