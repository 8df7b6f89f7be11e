"""Who may ask a host: one run at a time, over all processes and machines that share the warehouse.

A lease is a row that lapses unless it is renewed, so it outlives neither a killed process nor a lost machine, and a
restart of the database does not end it. A process of this machine that is surely dead loses its leases at once. All
times are those of the database, for the clocks of machines differ.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, func, select, update

from warehouse.columns import UtcTime
from warehouse.engine import reading, upsert, writing
from warehouse.process import Process, this_process
from warehouse.tables import host_lease, run

LAPSE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a host that was asked for."""

    host: str
    run_id: int
    machine: str
    pid: int

    def __str__(self) -> str:
        return f"{self.host} is being asked by run {self.run_id} (process {self.pid} on {self.machine})"


class _TakenError(Exception):
    def __init__(self, holder: Holder) -> None:
        super().__init__(str(holder))
        self.holder = holder


def lease(engine: Engine, run_id: int, hosts: Collection[str], lapse: timedelta = LAPSE) -> Holder | None:
    """Take all hosts for a run of this process, or none; None when they are ours, else who has one of them."""
    try:
        with writing(engine) as connection:
            for host in sorted(hosts):  # in order, or two runs would wait for each other for ever
                _lease(connection, run_id, host, lapse)
    except _TakenError as taken:
        return taken.holder
    return None


def _lease(connection: Connection, run_id: int, host: str, lapse: timedelta) -> None:
    now, ours = clock(connection), _ours(run_id)
    _bury(connection, host)
    mine = and_(*(host_lease.c[name] == value for name, value in ours.items()))
    taking = upsert(connection, host_lease).values(host=host, **ours, until=now + lapse)
    taking = taking.on_conflict_do_update(
        index_elements=["host"], set_={**ours, "until": now + lapse}, where=mine | (host_lease.c.until <= now)
    )
    if connection.execute(taking.returning(host_lease.c.host)).one_or_none() is None:
        row = connection.execute(select(host_lease).where(host_lease.c.host == host)).mappings().one()
        raise _TakenError(Holder(host, row["run_id"], row["machine"], row["pid"]))


def _bury(connection: Connection, host: str) -> None:
    """Take a lease away from a process that is surely dead."""
    row = connection.execute(select(host_lease).where(host_lease.c.host == host)).mappings().one_or_none()
    if row and Process(row["machine"], row["pid"], row["process_started"]).is_dead():
        same = (host_lease.c[name] == row[name] for name in ("host", "machine", "pid", "process_started"))
        connection.execute(delete(host_lease).where(*same))


def renew(engine: Engine, run_id: int, lapse: timedelta = LAPSE) -> frozenset[str]:
    """Prolong what a run of this process holds, and give a sign of life of it; the hosts that it still has."""
    with writing(engine) as connection:
        now = clock(connection)
        connection.execute(update(run).where(run.c.id == run_id).values(alive_at=now))
        ours = update(host_lease).where(_held(run_id)).values(until=now + lapse)
        return frozenset(connection.scalars(ours.returning(host_lease.c.host)))


def release(engine: Engine, run_id: int, hosts: Collection[str]) -> None:
    """Give hosts back; those that another run has taken over stay its own."""
    with writing(engine) as connection:
        connection.execute(delete(host_lease).where(_held(run_id), host_lease.c.host.in_(sorted(hosts))))


def clock(connection: Connection) -> datetime:
    """The time that all who share the warehouse agree on."""
    if connection.dialect.name == "postgresql":
        return connection.execute(select(func.clock_timestamp(type_=UtcTime()))).scalar_one()
    return datetime.now(UTC)  # an SQLite file is of one machine


def _ours(run_id: int) -> dict[str, object]:
    machine, pid, started = this_process()
    return {"run_id": run_id, "machine": machine, "pid": pid, "process_started": started}


def _held(run_id: int) -> ColumnElement[bool]:
    return and_(*(host_lease.c[name] == value for name, value in _ours(run_id).items()))


def leased(engine: Engine, hosts: Collection[str]) -> frozenset[str]:
    """Which of the hosts somebody is asking now, and is not surely dead. Raises WarehouseError."""
    with reading(engine) as connection:
        rows = connection.execute(select(host_lease).where(host_lease.c.until > clock(connection))).mappings()
        alive = (row for row in rows if not Process(row["machine"], row["pid"], row["process_started"]).is_dead())
        return frozenset(row["host"] for row in alive) & frozenset(hosts)
