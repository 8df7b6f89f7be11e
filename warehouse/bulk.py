"""Many rows at once, by the fastest way that each engine has, within the transaction under way.

SQLite takes them by its driver's `executemany`, PostgreSQL by COPY: straight into the table where the caller knows that
no key is there, else into a temporary table from which one INSERT ... ON CONFLICT takes them. SQLAlchemy's own
`executemany` is five to ten times slower, and a row at a time is out of the question where a million rows go.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table, text

from warehouse.columns import STATUS_CODES, StatusCode, Words, storable

Bind = Callable[[Any], Any]

# The names in the statements below (S608) are those of our tables and columns.
_BATCH = 10_000  # rows that are held as the driver wants them


class Known(StrEnum):
    """What becomes of rows whose primary key is in the table already."""

    NONE = "none"  # there are none: one would break the transaction
    STAY = "stay"
    REPLACED = "replaced"


def write_rows(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    known: Known = Known.NONE,
) -> None:
    """Insert rows, values in the order of `columns`; one that is not named is null, or numbered by the database.

    With `known` other than NONE `columns` must hold the primary key, and rows of one call must differ in it.
    Raises the driver's IntegrityError.
    """
    bound = _bound(rows, _binds(table, columns, connection.dialect))
    write = _copy if connection.dialect.name == "postgresql" else _execute_many
    write(connection, table, columns, bound, known)


def new_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """So many ids that no row of the table has or will get; ascending. For tables that number their rows."""
    if connection.dialect.name == "postgresql":
        numbers = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return sorted(connection.execute(numbers, {"name": table.name, "count": count}).scalars())
    # One writer: nobody else takes these before we commit.
    last = connection.execute(text(f"SELECT coalesce(max(id), 0) FROM {table.name}")).scalar_one()  # noqa: S608
    return list(range(last + 1, last + 1 + count))


def _execute_many(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]], known: Known
) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    places = ", ".join("?" * len(columns))
    into = f"INSERT INTO {table.name} ({_names(columns)}) VALUES ({places})"  # noqa: S608
    # By the driver itself, which knows nothing of SQLAlchemy's queue of results: the transaction is the same.
    driver.executemany(into + _on_conflict(table, columns, known), rows)


def _copy(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]], known: Known
) -> None:
    driver: Any = connection.connection.driver_connection
    target = table.name if known is Known.NONE else f"{table.name}_incoming"
    with driver.cursor() as cursor:
        if known is not Known.NONE:
            cursor.execute(f"CREATE TEMPORARY TABLE {target} ON COMMIT DROP AS {_select(table.name, columns)} LIMIT 0")
        with cursor.copy(f"COPY {target} ({_names(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if known is not Known.NONE:
            into = f"INSERT INTO {table.name} ({_names(columns)}) {_select(target, columns)}"
            cursor.execute(into + _on_conflict(table, columns, known))
            cursor.execute(f"DROP TABLE {target}")


def _select(table: str, columns: Sequence[str]) -> str:
    return f"SELECT {_names(columns)} FROM {table}"  # noqa: S608


def _on_conflict(table: Table, columns: Sequence[str], known: Known) -> str:
    if known is Known.NONE:
        return ""
    key = [column.name for column in table.primary_key]
    others = [name for name in columns if name not in key]
    if known is Known.STAY or not others:
        return f" ON CONFLICT ({_names(key)}) DO NOTHING"
    written = ", ".join(f"{name} = excluded.{name}" for name in others)
    return f" ON CONFLICT ({_names(key)}) DO UPDATE SET {written}"


def _names(columns: Sequence[str]) -> str:
    return ", ".join(columns)


def _binds(table: Table, columns: Sequence[str], dialect: Dialect) -> list[tuple[int, Bind]]:
    """What SQLAlchemy would make of each column's values, where it makes anything of them."""
    found = ((place, _bind(table.c[name], dialect)) for place, name in enumerate(columns))
    return [(place, bind) for place, bind in found if bind]


def _bind(column: Column[Any], dialect: Dialect) -> Bind | None:
    """The same for one column; without the calls around what is done, where a million cells are to pass."""
    if not column.nullable and isinstance(column.type, Words):
        return storable
    if not column.nullable and isinstance(column.type, StatusCode):
        return STATUS_CODES.__getitem__
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _bound(rows: Iterable[Sequence[Any]], binds: Sequence[tuple[int, Bind]]) -> Iterator[Sequence[Any]]:
    """The rows as the driver takes them, a batch of columns at a time: calls cost more than what they do."""
    source = iter(rows)
    while batch := list(islice(source, _BATCH)):
        columns = list(zip(*batch, strict=True))
        for place, bind in binds:
            columns[place] = tuple(map(bind, columns[place]))
        yield from zip(*columns, strict=True)
