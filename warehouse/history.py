"""What an agency's years say of each other: evaluated anew whenever one of its current reports changes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select

from schema.history import check_history
from schema.records import Finding, Observation, Report
from warehouse.chunks import chunks
from warehouse.findings import replace_findings
from warehouse.results import Scope
from warehouse.rows import read_figures
from warehouse.tables import report

Figures = Mapping[int, tuple[Observation, ...]]  # by report id

_AT_ONCE = 50  # agencies whose figures are in memory together


def compare_years(connection: Connection, agency_ids: Collection[int], known: Figures | None = None) -> None:
    """Check each current report of agencies beside the others. Not the order of loading, only what is there counts.

    All of them, since a new year is one more that any other year is measured by. The agencies' rows must be locked.
    `known` are figures that need not be read again.
    """
    for agencies in chunks(sorted(agency_ids), _AT_ONCE):
        columns = (report.c.id, report.c.agency_id, report.c.year, report.c.form, report.c.is_current)
        of_agencies = select(*columns).where(report.c.agency_id.in_(agencies))
        rows = connection.execute(of_agencies.order_by(report.c.agency_id, report.c.year)).all()
        found = _found(connection, [row for row in rows if row.is_current], known or {})
        replace_findings(connection, [row.id for row in rows], Scope.CROSS_YEAR, found)


def _found(connection: Connection, current: list[Row[Any]], known: Figures) -> dict[int, tuple[Finding, ...]]:
    """The findings by report id; nothing of an agency that has not two reports."""
    histories = [list(rows) for _, rows in groupby(current, key=lambda row: row.agency_id)]
    compared = [rows for rows in histories if len(rows) > 1]
    wanted = [row.id for rows in compared for row in rows if row.id not in known]
    figures: defaultdict[int, tuple[Observation, ...]] = defaultdict(tuple)
    for some in chunks(wanted):
        figures.update(read_figures(connection, some))
    found: dict[int, tuple[Finding, ...]] = {}
    for rows in compared:
        said = {row.id: known.get(row.id) or figures[row.id] for row in rows}
        reports = {row.year: Report("", None, row.year, row.form, {}, said[row.id]) for row in rows}
        ids = {row.year: row.id for row in rows}
        found |= {ids[year]: findings for year, findings in check_history(reports).items()}
    return found
