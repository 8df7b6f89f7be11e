"""A report over time and place: revisions of a page, one report on many pages, pages that disagree.

A report is one agency's for one year. Its contents are rows of `report`; a page shows one of them at a
time, and `report_address` remembers which. A row stays open (`valid_to` null) while a page shows it. Of
the open rows of an agency and year one is current, chosen by what it holds and never by which came first:
the order of loading does not matter.
"""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from schema.records import Reading, Report
from warehouse.agencies import identify
from warehouse.corrections import correct, to_correct
from warehouse.digest import content_digest
from warehouse.engine import upsert
from warehouse.history import Figures, compare_years
from warehouse.results import LoadResult
from warehouse.rows import Sighting, insert_report
from warehouse.standing import AgencyYear, settle
from warehouse.tables import agency, report, report_address


class _Shown(NamedTuple):
    """The row of `report` that a page shows."""

    id: int
    agency_id: int
    year: int
    revision: int


class Placed(NamedTuple):
    """What came of a page's content: the report's row, and the agencies and years of which something is to `follow`."""

    result: LoadResult
    row: int | None = None
    changed: frozenset[AgencyYear] = frozenset()


def place(connection: Connection, reading: Reading, sighting: Sighting) -> Placed:
    """Enter what a page shows now. Which content stands is settled by `follow`, in the same transaction.

    Raises ValueError unless the reading has a report that names its agency and year.
    """
    read = reading.report
    if read is None or read.agency is None or read.year is None:
        raise ValueError("only a report that names its agency and year has a place")
    shown = _shown_report(connection, sighting.portal_id, sighting.url)
    agency_id = lock_agency(connection, read, shown.agency_id if shown else None)
    before = shown if shown and (shown.agency_id, shown.year) == (agency_id, read.year) else None
    content = (agency_id, read.year, content_digest(read))
    same = open_row(connection, *content)
    if same is not None and before and same == before.id:
        return Placed(LoadResult.UNCHANGED, same)
    revision = before.revision + 1 if before else 1
    row = same or insert_report(connection, read, reading.findings, content, revision, sighting)
    _move(connection, sighting, shown, row)
    changed = frozenset({(agency_id, read.year)} | ({(shown.agency_id, shown.year)} if shown else set()))
    if same is not None:
        earlier = and_(report.c.id == row, report.c.valid_from > sighting.seen)
        connection.execute(update(report).where(earlier).values(valid_from=sighting.seen))
        return Placed(LoadResult.ADDRESS, row, changed)
    return Placed(LoadResult.REVISED if before else LoadResult.NEW, row, changed)


def follow(connection: Connection, changed: Collection[AgencyYear], known: Figures | None = None) -> None:
    """Settle what follows from new contents of these agencies and years.

    `known` are figures, as read, that need not be read again.
    """
    if not changed:
        return
    settle(connection, changed)
    mended = to_correct(connection, changed)
    for agency_id, year in mended:
        correct(connection, agency_id, year)
    agency_ids = {agency_id for agency_id, _ in changed}
    identify(connection, agency_ids)
    compare_years(connection, agency_ids, None if mended else known)


def _shown_report(connection: Connection, portal_id: str, url: str) -> _Shown | None:
    """What a page shows as far as we know; None if it never showed a report."""
    query = select(report.c.id, report.c.agency_id, report.c.year, report.c.revision).join(report_address)
    row = connection.execute(query.where(_shown_at(portal_id, url))).one_or_none()
    return None if row is None else _Shown(*row)


def _shown_at(portal_id: str, url: str) -> ColumnElement[bool]:
    return and_(
        report_address.c.portal_id == portal_id,
        report_address.c.url == url,
        report_address.c.left_at.is_(None),
    )


def lock_agency(connection: Connection, read: Report, other: int | None) -> int:
    """The id of the report's agency, made if need be; locked, as the other one is that the page shows (by id).

    Without the locks two loaders on PostgreSQL would settle the same agency and year at once. Ids are
    locked in order, or two pages that swap their reports would wait for each other. On SQLite there is
    one writer anyway.
    """
    connection.execute(upsert(connection, agency).values(name=read.agency).on_conflict_do_nothing())
    named = agency.c.name == read.agency
    agency_id: int = connection.execute(select(agency.c.id).where(named)).scalar_one()
    both = select(agency.c.id).where(agency.c.id.in_({agency_id} | ({other} if other else set())))
    connection.execute(both.order_by(agency.c.id).with_for_update())
    if read.credit_code:  # the least of several, or it would depend on which report was loaded first
        greater = agency.c.credit_code.is_(None) | (agency.c.credit_code > read.credit_code)
        connection.execute(update(agency).where(named, greater).values(credit_code=read.credit_code))
    return agency_id


def open_row(connection: Connection, agency_id: int, year: int, digest: str) -> int | None:
    """The id of the open row with this content; None if no page shows it."""
    of_agency_year = and_(report.c.agency_id == agency_id, report.c.year == year, report.c.valid_to.is_(None))
    return connection.scalar(select(report.c.id).where(of_agency_year, report.c.content_digest == digest))


def _move(connection: Connection, sighting: Sighting, shown: _Shown | None, row: int) -> None:
    """The page now shows `row`; what it showed before is closed if no other page shows it."""
    if shown:
        here = _shown_at(sighting.portal_id, sighting.url)
        connection.execute(update(report_address).where(here).values(left_at=sighting.seen))
        elsewhere = select(report_address.c.id).where(
            report_address.c.report_id == shown.id, report_address.c.left_at.is_(None)
        )
        unseen = update(report).where(report.c.id == shown.id, ~elsewhere.exists())
        connection.execute(unseen.values(valid_to=sighting.seen))
    address = {"portal_id": sighting.portal_id, "url": sighting.url, "first_seen": sighting.seen}
    connection.execute(insert(report_address).values(report_id=row, **address))
