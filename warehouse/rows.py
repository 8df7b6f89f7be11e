"""A report's rows: one of `report`, and its observations, local rows and findings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Select, and_, insert, select

from schema.records import Finding, LocalRow, Observation, Place, Report, Status
from warehouse.bulk import write_rows
from warehouse.codes import Codes, label_ids
from warehouse.columns import storable
from warehouse.digest import reading_digest
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
_NOWHERE = Place(0, 0, 0)
_OBSERVATION = (
    *("report_id", "indicator_id", "applicant_id", "status", "unit_id"),
    *(*_PLACE, "label_id", "value", "raw"),
)
_LOCAL_ROW = ("report_id", "position", "label", "cells", *_PLACE)

Row = dict[str, Any]
Content = tuple[int, int, str]  # agency, year, digest


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
    findings: tuple[Finding, ...],
    content: Content,
    revision: int,
    sighting: Sighting,
) -> int:
    """Insert a report with all that it holds, open and not yet current; its id."""
    values = report_row(read, findings, content, revision, sighting)
    row: int = connection.execute(insert(report).values(values).returning(report.c.id)).scalar_one()
    insert_contents(connection, {row: read})
    insert_findings(connection, {row: findings}, Scope.REPORT)
    return row


def report_row(read: Report, findings: tuple[Finding, ...], content: Content, revision: int, sighting: Sighting) -> Row:
    """The row of `report`, open and not yet current."""
    agency_id, year, digest = content
    return {
        "agency_id": agency_id,
        "year": year,
        "form": read.form,
        "title": read.title,
        "header": dict(read.header),
        "revision": revision,
        "valid_from": sighting.seen,
        "is_current": False,
        "reader_version": sighting.reader_version,
        "content_digest": digest,
        "reading_digest": reading_digest(read, findings, digest),
        "cells": len(read.observations),
        "reported": sum(entry.status is Status.REPORTED for entry in read.observations),
        "capture_id": sighting.capture_id,
    } | {name: read.header.get(name) for name in _HEADER}


def insert_contents(connection: Connection, reports: Mapping[int, Report]) -> None:
    """Insert the observations and the local rows of reports, by report id."""
    codes = Codes.of(connection)
    labels = _labels(connection, reports.values())
    cells = chain.from_iterable(_observations(row, reports[row], codes, labels) for row in sorted(reports))
    write_rows(connection, observation, _OBSERVATION, cells)
    rows = [_local_row(row, n, one) for row, read in reports.items() for n, one in enumerate(read.local_rows, start=1)]
    if rows:
        write_rows(connection, local_row, _LOCAL_ROW, rows)


def _labels(connection: Connection, reports: Iterable[Report]) -> dict[str, int]:
    """The numbers of all labels and units, by the text as it was read."""
    printed = ((entry.label, entry.unit) for read in reports for entry in read.observations)
    texts = {text for words in printed for text in words if text is not None}
    stored = {text: storable(text) for text in texts}
    numbers = label_ids(connection, stored.values())
    return {text: numbers[kept] for text, kept in stored.items()}


def _observations(row: int, read: Report, codes: Codes, labels: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """In the order of the table's key: appended at its end, rows fill its pages."""
    indicators, applicants = codes.indicators, codes.applicants
    return sorted(
        (
            row,
            indicators[entry.indicator],
            applicants[entry.applicant],
            entry.status,
            None if entry.unit is None else labels[entry.unit],
            *entry.place,
            labels[entry.label],
            entry.value,
            entry.raw,
        )
        for entry in read.observations
    )


def _local_row(row: int, position: int, entry: LocalRow) -> tuple[Any, ...]:
    return (row, position, entry.label, entry.cells, *entry.place)


def read_figures(connection: Connection, report_ids: Collection[int]) -> Mapping[int, tuple[Observation, ...]]:
    """The observations of reports by report id, in no order, without labels and places.

    A value is the corrected one where there is a correction.
    """
    codes = Codes.of(connection)
    figures: defaultdict[int, list[Observation]] = defaultdict(list)
    # By position, which is faster than by name: every report that is loaded reads its agency's other years.
    rows = connection.execute(_figures_of(report_ids)).all()
    units = _texts(connection, {row.unit_id for row in rows})
    for report_id, indicator, applicant, value, status, right, as_corrected, unit, raw in rows:
        figure = (value, status) if as_corrected is None else (right, as_corrected)
        cell = codes.indicator_codes[indicator], codes.applicant_codes[applicant]
        figures[report_id].append(Observation(*cell, *figure, units[unit], raw, "", _NOWHERE))
    return {report_id: tuple(entries) for report_id, entries in figures.items()}


def read_observations(connection: Connection, report_id: int) -> tuple[Observation, ...]:
    """The observations of a report, in the order of indicators and applicants; values as in `read_figures`."""
    codes, o = Codes.of(connection), observation.c
    printed = select(o.indicator_id, o.applicant_id, label.c.text, *(o[name] for name in _PLACE))
    printed = printed.join(label, label.c.id == o.label_id).where(o.report_id == report_id)
    where = {
        (codes.indicator_codes[indicator], codes.applicant_codes[applicant]): (text, Place(*place))
        for indicator, applicant, text, *place in connection.execute(printed)
    }
    figures = read_figures(connection, [report_id]).get(report_id, ())
    return tuple(sorted((Observation(*entry[:-2], *where[entry[:2]]) for entry in figures), key=_cell))


def _texts(connection: Connection, ids: Collection[int | None]) -> Mapping[int | None, str | None]:
    """Labels or units by number; None has none. They are few, and looked up more quickly than joined."""
    named = select(label.c.id, label.c.text).where(label.c.id.in_([one for one in ids if one is not None]))
    return {None: None, **dict(connection.execute(named).tuples().all())}


def _figures_of(report_ids: Collection[int]) -> Select[Any]:
    o, c = observation.c, corrected.c
    figure = (o.value, o.status, c.value, c.status)
    columns = (o.report_id, o.indicator_id, o.applicant_id, *figure, o.unit_id, o.raw)
    same_cell = and_(c.report_id == o.report_id, c.indicator_id == o.indicator_id, c.applicant_id == o.applicant_id)
    return select(*columns).outerjoin(corrected, same_cell).where(o.report_id.in_(report_ids))


def _cell(entry: Observation) -> tuple[str, str]:
    return entry.indicator, entry.applicant
