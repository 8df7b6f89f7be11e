"""The ledger: runs, and what is known of each page. A run that was killed is taken up where it stopped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, Engine, RowMapping, func, insert, select, update

from schema.records import Outcome, ReadingStatus
from warehouse.agencies import name_agencies, settle_agencies
from warehouse.archive import Location, Original
from warehouse.engine import upsert, writing
from warehouse.leases import LAPSE, clock
from warehouse.process import Process, this_process
from warehouse.regions import ensure_region
from warehouse.summary import PortalSummary, Refused, RunSummary, summary
from warehouse.tables import capture, page, portal, run, visit

__all__ = [
    "PageState",
    "PortalRow",
    "PortalSummary",
    "Refused",
    "Run",
    "RunSummary",
    "documents_in",
    "finish_run",
    "known_portals",
    "last_location",
    "page_states",
    "pages_alike",
    "register_portals",
    "start_run",
    "summary",
    "visited",
]

_TAKEN_UP_WITHIN = timedelta(hours=24)
_SILENT = 3 * LAPSE  # a run renews its leases four times in the time of one


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a command. `done` counts the documents it had visited when it was taken up again."""

    id: int
    resumed: bool
    done: int


@dataclass(frozen=True, slots=True)
class PortalRow:
    """What the warehouse keeps of a registry entry.

    `agencies` gives the full names of agencies by those that the portal prints.
    """

    id: str
    name: str
    region: str
    platform: str
    base_url: str
    status: str
    agencies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageState:
    """What is known of a page: the last visit's time and outcome, and validators and digest of the last good one.

    `original` is the capture of that one, if it is in the archive.
    """

    url: str
    kind: str  # list or document
    last_tried: datetime
    outcome: Outcome
    reading: ReadingStatus | None
    etag: str
    last_modified: str
    digest: str
    original: Original | None


def register_portals(engine: Engine, portals: Iterable[PortalRow]) -> None:
    """Write registry entries over what the warehouse has of them. A page needs its portal to be there."""
    with writing(engine) as connection:
        for row in map(asdict, portals):
            name_agencies(connection, row.pop("agencies"))
            ensure_region(connection, row["region"])
            statement = upsert(connection, portal).values(row)
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


def known_portals(engine: Engine) -> list[str]:
    """The ids of the portals that were registered here."""
    with engine.connect() as connection:
        return list(connection.scalars(select(portal.c.id).order_by(portal.c.id)))


def start_run(engine: Engine, *, command: str, portals: Sequence[str], years: Sequence[int]) -> Run:
    """Begin a run, or take up one of the same command, portals and years that died within the last day."""
    what: dict[str, object] = {"command": command, "portals": list(portals), "years": list(years)}
    with writing(engine) as connection:
        dead = _dead_run(connection, what)
        host, pid, started = this_process()
        who = {"host": host, "pid": pid, "process_started": started}
        if dead is None:
            values = {**what, **who, "started_at": datetime.now(UTC), "status": "running"}
            return Run(connection.execute(insert(run).values(values).returning(run.c.id)).scalar_one(), False, 0)
        connection.execute(update(run).where(run.c.id == dead).values(who))
        return Run(dead, True, _done(connection, dead))


def finish_run(engine: Engine, run_id: int, *, status: Literal["done", "failed"]) -> None:
    """Close a run: it is not taken up again. What it loaded may have told more of any agency."""
    with writing(engine) as connection:
        settle_agencies(connection)
        values = {"status": status, "finished_at": datetime.now(UTC)}
        connection.execute(update(run).where(run.c.id == run_id).values(values))


def visited(engine: Engine, run_id: int, portal_id: str) -> frozenset[str]:
    """The documents' URLs of a portal that this run has visited, however the visit ended."""
    seen = select(page.c.url).join(visit, visit.c.page_id == page.c.id).where(visit.c.run_id == run_id)
    with engine.connect() as connection:
        return frozenset(connection.scalars(seen.where(page.c.portal_id == portal_id, page.c.kind == "document")))


def page_states(engine: Engine, portal_id: str) -> dict[str, PageState]:
    """What the ledger knows of the pages of a portal, by URL: one query, for a night asks for thousands of them."""
    names = [field.name for field in fields(PageState) if field.name != "original"]
    first = capture.c.url.label("first_url"), capture.c.fetched_at
    known = select(*(page.c[name] for name in names), *first).where(page.c.portal_id == portal_id)
    with engine.connect() as connection:
        rows = connection.execute(known.outerjoin_from(page, capture, page.c.capture_id == capture.c.id)).mappings()
        return {row["url"]: PageState(**{name: row[name] for name in names}, original=_original(row)) for row in rows}


def _original(row: RowMapping) -> Original | None:
    return Original(row["first_url"], row["fetched_at"]) if row["first_url"] else None


def last_location(engine: Engine, portal_id: str, url: str) -> Location | None:
    """Where the last good response of a page rests; None if it has none."""
    place = select(capture.c.file, capture.c.file_offset, capture.c.record_length)
    kept = place.join(page, page.c.capture_id == capture.c.id).where(page.c.portal_id == portal_id, page.c.url == url)
    with engine.connect() as connection:
        row = connection.execute(kept).one_or_none()
    return None if row is None else Location(*row)


def documents_in(engine: Engine, portal_id: str, column_id: str) -> int:
    """How many documents have ever been found in a column."""
    held = select(func.count()).where(page.c.portal_id == portal_id, page.c.column_id == column_id)
    with engine.connect() as connection:
        return connection.execute(held.where(page.c.kind == "document")).scalar_one()


def pages_alike(engine: Engine, portal_id: str, url: str, digest: str) -> int:
    """How many other documents of a portal last had just these bytes."""
    alike = select(func.count()).where(page.c.portal_id == portal_id, page.c.digest == digest, page.c.url != url)
    with engine.connect() as connection:
        return connection.execute(alike.where(page.c.kind == "document")).scalar_one()


def _dead_run(connection: Connection, what: dict[str, object]) -> int | None:
    young = datetime.now(UTC) - _TAKEN_UP_WITHIN
    unfinished = select(run).where(run.c.status == "running", run.c.started_at > young).order_by(run.c.id.desc())
    # Locked: of two processes that start at once, the second finds it taken up by a living one.
    rows = connection.execute(unfinished.with_for_update()).mappings().all()
    now = clock(connection)
    for row in rows:
        if all(row[key] == value for key, value in what.items()) and _is_dead(row, now):
            return int(row["id"])
    return None


def _is_dead(row: RowMapping, now: datetime) -> bool:
    """A process of this machine is known; one of another machine has given no sign of life for a while."""
    if row["host"] == this_process().host:
        return Process(row["host"], row["pid"], row["process_started"]).is_dead()
    return row["alive_at"] is not None and now - row["alive_at"] > _SILENT


def _done(connection: Connection, run_id: int) -> int:
    documents = select(func.count(visit.c.page_id.distinct())).join(page, visit.c.page_id == page.c.id)
    return connection.execute(documents.where(visit.c.run_id == run_id, page.c.kind == "document")).scalar_one()
