"""A report's rows: one of `report`, and its observations, local rows and findings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, insert, select

from schema.records import Finding, LocalRow, Observation, Place, Report, Status
from warehouse.codes import Codes, label_ids
from warehouse.columns import storable
from warehouse.digest import content_digest, reading_digest
from warehouse.findings import insert_findings
from warehouse.results import Scope
from warehouse.tables import corrected, label, local_row, observation, report

_HEADER = (
    "index_number",
    "document_number",
    "publisher",
    "composed_on",
    "published_on",
    "openness",
    "category",
)
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
    said = tuple(findings)
    values = report_row(read, said, agency_id, revision, sighting)
    row: int = connection.execute(insert(report).values(values).returning(report.c.id)).scalar_one()
    insert_contents(connection, row, read)
    insert_findings(connection, row, said, Scope.REPORT)
    return row


def report_row(read: Report, findings: tuple[Finding, ...], agency_id: int, revision: int, sighting: Sighting) -> Row:
    """The row of `report`, open and not yet current."""
    return {
        "agency_id": agency_id,
        "year": read.year,
        "revision": revision,
        "valid_from": sighting.seen,
        "is_current": False,
        "capture_id": sighting.capture_id,
    } | reading_columns(read, findings, sighting.reader_version)


def reading_columns(read: Report, findings: tuple[Finding, ...], reader_version: str) -> Row:
    """The columns of `report` that follow from the reading alone."""
    return {
        "form": read.form,
        "title": read.title,
        "header": dict(read.header),
        "reader_version": reader_version,
        "content_digest": content_digest(read),
        "reading_digest": reading_digest(read, findings),
        "cells": len(read.observations),
        "reported": sum(entry.status is Status.REPORTED for entry in read.observations),
    } | {name: read.header.get(name) for name in _HEADER}


def insert_contents(connection: Connection, row: int, read: Report) -> None:
    """Insert the observations and the local rows of a report."""
    codes = Codes.of(connection)
    labels = label_ids(connection, map(storable, printed_words(read)))
    _insert_all(connection, observation, [_observation(row, entry, codes, labels) for entry in read.observations])
    _insert_all(connection, local_row, [_local_row(row, n, entry) for n, entry in enumerate(read.local_rows, start=1)])


def printed_words(read: Report) -> Iterator[str]:
    """The labels and units of a report, as often as they stand there."""
    for entry in read.observations:
        yield entry.label
        if entry.unit is not None:
            yield entry.unit


def read_observations(connection: Connection, report_ids: Collection[int]) -> Mapping[int, tuple[Observation, ...]]:
    """The observations of reports by report id, in the order of indicators and applicants.

    A value is the corrected one where there is a correction.
    """
    codes = Codes.of(connection)
    figures: defaultdict[int, list[Observation]] = defaultdict(list)
    # By position, which is faster than by name: every report that is loaded reads its agency's other years.
    for (
        report_id,
        indicator,
        applicant,
        value,
        status,
        right,
        as_corrected,
        unit,
        raw,
        text,
        *place,
    ) in connection.execute(_cells_of(report_ids)):
        figure = (value, status) if as_corrected is None else (right, as_corrected)
        cell = codes.indicator_codes[indicator], codes.applicant_codes[applicant]
        figures[report_id].append(Observation(*cell, *figure, unit, raw, text, Place(*place)))
    return {report_id: tuple(sorted(entries, key=_cell)) for report_id, entries in figures.items()}


def _cells_of(report_ids: Collection[int]) -> Select[Any]:
    o, c = observation.c, corrected.c
    figure = (o.value, o.status, c.value, c.status)
    unit = label.alias("unit")
    columns = (o.report_id, o.indicator_id, o.applicant_id, *figure, unit.c.text, o.raw, label.c.text)
    same_cell = and_(c.report_id == o.report_id, c.indicator_id == o.indicator_id, c.applicant_id == o.applicant_id)
    cells = select(*columns, *(o[name] for name in _PLACE)).join(label, label.c.id == o.label_id)
    cells = cells.outerjoin(unit, unit.c.id == o.unit_id)
    return cells.outerjoin(corrected, same_cell).where(o.report_id.in_(report_ids))


def _cell(entry: Observation) -> tuple[str, str]:
    return entry.indicator, entry.applicant


def _observation(row: int, entry: Observation, codes: Codes, labels: Mapping[str, int]) -> Row:
    return {
        "report_id": row,
        "indicator_id": codes.indicators[entry.indicator],
        "applicant_id": codes.applicants[entry.applicant],
        "value": entry.value,
        "status": entry.status,
        "unit_id": None if entry.unit is None else labels[storable(entry.unit)],
        "raw": entry.raw,
        "label_id": labels[storable(entry.label)],
    } | _placed(entry.place)


def _local_row(row: int, position: int, entry: LocalRow) -> Row:
    return {"report_id": row, "position": position, "label": entry.label, "cells": entry.cells} | _placed(entry.place)


def _placed(at: Place) -> Row:
    return dict(zip(_PLACE, (at.table, at.row, at.column), strict=True))


def _insert_all(connection: Connection, table: Table, rows: list[Row]) -> None:
    if rows:  # an empty list would insert one row of defaults
        connection.execute(insert(table), rows)
