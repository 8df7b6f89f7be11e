"""Ask the warehouse in SQL. Nothing a statement says can change it, or anything beside it, and its time is bounded.

On SQLite the file is opened read-only and an authorizer lets a statement do nothing but read: no ATTACH
(which would make files), no pragma that sets something. On PostgreSQL the statement is the body of a
cursor in a read-only transaction: the server takes nothing there but a query, and one only, so neither
COPY nor SET gets through.

Rows are handed on as they come, some thousands at a time, so an answer may be larger than the memory.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import URL

from warehouse.engine import existing_file, open_warehouse, parse_url
from warehouse.errors import WarehouseError, words_of

TIMEOUT_S = 60.0

_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_TELLS = frozenset({"foreign_key_list", "index_info", "index_list", "table_info", "table_list", "table_xinfo"})
_CHUNK = 5_000  # rows that are asked for at once
_STEPS = 10_000  # of SQLite's machine between two looks at the clock: a fraction of a millisecond
_LONGEST = 50_000_000  # bytes of a text that SQLite may make: printf and group_concat make any

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a query. `truncated` says that there were more rows than the limit."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query whose rows are still to come, once."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


class _Cursor(Protocol):
    @property
    def description(self) -> Sequence[Any] | None: ...


class _Deadline:
    """When a query must be done, `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._end = seconds, time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left. Raises WarehouseError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.error()
        return left

    def has_passed(self) -> bool:
        """Whether none are left."""
        return time.monotonic() > self._end

    def error(self) -> WarehouseError:
        """What to say then."""
        return WarehouseError(f"the query took more than {self._seconds:g} s; ask for less, or set a longer --timeout")


def run_query(url: str, sql: str, limit: int | None = None, timeout: float = TIMEOUT_S) -> Result:
    """Run one statement and give its rows, `limit` at most.

    Raises WarehouseError in one line, with the database's own words where it has any.
    """
    with ask(url, sql, timeout) as answer:
        kept = tuple(islice(answer.rows, limit))
        return Result(answer.columns, kept, next(answer.rows, None) is not None)


@contextmanager
def ask(url: str, sql: str, timeout: float = TIMEOUT_S) -> Iterator[Answer]:
    """Run one statement for `timeout` seconds at most; what it answers while this context lasts.

    Raises WarehouseError in one line, at the beginning or while rows are read.
    """
    parsed, deadline = parse_url(url), _Deadline(timeout)
    asked = _ask_sqlite if parsed.get_backend_name() == "sqlite" else _ask_postgresql
    with asked(parsed, sql, deadline) as answer:
        yield answer


@contextmanager
def _ask_sqlite(url: URL, sql: str, deadline: _Deadline) -> Iterator[Answer]:
    file = existing_file(url)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.set_authorizer(authorize)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
            connection.set_progress_handler(deadline.has_passed, _STEPS)
            cursor = connection.execute(sql)
            yield _answer(cursor, lambda: cursor.fetchmany(_CHUNK))
    except (sqlite3.Error, sqlite3.Warning) as error:  # a second statement is a Warning in Python 3.11
        if deadline.has_passed():
            raise deadline.error() from error
        raise WarehouseError(f"the query failed: {words_of(error, url, sql)}") from error


def authorize(action: int, first: str | None, second: str | None, _database: object, _trigger: object) -> int:
    """Answer SQLite, which asks before every act of a statement. The pragmas that tell set nothing."""
    tells = action == sqlite3.SQLITE_PRAGMA and first in _TELLS
    loads_code = action == sqlite3.SQLITE_FUNCTION and second == "load_extension"
    return sqlite3.SQLITE_OK if tells or (action in _READS and not loads_code) else sqlite3.SQLITE_DENY


@contextmanager
def _ask_postgresql(url: URL, sql: str, deadline: _Deadline) -> Iterator[Answer]:
    engine = open_warehouse(url.render_as_string(hide_password=False), create=False)
    try:
        with closing(engine.raw_connection()) as pooled:
            connection: Any = pooled.driver_connection
            connection.read_only = True
            # A named cursor is the server's, made by DECLARE ... CURSOR FOR in a message of one statement.
            with connection.cursor(name="nianbao_query") as cursor:
                _limit(connection, deadline)
                cursor.execute(sql)

                def fetch() -> list[Row]:
                    _limit(connection, deadline)
                    return cursor.fetchmany(_CHUNK)  # type: ignore[no-any-return]

                yield _answer(cursor, fetch)
    except engine.dialect.loaded_dbapi.errors.QueryCanceled as error:
        raise deadline.error() from error
    except engine.dialect.loaded_dbapi.Error as error:
        raise WarehouseError(f"the query failed: {words_of(error, url, sql)}") from error
    finally:
        engine.dispose()


def _limit(connection: Any, deadline: _Deadline) -> None:
    """Let the server stop what comes next at the deadline: its own limit is for one statement, and a fetch is one."""
    connection.execute(f"SET LOCAL statement_timeout = {max(1, int(deadline.left() * 1000))}")


def _answer(cursor: _Cursor, fetch: Callable[[], list[Row]]) -> Answer:
    if cursor.description is None:
        raise WarehouseError("the statement asks for nothing; write a SELECT")
    return Answer(tuple(column[0] for column in cursor.description), _rows(fetch))


def _rows(fetch: Callable[[], list[Row]]) -> Iterator[Row]:
    while some := fetch():
        yield from map(tuple, some)
