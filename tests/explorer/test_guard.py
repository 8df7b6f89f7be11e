"""Nobody can change the warehouse through the explorer, look beside it, or keep it busy."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.explorer.asking import get
from tests.explorer.library import Library
from warehouse.explorer.guard import limit


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM report",
        "select 1; DROP TABLE report",
        "ATTACH '/tmp/other.db' AS other",
        "PRAGMA writable_schema = 1",
        "VACUUM INTO '/tmp/copy.db'",
        "WITH x AS (SELECT 1) INSERT INTO info VALUES ('a', 'b')",
        "select load_extension('/tmp/x')",
        "select writefile('/tmp/x', 'y')",
        "select zeroblob(1000000000)",
        "select replace(hex(zeroblob(4000000)), '00', 'aaaaaaaaaaaaaaaaaaaa')",
        pytest.param(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
            marks=pytest.mark.slow,  # it is let run for seconds
        ),
    ],
)
def test_sql_that_is_no_question_is_refused(app: Any, library: Library, sql: str) -> None:
    before = sorted(file.name for file in library.data.iterdir())
    answer = get(app, "/warehouse.json", sql=sql)
    assert answer.status_code == 400, answer.text
    assert str(library.data) not in answer.text
    assert sorted(file.name for file in library.data.iterdir()) == before
    assert get(app, "/warehouse.json", sql="SELECT COUNT(*) FROM report", _shape="arrayfirst").json() != [0]


def test_the_connections_themselves_refuse_what_datasette_would_let_through(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("CREATE TABLE t (a)")
    limit(connection)
    for sql in (
        "INSERT INTO t VALUES (1)",
        "ATTACH 'b.db' AS b",
        "PRAGMA query_only = 0",
        "SELECT zeroblob(100000000)",
    ):
        with pytest.raises((sqlite3.Error, OverflowError)):
            connection.execute(sql).fetchall()
    assert connection.execute("SELECT COUNT(*) FROM t").fetchone() == (0,)
    assert not (tmp_path / "b.db").exists()


def test_an_answer_has_no_more_rows_than_the_limit(app: Any) -> None:
    from warehouse.explorer.app import MOST_ROWS

    sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9999) SELECT i FROM n"
    answer = get(app, "/warehouse.json", sql=sql, _shape="objects").json()
    assert (len(answer["rows"]), answer["truncated"]) == (MOST_ROWS, True)


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=%27%20OR%201=1%20--",
        "/search?q=%25",
        "/search?q=" + "x" * 5000,
        "/compare?a=1%20OR%201=1&c=%27;DROP%20TABLE%20report--&from=x&to=99999",
        "/quality?year=1;DELETE&province=%27--&rule=%3Cscript%3E&status=%27",
        "/indicator/request.received?year=2018%27",
        "/archived/1?at=1.2.3.4.5",
        "/archived/1?at=99.99.99",
    ],
)
def test_whatever_stands_in_an_address_is_data(app: Any, address: str) -> None:
    answer = get(app, address)
    assert answer.status_code == 200
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/agency/999999999999999999",
        "/report/0",
        "/cell/1/no.such/total",
        "/cell/1/../x",
        "/indicator/nothing",
        "/archived/999999",
        "/archived/999999/raw",
        "/static/../app.py",
        "/-/databases.json",
        "/-/versions",
        "/-/dashboards",
        "/-/threads.json",
        "/-/metadata",
        "/static/%2e%2e/app.py",
    ],
)
def test_what_is_not_there_is_404(app: Any, address: str) -> None:
    assert get(app, address).status_code == 404


@pytest.mark.parametrize("address", ["/", "/search.json?q=a", "/warehouse", "/static/explorer.css", "/no/such/page"])
def test_every_answer_has_a_policy(app: Any, address: str) -> None:
    headers = get(app, address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert ("unsafe-inline" in policy) == address.startswith("/warehouse")


def test_archived_bytes_are_a_download_and_the_page_is_sandboxed(app: Any) -> None:
    [capture] = get(app, "/warehouse.json", sql="SELECT MIN(id) FROM capture", _shape="arrayfirst").json()
    raw = get(app, f"/archived/{capture}/raw")
    assert raw.headers["content-disposition"].startswith("attachment")
    assert raw.headers["content-type"] == "application/octet-stream"
    shown = get(app, f"/archived/{capture}")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "script-src" not in shown.headers["content-security-policy"]


def test_an_error_of_ours_tells_nothing_of_the_machine(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("/secret/place")

    monkeypatch.setattr("warehouse.explorer.pages.start.start", broken)
    answer = get(app, "/")
    assert answer.status_code == 500
    assert "/secret/place" not in answer.text
