"""Which of the open contents of an agency and year stands, and what is said of the others."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, select, update

from schema.records import Finding, Severity
from warehouse.chunks import chunks
from warehouse.findings import replace_findings
from warehouse.results import Scope
from warehouse.tables import report, report_address

COMPETING = "competing_report"  # rule of the finding that another page shows another content

_NO_DATE = "9999"  # sorts after every date

AgencyYear = tuple[int, int]


class _Candidate(NamedTuple):
    """An open content at one of the addresses that show it; of two the one that sorts first stands."""

    empty: bool  # no table was read
    unreported: int  # minus the number of reported cells
    date: str
    url: str  # a page shows one content, so with the portal's id this decides
    portal_id: str
    report_id: int


def settle(connection: Connection, changed: Collection[AgencyYear]) -> None:
    """Mark what stands of each agency and year: the fuller, then the earlier, then the content at the smaller URL.

    It gets a finding for every open content that says something else.
    """
    rows = _contents(connection, changed)
    found: dict[int, list[Finding]] = {}
    for contents in rows.values():
        if ranked := _ranked(contents):
            found[ranked[0].report_id] = [_competing(other) for other in ranked[1:]]
    current = {row.id for contents in rows.values() for row in contents if row.is_current}
    # First off, then on: at no moment may two rows be current.
    _mark(connection, current - found.keys(), is_current=False)
    _mark(connection, found.keys() - current, is_current=True)
    ids = {row.id for contents in rows.values() for row in contents}
    replace_findings(connection, sorted(ids), Scope.PAGES, found)


def _contents(connection: Connection, changed: Collection[AgencyYear]) -> dict[AgencyYear, list[Row[Any]]]:
    """The contents of each agency and year, open and closed; one row for each address that shows it."""
    # As read: what a correction makes of a figure says nothing about which page is the better one.
    of_report = [
        report.c[name]
        for name in "id agency_id year valid_to is_current published_on composed_on cells reported".split()
    ]
    shown = and_(report_address.c.report_id == report.c.id, report_address.c.left_at.is_(None))
    query = select(*of_report, report_address.c.url, report_address.c.portal_id).outerjoin(report_address, shown)
    rows: defaultdict[AgencyYear, list[Row[Any]]] = defaultdict(list)
    for agencies in chunks(sorted({agency_id for agency_id, _ in changed})):
        for row in connection.execute(query.where(report.c.agency_id.in_(agencies))):
            if (row.agency_id, row.year) in changed:
                rows[row.agency_id, row.year].append(row)
    return rows


def _ranked(contents: Collection[Row[Any]]) -> list[_Candidate]:
    # Compared here, since collations differ from one database to the next.
    best: dict[int, _Candidate] = {}
    for row in contents:
        if row.valid_to is None:
            one = _candidate(row)
            best[row.id] = min(one, best.get(row.id, one))
    return sorted(best.values())


def _candidate(row: Row[Any]) -> _Candidate:
    date = row.published_on or row.composed_on or _NO_DATE
    return _Candidate(not row.cells, -row.reported, date, row.url, row.portal_id, row.id)


def _mark(connection: Connection, ids: Collection[int], *, is_current: bool) -> None:
    for some in chunks(sorted(ids)):
        connection.execute(update(report).where(report.c.id.in_(some)).values(is_current=is_current))


def _competing(other: _Candidate) -> Finding:
    return Finding(COMPETING, Severity.WARNING, f"another page shows a different report for this year: {other.url}")
