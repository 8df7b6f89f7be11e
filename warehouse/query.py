"""Ask the warehouse in SQL. Nothing a statement says can change it, or anything beside it.

On SQLite the file is opened read-only and an authorizer lets a statement do nothing but read: no ATTACH
(which would make files), no pragma that sets something. On PostgreSQL the statement is the body of a
cursor in a read-only transaction: the server takes nothing there but a query, and one only, so neither
COPY nor SET gets through.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import URL

from warehouse.engine import existing_file, open_warehouse, parse_url
from warehouse.errors import WarehouseError, first_line

_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_TELLS = frozenset({"foreign_key_list", "index_info", "index_list", "table_info", "table_list", "table_xinfo"})


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a query. `truncated` says that there were more rows than the limit."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False


class _Cursor(Protocol):
    @property
    def description(self) -> Sequence[Any] | None: ...
    def fetchall(self) -> list[Any]: ...
    def fetchmany(self, size: int) -> list[Any]: ...


def run_query(url: str, sql: str, limit: int | None = None) -> Result:
    """Run one statement and give its rows, `limit` at most.

    Raises WarehouseError in one line, with the database's own words where it has any.
    """
    parsed = parse_url(url)
    ask = _ask_sqlite if parsed.get_backend_name() == "sqlite" else _ask_postgresql
    with ask(parsed, sql) as cursor:
        if cursor.description is None:
            raise WarehouseError("the statement asks for nothing; write a SELECT")
        rows = cursor.fetchall() if limit is None else cursor.fetchmany(limit + 1)
        columns = tuple(column[0] for column in cursor.description)
    kept = rows[:limit]
    return Result(columns, tuple(map(tuple, kept)), len(kept) < len(rows))


@contextmanager
def _ask_sqlite(url: URL, sql: str) -> Iterator[_Cursor]:
    file = existing_file(url)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.set_authorizer(authorize)
            yield connection.execute(sql)
    except (sqlite3.Error, sqlite3.Warning) as error:  # a second statement is a Warning in Python 3.11
        raise WarehouseError(f"the query failed: {first_line(error)}") from error


def authorize(action: int, first: str | None, second: str | None, _database: object, _trigger: object) -> int:
    """Answer SQLite, which asks before every act of a statement. The pragmas that tell set nothing."""
    tells = action == sqlite3.SQLITE_PRAGMA and first in _TELLS
    loads_code = action == sqlite3.SQLITE_FUNCTION and second == "load_extension"
    return sqlite3.SQLITE_OK if tells or (action in _READS and not loads_code) else sqlite3.SQLITE_DENY


@contextmanager
def _ask_postgresql(url: URL, sql: str) -> Iterator[_Cursor]:
    engine = open_warehouse(url.render_as_string(hide_password=False), create=False)
    try:
        with closing(engine.raw_connection()) as pooled:
            connection: Any = pooled.driver_connection
            connection.read_only = True
            # A named cursor is the server's, made by DECLARE ... CURSOR FOR in a message of one statement.
            with connection.cursor(name="nianbao_query") as cursor:
                yield cursor.execute(sql)
    except engine.dialect.loaded_dbapi.Error as error:
        raise WarehouseError(f"the query failed: {first_line(error)}") from error
    finally:
        engine.dispose()
