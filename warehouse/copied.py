r"""Rows as PostgreSQL's COPY writes them, for both engines: a line a row, fields parted by tabs, `\N` for null.

PostgreSQL reads and writes it by itself. SQLite's values are put into it, and made of it again by the types of the
columns, so that what one engine wrote the other can read: t and f are booleans, times are UTC.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from sqlalchemy import Boolean, Column, Connection, DateTime, Float, Integer, Numeric, Table
from sqlalchemy.types import TypeDecorator

_BLOCK = 5_000  # rows that are handed over at once
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
_SPECIAL = re.compile("[\\\\\t\n\r\b\f\v]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d+))?(?:\+00(?::?00)?)?$")

Make = Callable[[str], Any]


def copy_out(connection: Connection, table: Table, out: IO[bytes]) -> int:
    """Write every row; how many there are."""
    if connection.dialect.name == "postgresql":
        with _driver(connection).cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
            with cursor.copy(f"COPY {_named(connection, table)} TO STDOUT") as rows:
                return sum(_write(out, block) for block in rows)
    columns = ", ".join(_quoted(connection, column.name) for column in table.columns)
    cursor = _driver(connection).execute(f"SELECT {columns} FROM {_quoted(connection, table.name)}")  # noqa: S608 - our names
    count = 0
    while rows := cursor.fetchmany(_BLOCK):
        out.write("".join(map(_line, rows)).encode())
        count += len(rows)
    return count


def copy_in(connection: Connection, table: Table, source: IO[bytes]) -> None:
    """Insert every row into a table without rows."""
    if connection.dialect.name == "postgresql":
        with _driver(connection).cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
            with cursor.copy(f"COPY {_named(connection, table)} FROM STDIN") as copy:
                while block := source.read(1 << 20):
                    copy.write(block)
        return
    names = ", ".join(_quoted(connection, column.name) for column in table.columns)
    places = ", ".join("?" for _ in table.columns)
    statement = f"INSERT INTO {_quoted(connection, table.name)} ({names}) VALUES ({places})"  # noqa: S608 - our names
    _driver(connection).executemany(statement, _rows(source, [_maker(column) for column in table.columns]))


def _driver(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver


def _write(out: IO[bytes], block: Any) -> int:
    out.write(block)
    return bytes(block).count(b"\n")  # one at the end of each row; in a value it is escaped


def _named(connection: Connection, table: Table) -> str:
    columns = ", ".join(_quoted(connection, column.name) for column in table.columns)
    return f"{_quoted(connection, table.name)} ({columns})"


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _line(row: Iterable[Any]) -> str:
    return "\t".join(map(_field, row)) + "\n"


def _field(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], value)
    return repr(value)


def _rows(source: IO[bytes], makers: list[Make]) -> Iterator[list[Any]]:
    for line in source:
        fields = line.decode().removesuffix("\n").split("\t")
        if len(fields) != len(makers):
            raise ValueError(f"a row of {len(fields)} fields, not {len(makers)}")
        yield [None if one == "\\N" else make(_unescaped(one)) for make, one in zip(makers, fields, strict=True)]


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: _PLAIN.get(match[1], match[1]), text) if "\\" in text else text


def _maker(column: Column[Any]) -> Make:
    """What makes a value of SQLite of a field, by the type of its column."""
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    match kind:
        case Boolean():
            return lambda text: int(text in ("t", "1"))
        case Integer():
            return int
        case Float() | Numeric():
            return lambda text: float(text) if {".", "e", "E"} & set(text) else int(text)
        case DateTime():
            return _moment
        case _:
            return str


def _moment(text: str) -> str:
    """A time as SQLAlchemy keeps it in SQLite, with all six digits of a second's parts."""
    match = _MOMENT.match(text)
    if not match:
        raise ValueError(f"no time of UTC: {text}")
    return f"{match[1]}.{(match[2] or '').ljust(6, '0')}"
