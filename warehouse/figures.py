"""What a run came to, in a dozen figures that can be set beside those of the run before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select

from schema.records import Outcome, Severity
from warehouse.results import LoadResult
from warehouse.tables import finding, page, portal_run, quarantine, run, visit

_LOADED = (LoadResult.NEW, LoadResult.REVISED)


@dataclass(frozen=True, slots=True)
class Figures:
    """One run. `visits` and `results` are of documents; `findings` those of the reports that are new or revised.

    `requests`, `received` (bytes) and `seconds` are sums over the portals, which go side by side; `lasted` is the time
    from start to end in seconds, None while the run has no end.
    """

    run_id: int
    started_at: datetime
    lasted: float | None
    portals: int
    visits: Mapping[Outcome, int]
    results: Mapping[LoadResult, int]
    quarantined: int
    findings: Mapping[Severity, int]
    requests: int
    received: int
    seconds: int


def figures(engine: Engine, run_id: int) -> Figures:
    """Count what a run did."""
    with engine.connect() as connection:
        row = connection.execute(select(run).where(run.c.id == run_id)).mappings().one()
        ended = row["finished_at"]
        return Figures(
            run_id,
            row["started_at"],
            (ended - row["started_at"]).total_seconds() if ended else None,
            len(row["portals"]),
            _visits(connection, run_id),
            _results(connection, run_id),
            _quarantined(connection, run_id),
            _findings(connection, run_id),
            *_cost(connection, run_id),
        )


def run_before(engine: Engine, run_id: int) -> int | None:
    """The last run of the same command, for the same years, that came to its end before this one began."""
    with engine.connect() as connection:
        row = connection.execute(select(run.c.command, run.c.years).where(run.c.id == run_id)).one()
        ended = select(run.c.id, run.c.years).where(run.c.command == row.command, run.c.id < run_id)
        ended = ended.where(run.c.finished_at.is_not(None)).order_by(run.c.id.desc())
        return next((one.id for one in connection.execute(ended.limit(50)) if one.years == row.years), None)


def _visits(connection: Connection, run_id: int) -> dict[Outcome, int]:
    counted = select(visit.c.outcome, func.count()).join(page, visit.c.page_id == page.c.id)
    ours = counted.where(visit.c.run_id == run_id, page.c.kind == "document")
    return dict(connection.execute(ours.group_by(visit.c.outcome)).tuples().all())


def _results(connection: Connection, run_id: int) -> dict[LoadResult, int]:
    counted = select(visit.c.result, func.count()).where(visit.c.run_id == run_id).group_by(visit.c.result)
    return {LoadResult(result): count for result, count in connection.execute(counted)}


def _quarantined(connection: Connection, run_id: int) -> int:
    captures = select(visit.c.capture_id).where(visit.c.run_id == run_id, visit.c.capture_id.is_not(None))
    held = select(func.count()).select_from(quarantine).where(quarantine.c.capture_id.in_(captures))
    return connection.execute(held).scalar_one()


def _findings(connection: Connection, run_id: int) -> dict[Severity, int]:
    loaded = select(visit.c.report_id).where(visit.c.run_id == run_id, visit.c.result.in_(_LOADED))
    told = select(finding.c.severity, func.count()).where(finding.c.report_id.in_(loaded))
    return dict(connection.execute(told.group_by(finding.c.severity)).tuples().all())


def _cost(connection: Connection, run_id: int) -> tuple[int, int, int]:
    sums = (func.coalesce(func.sum(portal_run.c[name]), 0) for name in ("requests", "received", "seconds"))
    requests, received, seconds = connection.execute(select(*sums).where(portal_run.c.run_id == run_id)).one()
    return int(requests), int(received), int(seconds)
