"""What a lane sees of leases: it waits its turn, and stops when it lost a host."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from extractors.registry import Portal
from flows import hosts
from flows.hosts import Hosts, HostTaken, LaneStop
from flows.portal import Job
from flows.progress import Records
from flows.steps import crawl_lane, portal_row
from flows.stopping import Stop
from tests.flows.processes import until
from warehouse.archive import Archive
from warehouse.engine import Engine, open_warehouse, writing
from warehouse.leases import leased
from warehouse.ledger import register_portals, start_run
from warehouse.portal_runs import portal_runs
from warehouse.tables import host_lease

LAPSE = timedelta(seconds=0.4)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_warehouse(f"sqlite:///{tmp_path / 'warehouse.db'}")
    yield opened
    opened.dispose()


def run_of(engine: Engine, command: str) -> int:
    return start_run(engine, command=command, portals=[], years=[]).id


def test_two_runs_are_never_at_a_host_together(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "_LOOK", 0.02)
    at_once, most, lock = 0, 0, threading.Lock()

    def lane(mine: Hosts) -> None:
        nonlocal at_once, most
        for _ in range(3):
            with mine.hold(["a.example"], Stop()):
                with lock:
                    at_once += 1
                    most = max(most, at_once)
                time.sleep(0.03)
                with lock:
                    at_once -= 1

    with Hosts(engine, run_of(engine, "one")) as one, Hosts(engine, run_of(engine, "two")) as two:
        threads = [threading.Thread(target=lane, args=(mine,)) for mine in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert (at_once, most) == (0, 1)


def test_a_lane_that_waits_can_be_stopped(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "_LOOK", 0.02)
    stop = Stop()
    threading.Timer(0.1, stop.ask, [15]).start()
    with (
        Hosts(engine, run_of(engine, "one")) as one,
        Hosts(engine, run_of(engine, "two")) as two,
        one.hold(["a.example"], stop),
        pytest.raises(HostTaken, match=r"a\.example is being asked by run 1"),
        two.hold(["a.example"], stop),
    ):
        pytest.fail("two have it")


@pytest.mark.slow
def test_leases_are_renewed_and_a_lane_that_lost_one_stops(engine: Engine) -> None:
    stop = Stop()
    with (
        Hosts(engine, run_of(engine, "one"), LAPSE) as mine,
        mine.hold(["a.example"], stop) as held,
        mine.hold(["b.example"], stop) as other,
    ):
        time.sleep(2 * LAPSE.total_seconds())
        assert not LaneStop(stop, held)
        with writing(engine) as connection:
            taken = update(host_lease).where(host_lease.c.host == "a.example").values(machine="another-machine")
            connection.execute(taken)
        time.sleep(LAPSE.total_seconds())
        assert LaneStop(stop, held)
        assert "took its host over" in held.lost
        assert not LaneStop(stop, other)
        stop.ask(15)
        assert LaneStop(stop, other)


def test_a_lease_that_cannot_be_given_back_costs_no_lane_and_is_given_back_later(engine: Engine) -> None:
    """It would raise, and with it went what the other lanes have done; or the host would be taken till the run ends."""
    with Hosts(engine, run_of(engine, "one"), 4 * LAPSE) as mine:
        with mine.hold(["a.example"], Stop()) as held, writing(engine) as connection:
            connection.execute(text("ALTER TABLE host_lease RENAME TO away"))
        assert not held.lost
        with writing(engine) as connection:
            connection.execute(text("ALTER TABLE away RENAME TO host_lease"))
            assert connection.execute(select(host_lease)).all()  # nobody else can write now
        until(lambda: not leased(engine, ["a.example"]))
        with engine.connect() as connection:
            assert not connection.execute(select(host_lease)).all()


def test_a_lease_that_cannot_be_had_ends_no_other_lane(engine: Engine) -> None:
    """As when PostgreSQL is away at that moment: the portals of the lane broke off, by name."""
    portal = Portal("p", "示例市", "330800", "hanweb", "http://a.example", ())
    register_portals(engine, [portal_row(portal)])
    with Hosts(engine, run_of(engine, "one")) as mine:
        with writing(engine) as connection:
            connection.execute(text("ALTER TABLE host_lease RENAME TO away"))
        job = Job(1, engine, Archive(Path(), "test"), Records(), Stop(), datetime.now(UTC), mine)
        ended = crawl_lane(job, [portal], [])
    assert list(ended.failures) == ["p"]
    assert "cannot write into the warehouse" in ended.failures["p"]


def test_a_lane_that_never_has_its_host_says_so_in_the_ledger(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is all that is known of a part of a run that another process crawls."""
    monkeypatch.setattr(hosts, "_PATIENCE", 0.0)
    portal = Portal("p", "示例市", "330800", "hanweb", "http://a.example", ())
    register_portals(engine, [portal_row(portal)])
    run_id = run_of(engine, "two")
    with (
        Hosts(engine, run_of(engine, "one")) as other,
        Hosts(engine, run_id) as mine,
        other.hold(["a.example"], Stop()),
    ):
        job = Job(run_id, engine, Archive(Path(), "test"), Records(), Stop(), datetime.now(UTC), mine)
        ended = crawl_lane(job, [portal], [])
    assert {one.portal_id: one.failure for one in portal_runs(engine, run_id)} == ended.failures
    assert "a.example is being asked by run" in ended.failures["p"]
