"""Fill the SQLite file of a release from a warehouse."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, insert, select

from warehouse import tables
from warehouse.columns import metadata as of_warehouse
from warehouse.release import layout
from warehouse.release.numbering import Numbering
from warehouse.release.personal import WITHHELD, keeps_message, keeps_text
from schema.records import Status

Row = dict[str, Any]
_MANY = 5_000  # rows of one insert


def copy_lists(source: Connection, target: Connection, numbers: Numbering) -> None:
    """Copy what does not depend on reports: lists, portals, agencies, corrections."""
    for name in layout.LISTS:
        _copy(source, target, name, _renumbered(numbers, name))
    _copy(source, target, "portal", dict)
    _copy(source, target, "agency", lambda row: _agency(row, numbers))
    _copy(source, target, "agency_alias", lambda row: _alias(row, numbers))
    _copy(source, target, "correction", lambda row: _correction(row, numbers))


def copy_reports(source: Connection, target: Connection, numbers: Numbering) -> None:
    """Copy the reports that stand, the captures they were read from, where they are shown, and their findings."""
    _copy(source, target, "capture", lambda row: _capture(row, numbers))
    _copy(source, target, "report", lambda row: _report(row, numbers))
    _copy(source, target, "report_address", lambda row: _address(row, numbers))
    _copy(source, target, "finding", lambda row: _finding(row, numbers))
