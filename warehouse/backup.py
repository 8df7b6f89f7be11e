"""A warehouse in one file, and back: on the same engine or the other.

The file is a ZIP archive. `manifest.json` has the layout, when it was taken, and tables with columns and numbers of
rows in the order in which they can be filled; `tables/NAME` the rows (see `warehouse.copied`); `archive` a line for
each file of the archive, `NAME<tab>BYTES`. All tables are of one moment, whatever is loaded meanwhile. The archive's
own files are not in it: they never change once they are finished, so any tool that copies files backs them up.
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from warehouse.copied import copy_in, copy_out
from warehouse.engine import Engine, describe, open_bare, open_warehouse, parse_url, writing
from warehouse.errors import WarehouseError, words_of
from warehouse.index import index_of
from warehouse.migrate import layout_of, make_at, migrate
from warehouse.place import ArchivePlace
from warehouse.tables import metadata as present

_FORMAT = 1
_MANIFEST, _ARCHIVE = "manifest.json", "archive"
# The first is made anew with the tables, the second tells of views, which are made anew when it is opened; leases end.
_LEFT = frozenset({"alembic_version", "info", "host_lease"})


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: rows by table, files of the archive; and which of these are not there, or are shorter."""

    taken_at: str
    layout: str
    rows: Mapping[str, int]
    files: Mapping[str, int]
    missing: tuple[str, ...] = ()


def back_up(url: str, place: ArchivePlace, file: Path) -> Backup:
    """Write a backup; it has its name only when it is whole. Raises WarehouseError."""
    engine = open_warehouse(url, create=False)
    draft = file.with_name(f"{file.name}.part")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as into:
            told = _write(engine, place, into)
        draft.replace(file)
    except OSError as error:
        raise WarehouseError(f"cannot write the backup {file}: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
        engine.dispose()
    return told


def restore(file: Path, url: str, place: ArchivePlace) -> Backup:
    """Fill a new warehouse from a backup, in one transaction, and bring it to the present layout.

    Raises WarehouseError when the file is no whole backup, or there are tables at `url` already.
    """
    try:
        with zipfile.ZipFile(file) as source:
            told = _manifest(source)
            _fill(url, source, told)
            files = dict(_indexed(source))
    except (OSError, zipfile.BadZipFile, EOFError, KeyError, ValueError) as error:
        raise WarehouseError(f"{file} is no whole backup: {' '.join(str(error).split())}") from error
    open_warehouse(url).dispose()  # lists and views of the present layout
    here = index_of(place)
    missing = tuple(name for name, size in files.items() if here.get(name, -1) < size)
    rows = {name: table["rows"] for name, table in told["tables"].items()}
    return Backup(told["taken_at"], told["layout"], rows, files, missing)


def _write(engine: Engine, place: ArchivePlace, into: zipfile.ZipFile) -> Backup:
    taken_at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    tables: dict[str, Any] = {}
    with _snapshot(engine) as connection:
        layout = layout_of(connection) or ""
        for table in present.sorted_tables:
            if table.name not in _LEFT:
                with into.open(f"tables/{table.name}", "w", force_zip64=True) as out:
                    rows = copy_out(connection, table, out)
                tables[table.name] = {"columns": [column.name for column in table.columns], "rows": rows}
    files = index_of(place)  # after the tables: what they refer to is there
    into.writestr(_ARCHIVE, "".join(f"{name}\t{size}\n" for name, size in sorted(files.items())))
    told = {"format": _FORMAT, "taken_at": taken_at, "layout": layout, "tables": tables}
    into.writestr(_MANIFEST, json.dumps(told, indent=1))
    return Backup(taken_at, layout, {name: table["rows"] for name, table in tables.items()}, files)


def _snapshot(engine: Engine) -> Connection:
    """A connection that sees one moment; SQLite's transactions always do."""
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.connect()


def _manifest(source: zipfile.ZipFile) -> Any:
    told = json.loads(source.read(_MANIFEST))
    if told["format"] != _FORMAT:
        raise ValueError(f"its format is {told['format']}, not {_FORMAT}; update nianbao")
    return told


def _indexed(source: zipfile.ZipFile) -> list[tuple[str, int]]:
    lines = (line.partition("\t") for line in source.read(_ARCHIVE).decode().splitlines())
    return [(name, int(size)) for name, _, size in lines]


def _fill(url: str, source: zipfile.ZipFile, told: Any) -> None:
    engine = open_bare(url)
    try:
        with writing(engine) as connection:
            if inspect(connection).get_table_names():
                raise WarehouseError(f"{describe(parse_url(url))} holds tables already; restore into a new database")
            if engine.dialect.name == "sqlite":
                connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            make_at(connection, told["layout"])
            _fill_tables(connection, source, told["tables"])
            migrate(connection, describe(parse_url(url)))
    except DBAPIError as error:
        raise WarehouseError(f"cannot restore: {words_of(error.orig or error, engine.url)}") from error
    finally:
        engine.dispose()


def _fill_tables(connection: Connection, source: zipfile.ZipFile, told: Mapping[str, Any]) -> None:
    made = MetaData()
    made.reflect(connection)
    for name, kept in told.items():
        table = _of_columns(made.tables[name], kept["columns"])
        with source.open(f"tables/{name}") as rows:
            copy_in(connection, table, rows)
        found = connection.execute(select(func.count()).select_from(made.tables[name])).scalar_one()
        if found != kept["rows"]:
            raise ValueError(f"{found} rows in {name}, not {kept['rows']}")
        _go_on_numbering(connection, made.tables[name])


def _of_columns(table: Table, names: list[str]) -> Table:
    """The table with the columns in the order of the backup, which need not be that of the table."""
    return Table(table.name, MetaData(), *(table.c[name]._copy() for name in names))


def _go_on_numbering(connection: Connection, table: Table) -> None:
    """Let the next row have the next number; SQLite does by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.c:
        sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar_one()
        if sequence:
            highest = connection.execute(select(func.max(table.c.id))).scalar_one()
            connection.execute(select(func.setval(sequence, highest or 1, highest is not None)))
