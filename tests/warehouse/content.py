"""What a warehouse says, without when and under which numbers it was written: two that say the same are equal."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from warehouse.columns import UtcTime
from warehouse.engine import Engine
from warehouse.tables import metadata

# What a row is to others: the columns that name it, where an id would not.
_NAMES = {
    "agency": ("name",),
    "capture": ("url", "digest"),
    "correction": ("agency", "year", "indicator", "applicant"),
    "dimension": ("dimension", "code"),
    "indicator": ("code",),
    "label": ("text",),
    "report": ("agency_id", "year", "content_digest", "revision"),
}
# Runs and visits are the diary of processes, which a kill changes rightly; file and place follow from clock and pid.
_DIARY = {"host_lease", "portal_run", "run", "visit"}
# Words that no row need use any more, and what every warehouse has alike.
_LISTS = {"label", "region", "info"}
# A correction refers to its cell by all of the cell's key.
_KEYS = {"report_id": "report", "indicator_id": "indicator", "applicant_id": "dimension"}
_PLACES = {"id", "run_id", "file", "file_offset", "record_length"}
# A page that is seen twice since its run was killed in between is unchanged the second time.
_GOOD = {"fetched", "unchanged"}

Rows = Mapping[str, Mapping[int, Mapping[str, Any]]]


def content(engine: Engine) -> list[str]:
    """Every row as a line of JSON, sorted; of a time only whether it is there."""
    with engine.connect() as connection:
        by_id = {name: _by_id(connection, metadata.tables[name]) for name in _NAMES}
        kept = (table for table in metadata.sorted_tables if table.name not in _DIARY | _LISTS)
        return sorted({line for table in kept for line in _lines(connection, table, by_id)})


def _by_id(connection: Connection, table: Table) -> dict[int, Mapping[str, Any]]:
    return {row["id"]: row for row in connection.execute(select(table)).mappings()}


def _lines(connection: Connection, table: Table, by_id: Rows) -> Iterator[str]:
    for row in connection.execute(select(table)).mappings():
        said = {c.name: _said(c, row[c.name], by_id) for c in table.c if c.name not in _PLACES}
        if said.get("outcome") in _GOOD:
            said |= {"outcome": "good", "detail": ""}
        if table.name == "report":
            del said["capture_id"]  # of several pages with one report, the one that was read first
        yield json.dumps([table.name, said], ensure_ascii=False, default=str)


def _said(column: Column[Any], value: Any, by_id: Rows) -> Any:
    if isinstance(column.type, UtcTime):
        return value is not None
    target = next((key.column.table for key in column.foreign_keys if key.column.name == "id"), None)
    if target is None:
        target = metadata.tables.get(_KEYS.get(column.name, ""))
    if target is None or target.name not in _NAMES or value is None:
        return value
    named = by_id[target.name][value]
    return [_said(target.c[name], named[name], by_id) for name in _NAMES[target.name]]
