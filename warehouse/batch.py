"""Store many visits in one transaction: the same as one by one, in a fraction of the time.

Most visits of a first crawl or of another tool's files are plain: a page that nobody knew shows a report that no other
page shows. Nothing that any other visit does can change what becomes of such a one, so all of them are put in
table by table. The others go the way of `warehouse.load`, in their order. What follows from new contents is
settled once for each agency.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, select, tuple_

from schema.records import Capture, Outcome, Reading, Report
from warehouse.bulk import new_ids, write_rows
from warehouse.chunks import chunks
from warehouse.dialect import make_room, take_turn
from warehouse.digest import content_digest
from warehouse.engine import writing
from warehouse.findings import insert_findings
from warehouse.load import (
    Visit,
    capture_values,
    has_place,
    page_values,
    store_one,
    visit_values,
)
from warehouse.results import LoadResult, Scope
from warehouse.revisions import Placed, follow, lock_agency
from warehouse.rows import Content, Sighting, insert_contents, report_row
from warehouse.standing import AgencyYear
from warehouse.tables import capture, page, report, report_address, visit

Row = dict[str, Any]

_PAGE_WORDS = (
    "title",
    "column_id",
    "agency",
    "organ",
    "attached_to",
    "detail",
    "reason",
    "etag",
    "last_modified",
    "digest",
)


@dataclass(frozen=True, slots=True)
class _Placeable:
    """A visit whose reading goes into `report`, the number that it has in the batch, and its content."""

    number: int
    visit: Visit
    seen: Capture
    reading: Reading
    read: Report
    content: Content

    @property
    def agency_year(self) -> AgencyYear:
        """Of the content."""
        return self.content[:2]


def store_many(engine: Engine, visits: Sequence[Visit]) -> list[LoadResult]:
    """Store visits as `warehouse.load.store` does one after the other; all of them or none; what came of each.

    A batch holds its rows in memory, and on PostgreSQL it keeps other loaders waiting: some thousand visits are enough.
    """
    with writing(engine) as connection:
        make_room(connection)
        take_turn(connection)  # a batch has many pages and agencies: two of them would wait for each other for ever
        plain = _plain(connection, visits, _placeable(connection, visits))
        placed = _store_plain(connection, plain)
        for number, one in enumerate(visits):
            if number not in placed:
                placed[number] = store_one(connection, one)
        known = {placed[one.number].row or 0: one.read.observations for one in plain}
        follow(connection, frozenset().union(*(one.changed for one in placed.values())), known)
        return [placed[number].result for number in range(len(visits))]


def _placeable(connection: Connection, visits: Sequence[Visit]) -> list[_Placeable]:
    """Enter the agencies of all readings that have a place, with what these tell of them in their order."""
    found: list[_Placeable] = []
    known: dict[tuple[str | None, ...], int] = {}
    for number, each in enumerate(visits):
        seen, reading = each.fetch.capture, each.reading
        read = reading.report if reading else None
        if seen and reading and read and has_place(reading):
            told = (read.agency, read.credit_code, read.region)
            agency_id = known.get(told) or known.setdefault(told, lock_agency(connection, read, None))
            content = (agency_id, read.year or 0, content_digest(read))
            found.append(_Placeable(number, each, seen, reading, read, content))
    return found


def _plain(connection: Connection, visits: Sequence[Visit], placeable: Sequence[_Placeable]) -> list[_Placeable]:
    """Those whose page, capture and report nobody has, neither the warehouse nor another visit of the batch."""
    firsts: dict[tuple[str, str], int] = {}
    for number, each in enumerate(visits):
        firsts.setdefault(_page_of(each), number)
    contents = Counter(one.content for one in placeable)
    records = Counter(_record_of(each) for each in visits)
    known = _known(connection, page, (page.c.portal_id, page.c.url), firsts)
    kept = _known(connection, capture, (capture.c.file, capture.c.file_offset), filter(None, records))
    shown = _open_contents(connection, {one.content[0] for one in placeable})
    return [
        one
        for one in placeable
        if (one.visit.kind, one.visit.fetch.outcome) == ("document", Outcome.FETCHED)
        and firsts[_page_of(one.visit)] == one.number
        and contents[one.content] == records[_record_of(one.visit)] == 1
        and _page_of(one.visit) not in known
        and _record_of(one.visit) not in kept
        and one.content not in shown
    ]


def _page_of(each: Visit) -> tuple[str, str]:
    return each.portal_id, each.fetch.url


def _record_of(each: Visit) -> tuple[str, int] | None:
    return (each.location.file, each.location.offset) if each.location else None


def _known(
    connection: Connection, table: Table, key: tuple[Column[Any], ...], wanted: Iterable[Any]
) -> set[tuple[Any, ...]]:
    """Those of the wanted keys that the table has."""
    found: set[tuple[Any, ...]] = set()
    for some in chunks(wanted):
        found.update(connection.execute(select(*key).where(tuple_(*key).in_(some))).tuples())
    return found


def _open_contents(connection: Connection, agency_ids: Iterable[int]) -> set[Content]:
    columns = (report.c.agency_id, report.c.year, report.c.content_digest)
    found: set[Content] = set()
    for some in chunks(agency_ids):
        shown = select(*columns).where(report.c.agency_id.in_(some), report.c.valid_to.is_(None))
        found.update(connection.execute(shown).tuples())
    return found


def _store_plain(connection: Connection, plain: Sequence[_Placeable]) -> dict[int, Placed]:
    """Put them in, table by table; what came of each by its number."""
    captures, pages, reports = (new_ids(connection, table, len(plain)) for table in (capture, page, report))
    numbered = list(zip(plain, captures, pages, reports, strict=True))
    _insert(connection, capture, ({"id": c} | (capture_values(one.visit) or {}) for one, c, _, _ in numbered))
    _insert(connection, page, ({"id": p} | _page_row(one, c) for one, c, p, _ in numbered))
    alone = _alone(connection, plain)
    _insert(connection, report, ({"id": r} | _report_row(one, c, alone) for one, c, _, r in numbered))
    insert_contents(connection, {r: one.read for one, _, _, r in numbered})
    insert_findings(connection, {r: one.reading.findings for one, _, _, r in numbered}, Scope.REPORT)
    _insert(connection, report_address, (_address_row(one, r) for one, _, _, r in numbered))
    placed = {one.number: Placed(LoadResult.NEW, r, frozenset({one.agency_year})) for one, _, _, r in numbered}
    _insert(connection, visit, (_visit_row(one, c, p, placed[one.number]) for one, c, p, _ in numbered))
    return placed


def _alone(connection: Connection, plain: Sequence[_Placeable]) -> set[AgencyYear]:
    """The agencies and years with one content alone, which stands: to mark it later would write its row twice."""
    shown = {content[:2] for content in _open_contents(connection, {one.content[0] for one in plain})}
    counts = Counter(one.agency_year for one in plain)
    return {pair for pair, count in counts.items() if count == 1 and pair not in shown}


def _page_row(one: _Placeable, capture_id: int) -> Row:
    portal_id, url = _page_of(one.visit)
    at = {"portal_id": portal_id, "url": url, "first_seen": one.seen.fetched_at, "missing_nights": 0}
    blank = {"listed_on": None, "year": None} | dict.fromkeys(_PAGE_WORDS, "")
    return blank | at | page_values(one.visit, capture_id, one.seen.fetched_at) | _said(one)


def _report_row(one: _Placeable, capture_id: int, alone: Collection[AgencyYear]) -> Row:
    at = Sighting(*_page_of(one.visit), capture_id, one.seen.fetched_at, one.visit.reader_version)
    row = report_row(one.read, one.reading.findings, one.content, 1, at)
    return row | {"is_current": one.agency_year in alone}


def _address_row(one: _Placeable, report_id: int) -> Row:
    portal_id, url = _page_of(one.visit)
    return {"report_id": report_id, "portal_id": portal_id, "url": url, "first_seen": one.seen.fetched_at}


def _visit_row(one: _Placeable, capture_id: int, page_id: int, placed: Placed) -> Row:
    return visit_values(one.visit, page_id, capture_id, one.seen.fetched_at, placed) | _said(one)


def _said(one: _Placeable) -> Row:
    return {"reading": one.reading.status, "reason": one.reading.reason}


def _insert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert rows that all name the same columns."""
    named = iter(rows)
    first = next(named, None)
    if first is not None:
        columns = tuple(first)
        write_rows(connection, table, columns, _values(columns, first, named))


def _values(columns: Sequence[str], first: Row, others: Iterable[Row]) -> Iterator[list[Any]]:
    yield list(first.values())
    for row in others:
        yield [row[name] for name in columns]
