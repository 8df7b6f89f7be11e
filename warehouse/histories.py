"""What the archive has of each page, for a reader to read it again.

A page's history is the responses that were read as it, in the order of time, and what was stored of each. Pages that
have shown one report, now or before, are one group: what becomes of it depends on all of their readings.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, Select, and_, func, or_, select

from schema.records import Link, Outcome, Reading, ReadingStatus
from warehouse.archive import Location
from warehouse.chunks import chunks
from warehouse.digest import content_digest, reading_digest
from warehouse.load import has_place, reason_of
from warehouse.results import LoadResult
from warehouse.tables import capture, page, quarantine, report, report_address, visit

_MADE = frozenset({LoadResult.NEW, LoadResult.REVISED})
_FILE = page.alias("file")
_WAS_READ = (visit.c.outcome == Outcome.FETCHED, visit.c.reading.is_not(None))


@dataclass(frozen=True, slots=True)
class Body:
    """A response that was read, and what was stored of that reading. `made` says that the report's row is of it."""

    visit_id: int
    run_id: int
    seen: datetime
    location: Location
    status: ReadingStatus
    reason: str
    made: bool
    content: str | None  # digest of the report's content; None where no report came of it
    reading: str  # digest of all that the reader gave when the report's row was made


@dataclass(frozen=True, slots=True)
class History:
    """A page, the link that leads to it (None: nobody listed it) and its bodies, the oldest first.

    A file that is attached to a page is a page of its own, and says so in `attached_to`.
    """

    page_id: int
    portal_id: str
    url: str
    link: Link | None
    bodies: tuple[Body, ...]
    attached_to: str = ""


Group = tuple[History, ...]


def histories(
    engine: Engine,
    portals: Collection[str] = (),
    years: Collection[int] = (),
    *,
    only_quarantine: bool = False,
    pages: Collection[int] | None = None,
) -> Iterator[Group]:
    """The groups that have a page of these portals and report years (none: all), in quarantine if only those count.

    With `pages`, by id, the groups that have one of them. The year of a page that shows no report is the one that its
    link suggests; one that suggests none may be of any year.

    Which pages these are is settled by the first group, what is known of each when its turn comes: a country's pages
    do not fit into memory.
    """
    with engine.connect() as connection:
        asked_for = _pages(portals, years, only_quarantine=only_quarantine).order_by(page.c.id)
        wanted = array("q", connection.scalars(asked_for) if pages is None else sorted(pages))
        neighbours = _neighbours(connection) if pages is None else _neighbours_of(connection, pages)
    for groups in chunks(_groups(wanted, neighbours)):
        with engine.connect() as connection:
            known = _histories(connection, [page_id for group in groups for page_id in group])
        whole = (tuple(known[page_id] for page_id in group if page_id in known) for group in groups)
        yield from (group for group in whole if group)


def bodies(
    engine: Engine, portals: Collection[str] = (), years: Collection[int] = (), *, only_quarantine: bool = False
) -> int:
    """How many responses the pages have that `histories` is asked for, but for others that share a group with these."""
    wanted = _pages(portals, years, only_quarantine=only_quarantine)
    with engine.connect() as connection:
        return connection.execute(select(func.count()).where(*_WAS_READ, visit.c.page_id.in_(wanted))).scalar_one()


def is_same(body: Body, reading: Reading) -> bool:
    """Whether a reading is the one that was stored."""
    if (body.status, body.reason) != (reading.status, reason_of(reading)):
        return False
    if not has_place(reading) or reading.report is None:
        return body.content is None
    digest = content_digest(reading.report)
    if digest != body.content:
        return False
    # The row of a report that another response made has that one's places.
    return not body.made or body.reading == reading_digest(reading.report, reading.findings, digest)


def _pages(portals: Collection[str], years: Collection[int], *, only_quarantine: bool) -> Select[tuple[int]]:
    chosen = select(page.c.id).where(page.c.kind == "document")
    if portals:
        chosen = chosen.where(page.c.portal_id.in_(portals))
    if only_quarantine:
        here = (quarantine.c.portal_id == page.c.portal_id, quarantine.c.url == page.c.url)
        chosen = chosen.where(select(quarantine.c.id).where(*here, quarantine.c.resolved_at.is_(None)).exists())
    if years:
        shown = select(visit.c.id).join(report).where(visit.c.page_id == page.c.id)
        guess = ~shown.exists() & or_(page.c.year.in_(years), page.c.year.is_(None))
        chosen = chosen.where(or_(shown.where(report.c.year.in_(years)).exists(), guess))
    return chosen


def _groups(wanted: Iterable[int], neighbours: Mapping[int, set[int]]) -> Iterator[list[int]]:
    """The wanted pages, each with those that have shown a report that it has shown, and so on."""
    done: set[int] = set()
    for page_id in wanted:
        if page_id not in neighbours:
            yield [page_id]
        elif page_id not in done:
            reached = _reached(page_id, neighbours)
            done |= reached
            yield sorted(node for node in reached if node > 0)


def _neighbours(connection: Connection) -> Mapping[int, set[int]]:
    """What belongs together, by each of it: pages, reports that several pages have shown (minus their ids), files.

    By way of the report, for one that stands at ten thousand addresses makes a hundred million pairs of pages.
    """
    several = select(report_address.c.report_id).group_by(report_address.c.report_id).having(func.count() > 1)
    edges = (_shown().where(report_address.c.report_id.in_(several)), _attached())
    return _both_ways(edge for query in edges for edge in connection.execute(query).tuples())


def _neighbours_of(connection: Connection, pages: Iterable[int]) -> Mapping[int, set[int]]:
    """The same, as far as it can be reached from some pages; nothing else is looked at."""
    edges: set[tuple[int, int]] = set()
    asked, ahead = set[int](), set(pages)
    while ahead:
        found = {edge for some in chunks(ahead) for edge in _edges(connection, some)}
        asked |= ahead
        ahead = {node for edge in found for node in edge} - asked
        edges |= found
    return _both_ways(edges)


def _edges(connection: Connection, nodes: Collection[int]) -> Iterator[tuple[int, int]]:
    pages, reports = [node for node in nodes if node > 0], [-node for node in nodes if node < 0]
    queries = (
        _shown().where(page.c.id.in_(pages)),
        _shown().where(report_address.c.report_id.in_(reports)),
        _attached().where(_FILE.c.id.in_(pages)),
        _attached().where(page.c.id.in_(pages)),
    )
    return (edge for query in queries for edge in connection.execute(query).tuples())


def _both_ways(edges: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    neighbours: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in edges:
        neighbours[one].add(other)
        neighbours[other].add(one)
    return neighbours


def _shown() -> Select[tuple[int, int]]:
    """Pages, each with minus the id of a report that it has shown."""
    here = and_(page.c.portal_id == report_address.c.portal_id, page.c.url == report_address.c.url)
    return select(page.c.id, -report_address.c.report_id).join_from(page, report_address, here)


def _attached() -> Select[tuple[int, int]]:
    """The files that are attached to pages, each with its page."""
    of_page = and_(_FILE.c.portal_id == page.c.portal_id, _FILE.c.attached_to == page.c.url)
    return select(_FILE.c.id, page.c.id).join_from(_FILE, page, of_page).where(_FILE.c.attached_to != "")


def _reached(page_id: int, neighbours: Mapping[int, set[int]]) -> set[int]:
    reached, ahead = {page_id}, [page_id]
    while ahead:
        new = neighbours.get(ahead.pop(), set()) - reached
        reached |= new
        ahead.extend(new)
    return reached


def _histories(connection: Connection, page_ids: Iterable[int]) -> dict[int, History]:
    return {one.page_id: one for some in chunks(page_ids) for one in _histories_of(connection, some)}


def _histories_of(connection: Connection, page_ids: Collection[int]) -> Iterator[History]:
    bodies: defaultdict[int, list[Body]] = defaultdict(list)
    for row in connection.execute(_bodies(page_ids)):
        location = Location(row.file, row.file_offset, row.record_length)
        what = (row.reading, row.reason, row.result in _MADE, row.content_digest, row.reading_digest or "")
        bodies[row.page_id].append(Body(row.id, row.run_id, row.visited_at, location, *what))
    for row in connection.execute(select(page).where(page.c.id.in_(bodies))):
        known = (row.title, row.column_id, row.listed_on, row.agency, row.organ)
        link = Link(row.url, *known, attached_to=row.attached_to) if row.column_id else None
        yield History(row.id, row.portal_id, row.url, link, tuple(bodies[row.id]), row.attached_to)


def _bodies(page_ids: Collection[int]) -> Select[tuple[object, ...]]:
    of_visit = (visit.c[name] for name in ("id", "run_id", "page_id", "visited_at", "reading", "reason", "result"))
    place = (capture.c.file, capture.c.file_offset, capture.c.record_length)
    read = select(*of_visit, *place, report.c.content_digest, report.c.reading_digest)
    read = read.join_from(visit, capture, visit.c.capture_id == capture.c.id)
    read = read.outerjoin(report, visit.c.report_id == report.c.id)
    return read.where(visit.c.page_id.in_(page_ids), *_WAS_READ).order_by(visit.c.visited_at, visit.c.id)
