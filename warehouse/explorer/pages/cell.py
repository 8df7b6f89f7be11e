"""A number and the cell it was read from."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from schema.records import Place
from warehouse.archive import Location
from warehouse.explorer.asking import row

_CELL = """
SELECT l.*, i.label_zh, i.label_en, i.unit_zh, d.label_zh AS applicant_zh, d.label_en AS applicant_en
FROM lineage l
JOIN indicator i ON i.code = l.indicator
JOIN dimension d ON d.dimension = 'applicant' AND d.code = l.applicant
WHERE l.report_id = ? AND l.indicator = ? AND l.applicant = ?
"""
_RESPONSE = "SELECT * FROM capture WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Response:
    """What a response is known by, and where its bytes rest; a release does not say that of its archive."""

    url: str
    digest: str
    location: Location | None


def cell(connection: sqlite3.Connection, report_id: int, indicator: str, applicant: str) -> dict[str, Any] | None:
    """The cell with its report; None where the report has no such cell."""
    found = row(connection, _CELL, (report_id, indicator, applicant))
    return None if found is None else {"cell": found}


def response(connection: sqlite3.Connection, capture_id: int) -> Response | None:
    """Where a response rests; None where there is none of that number."""
    found = row(connection, _RESPONSE, (capture_id,))
    if found is None:
        return None
    rests = found.get("file") is not None
    location = Location(found["file"], found["file_offset"], found["record_length"]) if rests else None
    return Response(found["url"], found["digest"], location)


def place_of(text: str) -> Place | None:
    """The place that an address names, as in `1.5.3`; None for anything else."""
    parts = text.split(".")
    return Place(*map(int, parts)) if len(parts) == 3 and all(p.isascii() and p.isdecimal() for p in parts) else None
