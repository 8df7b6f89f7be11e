"""What is new, changed and gone since another release: reports, and the cells of those that are in both."""

import csv
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from warehouse.columns import STATUSES
from warehouse.errors import WarehouseError
from warehouse.export.csv import defused

_REPORTS = """
    SELECT a.name, r.year, r.id, r.cells, r.content_digest,
        (SELECT COUNT(*) FROM corrected c WHERE c.report_id = r.id)
    FROM report r JOIN agency a ON a.id = r.agency_id"""
_CELLS = """
    SELECT i.code, d.code, CAST(CASE WHEN c.report_id IS NULL THEN o.value ELSE c.value END AS REAL),
        COALESCE(c.status, o.status)
    FROM observation o JOIN indicator i ON i.id = o.indicator_id JOIN dimension d ON d.id = o.applicant_id
    LEFT JOIN corrected c
        ON c.report_id = o.report_id AND c.indicator_id = o.indicator_id AND c.applicant_id = o.applicant_id
    WHERE o.report_id = ?"""

Key = tuple[str, int]  # agency and year
Cell = tuple[str, str]
Figure = tuple[float | None, str]


class Change(NamedTuple):
    """A cell that differs; a value is None and a status empty where there is no such cell."""

    agency: str
    year: int
    indicator: str
    applicant: str
    change: str  # new, changed or gone
    from_value: float | None
    from_status: str
    to_value: float | None
    to_status: str


CHANGE_COLUMNS = {
    "agency": "full name of the agency",
    "year": "the year reported on",
    "indicator": "code of the canonical list",
    "applicant": "type of applicant; total where the form does not split",
    "change": "new, changed or gone",
    "from_value": "the number in the release before; null where there was none",
    "from_status": "status of the cell before; empty where there was no such cell",
    "to_value": "the number in this release; null where there is none",
    "to_status": "status of the cell in this release; empty where there is no such cell",
}


@dataclass(slots=True)
class Changes:
    """How much is new, changed and gone: counts by these words. Cells of new and gone reports are counted too."""

    previous: str
    reports: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)


class _Report(NamedTuple):
    id: int
    cells: int
    digest: str
    corrected: int


def compare(before: Path, now: Path, changed_cells: Path) -> Changes:
    """Compare the SQLite files of two releases, and write the cells that differ in reports of both as CSV.

    Raises WarehouseError where `before` is no release.
    """
    with closing(_open(before)) as former, closing(_open(now)) as present:
        try:
            changes = Changes(former.execute("SELECT version FROM release").fetchone()[0])
            _write(changed_cells, _changes(former, present, changes))
        except sqlite3.DatabaseError as error:
            raise WarehouseError(f"{before} is not the database of a release that this program knows") from error
    return changes


def _write(path: Path, changes: Iterable[Change]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CHANGE_COLUMNS)
        for one in changes:
            writer.writerow([defused(value) if isinstance(value, str) else _shown(value) for value in one])


def _open(file: Path) -> sqlite3.Connection:
    if not file.is_file():
        raise WarehouseError(f"{file.parent} is no release: it has no {file.name}")
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _changes(former: sqlite3.Connection, present: sqlite3.Connection, changes: Changes) -> Iterator[Change]:
    old, new = _reports(former), _reports(present)
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            word = "new" if before is None else "gone"
            changes.reports[word] += 1
            changes.cells[word] += (after or before).cells  # type: ignore[union-attr]
        elif before.digest != after.digest or before.corrected or after.corrected:
            differing = list(_differing(key, _cells(former, before.id), _cells(present, after.id)))
            changes.reports["changed"] += bool(differing)
            changes.cells.update(one.change for one in differing)
            yield from differing


def _reports(connection: sqlite3.Connection) -> dict[Key, _Report]:
    return {(agency, year): _Report(*rest) for agency, year, *rest in connection.execute(_REPORTS)}


def _cells(connection: sqlite3.Connection, report_id: int) -> dict[Cell, Figure]:
    rows = connection.execute(_CELLS, (report_id,))
    return {(indicator, applicant): (value, STATUSES[status].value) for indicator, applicant, value, status in rows}


def _differing(key: Key, before: dict[Cell, Figure], after: dict[Cell, Figure]) -> Iterator[Change]:
    nothing: Figure = (None, "")
    for cell in sorted(before.keys() | after.keys()):
        old, new = before.get(cell, nothing), after.get(cell, nothing)
        if old != new:
            word = "new" if old is nothing else "gone" if new is nothing else "changed"
            yield Change(*key, *cell, word, *old, *new)


def _shown(value: float | None) -> object:
    """Whole numbers without a point, as in the other CSV files."""
    return int(value) if value is not None and value == int(value) else value
