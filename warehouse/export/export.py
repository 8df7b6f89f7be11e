"""Write tables of a warehouse, or of a release, into a folder.

Everything is written beside its place and put there at the end, so an export that is broken off leaves what was there
before. It sees the warehouse as it stood at one moment.
"""

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection

from warehouse.errors import WarehouseError
from warehouse.export.csv import write_csv
from warehouse.export.excel import write_excel
from warehouse.export.parquet import write_parquet
from warehouse.export.stata import write_stata
from warehouse.export.tables import EXPORTED, batches, describe, schema_of, years_of
from warehouse.reader import reading

FORMATS = ("parquet", "csv", "xlsx", "dta")
DEFAULT_TABLES = ("observations", "panel", "series", "coverage", "quality", "revisions")
_ONE_TABLE_FORMATS = frozenset({"xlsx", "dta"})  # what people open: the panel, unless they ask for more


@dataclass(frozen=True, slots=True)
class Written:
    """A file or folder of an export: its place, how many rows are in it, and how many texts Excel had no room for."""

    path: Path
    rows: int
    cut: int = 0


Tell = Callable[[str, int, int], None]  # table and format; steps done; steps in all


def export(
    url: str,
    to: Path,
    formats: Sequence[str] = ("parquet",),
    tables: Sequence[str] = (),
    years: Collection[int] | None = None,
    tell: Tell = lambda *_: None,
) -> tuple[Written, ...]:
    """Write tables (the usual ones of each format if none is named) of a warehouse's URL in each of the formats.

    Raises WarehouseError when there is nothing to read, or when Excel has no room for it.
    """
    with reading(url) as connection, _beside(to) as place:
        return tuple(
            _put(to, _write(connection, place, table, kind, years, tell))
            for kind in formats
            for table in tables or (("panel",) if kind in _ONE_TABLE_FORMATS else DEFAULT_TABLES)
        )


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    """A new folder on the same disk, which is gone in the end."""
    try:
        to.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=".export-", dir=to))
    except OSError as error:
        raise WarehouseError(f"cannot write into {to} ({error.strerror}); name another folder with --to") from error
    try:
        yield place
    finally:
        shutil.rmtree(place)


def _put(to: Path, written: Written) -> Written:
    target = to / written.path.name
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    written.path.replace(target)
    return Written(target, written.rows, written.cut)


def _write(
    connection: Connection, place: Path, table: str, kind: str, years: Collection[int] | None, tell: Tell
) -> Written:
    schema = schema_of(connection, table)
    if kind == "parquet" and EXPORTED[table].yearly:
        return _write_years(connection, place / table, schema, years, tell)
    tell(f"{table}.{kind}", 0, 1)
    path, cut, rows = place / f"{table}.{kind}", 0, batches(connection, table, schema, years)
    if kind == "parquet":
        count = write_parquet(path, schema, rows)
    elif kind == "csv":
        count = write_csv(path, schema, rows)
    elif kind == "xlsx":
        count, cut = write_excel(path, schema, rows)
    else:
        count = write_stata(path, schema, rows, describe(table))
    tell(f"{table}.{kind}", 1, 1)
    return Written(path, count, cut)


def _write_years(
    connection: Connection, folder: Path, schema: pa.Schema, years: Collection[int] | None, tell: Tell
) -> Written:
    """A Parquet file for each year of which there are rows."""
    folder.mkdir()
    there = [year for year in years_of(connection) if years is None or year in years]
    rows = 0
    for done, year in enumerate(there):
        tell(f"{folder.name}.parquet", done, len(there))
        path = folder / f"{folder.name}-{year}.parquet"
        count = write_parquet(path, schema, batches(connection, folder.name, schema, [year]))
        rows += count
        if not count:
            path.unlink()
    tell(f"{folder.name}.parquet", len(there), len(there))
    return Written(folder, rows)
