"""Store many visits in one transaction: the same as one by one, in a fraction of the time.

Most visits of a first crawl or of another tool's files are plain: a page that nobody knew shows a report that no other
page shows (see `warehouse.plain`). All of them are put in table by table. The others go the way of `warehouse.load`, in
their order. What follows from new contents is settled once for each agency.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, select, tuple_

from schema.records import Outcome
from warehouse.bulk import new_ids
from warehouse.chunks import chunks
from warehouse.dialect import make_room, take_turn
from warehouse.engine import writing
from warehouse.load import Visit, capture_values, page_values, store_one, visit_values
from warehouse.plain import Placeable, insert_named, placeable, put_reports, shown_once
from warehouse.results import LoadResult
from warehouse.revisions import Placed, follow
from warehouse.rows import Sighting
from warehouse.tables import capture, page, visit

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


def store_many(engine: Engine, visits: Sequence[Visit]) -> list[LoadResult]:
    """Store visits as `warehouse.load.store` does one after the other; all of them or none; what came of each.

    A batch holds its rows in memory, and on PostgreSQL it keeps other loaders waiting: some thousand visits are enough.
    """
    with writing(engine) as connection:
        make_room(connection)
        take_turn(connection)  # a batch has many pages and agencies: two of them would wait for each other for ever
        found = placeable(connection, {number: each.reading for number, each in enumerate(visits)})
        plain = {number: found[number] for number in _plain(connection, visits, found)}
        placed = _store_plain(connection, visits, plain)
        for number, one in enumerate(visits):
            if number not in placed:
                placed[number] = store_one(connection, one)
        known = {placed[number].row or 0: one.read.observations for number, one in plain.items()}
        follow(connection, frozenset().union(*(one.changed for one in placed.values())), known)
        return [placed[number].result for number in range(len(visits))]


def _plain(connection: Connection, visits: Sequence[Visit], found: Mapping[int, Placeable]) -> list[int]:
    """The numbers of those whose page, capture and report nobody has, neither the warehouse nor another visit."""
    firsts: dict[tuple[str, str], int] = {}
    for number, each in enumerate(visits):
        firsts.setdefault(_page_of(each), number)
    records = Counter(_record_of(each) for each in visits)
    known = _known(connection, page, (page.c.portal_id, page.c.url), firsts)
    kept = _known(connection, capture, (capture.c.file, capture.c.file_offset), filter(None, records))
    once = shown_once(connection, found)
    return [
        number
        for number, each in enumerate(visits)
        if number in once
        and (each.kind, each.fetch.outcome) == ("document", Outcome.FETCHED)
        and firsts[_page_of(each)] == number
        and records[_record_of(each)] == 1
        and _page_of(each) not in known
        and _record_of(each) not in kept
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


def _store_plain(connection: Connection, visits: Sequence[Visit], plain: Mapping[int, Placeable]) -> dict[int, Placed]:
    """Put them in, table by table; what came of each by its number."""
    captures, pages = (new_ids(connection, table, len(plain)) for table in (capture, page))
    sightings = {n: _sighting(visits[n], c) for n, c in zip(plain, captures, strict=True)}
    numbered = [(visits[n], sightings[n], p) for n, p in zip(plain, pages, strict=True)]
    insert_named(
        connection, capture, ({"id": at.capture_id} | (capture_values(each) or {}) for each, at, _ in numbered)
    )
    insert_named(connection, page, ({"id": p} | _page_row(each, at) for each, at, p in numbered))
    placed = put_reports(connection, {n: (one, sightings[n]) for n, one in plain.items()})
    rows = zip(numbered, placed.values(), strict=True)
    insert_named(connection, visit, (_visit_row(each, at, p, put) for (each, at, p), put in rows))
    return placed


def _sighting(each: Visit, capture_id: int) -> Sighting:
    seen = each.fetch.capture
    assert seen is not None  # or it would have no reading
    return Sighting(*_page_of(each), capture_id, seen.fetched_at, each.reader_version)


def _page_row(each: Visit, at: Sighting) -> Row:
    here = {"portal_id": at.portal_id, "url": at.url, "first_seen": at.seen, "missing_nights": 0}
    blank = {"listed_on": None, "year": None} | dict.fromkeys(_PAGE_WORDS, "")
    return blank | here | page_values(each, at.capture_id, at.seen) | _said(each)


def _visit_row(each: Visit, at: Sighting, page_id: int, placed: Placed) -> Row:
    return visit_values(each, page_id, at.capture_id, at.seen, placed) | _said(each)


def _said(each: Visit) -> Row:
    assert each.reading is not None
    return {"reading": each.reading.status, "reason": each.reading.reason}
