"""Fill the SQLite file of a release with lists, agencies, and the reports that stand, but for what is in them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from schema.records import Status
from warehouse.columns import metadata as of_warehouse
from warehouse.release import layout
from warehouse.release.numbering import Numbering, Numbers
from warehouse.release.personal import WITHHELD, iso_date, keeps_text

Row = dict[str, Any]


def copy_lists(source: Connection, target: Connection, numbers: Numbering) -> None:
    """Copy what does not depend on reports: lists, portals, agencies, corrections."""

    def renumbered(row: RowMapping) -> Row:
        own = {"dimension": numbers.dimension, "indicator": numbers.indicator}.get(name)
        return dict(row) | _linked(row, "id", own) | _linked(row, "indicator_id", numbers.indicator)

    for name in layout.LISTS:
        _copy(source, target, name, renumbered)
    _copy(source, target, "portal", dict)
    _copy(source, target, "agency", lambda row: _agency(row, numbers.agency))
    _copy(source, target, "agency_alias", lambda row: _alias(row, numbers.agency))
    _copy(source, target, "correction", lambda row: _correction(row, numbers.correction))


def copy_reports(source: Connection, target: Connection, numbers: Numbering) -> None:
    """Copy the reports that stand, the responses they were read from and where they are shown."""
    _copy(source, target, "capture", lambda row: _numbered(row, numbers.capture))
    _copy(source, target, "report", lambda row: _report(row, numbers))
    _copy(source, target, "report_address", lambda row: _address(row, numbers.report))


def _copy(source: Connection, target: Connection, name: str, change: Callable[[RowMapping], Row | None]) -> None:
    """Copy a table in the order of its key; a row of which `change` makes None stays out."""
    kept = layout.tables[name]
    theirs = of_warehouse.tables[name]
    read = source.execute(select(*(theirs.c[column.name] for column in kept.columns))).mappings()
    rows = [row for row in map(change, read) if row is not None]
    rows.sort(key=lambda row: tuple(row[column.name] for column in kept.primary_key))
    if rows:  # an empty list would insert one row of defaults
        target.execute(insert(kept), rows)


def _linked(row: RowMapping, column: str, numbers: Numbers | None) -> Row:
    return {} if numbers is None or row.get(column) is None else {column: numbers[row[column]]}


def _numbered(row: RowMapping, numbers: Numbers) -> Row | None:
    return dict(row) | {"id": numbers[row["id"]]} if row["id"] in numbers else None


def _agency(row: RowMapping, numbers: Numbers) -> Row:
    return dict(row) | _linked(row, "id", numbers) | _linked(row, "parent_id", numbers)


def _alias(row: RowMapping, numbers: Numbers) -> Row | None:
    """The registry's names only: what a page gives as its publisher may be a person."""
    return dict(row) | _linked(row, "agency_id", numbers) if row["source"] == "registry" else None


def _correction(row: RowMapping, numbers: Numbers) -> Row:
    was = row["was"] if keeps_text(row["was"], Status.TEXT) else WITHHELD
    return dict(row) | {"id": numbers[row["id"]], "was": was}


def _report(row: RowMapping, numbers: Numbering) -> Row | None:
    if row["id"] not in numbers.report:
        return None
    dates = {name: iso_date(row[name]) for name in ("composed_on", "published_on")}
    links = _linked(row, "agency_id", numbers.agency) | _linked(row, "capture_id", numbers.capture)
    return dict(row) | links | dates | {"id": numbers.report[row["id"]]}


def _address(row: RowMapping, numbers: Numbers) -> Row | None:
    return dict(row) | _linked(row, "report_id", numbers) if row["report_id"] in numbers else None
