"""Put other readings in the place of those that were stored, as if the pages had been read so at the time.

A page's history is replayed: what it showed is taken out, and its readings are placed again in the order of time, so
that revisions, validity, the quarantine and the visits come out as they would have. All of it is one transaction for
some groups of pages (see `warehouse.histories`). What visits were judged to be before they were read stays: a page that
was taken for a stub, since many addresses gave the same bytes, is not read.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, bindparam, delete, select, update

from schema.records import Outcome, Reading
from warehouse.changes import Changes, changes, standing
from warehouse.chunks import chunks
from warehouse.dialect import take_turn
from warehouse.digest import content_digest
from warehouse.engine import writing
from warehouse.errors import WarehouseError
from warehouse.history import Figures
from warehouse.load import has_place, load_reading, reason_of
from warehouse.plain import Placeable, placeable, put_reports, shown_once
from warehouse.results import LoadResult
from warehouse.revisions import Placed, follow
from warehouse.rows import Sighting
from warehouse.standing import AgencyYear
from warehouse.tables import (
    agency,
    agency_alias,
    corrected,
    finding,
    local_row,
    observation,
    page,
    quarantine,
    report,
    report_address,
    visit,
)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reread:
    """A group of pages, by id, whose bodies were read again. `readings` are by visit; empty if all are as stored."""

    pages: tuple[int, ...]
    readings: Mapping[int, Reading]


def apply(engine: Engine, rereads: Collection[Reread], reader_version: str, *, keep: bool = True) -> Changes:
    """Let the warehouse say what these readings say; what that changes. Without `keep` nothing is changed.

    Raises WarehouseError when a page was visited since its history was looked up.
    """
    different = [one for one in rereads if one.readings]
    same = [page_id for one in rereads if not one.readings for page_id in one.pages]
    with writing(engine) as connection:
        take_turn(connection)
        found = _replay(connection, different, reader_version) if different else Changes()
        _note_version(connection, same, reader_version)
        if not keep:
            connection.rollback()
    return found


def entangled(engine: Engine, rereads: Sequence[Reread]) -> dict[int, set[int]]:
    """By the number of a reread that brings new readings: other pages, by id, with which its own are of one group now.

    They have shown one report with one of these pages, or what one of these shows by its new reading.
    """
    found: defaultdict[int, set[int]] = defaultdict(set)
    with engine.connect() as connection:
        for number, page_id in (*_beside(connection, rereads), *_alike(connection, rereads)):
            if page_id not in rereads[number].pages:
                found[number].add(page_id)
    return found


def grown(rereads: Sequence[Reread], others: Mapping[int, Collection[int]], more: Iterable[Reread]) -> list[Reread]:
    """With the pages that they are entangled with, of which `more` has every reading; each page in one reread.

    Raises WarehouseError when it has none of one of them.
    """
    known = list(more)
    if set[int]().union(*others.values()).difference(*(one.pages for one in known)):
        raise WarehouseError("a page that shows the same report was never read; it cannot be put in its place")
    joined = [
        _joined([rereads[number], *(one for one in known if not set(one.pages).isdisjoint(pages))])
        for number, pages in others.items()
    ]
    return _merged([*rereads, *joined])


def _joined(rereads: Iterable[Reread]) -> Reread:
    """As one group."""
    pages = {page_id for one in rereads for page_id in one.pages}
    return Reread(tuple(sorted(pages)), {key: reading for one in rereads for key, reading in one.readings.items()})


def _merged(rereads: Iterable[Reread]) -> list[Reread]:
    """Groups that have grown into each other as one."""
    merged: list[Reread] = []
    for one in rereads:
        together = [other for other in merged if not set(one.pages).isdisjoint(other.pages)]
        apart = (other for other in merged if set(one.pages).isdisjoint(other.pages))
        merged = [*apart, _joined([*together, one])]
    return merged


def _beside(connection: Connection, rereads: Sequence[Reread]) -> Iterator[tuple[int, int]]:
    """Pages that have shown a report which one of these has shown, with the number of the reread."""
    numbers = {page_id: number for number, one in enumerate(rereads) if one.readings for page_id in one.pages}
    shown = select(page.c.id, report_address.c.report_id).join_from(page, report_address, _of_page(report_address))
    by_report: defaultdict[int, set[int]] = defaultdict(set)
    for some in chunks(numbers):
        for page_id, report_id in connection.execute(shown.where(page.c.id.in_(some))):
            by_report[report_id].add(numbers[page_id])
    for some in chunks(by_report):
        for page_id, report_id in connection.execute(shown.where(report_address.c.report_id.in_(some))):
            yield from ((number, page_id) for number in by_report[report_id])


def _alike(connection: Connection, rereads: Sequence[Reread]) -> Iterator[tuple[int, int]]:
    """Pages that have shown what one of these shows by its new reading, with the number of the reread."""
    numbers: defaultdict[tuple[str, int, str], set[int]] = defaultdict(set)
    for number, one in enumerate(rereads):
        for read in (reading.report for reading in one.readings.values() if has_place(reading)):
            if read and read.agency and read.year:
                numbers[read.agency, read.year, content_digest(read)].add(number)
    columns = (page.c.id, agency.c.name, report.c.year, report.c.content_digest)
    shown = select(*columns).join_from(agency, report, report.c.agency_id == agency.c.id)
    shown = shown.join(report_address, report_address.c.report_id == report.c.id).join(page, _of_page(report_address))
    for some in chunks({name for name, _, _ in numbers}):  # by name, which has an index; an agency has few reports
        for page_id, *content in connection.execute(shown.where(agency.c.name.in_(some))):
            yield from ((number, page_id) for number in numbers.get(tuple(content), ()))


def _replay(connection: Connection, rereads: Sequence[Reread], reader_version: str) -> Changes:
    pages = [page_id for one in rereads for page_id in one.pages]
    readings = {visit_id: reading for one in rereads for visit_id, reading in one.readings.items()}
    _require_whole(connection, pages, readings)
    before = _agency_years(connection, pages)
    was = standing(connection, before)
    in_quarantine = _in_quarantine(connection, pages)
    agencies = {agency_id for agency_id, _ in before}
    _take_out(connection, pages)
    _forget_identity(connection, agencies)
    placed, figures = _place_again(connection, pages, readings, reader_version)
    changed = before | placed
    follow(connection, changed, figures)
    _forget_agencies(connection, agencies)
    now = in_quarantine, _in_quarantine(connection, pages)
    return changes(was, standing(connection, changed), *now)


def _require_whole(connection: Connection, pages: Iterable[int], readings: Mapping[int, Reading]) -> None:
    """Every body of the pages must have been read: what is not placed again would be lost."""
    read = (visit.c.outcome == Outcome.FETCHED, visit.c.reading.is_not(None))
    for some in chunks(pages):
        if set(connection.scalars(select(visit.c.id).where(visit.c.page_id.in_(some), *read))) - readings.keys():
            raise WarehouseError("a page was visited while it was read again; give the command once more")


def _agency_years(connection: Connection, pages: Iterable[int]) -> set[AgencyYear]:
    return {
        pair
        for some in chunks(pages)
        for pair in connection.execute(_shown(some).with_only_columns(report.c.agency_id, report.c.year)).tuples()
    }


def _shown(pages: Collection[int]) -> Select[tuple[int]]:
    """The reports that pages have shown."""
    here = and_(page.c.portal_id == report_address.c.portal_id, page.c.url == report_address.c.url)
    shown = select(report.c.id).distinct().join(report_address, report_address.c.report_id == report.c.id)
    return shown.join(page, here).where(page.c.id.in_(pages))


def _in_quarantine(connection: Connection, pages: Iterable[int]) -> dict[str, str]:
    """The reasons, by address."""
    found: dict[str, str] = {}
    for some in chunks(pages):
        rests = select(quarantine.c.url, quarantine.c.reason).join(page, _of_page(quarantine))
        found.update(
            connection.execute(rests.where(page.c.id.in_(some), quarantine.c.resolved_at.is_(None))).tuples().all()
        )
    return found


def _of_page(table: Any) -> Any:
    return and_(table.c.portal_id == page.c.portal_id, table.c.url == page.c.url)


def _take_out(connection: Connection, pages: Iterable[int]) -> None:
    """Let pages never have shown a report nor rested in the quarantine, and their reports never have been."""
    for some in chunks(pages):
        reports = connection.scalars(_shown(some)).all()
        connection.execute(update(visit).where(visit.c.page_id.in_(some)).values(report_id=None))
        for table in (report_address, quarantine):
            of_pages = select(table.c.id).join(page, _of_page(table)).where(page.c.id.in_(some))
            connection.execute(delete(table).where(table.c.id.in_(of_pages)))
        for table in (corrected, observation, local_row, finding):
            connection.execute(delete(table).where(table.c.report_id.in_(reports)))
        connection.execute(delete(report).where(report.c.id.in_(reports)))


def _place_again(
    connection: Connection, pages: Sequence[int], readings: Mapping[int, Reading], reader_version: str
) -> tuple[set[AgencyYear], Figures]:
    """Place the readings in the order of time; the agencies and years of which something is to follow, and figures."""
    visits = _visits(connection, pages)
    plain = _plain(connection, visits, readings)
    sightings = {row.id: _sighting(row, reader_version) for row in visits if row.id in readings}
    placed = put_reports(connection, {key: (one, sightings[key]) for key, one in plain.items()})
    last: dict[int, Row] = {}  # by page: what its last body read as
    written: list[Row] = []
    for row in visits:
        if reading := readings.get(row.id):
            if row.id not in placed:
                placed[row.id] = load_reading(connection, reading, sightings[row.id])
            last[row.page_id] = _said(reading, placed[row.id])
            written.append({"visit": row.id, **last[row.page_id], "result": placed[row.id].result})
        elif row.outcome is Outcome.UNCHANGED and row.page_id in last:
            said = last[row.page_id]
            result = LoadResult.KEPT if said["report_id"] is None else LoadResult.UNCHANGED
            written.append({"visit": row.id, **said, "result": result})
    _write(connection, written, last)
    figures = {placed[key].row or 0: one.read.observations for key, one in plain.items()}
    return {pair for one in placed.values() for pair in one.changed}, figures


def _plain(connection: Connection, visits: Sequence[Any], readings: Mapping[int, Reading]) -> dict[int, Placeable]:
    """By visit: what the only body of a page shows, if no other page shows it."""
    found = placeable(connection, {row.id: readings[row.id] for row in visits if row.id in readings})
    bodies = Counter(row.page_id for row in visits if row.id in readings)
    plain = shown_once(connection, found) & {row.id for row in visits if bodies[row.page_id] == 1}
    return {key: one for key, one in found.items() if key in plain}


def _sighting(row: Any, reader_version: str) -> Sighting:
    return Sighting(row.portal_id, row.url, row.capture_id, row.visited_at, reader_version)


def _visits(connection: Connection, pages: Iterable[int]) -> list[Any]:
    columns = (visit.c.id, visit.c.page_id, visit.c.visited_at, visit.c.outcome, visit.c.capture_id)
    made = select(*columns, page.c.portal_id, page.c.url).join(page, visit.c.page_id == page.c.id)
    rows = [row for some in chunks(pages) for row in connection.execute(made.where(page.c.id.in_(some)))]
    return sorted(rows, key=lambda row: (row.visited_at, row.id))


def _said(reading: Reading, placed: Placed) -> Row:
    return {"reading": reading.status, "reason": reason_of(reading), "report_id": placed.row}


def _write(connection: Connection, visits: Sequence[Row], last: Mapping[int, Row]) -> None:
    if visits:
        connection.execute(update(visit).where(visit.c.id == bindparam("visit")), visits)
        pages = [{"page": page_id, "reading": row["reading"], "reason": row["reason"]} for page_id, row in last.items()]
        connection.execute(update(page).where(page.c.id == bindparam("page")), pages)


def _forget_identity(connection: Connection, agency_ids: Iterable[int]) -> None:
    """Of agencies that have no report left, what reports told of them is unknown, until one tells it again."""
    for some in chunks(sorted(agency_ids)):
        left = select(report.c.agency_id).where(report.c.agency_id.in_(some))
        bare = update(agency).where(agency.c.id.in_(some), agency.c.id.not_in(left))
        connection.execute(bare.values(credit_code=None, region=None))
        signed = (agency_alias.c.source == "publisher", agency_alias.c.agency_id.in_(some))
        connection.execute(delete(agency_alias).where(*signed, agency_alias.c.agency_id.not_in(left)))


def _forget_agencies(connection: Connection, agency_ids: Iterable[int]) -> None:
    """Delete agencies that nothing names any more: those of a name that was misread."""
    for some in chunks(sorted(agency_ids)):
        named = [
            select(table.c[column]).where(table.c[column].in_(some))
            for table, column in ((report, "agency_id"), (agency_alias, "agency_id"), (agency, "parent_id"))
        ]
        unnamed = (agency.c.id.not_in(query) for query in named)
        connection.execute(delete(agency).where(agency.c.id.in_(some), *unnamed))


def _note_version(connection: Connection, pages: Iterable[int], reader_version: str) -> None:
    """The present reader reads as those did by which these pages were stored."""
    for some in chunks(pages):
        older = update(report).where(report.c.id.in_(_shown(some)), report.c.reader_version != reader_version)
        connection.execute(older.values(reader_version=reader_version))
        rests = select(quarantine.c.id).join(page, _of_page(quarantine)).where(page.c.id.in_(some))
        connection.execute(update(quarantine).where(quarantine.c.id.in_(rests)).values(reader_version=reader_version))
