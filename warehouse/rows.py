"""A report's rows: one of `report`, and its observations, local rows and findings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from schema.records import Finding, LocalRow, Observation, Place, Report
from warehouse.digest import content_digest
from warehouse.findings import insert_findings
from warehouse.results import Scope
from warehouse.tables import local_row, observation, report

_HEADER = (
    "index_number",
    "document_number",
    "publisher",
    "composed_on",
    "published_on",
    "openness",
    "category",
)
_OBSERVATION = ("indicator", "applicant", "value", "status", "unit", "raw", "label")
_PLACE = ("grid", "grid_row", "grid_column")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where and when a content was seen, by its page, its capture and the version of the reader."""

    portal_id: str
    url: str
    capture_id: int
    seen: datetime
    reader_version: str


def insert_report(
    connection: Connection,
    read: Report,
    findings: Iterable[Finding],
    agency_id: int,
    revision: int,
    sighting: Sighting,
) -> int:
    """Insert a report with all that it holds, open and not yet current; its id."""
    values = {
        "agency_id": agency_id,
        "year": read.year,
        "form": read.form,
        "title": read.title,
        "header": dict(read.header),
        "revision": revision,
        "valid_from": sighting.seen,
        "is_current": False,
        "reader_version": sighting.reader_version,
        "content_digest": content_digest(read),
        "capture_id": sighting.capture_id,
    } | {name: read.header.get(name) for name in _HEADER}
    row: int = connection.execute(insert(report).values(values).returning(report.c.id)).scalar_one()
    _insert_all(connection, observation, [_observation(row, entry) for entry in read.observations])
    _insert_all(connection, local_row, [_local_row(row, n, entry) for n, entry in enumerate(read.local_rows, start=1)])
    insert_findings(connection, row, findings, Scope.REPORT)
    return row


def read_observations(connection: Connection, report_ids: Collection[int]) -> Mapping[int, tuple[Observation, ...]]:
    """The observations of reports by report id, in the order of indicators and applicants.

    A value is the corrected one where there is a correction.
    """
    columns = (observation.c[name] for name in ("report_id", *_OBSERVATION, *_PLACE))
    of_reports = select(*columns).where(observation.c.report_id.in_(report_ids))
    figures: defaultdict[int, list[Observation]] = defaultdict(list)
    # By position, which is faster than by name: every report that is loaded reads its agency's other years.
    ordered = of_reports.order_by(observation.c.indicator, observation.c.applicant)
    for report_id, code, applicant, value, status, unit, raw, label, *place in connection.execute(ordered):
        said = Observation(code, applicant, value, status, unit, raw, label, Place(*place))
        figures[report_id].append(said)
    return {report_id: tuple(entries) for report_id, entries in figures.items()}


def _observation(row: int, entry: Observation) -> Row:
    return {
        "report_id": row,
        "indicator": entry.indicator,
        "applicant": entry.applicant,
        "value": entry.value,
        "status": entry.status,
        "unit": entry.unit,
        "raw": entry.raw,
        "label": entry.label,
    } | _cell(entry.place)


def _local_row(row: int, position: int, entry: LocalRow) -> Row:
    return {"report_id": row, "position": position, "label": entry.label, "cells": entry.cells} | _cell(entry.place)


def _cell(at: Place) -> Row:
    return dict(zip(_PLACE, (at.table, at.row, at.column), strict=True))


def _insert_all(connection: Connection, table: Table, rows: list[Row]) -> None:
    if rows:  # an empty list would insert one row of defaults
        connection.execute(insert(table), rows)
