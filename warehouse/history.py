"""What an agency's years say of each other: evaluated anew whenever one of its current reports changes."""

from sqlalchemy import Connection, select

from schema.history import check_history
from schema.records import Report
from warehouse.findings import replace_findings
from warehouse.results import Scope
from warehouse.rows import read_observations
from warehouse.tables import report


def compare_years(connection: Connection, agency_id: int) -> None:
    """Check each current report of an agency beside the others. Not the order of loading, only what is there counts.

    All of them, since a new year is one more that any other year is measured by. The agency's row must be locked.
    """
    ids, reports = _current_reports(connection, agency_id)
    found = {ids[year]: findings for year, findings in check_history(reports).items()}
    of_agency = select(report.c.id).where(report.c.agency_id == agency_id)
    replace_findings(connection, of_agency, Scope.CROSS_YEAR, found)


def _current_reports(connection: Connection, agency_id: int) -> tuple[dict[int, int], dict[int, Report]]:
    """The ids of the current reports, and their forms and figures, by year; nothing where there are not two."""
    current = select(report.c.id, report.c.year, report.c.form).where(report.c.agency_id == agency_id)
    rows = connection.execute(current.where(report.c.is_current).order_by(report.c.year)).all()
    if len(rows) < 2:
        return {}, {}
    figures = read_observations(connection, [row.id for row in rows])
    reports = {row.year: Report("", None, row.year, row.form, {}, figures.get(row.id, ())) for row in rows}
    return {row.year: row.id for row in rows}, reports
