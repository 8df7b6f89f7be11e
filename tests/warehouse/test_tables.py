"""The tables on both engines: what goes in comes out, and what contradicts itself stays out."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from schema.catalog import catalog
from schema.records import LocalRow, Place
from tests.warehouse.build import reading, report, visit
from warehouse import tables
from warehouse.engine import open_warehouse, writing
from warehouse.load import store

FIGURES = ["3457", "0", "0.37", "670.376375", "26453000", "-12", "0.1", "123456789012.345"]


def _codes(number: int) -> list[str]:
    return list(catalog().forms["2014"].indicators())[:number]


def test_numbers_come_back_exactly(engine, run_id):
    values = dict(zip(_codes(len(FIGURES)), FIGURES, strict=True))
    store(engine, visit(run_id, reading(report(values))))
    with engine.connect() as connection:
        query = select(tables.indicator.c.code, tables.observation.c.value).join(tables.observation)
        rows = connection.execute(query).tuples()
        assert dict(rows.all()) == {code: Decimal(value) for code, value in values.items()}


def test_sql_sums_numbers_and_passes_over_blanks(engine, run_id):
    figures = ["670.376375", "0.37", None, "26453000"]
    store(engine, visit(run_id, reading(report(dict(zip(_codes(4), figures, strict=True))))))
    with engine.connect() as connection:
        total, count = connection.execute(text("SELECT SUM(value), COUNT(value) FROM observation")).one()
        assert (float(total), count) == (pytest.approx(26453670.746375), 3)


def test_a_time_of_another_zone_is_the_same_moment(engine, run_id):
    noon = datetime(2026, 1, 1, 12, 30, 15, 123456, timezone(timedelta(hours=8)))
    with writing(engine) as connection:
        connection.execute(update(tables.run).values(finished_at=noon))
        back = connection.scalar(select(tables.run.c.finished_at))
    assert back == noon
    assert back.tzinfo is UTC or back.utcoffset() == timedelta(0)


def test_what_no_database_stores_becomes_a_replacement_character(engine, run_id):
    rows = (LocalRow("\ud800行", ("\x00", "\ud83d\ude00"), Place(1, 1, 1)),)
    bad = report(title="年报\x00\ud800", header={"publisher": "\udfff局\x00"}, local_rows=rows)
    store(engine, visit(run_id, reading(bad)))
    with engine.connect() as connection:
        stored = connection.execute(select(tables.report)).mappings().one()
        local = connection.execute(select(tables.local_row)).mappings().one()
    assert (stored["title"], stored["publisher"]) == ("年报\ufffd\ufffd", "\ufffd局\ufffd")
    assert local["label"] == "\ufffd行"
    assert local["cells"][1] == "\U0001f600"


def test_json_columns_are_readable_in_the_shell(engine, run_id):
    store(engine, visit(run_id, reading(report(header={"openness": "主动公开"}))))
    with engine.connect() as connection:
        assert "主动公开" in connection.scalar(text("SELECT CAST(header AS TEXT) FROM report"))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (tables.observation, {"report_id": 99}),
        (tables.observation, {"indicator_id": 9999}),
        (tables.observation, {"applicant_id": 9999}),
        (tables.observation, {"label_id": 9999}),
        (tables.observation, {"status": 4}),
        (tables.agency, {"region": "999999"}),
        (tables.report, {"agency_id": 99}),
        (tables.report, {"form": "1999"}),
        (tables.report, {"capture_id": 99}),
        (tables.report_address, {"url": "http://elsewhere/"}),
        (tables.page, {"portal_id": "nowhere"}),
        (tables.page, {"outcome": "fine"}),
        (tables.visit, {"run_id": 99}),
    ],
)
def test_a_row_that_refers_to_nothing_or_has_no_such_word_is_refused(engine, run_id, table, values):
    store(engine, visit(run_id, reading()))
    name, value = next(iter(values.items()))
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text(f"UPDATE {table.name} SET {name} = :value"), {"value": value})


def test_two_contents_of_an_agency_year_cannot_both_be_current(engine, run_id):
    store(engine, visit(run_id, reading()))
    with writing(engine) as connection:
        row = dict(connection.execute(select(tables.report)).mappings().one())
    del row["id"]
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(insert(tables.report).values(row | {"content_digest": "0" * 64}))


def test_writers_on_sqlite_hold_the_lock_from_their_first_statement(tmp_path):
    engine = open_warehouse(f"sqlite:///{tmp_path}/warehouse.db")
    other = sqlite3.connect(tmp_path / "warehouse.db", timeout=0, isolation_level=None)
    with writing(engine) as connection:
        connection.execute(select(func.count()).select_from(tables.page))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT COUNT(*) FROM page").fetchone() == (0,), "readers read on"
    other.execute("BEGIN IMMEDIATE")
    other.close()
