"""When two reports say the same: equal digests, on any machine and whenever they were read."""

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from schema.records import Finding, LocalRow, Observation, Report


def content_digest(report: Report) -> str:
    """SHA-256, in hex, of what a report says: agency, year, title, form, header, figures, local rows.

    Not of where it says it: the same report in two templates stands in other tables and cells, and a page
    that gets a new menu has not changed its report. No clock, address or database id goes in either.
    """
    said = [
        report.agency,
        report.year,
        report.title,
        report.form,
        sorted(report.header.items()),
        sorted(map(_observation, report.observations)),
        [_local_row(row) for row in report.local_rows],
    ]
    return _digest(said)


def reading_digest(report: Report, findings: Iterable[Finding], content: str | None = None) -> str:
    """SHA-256, in hex, of all that a reader gave: what the report says, where each cell stands, and the findings.

    A reader that is better only in where it points, or in what it doubts, changes this one and not the content's.
    `content` is the content's digest where that is known already.
    """
    places = [[entry.place for entry in report.observations], [row.place for row in report.local_rows]]
    identity = [report.credit_code, report.region]
    return _digest([content or content_digest(report), identity, places, [list(one) for one in findings]])


def _digest(said: list[Any]) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode("ascii")).hexdigest()


def _observation(entry: Observation) -> list[str]:
    value = "" if entry.value is None else _plain(entry.value)
    return [entry.indicator, entry.applicant, value, entry.status, entry.unit or "", entry.raw, entry.label]


def _local_row(row: LocalRow) -> list[Any]:
    return [row.label, row.cells]


@lru_cache(maxsize=1 << 14)  # most figures are small, and equal numbers have one text
def _plain(value: Decimal) -> str:
    """One text a number: 0.370, 0.37 and 3.7E-1 are equal."""
    return f"{value.normalize():f}"
