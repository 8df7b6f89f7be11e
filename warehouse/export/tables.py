"""What can be exported: views and lists, in an order that does not depend on the engine, with typed columns."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Boolean, ColumnElement, Connection, Integer, Select, Table, column, select, table

from warehouse.columns import Figure, UtcTime
from warehouse.tables import metadata
from warehouse.views import describe_view

_ROWS = 32_768  # of a batch: what is in memory at a time, and a row group of Parquet
_TIME = pa.timestamp("us", "UTC")
_WHOLE = (
    "agency_id year report_id capture_id from_report_id to_report_id revision from_revision to_revision grid grid_row"
    " grid_column findings warc_offset warc_length"
)
_OF_VIEWS: Mapping[str, pa.DataType] = (
    dict.fromkeys(_WHOLE.split(), pa.int64())
    | dict.fromkeys("value read_value from_value to_value".split(), pa.float64())
    | dict.fromkeys("is_corrected is_current is_late break_before do_not_join".split(), pa.bool_())
    | dict.fromkeys("changed_at fetched_at".split(), _TIME)
)
_CELL = ("agency", "year", "indicator", "applicant")


@dataclass(frozen=True, slots=True)
class Exported:
    """A view or a list, and the columns by which its rows are in order. A large one is exported year by year."""

    name: str
    order: tuple[str, ...]
    yearly: bool = False


EXPORTED: Mapping[str, Exported] = {
    one.name: one
    for one in (
        Exported("observations", _CELL, yearly=True),
        Exported("panel", ("agency", "year", "indicator"), yearly=True),
        Exported("series", ("agency", "year", "series"), yearly=True),
        Exported("lineage", (*_CELL, "report_id"), yearly=True),
        Exported("coverage", ("agency", "year")),
        Exported("quality", ("agency", "year", "rule", "severity", "scope")),
        Exported("revisions", ("agency", "year", "changed_at", "portal", "url", "what", "indicator", "applicant")),
        Exported("agency", ("name",)),
        Exported("region", ("code",)),
        Exported("indicator", ("code",)),
        Exported("dimension", ("dimension", "code")),
        Exported("form", ("name",)),
        Exported("form_row", ("form", "section", "position")),
        Exported("rule", ("name",)),
        Exported("series_definition", ("code",)),
        Exported("portal", ("id",)),
        Exported("report", ("id",)),
        Exported("report_address", ("report_id", "portal_id", "url", "first_seen")),
        Exported("capture", ("id",)),
        Exported("correction", ("id",)),
    )
}


def named_tables(names: str) -> tuple[str, ...]:
    """Names with commas between them. Raises ValueError, which lists what there is, for an unknown one."""
    named = tuple(name.strip() for name in names.split(",") if name.strip())
    unknown = [name for name in named if name not in EXPORTED]
    if unknown:
        raise ValueError(f"no table {', '.join(unknown)} to export; there are {', '.join(EXPORTED)}")
    return named


def schema_of(connection: Connection, name: str) -> pa.Schema:
    """The columns that the table has here, typed, each with what it means as the metadata `description`."""
    names = connection.execute(select(table(name, column("*", is_literal=True))).limit(0)).keys()
    types, meanings = _of_list(metadata.tables[name]) if name in metadata.tables else (_OF_VIEWS, describe(name))
    return pa.schema([_field(one, types, meanings) for one in names])


def describe(name: str) -> Mapping[str, str]:
    """What the columns of an exported table mean."""
    return _of_list(metadata.tables[name])[1] if name in metadata.tables else describe_view(name).columns


def years_of(connection: Connection) -> list[int]:
    """The years of which there are reports."""
    year = metadata.tables["report"].c.year
    return list(connection.scalars(select(year).distinct().order_by(year)))


def batches(
    connection: Connection, name: str, schema: pa.Schema, years: Collection[int] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of a table, of some years if it has years, in its order."""
    query = _query(connection, EXPORTED[name], schema, years)
    rows = connection.execute(query.execution_options(stream_results=True, max_row_buffer=_ROWS))
    for some in rows.partitions(_ROWS):
        columns: Iterable[tuple[Any, ...]] = zip(*some, strict=True)
        arrays = [_array(field.type, values) for field, values in zip(schema, columns, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _query(connection: Connection, exported: Exported, schema: pa.Schema, years: Collection[int] | None) -> Select[Any]:
    columns: dict[str, ColumnElement[Any]] = {name: column(name) for name in schema.names}
    query = select(*columns.values()).select_from(table(exported.name))
    if years is not None and "year" in columns:
        query = query.where(columns["year"].in_(sorted(years)))
    return query.order_by(*(_ordered(connection, columns[name], schema.field(name).type) for name in exported.order))


def _ordered(connection: Connection, key: ColumnElement[Any], kind: pa.DataType) -> ColumnElement[Any]:
    """Order text by code point: SQLite does, and a PostgreSQL server by its locale unless it is told."""
    return (
        key.collate("C") if pa.types.is_string(kind) and connection.dialect.name == "postgresql" else key
    ).nulls_first()


def _of_list(source: Table) -> tuple[Mapping[str, pa.DataType], Mapping[str, str]]:
    types = {one.name: _list_type(one.type) for one in source.columns}
    return types, {one.name: one.comment or "" for one in source.columns}


def _list_type(kind: object) -> pa.DataType:
    if isinstance(kind, Integer):
        return pa.int64()
    if isinstance(kind, Figure):
        return pa.float64()
    if isinstance(kind, UtcTime):
        return _TIME
    return pa.bool_() if isinstance(kind, Boolean) else pa.string()


def _field(name: str, types: Mapping[str, pa.DataType], meanings: Mapping[str, str]) -> "pa.Field[Any]":
    return pa.field(name, types.get(name, pa.string()), metadata={"description": meanings.get(name, "")})


def _array(kind: pa.DataType, values: Sequence[Any]) -> "pa.Array[Any]":
    try:
        return pa.array(values, kind)  # most columns of most engines, and several times as fast
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        change = _CHANGES[kind]
        return pa.array([None if value is None else change(value) for value in values], kind)


def _plain_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _moment(value: str | datetime) -> datetime:
    """A time of PostgreSQL, or the text that SQLite has for one, which is UTC and does not say so."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


_CHANGES: Mapping[pa.DataType, Callable[[Any], object]] = {
    pa.int64(): int,
    pa.float64(): float,
    pa.bool_(): bool,
    _TIME: _moment,
    pa.string(): _plain_text,
}
