"""Ways to bring the rows of a table in: this project's, the drivers' own, SQLAlchemy's, pandas' and dlt's.

All but dlt write into the warehouse's own table, with its keys and foreign keys; dlt makes one of its own without. What
is "idempotent" may be done again and changes nothing then.
"""

import os
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import JSON, Connection, Table, insert, select, text

from warehouse.bulk import Known, write_rows
from warehouse.engine import Engine, writing
from warehouse.tables import metadata

# Ours and SQLAlchemy's get rows as a program has them, the drivers' theirs as these want them: neither is on the clock.
Rows = list[tuple[Any, ...]]
Way = Callable[[Engine, Table, Rows], None]


def columns_of(table: Table) -> list[str]:
    """By name, in the order of the rows."""
    return [column.name for column in table.c]


def dump(engine: Engine, table: Table, limit: int | None = None) -> Rows:
    """Rows as the driver gives them, in the order of the key."""
    key = ", ".join(column.name for column in table.primary_key)
    order = f"ORDER BY {key}" + (f" LIMIT {limit}" if limit else "")
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {', '.join(_selected(table, engine))} FROM {table.name} {order}"))
        return [tuple(row) for row in rows]


def _selected(table: Table, engine: Engine) -> Iterator[str]:
    """The columns, JSON as the text that goes in again."""
    for column in table.c:
        is_json = engine.dialect.name == "postgresql" and isinstance(column.type, JSON)
        yield f"{column.name}::text" if is_json else column.name


def ours(engine: Engine, table: Table, rows: Rows) -> None:
    """Idempotent, by `warehouse.bulk`."""
    with writing(engine) as connection:
        write_rows(connection, table, columns_of(table), rows, Known.REPLACED)


def ours_new(engine: Engine, table: Table, rows: Rows) -> None:
    """By `warehouse.bulk`, told that no key is there."""
    with writing(engine) as connection:
        write_rows(connection, table, columns_of(table), rows)


def as_values(engine: Engine, table: Table, limit: int | None = None) -> Rows:
    """The same rows as a program has them."""
    with engine.connect() as connection:
        rows = connection.execute(select(table).order_by(*table.primary_key).limit(limit))
        return [tuple(row) for row in rows]


def best(engine: Engine, table: Table, rows: Rows) -> None:
    """Idempotent, by the driver alone: the upsert of SQLite, on PostgreSQL COPY and INSERT ... ON CONFLICT."""
    with writing(engine) as connection:
        driver_upsert(connection, table, rows)


def driver_upsert(connection: Connection, table: Table, rows: Rows) -> None:
    """The same within a transaction."""
    names, key = columns_of(table), [column.name for column in table.primary_key]
    others = [name for name in names if name not in key]
    then = f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in others)}" if others else "NOTHING"
    conflict = f" ON CONFLICT ({', '.join(key)}) DO {then}"
    driver: Any = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        places = ", ".join("?" * len(names))
        driver.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places}){conflict}", rows)
        return
    with driver.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT * FROM {table.name} LIMIT 0")
        _copy(cursor, "incoming", names, rows)
        listed = ", ".join(names)
        cursor.execute(f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM incoming{conflict}")
        cursor.execute("DROP TABLE incoming")


def best_new(engine: Engine, table: Table, rows: Rows) -> None:
    """By the driver alone: executemany of SQLite, COPY of PostgreSQL. Fails when it is done again."""
    names = columns_of(table)
    with writing(engine) as connection:
        driver: Any = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            places = ", ".join("?" * len(names))
            driver.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", rows)
        else:
            with driver.cursor() as cursor:
                _copy(cursor, table.name, names, rows)


def _copy(cursor: Any, table: str, names: Sequence[str], rows: Rows) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def core(engine: Engine, table: Table, rows: Rows) -> None:
    """SQLAlchemy's own executemany."""
    names = columns_of(table)
    with writing(engine) as connection:
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def pandas(engine: Engine, table: Table, rows: Rows) -> None:
    """`DataFrame.to_sql`, appending."""
    frame = pd.DataFrame.from_records(rows, columns=columns_of(table))
    frame = frame.astype({"unit_id": "Int64", "value": float})  # or nulls make other kinds of them
    with writing(engine) as connection:
        frame.to_sql(table.name, connection, if_exists="append", index=False, chunksize=10_000)


def dlt(engine: Engine, table: Table, rows: Rows) -> None:
    """dlt, from Arrow, merging by the key. Raises ImportError where it is not installed."""
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"
    import dlt as tool

    names = columns_of(table)
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    if "value" in columns:
        columns["value"] = tuple(None if value is None else float(value) for value in columns["value"])
    with tempfile.TemporaryDirectory() as folder:
        if engine.dialect.name == "sqlite":
            target: Any = tool.destinations.sqlalchemy(f"sqlite:///{Path(folder) / 'dlt.db'}")
        else:
            place = f"{engine.url.database}?host={engine.url.query['host']}"  # the socket; the other host is for dlt
            target = tool.destinations.postgres(f"postgresql://{engine.url.username}:none@localhost/{place}")
        pipeline = tool.pipeline("bench", pipelines_dir=folder, destination=target, dataset_name="dlt_bench")
        key = [column.name for column in table.primary_key]
        warnings.simplefilter("ignore")  # its own SQL is none of our matter
        pipeline.run(pa.table(columns), table_name="cells", write_disposition="merge", primary_key=key)


def everything(source: Engine, target: Engine, lists: frozenset[str]) -> list[tuple[Table, Rows]]:
    """The rows of all tables but `lists`, in an order in which each refers to what is there."""
    return [(table, dump(source, table)) for table in metadata.sorted_tables if table.name not in lists]
