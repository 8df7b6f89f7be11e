"""Store a visit: its capture, its page, the visit itself and what was read, in one transaction or not at all.

What a page reads as decides where it goes:

- a report that names its agency and year, with or without a table: into `report` (see `warehouse.revisions`);
- one that does not, or that has one cell twice, and a body that could not be read: into `quarantine`,
  where it rests until the page loads or turns out to be no report;
- anything else is remembered in `page` alone, as is a page without a table that has handed its report over to a file
  attached to it (`no_table` without a report): that file is a page of its own.

A page that is not there is `gone` in the ledger after the third night in a row, never before.

A report that a page showed stays when the page fails or reads as something else later: only another report in
its place takes it away.

A capture that is older than the page's last visit changes nothing of what the page is now (see `warehouse.late`).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Literal

from sqlalchemy import Column, Connection, Engine, RowMapping, and_, insert, select, update

from schema.calendar import in_china
from schema.records import IN_ATTACHMENT, Fetch, Link, Outcome, Reading, ReadingStatus, Report
from warehouse import tables
from warehouse.archive import Location
from warehouse.dialect import share_turn
from warehouse.engine import upsert, writing
from warehouse.late import place_late
from warehouse.results import LoadResult
from warehouse.revisions import Placed, follow, place
from warehouse.rows import Sighting

__all__ = ["LoadResult", "Visit", "store"]

Row = dict[str, Any]

NIGHTS_UNTIL_GONE = 3
_FARTHEST = 32_767  # what a small number of the database can be; no real table comes near
_THERE = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
_NOT_THERE = frozenset({Outcome.NOT_FOUND, Outcome.SOFT_404})


@dataclass(frozen=True, slots=True)
class Visit:
    """One attempt at a page of a registered portal, in a run.

    `location` is there when the capture was archived, `reading` when it was read as well; a reading without
    a location raises ValueError, since its numbers would lead back to no bytes. `year` is the report year that the
    link suggests.
    """

    run_id: int
    portal_id: str
    kind: Literal["list", "document"]
    fetch: Fetch
    link: Link | None = None
    location: Location | None = None
    reading: Reading | None = None
    reader_version: str = ""
    year: int | None = None

    def __post_init__(self) -> None:
        if self.location and not self.fetch.capture:
            raise ValueError("a location without a capture")
        if self.reading and not self.location:
            raise ValueError("a reading without the location of its capture")


def store(engine: Engine, visit: Visit) -> LoadResult:
    """Store one visit. To store the same one again changes nothing and gives the same result."""
    with writing(engine) as connection:
        share_turn(connection)
        placed = store_one(connection, visit)
        follow(connection, placed.changed)
        return placed.result


def store_one(connection: Connection, visit: Visit) -> Placed:
    """Store a visit but for what is to follow from it: the caller lets it, in the same transaction."""
    seen = visit.fetch.capture.fetched_at if visit.fetch.capture else datetime.now(UTC)
    capture_id = _put_capture(connection, visit)
    read = _read(visit)
    page = _put_page(connection, visit, capture_id, seen, read)
    stored = _stored_result(connection, visit.run_id, page["id"], capture_id)
    if stored is not None:
        return Placed(stored)
    is_late = page["last_tried"] > seen
    placed = _load(connection, visit, page["id"], capture_id, seen, is_late=is_late)
    if visit.reading is None and visit.fetch.outcome is Outcome.UNCHANGED:
        read = {"reading": page["reading"], "reason": page["reason"]}
    values = visit_values(visit, page["id"], capture_id, seen, placed) | read
    connection.execute(insert(tables.visit).values(values))
    return placed


def capture_values(visit: Visit) -> Row | None:
    """The row of the capture but for its id; None if it was not archived."""
    capture, location = visit.fetch.capture, visit.location
    if capture is None or location is None:
        return None
    return {
        "url": capture.url,
        "requested_url": capture.requested_url,
        "fetched_at": capture.fetched_at,
        "status": capture.status,
        "content_type": capture.header("Content-Type"),
        "size": len(capture.body),
        "digest": capture.digest,
        "file": location.file,
        "file_offset": location.offset,
        "record_length": location.length,
    }


def page_values(visit: Visit, capture_id: int | None, seen: datetime) -> Row:
    """What a visit tells of its page, but for what it read."""
    tried = {
        "last_tried": seen,
        "run_id": visit.run_id,
        "outcome": visit.fetch.outcome,
        "detail": visit.fetch.detail,
    }
    year = {"year": visit.year} if visit.year else {}
    from_page = _from_link(visit.link) | _from_capture(visit, capture_id)
    return {"kind": visit.kind, **tried, **from_page, **year}


def visit_values(visit: Visit, page_id: int, capture_id: int | None, seen: datetime, placed: Placed) -> Row:
    """The row of the visit but for what it read."""
    fetch = {"outcome": visit.fetch.outcome, "detail": visit.fetch.detail}
    ids = {"run_id": visit.run_id, "page_id": page_id, "capture_id": capture_id}
    return {**ids, **fetch, "visited_at": seen, "result": placed.result, "report_id": placed.row}


def _read(visit: Visit) -> Row:
    """What was read at a visit; nothing where nothing was."""
    if visit.reading is None:
        return {}
    return {"reading": visit.reading.status, "reason": reason_of(visit.reading)}


def _put_capture(connection: Connection, visit: Visit) -> int | None:
    values = capture_values(visit)
    if values is None:
        return None
    statement = upsert(connection, tables.capture).values(values)
    # An update that changes nothing, since DO NOTHING would not return the id.
    unchanged = {"digest": values["digest"]}
    again = statement.on_conflict_do_update(index_elements=["file", "file_offset"], set_=unchanged)
    return int(connection.execute(again.returning(tables.capture.c.id)).scalar_one())


def _put_page(connection: Connection, visit: Visit, capture_id: int | None, seen: datetime, read: Row) -> RowMapping:
    page = tables.page
    key = {"portal_id": visit.portal_id, "url": visit.fetch.url}
    values = page_values(visit, capture_id, seen) | read | _missing(connection, key, visit.fetch.outcome, seen)
    statement = upsert(connection, page).values(**key, **values, first_seen=seen)
    newer = statement.on_conflict_do_update(index_elements=list(key), set_=values, where=page.c.last_tried <= seen)
    known = (page.c.id, page.c.reading, page.c.reason, page.c.last_tried)
    written = connection.execute(newer.returning(*known)).mappings().one_or_none()
    return written or _known_page(connection, key, seen, known)


def _known_page(connection: Connection, key: Row, seen: datetime, known: tuple[Column[Any], ...]) -> RowMapping:
    """A page that was visited after this capture was made: of the past it learns when it was first seen."""
    page = tables.page
    here = and_(*(page.c[name] == value for name, value in key.items()))
    connection.execute(update(page).where(here, page.c.first_seen > seen).values(first_seen=seen))
    return connection.execute(select(*known).where(here)).mappings().one()


def _missing(connection: Connection, key: Row, outcome: Outcome, seen: datetime) -> Row:
    """How long a page has not been there: it is gone after several nights, since one failed pass proves nothing.

    Any other failure leaves the count as it is: it says nothing about whether the page is there.
    """
    if outcome in _THERE:
        return {"missing_nights": 0}
    if outcome not in _NOT_THERE:
        return {}
    page = tables.page
    known = select(page.c.missing_nights, page.c.last_tried)
    before = connection.execute(known.where(*(page.c[name] == value for name, value in key.items()))).one_or_none()
    nights = 1
    if before and before.missing_nights:
        nights = before.missing_nights + (in_china(before.last_tried).date() != in_china(seen).date())
    gone = {"outcome": Outcome.GONE} if nights >= NIGHTS_UNTIL_GONE else {}
    return {"missing_nights": nights, **gone}


def _from_link(link: Link | None) -> Row:
    if link is None:
        return {}
    of_list = {"title": link.title, "column_id": link.column, "listed_on": link.listed_on}
    return of_list | {"agency": link.agency, "organ": link.organ, "attached_to": link.attached_to}


def _from_capture(visit: Visit, capture_id: int | None) -> Row:
    """What a good visit tells for the next one; nothing after a failed one, so that the former stays."""
    capture, outcome = visit.fetch.capture, visit.fetch.outcome
    if capture is None:
        return {}
    validators = {"etag": capture.header("ETag"), "last_modified": capture.header("Last-Modified")}
    if outcome is Outcome.FETCHED and capture_id is not None:
        return {**validators, "digest": capture.digest, "capture_id": capture_id}
    # The same bytes under new validators: with the old ones it would never be a 304 again.
    return validators if outcome is Outcome.UNCHANGED and capture.status == HTTPStatus.OK else {}


def _stored_result(connection: Connection, run_id: int, page_id: int, capture_id: int | None) -> LoadResult | None:
    visit = tables.visit
    same = select(visit.c.result).where(visit.c.run_id == run_id, visit.c.page_id == page_id)
    found = connection.scalar(same.where(visit.c.capture_id == capture_id)) if capture_id else None
    return None if found is None else LoadResult(found)


def _load(
    connection: Connection, visit: Visit, page_id: int, capture_id: int | None, seen: datetime, *, is_late: bool
) -> Placed:
    if visit.reading is None or capture_id is None:
        return _unread(connection, visit, page_id)
    sighting = Sighting(visit.portal_id, visit.fetch.url, capture_id, seen, visit.reader_version)
    if not is_late:
        return load_reading(connection, visit.reading, sighting)
    # What a page showed before its last visit; the quarantine is for what it shows now.
    if not has_place(visit.reading):
        return Placed(LoadResult.KEPT)
    return place_late(connection, visit.reading, sighting, page_id)


def load_reading(connection: Connection, reading: Reading, sighting: Sighting) -> Placed:
    """Put what a page reads as now where it belongs: into a report, into quarantine, or nowhere."""
    reason = quarantine_reason(reading)
    if reason:
        _put_quarantine(connection, sighting, reason)
        return Placed(LoadResult.KEPT)
    _resolve_quarantine(connection, sighting)
    return place(connection, reading, sighting) if has_place(reading) else Placed(LoadResult.KEPT)


def has_place(reading: Reading) -> bool:
    """Whether a reading goes into `report`."""
    is_report = reading.report is not None and reading.status is not ReadingStatus.NOT_REPORT
    return is_report and not quarantine_reason(reading)


def _unread(connection: Connection, visit: Visit, page_id: int) -> Placed:
    """An unchanged page shows the report that it showed when it was last read, if it did."""
    past = tables.visit
    read = select(past.c.report_id).where(past.c.page_id == page_id, past.c.outcome == Outcome.FETCHED)
    is_same = visit.fetch.outcome is Outcome.UNCHANGED
    report_id = (
        connection.scalar(read.order_by(past.c.visited_at.desc(), past.c.id.desc()).limit(1)) if is_same else None
    )
    return Placed(LoadResult.KEPT if report_id is None else LoadResult.UNCHANGED, report_id)


def quarantine_reason(reading: Reading) -> str:
    """Why a reading cannot be loaded, in a few words; empty when it can, or when there is nothing to load."""
    if reading.status in (ReadingStatus.UNREADABLE, ReadingStatus.BLOCKED):
        return reading.reason or reading.status
    if reading.status is ReadingStatus.NOT_REPORT:
        return ""
    if reading.report is None:
        return "" if reading.reason == IN_ATTACHMENT else reading.reason or "no report"
    if not reading.report.agency:
        return "no agency"
    if reading.report.year is None:
        return "no year"
    return _twice(reading.report) or _far_off(reading.report)


def _twice(report: Report) -> str:
    if len({entry[:2] for entry in report.observations}) == len(report.observations):
        return ""
    cells = Counter(entry[:2] for entry in report.observations)
    return next(
        (f"two values for {indicator} {applicant}" for (indicator, applicant), n in cells.items() if n > 1),
        "",
    )


def _far_off(report: Report) -> str:
    if max(map(max, (entry.place for entry in report.observations)), default=0) <= _FARTHEST:
        return ""
    far = (entry.place for entry in report.observations if max(entry.place) > _FARTHEST)
    return next((f"a figure in table {table}, row {row}, column {column}" for table, row, column in far), "")


def reason_of(reading: Reading) -> str:
    """Why a reading gave no report with figures; empty where it did."""
    return quarantine_reason(reading) or reading.reason


def _put_quarantine(connection: Connection, sighting: Sighting, reason: str) -> None:
    now = {"capture_id": sighting.capture_id, "reason": reason, "reader_version": sighting.reader_version}
    here = {"portal_id": sighting.portal_id, "url": sighting.url}
    statement = upsert(connection, tables.quarantine).values(**here, **now, first_seen=sighting.seen)
    still_open = tables.quarantine.c.resolved_at.is_(None)
    connection.execute(statement.on_conflict_do_update(index_elements=list(here), index_where=still_open, set_=now))


def _resolve_quarantine(connection: Connection, sighting: Sighting) -> None:
    table = tables.quarantine
    here = (
        table.c.portal_id == sighting.portal_id,
        table.c.url == sighting.url,
        table.c.resolved_at.is_(None),
    )
    connection.execute(update(table).where(*here).values(resolved_at=sighting.seen))
