"""A capture that comes late: older than what is already known of its page, from another tool's crawl.

It takes its place in the page's history and nothing that came after it changes. What a page showed when is told by
its visits: the last one before the capture and the first one after it, of those at which it showed a report.

- It shows what the visit before it showed: nothing is new.
- It shows what the visit after it showed: the page has shown that since then, so its validity begins earlier.
- It shows something else: that stood from then until the visit after. A page that went from one content to another
  and back is the one case that reads otherwise than if it had been seen in time: the content on both sides stays one
  row, valid over the gap, with an address on either side of it.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, select, update

from schema.records import Finding, Reading, Report
from warehouse.digest import content_digest
from warehouse.results import LoadResult
from warehouse.revisions import Placed, lock_agency, open_row, place
from warehouse.rows import Content, Sighting, insert_report
from warehouse.tables import report, report_address, visit


class _Seen(NamedTuple):
    """What a page showed at a visit."""

    report_id: int
    at: datetime
    revision: int
    content: Content


class _Late(NamedTuple):
    """What the late capture shows, and what the page showed at the visits around it."""

    read: Report
    findings: tuple[Finding, ...]
    sighting: Sighting
    content: Content
    before: _Seen | None
    after: _Seen


def place_late(connection: Connection, reading: Reading, sighting: Sighting, page_id: int) -> Placed:
    """Enter what a page showed in the past. Which content stands is settled by `follow`, in the same transaction.

    Raises ValueError unless the reading has a report that names its agency and year.
    """
    read = reading.report
    if read is None or read.agency is None or read.year is None:
        raise ValueError("only a report that names its agency and year has a place")
    before, after = _neighbours(connection, page_id, sighting.seen)
    if after is None:  # nothing that it showed later was ever read
        return place(connection, reading, sighting)
    agency_id = lock_agency(connection, read, after.content[0])
    content = (agency_id, read.year, content_digest(read))
    if before and before.content == content:
        return Placed(LoadResult.UNCHANGED, before.report_id)
    late = _Late(read, reading.findings, sighting, content, before, after)
    row, result = (_begin_earlier if after.content == content else _put_between)(connection, late)
    _respan(connection, {row, *([before.report_id] if before else [])})
    return Placed(result, row, frozenset({(agency_id, read.year)}))


def _neighbours(connection: Connection, page_id: int, at: datetime) -> tuple[_Seen | None, _Seen | None]:
    of_page = select(visit, report).join(report, visit.c.report_id == report.c.id).where(visit.c.page_id == page_id)
    before = of_page.where(visit.c.visited_at <= at).order_by(visit.c.visited_at.desc(), visit.c.id.desc())
    after = of_page.where(visit.c.visited_at > at).order_by(visit.c.visited_at, visit.c.id)
    return _seen(connection, before), _seen(connection, after)


def _seen(connection: Connection, visits: Select[Any]) -> _Seen | None:
    content = (report.c.agency_id, report.c.year, report.c.content_digest)
    columns = (visit.c.report_id, visit.c.visited_at, report.c.revision, *content)
    row = connection.execute(visits.with_only_columns(*columns).limit(1)).one_or_none()
    return None if row is None else _Seen(row[0], row[1], row[2], (row[3], row[4], row[5]))


def _begin_earlier(connection: Connection, late: _Late) -> tuple[int, LoadResult]:
    """The page showed what it shows at `after` since this sighting already, and no longer what it showed before."""
    table, after, seen = report_address, late.after, late.sighting.seen
    here = _here(late.sighting)
    connection.execute(update(table).where(here, table.c.left_at == after.at).values(left_at=seen))
    begun = and_(here, table.c.report_id == after.report_id, table.c.first_seen == after.at)
    connection.execute(update(table).where(begun).values(first_seen=seen))
    return after.report_id, LoadResult.UNCHANGED


def _put_between(connection: Connection, late: _Late) -> tuple[int, LoadResult]:
    """Enter a content that the page showed between two others, or before the first; its row and the result."""
    _leave(connection, late)
    row, result = open_row(connection, *late.content), LoadResult.ADDRESS
    if row is None:
        before = late.before if late.before and late.before.content[:2] == late.content[:2] else None
        _count_on(connection, late)
        revision = before.revision + 1 if before else 1
        row = insert_report(connection, late.read, late.findings, late.content, revision, late.sighting)
        result = LoadResult.REVISED if before else LoadResult.NEW
    _put_address(connection, late.sighting, row, late.sighting.seen, late.after.at)
    return row, result


def _leave(connection: Connection, late: _Late) -> None:
    """End at this sighting what the page showed before it; what it showed before and after gets a second address."""
    table, seen = report_address, late.sighting.seen
    around = and_(
        _here(late.sighting), table.c.first_seen <= seen, table.c.left_at.is_(None) | (table.c.left_at > seen)
    )
    for entry in connection.execute(select(table).where(around)).mappings().all():
        connection.execute(update(table).where(table.c.id == entry["id"]).values(left_at=seen))
        if entry["left_at"] is None or entry["left_at"] > late.after.at:
            _put_address(connection, late.sighting, entry["report_id"], late.after.at, entry["left_at"])


def _put_address(
    connection: Connection, sighting: Sighting, row: int, first_seen: datetime, left_at: datetime | None
) -> None:
    times = {"first_seen": first_seen, "left_at": left_at}
    address = {"report_id": row, "portal_id": sighting.portal_id, "url": sighting.url}
    connection.execute(insert(report_address).values(**address, **times))


def _count_on(connection: Connection, late: _Late) -> None:
    """One more content of this agency and year comes before those that the page showed later."""
    later = _here(late.sighting) & (report_address.c.first_seen > late.sighting.seen)
    rows = select(report_address.c.report_id).where(later)
    if late.before:
        rows = rows.where(report_address.c.report_id != late.before.report_id)
    agency_id, year, _ = late.content
    of_year = and_(report.c.id.in_(rows), report.c.agency_id == agency_id, report.c.year == year)
    connection.execute(update(report).where(of_year).values(revision=report.c.revision + 1))


def _respan(connection: Connection, rows: set[int]) -> None:
    """Let reports be valid from the first to the last sight of them, wherever they were shown."""
    table = report_address
    for row in rows:
        spans = select(
            func.min(table.c.first_seen), func.max(table.c.left_at), func.count() - func.count(table.c.left_at)
        )
        first, last, shown = connection.execute(spans.where(table.c.report_id == row)).one()
        values = {"valid_from": first, "valid_to": None if shown else last}
        connection.execute(update(report).where(report.c.id == row).values(values))


def _here(sighting: Sighting) -> ColumnElement[bool]:
    return and_(report_address.c.portal_id == sighting.portal_id, report_address.c.url == sighting.url)
