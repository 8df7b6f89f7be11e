"""Which of the open contents of an agency and year stands, and what is said of the others."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, and_, select, update

from schema.records import Finding, Severity
from warehouse.findings import replace_findings
from warehouse.results import Scope
from warehouse.tables import report, report_address

COMPETING = "competing_report"  # rule of the finding that another page shows another content

_NO_DATE = "9999"  # sorts after every date


class _Candidate(NamedTuple):
    """An open content; of two the one that sorts first stands."""

    empty: bool  # no table was read
    unreported: int  # minus the number of reported cells
    date: str
    url: str  # a page shows one content, so with the portal's id this decides
    portal_id: str
    report_id: int


def settle(connection: Connection, agency_id: int, year: int) -> None:
    """Mark the content that stands: the fuller, then the earlier, then the one at the smaller URL.

    It gets a finding for every open content that says something else.
    """
    ranked = sorted(_candidates(connection, agency_id, year))
    best = ranked[0].report_id if ranked else None
    rows = and_(report.c.agency_id == agency_id, report.c.year == year)
    # First off, then on: at no moment may two rows be current.
    connection.execute(update(report).where(rows, report.c.is_current).values(is_current=False))
    connection.execute(update(report).where(report.c.id == best).values(is_current=True))
    found = {} if best is None else {best: map(_competing, ranked[1:])}
    replace_findings(connection, select(report.c.id).where(rows), Scope.PAGES, found)


def _candidates(connection: Connection, agency_id: int, year: int) -> Iterator[_Candidate]:
    # As read: what a correction makes of a figure says nothing about which page is the better one.
    query = select(report.c.id, report.c.published_on, report.c.composed_on, report.c.cells, report.c.reported).where(
        report.c.agency_id == agency_id, report.c.year == year, report.c.valid_to.is_(None)
    )
    for row in connection.execute(query).all():
        portal_id, url = _first_address(connection, row.id)
        date = row.published_on or row.composed_on or _NO_DATE
        yield _Candidate(not row.cells, -row.reported, date, url, portal_id, row.id)


def _first_address(connection: Connection, report_id: int) -> tuple[str, str]:
    shown = select(report_address.c.portal_id, report_address.c.url)
    rows = connection.execute(shown.where(report_address.c.report_id == report_id, report_address.c.left_at.is_(None)))
    # Compared here, since collations differ from one database to the next.
    url, portal_id = min((row.url, row.portal_id) for row in rows)
    return portal_id, url


def _competing(other: _Candidate) -> Finding:
    return Finding(COMPETING, Severity.WARNING, f"another page shows a different report for this year: {other.url}")
