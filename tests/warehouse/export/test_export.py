"""What is exported is what the views say, in every format, from both engines."""

import csv
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from tests.warehouse.filled import FORMULA, OTHER
from warehouse.engine import Engine
from warehouse.errors import WarehouseError
from warehouse.export.csv import write_csv
from warehouse.export.excel import MAX_SHEETS, write_excel
from warehouse.export.export import DEFAULT_TABLES, FORMATS, export
from warehouse.export.tables import EXPORTED, named_tables, schema_of
from warehouse.ledger import start_run
from warehouse.query import run_query
from warehouse.reader import reading
from warehouse.views import VIEWS

_PANEL = "SELECT agency, year, indicator, value, status FROM panel"


def said(url: str) -> list[tuple[object, ...]]:
    """The panel as a query gives it."""
    return sorted(
        (agency, year, indicator, None if value is None else float(value), status)
        for agency, year, indicator, value, status in run_query(url, _PANEL).rows
    )


def test_parquet_has_a_file_a_year_that_say_what_the_views_say(filled_url: str, tmp_path: Path) -> None:
    written = export(filled_url, tmp_path)
    assert [one.path.name for one in written] == [
        name if EXPORTED[name].yearly else f"{name}.parquet" for name in DEFAULT_TABLES
    ]
    assert [path.name for path in sorted((tmp_path / "panel").iterdir())] == [
        f"panel-{year}.parquet" for year in (2018, 2019, 2021)
    ]
    table = parquet.read_table(tmp_path / "panel")
    rows = [
        tuple(row[name] for name in ("agency", "year", "indicator", "value", "status")) for row in table.to_pylist()
    ]
    assert rows == sorted(rows, key=lambda row: (row[1], row[0], row[2]))
    assert sorted(rows) == said(filled_url)
    assert table.schema.field("value").type == pa.float64()
    assert table.schema.field("status").metadata[b"description"].startswith(b"reported, blank")


@pytest.mark.parametrize("name", EXPORTED)
def test_every_table_can_be_exported_and_no_row_is_lost(filled_url: str, tmp_path: Path, name: str) -> None:
    (written,) = export(filled_url, tmp_path, tables=[name])
    assert written.rows == parquet.read_table(written.path).num_rows
    assert run_query(filled_url, f"SELECT COUNT(*) FROM {name}").rows == ((written.rows,),)
    assert written.rows or name in ("correction", "portal")


_TYPES = {
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "numeric": pa.float64(),
    "smallint": pa.int64(),
    "timestamp with time zone": pa.timestamp("us", "UTC"),
}


@pytest.mark.parametrize("name", EXPORTED)
def test_the_types_of_columns_are_those_of_the_engine_that_has_types(filled_url: str, name: str) -> None:
    asked = f"SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{name}'"
    with reading(filled_url) as connection:
        schema = schema_of(connection, name)
    assert name not in VIEWS or all(field.metadata[b"description"] for field in schema)
    if filled_url.startswith("postgresql"):
        types = dict(run_query(filled_url, asked).rows)
        assert {field.name: field.type for field in schema} == {
            column: _TYPES.get(kind, pa.string()) for column, kind in types.items()
        }


def test_csv_has_the_same_numbers_and_defused_texts(filled_url: str, tmp_path: Path) -> None:
    export(filled_url, tmp_path, ["csv"], ["panel", "observations"])
    with (tmp_path / "panel.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    got = sorted(
        (undone(r["agency"]), int(r["year"]), r["indicator"], float(r["value"]) if r["value"] else None, r["status"])
        for r in rows
    )
    assert got == said(filled_url)
    with (tmp_path / "observations.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    assert {cell["printed_label"] for cell in cells} >= {f"'{FORMULA}", "收到申请数"}
    assert {cell["raw"] for cell in cells if cell["status"] == "dash"} == {"'-"}
    assert {cell["agency"] for cell in cells} >= {"'=衢州市司法局", OTHER}
    assert not [text for cell in cells for text in cell.values() if re.match(r"[=+@\t\r-]", text)]


def undone(text: str) -> str:
    return text.removeprefix("'")


def test_defused_texts_come_back_and_no_other_text_changes(tmp_path: Path) -> None:
    risky = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u3000＝1",
        "＋1",
        "－1",
        "＠a",
        "'=1",
        "'",
    ]
    harmless = ["", "衢州", "1-2", "a=b", '"=1"', ",=1", " a"]
    schema = pa.schema([("text", pa.string()), ("number", pa.float64())])
    texts = [*risky, *harmless]
    batch = pa.record_batch([pa.array(texts), pa.array([-5.5] * len(texts))], schema=schema)
    assert write_csv(tmp_path / "t.csv", schema, [batch]) == len(texts)
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert [text for text, _ in rows] == [f"'{text}" for text in risky] + harmless
    assert [undone(text) for text, _ in rows] == texts
    assert {number for _, number in rows} == {"-5.5"}


def test_null_and_empty_text_differ_in_csv(tmp_path: Path) -> None:
    schema = pa.schema([("text", pa.string()), ("other", pa.string())])
    write_csv(
        tmp_path / "t.csv", schema, [pa.record_batch([pa.array([None, ""]), pa.array(["a", "b"])], schema=schema)]
    )
    assert (tmp_path / "t.csv").read_text() == '"text","other"\n,"a"\n"","b"\n'


def test_excel_has_texts_as_texts_and_numbers_as_numbers(filled_url: str, tmp_path: Path) -> None:
    (written,) = export(filled_url, tmp_path, ["xlsx"])
    rows = CalamineWorkbook.from_path(written.path).get_sheet_by_name("panel").to_python()
    places = [rows[0].index(name) for name in ("agency", "year", "indicator", "value", "status")]
    got = [tuple(row[place] for place in places) for row in rows[1:]]
    assert sorted((a, int(y), i, None if v == "" else v, s) for a, y, i, v, s in got) == said(filled_url)
    export(filled_url, tmp_path, ["xlsx"], ["observations"])
    assert FORMULA in str(CalamineWorkbook.from_path(tmp_path / "observations.xlsx").get_sheet_by_index(0).to_python())
    assert not re.search(rb"<f>|<hyperlink", unzipped(tmp_path / "observations.xlsx"))


def unzipped(path: Path) -> bytes:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def test_a_long_table_goes_on_in_the_next_excel_sheet_and_ends_in_an_error(tmp_path: Path) -> None:
    schema = pa.schema([("n", pa.int64()), ("text", pa.string())])

    def batch(count: int) -> pa.RecordBatch:
        return pa.record_batch([pa.array(range(count)), pa.array(["x" * 40_000] + ["y"] * (count - 1))], schema=schema)

    rows, cut = write_excel(tmp_path / "panel.xlsx", schema, [batch(5)], max_rows=3)
    assert (rows, cut) == (5, 1)
    book = CalamineWorkbook.from_path(tmp_path / "panel.xlsx")
    assert book.sheet_names == ["panel", "panel 2", "panel 3"]
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [[row[0] for row in sheet] for sheet in sheets] == [["n", 0, 1], ["n", 2, 3], ["n", 4]]
    assert (len(sheets[0][1][1]), sheets[0][1][1][-1]) == (32_767, "…")
    with pytest.raises(WarehouseError, match="--years"):
        write_excel(tmp_path / "panel.xlsx", schema, [batch(2 * MAX_SHEETS + 1)], max_rows=3)


def test_stata_has_labels(filled_url: str, tmp_path: Path) -> None:
    (written,) = export(filled_url, tmp_path, ["dta"])
    with pd.read_stata(written.path, iterator=True) as reader:
        labels = reader.variable_labels()
        assert reader.value_labels()["status"] == {0: "reported", 1: "blank", 2: "dash", 3: "text", 4: "absent"}
        frame = reader.read()
    assert labels["agency"] == "full name of the agency"
    values = frame["value"].astype(object).where(frame["value"].notna(), None)
    got = zip(frame["agency"], frame["year"], frame["indicator"], values, frame["status"], strict=True)
    assert sorted(got) == said(filled_url)


@pytest.mark.parametrize("table", DEFAULT_TABLES)
def test_stata_takes_every_table(filled_url: str, tmp_path: Path, table: str) -> None:
    (written,) = export(filled_url, tmp_path, ["dta"], [table])
    assert len(pd.read_stata(written.path)) == written.rows


def test_years_are_picked_and_what_was_there_goes(filled_url: str, tmp_path: Path) -> None:
    export(filled_url, tmp_path, ["parquet", "csv"], ["panel", "revisions"])
    export(filled_url, tmp_path, ["parquet", "csv"], ["panel", "revisions"], years=[2019, 2020])
    assert [path.name for path in (tmp_path / "panel").iterdir()] == ["panel-2019.parquet"]
    assert set(pd.read_csv(tmp_path / "panel.csv")["year"]) == {2019}
    assert parquet.read_table(tmp_path / "revisions.parquet").num_rows == 0
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_of_the_same_is_the_same(filled_url: str, tmp_path: Path, form: str) -> None:
    one, other = (export(filled_url, tmp_path / name, [form], ["quality"]) for name in ("one", "other"))
    assert one[0].path.read_bytes() == other[0].path.read_bytes()


def test_a_broken_off_export_leaves_what_was_there(filled_url: str, tmp_path: Path) -> None:
    export(filled_url, tmp_path, ["csv"], ["panel"])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def break_off(_name: str, done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(filled_url, tmp_path, ["csv"], ["panel"], years=[2019], tell=break_off)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_is_no_warehouse_is_told(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="no warehouse at"):
        export(f"sqlite:///{tmp_path / 'none.db'}", tmp_path)
    (tmp_path / "text.db").write_text("this is no database at all, but text that is long enough")
    with pytest.raises(WarehouseError, match="cannot read"):
        export(f"sqlite:///{tmp_path / 'text.db'}", tmp_path)


def test_unknown_tables_are_told() -> None:
    assert named_tables("panel, series") == ("panel", "series")
    with pytest.raises(ValueError, match=r"no table visit to export; there are observations, panel"):
        named_tables("visit")


def test_nothing_can_be_written_while_reading(filled_url: str) -> None:
    with pytest.raises(WarehouseError, match="cannot read"), reading(filled_url) as connection:
        connection.execute(text("DELETE FROM finding"))


def test_a_reader_sees_one_moment(engine: Engine, run_id: int, url: str) -> None:
    with reading(url) as connection:
        before = connection.scalar(text("SELECT COUNT(*) FROM run"))
        start_run(engine, command="crawl", portals=[], years=[])
        assert connection.scalar(text("SELECT COUNT(*) FROM run")) == before
    with reading(url) as connection:
        assert connection.scalar(text("SELECT COUNT(*) FROM run")) == before + 1
