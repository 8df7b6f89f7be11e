"""Read a warehouse, or the SQLite file of a release: read-only, and all of it as it stood at one moment."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from warehouse.engine import describe, existing_file, open_warehouse, parse_url
from warehouse.errors import WarehouseError, words_of
from warehouse.migrate import require_present_layout

RELEASE = "release"  # the table that a release has and no warehouse


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """A connection in one transaction that sees one state and can change nothing.

    Raises WarehouseError when there is nothing to read, or when the database fails us while we read.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = _sqlite(existing_file(parsed))
    else:
        engine = open_warehouse(url, create=False).execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    try:
        with engine.connect() as connection:
            if not is_release(connection):
                require_present_layout(connection, describe(parsed))
            yield connection
    except DBAPIError as error:
        raise WarehouseError(f"cannot read {describe(parsed)}: {words_of(error.orig or error, parsed)}") from error
    finally:
        engine.dispose()


def is_release(connection: Connection) -> bool:
    """Whether this is a published release and not a warehouse."""
    return inspect(connection).has_table(RELEASE)


def _sqlite(file: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        address = f"{file.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")  # or each statement would see what was written before it
