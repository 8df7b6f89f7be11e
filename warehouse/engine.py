"""Open a warehouse: one code for SQLite (the default) and PostgreSQL (when shared)."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from warehouse.agencies import settle_agencies
from warehouse.columns import storable
from warehouse.dialect import take_turn, upsert
from warehouse.errors import WarehouseError, words_of
from warehouse.lists import load_lists
from warehouse.migrate import is_of_other_layout, make_tables, migrate, require_present_layout
from warehouse.regions import load_regions
from warehouse.views import drop_views, put_views

__all__ = [
    "Engine",
    "WarehouseError",
    "connect_warehouse",
    "database_file",
    "describe",
    "existing_file",
    "migrate_warehouse",
    "open_bare",
    "open_warehouse",
    "parse_url",
    "reading",
    "take_turn",
    "upsert",
    "writing",
]

_FORMS = "sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"
_BUSY_MS = 30_000  # how long one writer waits for another before it gives up
_POOL_WAIT_S = 600  # lanes that wait for a connection are no reason to lose one of them
_sqlite_writers = Lock()


def open_warehouse(url: str, *, create: bool = True) -> Engine:
    """Open the warehouse at `url`; make its directory and tables and load the lists unless `create` is false.

    Raises WarehouseError when the URL, the file, the server or the driver is not what it should be.
    """
    parsed = parse_url(url)
    if create and parsed.get_backend_name() == "sqlite":
        _make_file(database_file(parsed))
    engine = connect_warehouse(url)
    try:
        with _opening(parsed):
            _prepare(engine, create=create)
    except BaseException:
        engine.dispose()
        raise
    return engine


def connect_warehouse(url: str) -> Engine:
    """The warehouse at `url` whatever its layout. Raises WarehouseError where there is no such file or driver."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        existing_file(parsed)
    return _engine(parsed)


@contextmanager
def _opening(url: URL) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        words = words_of(error.orig or error, url)
        raise WarehouseError(f"cannot open the warehouse {describe(url)}: {words}") from error


def open_bare(url: str) -> Engine:
    """Open a database where a warehouse is to be made; an SQLite file must not be there. Raises WarehouseError."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        file = database_file(parsed)
        if file.exists():
            raise WarehouseError(f"{file} is there already; name a new file with --warehouse")
        _make_file(file)
    return _engine(parsed)


def parse_url(url: str) -> URL:
    """The URL in parts, with the driver we use. Raises WarehouseError for any other kind of database."""
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise WarehouseError(f"not the URL of a warehouse; write {_FORMS}") from error
    if "@" in (parsed.host or ""):  # what is taken for a host would be told, and it is the end of a password
        raise WarehouseError("the URL of the warehouse has two @; write one that is part of a password as %40")
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed.set(drivername="sqlite")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise WarehouseError(f"{describe(parsed)} cannot hold a warehouse; write {_FORMS}")


def describe(url: URL) -> str:
    """The URL as it may be printed: never with a password, wherever it has one."""
    secret = [key for key in url.query if "pass" in key.lower()]
    return url.update_query_dict(dict.fromkeys(secret, "***")).render_as_string(hide_password=True)


def database_file(url: URL) -> Path:
    """The file of an SQLite URL, whether it is there or not."""
    return Path(url.database or "")


def existing_file(url: URL) -> Path:
    """The file of an SQLite URL. Raises WarehouseError, which says how to make one, if it is not there."""
    file = database_file(url)
    if not file.is_file():
        raise WarehouseError(
            f"there is no warehouse at {file}; make one with `nianbao crawl` or name another by --warehouse"
        )
    return file


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write; on SQLite it is the only one from its first statement.

    Without IMMEDIATE, of two transactions that have read and now want to write SQLite fails one at once,
    whatever its busy timeout. The threads of this process queue for it: waiting inside SQLite means to look again
    and again, and with hundreds of lanes the unlucky never get it.

    Raises WarehouseError when the database fails us: a full disk, a lost connection, a writer that never ends.
    """
    queue = _sqlite_writers if engine.dialect.name == "sqlite" else nullcontext()
    try:
        with queue, engine.execution_options(nianbao_begin="BEGIN IMMEDIATE").begin() as connection:
            yield connection
    except OperationalError as error:
        words = words_of(error.orig or error, engine.url)
        raise WarehouseError(f"cannot write into the warehouse {describe(engine.url)}: {words}") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read on. Raises WarehouseError when the database fails us, as one does that starts anew."""
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        words = words_of(error.orig or error, engine.url)
        raise WarehouseError(f"cannot read the warehouse {describe(engine.url)}: {words}") from error


def _engine(url: URL) -> Engine:
    # A server that was started anew has none of the connections that the pool still holds: it looks before each use.
    look = url.get_backend_name() == "postgresql"
    pool = {"pool_timeout": _POOL_WAIT_S, "pool_pre_ping": look}
    try:
        engine = create_engine(url, json_serializer=_json, connect_args=_options(url), **pool)
    except ModuleNotFoundError as error:
        raise WarehouseError(
            "PostgreSQL needs its driver: install nianbao with its extra, as in pip install -e '.[postgres]'"
        ) from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _options(url: URL) -> dict[str, str]:
    """PostgreSQL would compile the views' long expressions for seconds, each time, to save milliseconds."""
    is_ours = url.get_backend_name() == "postgresql" and "options" not in url.query
    return {"options": "-c jit=off"} if is_ours else {}


def _json(value: object) -> str:
    """Chinese stays readable in JSON columns, and equal values are equal texts."""
    return storable(json.dumps(value, ensure_ascii=False, sort_keys=True))


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # or the driver begins transactions on its own, and too late
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # A killed process loses nothing; a power cut may lose the last visits, whose pages are then asked for again.
    connection.execute("PRAGMA synchronous = NORMAL")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("nianbao_begin", "BEGIN"))


def _make_file(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab"):
            pass
    except OSError as error:
        raise WarehouseError(
            f"cannot write the warehouse {file} ({error.strerror}); make that place writable"
            " or name another with --warehouse"
        ) from error


def _prepare(engine: Engine, *, create: bool) -> None:
    name = describe(engine.url)
    with engine.connect() as connection:
        if not create:
            require_present_layout(connection, name)
            return
        is_older = is_of_other_layout(connection)
    if is_older:
        migrate_warehouse(engine)
    with writing(engine) as connection:
        take_turn(connection)
        make_tables(connection, name)
        _put_what_is_ours(connection)


def _put_what_is_ours(connection: Connection) -> None:
    """Bring what comes with the program, and not from portals, to what it is now."""
    load_lists(connection)
    load_regions(connection)
    put_views(connection)


def migrate_warehouse(engine: Engine, to: str = "head") -> tuple[str, str]:
    """Bring the tables to a layout, up or down, in one transaction; the numbers of the former and of the present one.

    Raises WarehouseError when a later version of this program made them, or when there is no such layout.
    """
    with _opening(engine.url), _without_references(engine) as connection:
        take_turn(connection)
        drop_views(connection)
        before, now = migrate(connection, describe(engine.url), to)
        if not is_of_other_layout(connection):
            _put_what_is_ours(connection)
            settle_agencies(connection)  # an earlier layout may have known less of them
        return before, now


@contextmanager
def _without_references(engine: Engine) -> Iterator[Connection]:
    """A transaction in which SQLite looks at references only at its end, since a table that others refer to is rebuilt.

    It takes no notice of the switch inside a transaction.
    """
    if engine.dialect.name != "sqlite":
        with writing(engine) as connection:
            yield connection
        return
    with _sqlite_writers, engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        try:
            with connection.execution_options(nianbao_begin="BEGIN IMMEDIATE").begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise WarehouseError(f"a row of {broken[0]} refers to a row of {broken[2]} that is not there")
        finally:
            raw.execute("PRAGMA foreign_keys = ON")  # type: ignore[union-attr]
