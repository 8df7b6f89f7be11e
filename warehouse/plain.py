"""Many reports at once that are new in every way: table by table, as if each had been placed by itself.

What a page shows is plain when it is the first thing that this page shows and no other page shows it. Nothing that
becomes of any other page can change what becomes of such a one, so their order does not matter. All others go the way
of `warehouse.revisions`, in their order, and after these: also what the same page shows later.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, select

from schema.records import Reading, Report
from warehouse.bulk import new_ids, write_rows
from warehouse.chunks import chunks
from warehouse.digest import content_digest
from warehouse.findings import insert_findings
from warehouse.load import has_place
from warehouse.results import LoadResult, Scope
from warehouse.revisions import Placed, lock_agency
from warehouse.rows import Content, Sighting, insert_contents, report_row
from warehouse.standing import AgencyYear
from warehouse.tables import report, report_address

Row = dict[str, Any]


class Placeable(NamedTuple):
    """A reading that goes into `report`, and its content."""

    reading: Reading
    read: Report
    content: Content


def placeable(connection: Connection, readings: Mapping[int, Reading | None]) -> dict[int, Placeable]:
    """Those of the readings that have a place, by their keys.

    Their agencies are entered, with what they tell of these, in the order given.
    """
    found: dict[int, Placeable] = {}
    known: dict[tuple[str | None, ...], int] = {}
    for key, reading in readings.items():
        read = reading.report if reading else None
        if reading and read and has_place(reading):
            told = (read.agency, read.credit_code, read.region)
            agency_id = known.get(told) or known.setdefault(told, lock_agency(connection, read, None))
            found[key] = Placeable(reading, read, (agency_id, read.year or 0, content_digest(read)))
    return found


def shown_once(connection: Connection, found: Mapping[int, Placeable]) -> set[int]:
    """The keys of those whose content no page shows, and no other of them has."""
    counts = Counter(one.content for one in found.values())
    shown = _open_contents(connection, found.values())
    return {key for key, one in found.items() if counts[one.content] == 1 and one.content not in shown}


def _open_contents(connection: Connection, found: Iterable[Placeable]) -> set[Content]:
    columns = (report.c.agency_id, report.c.year, report.c.content_digest)
    contents: set[Content] = set()
    for some in chunks({one.content[0] for one in found}):
        shown = select(*columns).where(report.c.agency_id.in_(some), report.c.valid_to.is_(None))
        contents.update(connection.execute(shown).tuples())
    return contents


def put_reports(connection: Connection, plain: Mapping[int, tuple[Placeable, Sighting]]) -> dict[int, Placed]:
    """Enter what is plain, with all that it holds; what came of each by its key, for `follow`."""
    ids = dict(zip(plain, new_ids(connection, report, len(plain)), strict=True))
    alone = _alone(connection, [one for one, _ in plain.values()])
    reports = ({"id": ids[key]} | _report_row(one, at, alone) for key, (one, at) in plain.items())
    insert_named(connection, report, reports)
    insert_contents(connection, {ids[key]: one.read for key, (one, _) in plain.items()})
    insert_findings(connection, {ids[key]: one.reading.findings for key, (one, _) in plain.items()}, Scope.REPORT)
    insert_named(connection, report_address, (_address_row(at, ids[key]) for key, (_, at) in plain.items()))
    return {key: Placed(LoadResult.NEW, ids[key], frozenset({one.content[:2]})) for key, (one, _) in plain.items()}


def _alone(connection: Connection, plain: Sequence[Placeable]) -> set[AgencyYear]:
    """The agencies and years with one content alone, which stands: to mark it later would write its row twice."""
    shown = {content[:2] for content in _open_contents(connection, plain)}
    counts = Counter(one.content[:2] for one in plain)
    return {pair for pair, count in counts.items() if count == 1 and pair not in shown}


def _report_row(one: Placeable, at: Sighting, alone: Collection[AgencyYear]) -> Row:
    row = report_row(one.read, one.reading.findings, one.content, 1, at)
    return row | {"is_current": one.content[:2] in alone}


def _address_row(at: Sighting, report_id: int) -> Row:
    return {"report_id": report_id, "portal_id": at.portal_id, "url": at.url, "first_seen": at.seen}


def insert_named(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
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
