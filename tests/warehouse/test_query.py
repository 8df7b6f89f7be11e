"""Questions in SQL, and everything that is no question."""

import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.build import AGENCY, reading, visit
from tests.warehouse.content import content
from warehouse.engine import Engine, open_warehouse
from warehouse.errors import WarehouseError
from warehouse.load import store
from warehouse.query import Result, run_query


@pytest.fixture
def filled(engine: Engine, run_id: int) -> Engine:
    store(engine, visit(run_id, reading()))
    return engine


def _refusal(url: str, sql: str) -> str:
    with pytest.raises(WarehouseError) as error:
        run_query(url, sql)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_question_is_answered(filled, url):
    sql = """
        SELECT a.name, r.year, o.value FROM observation o JOIN indicator i ON i.id = o.indicator_id
        JOIN report r ON r.id = o.report_id JOIN agency a ON a.id = r.agency_id
        WHERE r.is_current AND i.code = 'proactive.total'
    """
    answer = run_query(url, sql)
    assert answer.columns == ("name", "year", "value")
    assert answer.rows == ((AGENCY, 2018, Decimal(3457)),)


def test_a_question_with_a_comment_a_semicolon_and_a_percent_sign(filled, url):
    sql = "SELECT name FROM agency WHERE name LIKE '%民政%'; -- all of them"
    assert run_query(url, sql).rows == ((AGENCY,),)


def test_the_limit_cuts_and_says_so(filled, url):
    assert run_query(url, "SELECT 1 AS n UNION ALL SELECT 2", 1) == Result(("n",), ((1,),), truncated=True)
    assert run_query(url, "SELECT 1 AS n UNION ALL SELECT 2", 2) == Result(("n",), ((1,), (2,)))
    assert not run_query(url, "SELECT 1 AS n WHERE 1 = 0").rows


WRITES = [
    "INSERT INTO agency (name) VALUES ('x')",
    "UPDATE agency SET name = 'x'",
    "DELETE FROM finding",
    "DROP TABLE finding",
    "CREATE TABLE x (y INTEGER)",
    "CREATE TEMPORARY TABLE x (y INTEGER)",
    "WITH gone AS (SELECT id FROM visit) DELETE FROM visit WHERE id IN (SELECT id FROM gone)",
    "WITH gone AS (DELETE FROM visit RETURNING id) SELECT * FROM gone",
    "SELECT 1; DELETE FROM visit",
    "COMMIT; DELETE FROM visit",
    "BEGIN",
    "COMMIT",
    "VACUUM",
    "",
    "-- nothing",
]


@pytest.mark.parametrize("sql", WRITES)
def test_no_statement_changes_anything(filled, url, sql):
    before = content(filled)
    assert _refusal(url, sql)
    assert content(filled) == before


def test_sqlite_attaches_nothing_and_sets_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'warehouse.db'}"
    engine = open_warehouse(url)
    for sql in (
        f"ATTACH '{tmp_path}/other.db' AS other",
        f"VACUUM INTO '{tmp_path}/other.db'",
        "PRAGMA writable_schema = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 3",
        "SELECT load_extension('x')",
    ):
        assert _refusal(url, sql)
    engine.dispose()
    assert not (tmp_path / "other.db").exists()
    with sqlite3.connect(tmp_path / "warehouse.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    assert "credit_code" in [row[1] for row in run_query(url, "PRAGMA table_info(agency)").rows]


@pytest.mark.slow
def test_postgresql_sets_nothing_and_copies_nothing(used_database):
    open_warehouse(used_database).dispose()
    for sql in (
        "SET default_transaction_read_only = off",
        "SET TRANSACTION READ WRITE",
        "COPY agency TO PROGRAM 'true'",
        "COPY agency FROM PROGRAM 'true'",
        "SELECT set_config('transaction_read_only', 'off', true)",
        "SELECT nextval('agency_id_seq')",
        "EXPLAIN ANALYZE DELETE FROM agency",
    ):
        assert _refusal(used_database, sql)
    assert run_query(used_database, "SELECT current_setting('jit')").rows == (("off",),)
    run_query(used_database, "SELECT lo_create(0)")  # PostgreSQL 15 lets it pass; no transaction is committed
    assert run_query(used_database, "SELECT COUNT(*) FROM pg_largeobject_metadata").rows == ((0,),)


@pytest.mark.parametrize(("sql", "words"), [("SELEC 1", "syntax error"), ("SELECT x FROM no_such", "no_such")])
def test_mistakes_are_told_in_the_databases_words(filled, url, sql, words):
    assert words in _refusal(url, sql)


def test_a_missing_warehouse_is_not_made_by_a_question(tmp_path):
    assert "nianbao crawl" in _refusal(f"sqlite:///{tmp_path}/warehouse.db", "SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database(tmp_path):
    file = tmp_path / "warehouse.db"
    file.write_text("年报" * 1000, encoding="utf-8")
    assert "not a database" in _refusal(f"sqlite:///{file}", "SELECT * FROM report")


def test_a_path_with_signs_of_its_own(tmp_path):
    file = Path(tmp_path / "年报 a&b=c.db")
    open_warehouse(f"sqlite:///{file}").dispose()
    assert run_query(f"sqlite:///{file}", "SELECT COUNT(*) FROM form").rows == ((3,),)
