"""What one portal took in one run: links found and due, requests, bytes, seconds, and why it broke off."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import Engine, select

from warehouse.engine import reading, upsert, writing
from warehouse.tables import portal_run

_ADDED = ("due", "requests", "received", "seconds")  # of a run that is taken up again; the rest is told anew


@dataclass(frozen=True, slots=True)
class PortalRun:
    """One portal in one run. `received` is in bytes; `failure` is empty where its crawl came to its end."""

    run_id: int
    portal_id: str
    found: int
    due: int
    requests: int
    received: int
    seconds: int
    failure: str = ""


def put_portal_run(engine: Engine, told: PortalRun) -> None:
    """Enter it, or add it to what an earlier part of the same run took."""
    with writing(engine) as connection:
        values = asdict(told) | {"ended_at": datetime.now(UTC)}
        statement = upsert(connection, portal_run).values(values)
        added = {name: portal_run.c[name] + statement.excluded[name] for name in _ADDED}
        told_anew = {name: statement.excluded[name] for name in ("found", "failure", "ended_at")}
        key = ["run_id", "portal_id"]
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=added | told_anew))


def put_failures(engine: Engine, run_id: int, failures: Mapping[str, str]) -> None:
    """Enter why portals, by id, were not crawled to their end; what is known of the part that was stays."""
    with writing(engine) as connection:
        for portal_id, why in failures.items():
            told = PortalRun(run_id, portal_id, 0, 0, 0, 0, 0, why)
            statement = upsert(connection, portal_run).values(asdict(told) | {"ended_at": datetime.now(UTC)})
            anew = {name: statement.excluded[name] for name in ("failure", "ended_at")}
            connection.execute(statement.on_conflict_do_update(index_elements=["run_id", "portal_id"], set_=anew))


def portal_runs(engine: Engine, run_id: int) -> list[PortalRun]:
    """What is known of the portals of a run. Raises WarehouseError."""
    columns = [portal_run.c[field.name] for field in fields(PortalRun)]
    with reading(engine) as connection:
        rows = connection.execute(
            select(*columns).where(portal_run.c.run_id == run_id).order_by(portal_run.c.portal_id)
        )
        return [PortalRun(*row) for row in rows]
