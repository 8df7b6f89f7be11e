"""One run a host, on both engines: who has it, who gets it when its holder is gone, and that two never have it."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from warehouse import leases
from warehouse.engine import Engine, open_warehouse, writing
from warehouse.leases import lease, leased, release, renew
from warehouse.ledger import start_run
from warehouse.process import Process, this_process
from warehouse.tables import host_lease, run

HOSTS = ("a.example", "b.example:8080")
SHORT = timedelta(milliseconds=200)


def as_other(monkeypatch: pytest.MonkeyPatch, process: Process) -> None:
    monkeypatch.setattr(leases, "this_process", lambda: process)


def test_a_host_is_leased_to_one_run_until_it_is_given_back(engine: Engine, run_id: int) -> None:
    assert lease(engine, run_id, HOSTS) is None
    assert lease(engine, run_id, HOSTS) is None  # ours already
    taken = lease(engine, run_id + 1, ["b.example:8080", "c.example"])
    assert taken is not None
    assert (taken.host, taken.run_id, taken.pid) == ("b.example:8080", run_id, os.getpid())
    assert leased(engine, [*HOSTS, "c.example"]) == set(HOSTS)  # all or none
    release(engine, run_id + 1, HOSTS)  # not its own
    assert leased(engine, HOSTS) == set(HOSTS)
    release(engine, run_id, HOSTS)
    assert lease(engine, run_id + 1, HOSTS) is None


def test_a_process_of_this_machine_that_is_dead_has_nothing(
    engine: Engine, run_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    dead = Process(this_process().host, ended.pid, "1")
    with monkeypatch.context() as patch:
        as_other(patch, dead)
        assert lease(engine, run_id, HOSTS) is None
    assert leased(engine, HOSTS) == set()
    assert lease(engine, run_id + 1, HOSTS) is None


def test_another_machine_keeps_its_hosts_while_it_gives_signs_of_life(
    engine: Engine, run_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Process("another-machine", 1, "1")
    with monkeypatch.context() as patch:
        as_other(patch, elsewhere)
        assert lease(engine, run_id, HOSTS, SHORT) is None
    assert lease(engine, run_id + 1, HOSTS) is not None
    with monkeypatch.context() as patch:
        as_other(patch, elsewhere)
        assert renew(engine, run_id, SHORT) == set(HOSTS)
    time.sleep(SHORT.total_seconds() + 0.05)
    assert lease(engine, run_id + 1, HOSTS[:1]) is None
    with monkeypatch.context() as patch:
        as_other(patch, elsewhere)
        # It comes back: one host is lost, the other one was not wanted by anybody.
        assert renew(engine, run_id, SHORT) == {HOSTS[1]}


@pytest.mark.slow
def test_of_many_that_want_a_host_at_once_one_gets_it(engine: Engine, url: str, run_id: int) -> None:
    def take(number: int) -> bool:
        own = open_warehouse(url, create=False)
        try:
            return lease(own, 100 + number, HOSTS) is None
        finally:
            own.dispose()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(8))) == 1


def test_a_run_of_another_machine_is_taken_up_when_it_is_silent(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse import ledger

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "this_process", lambda: Process("another-machine", 1, "1"))
        theirs = start_run(engine, command="nightly", portals=["quzhou"], years=[])
    renew(engine, theirs.id)
    other = start_run(engine, command="nightly", portals=["quzhou"], years=[])
    assert (other.id, other.resumed) == (theirs.id + 1, False)
    ledger.finish_run(engine, other.id, status="done")
    with writing(engine) as connection:
        long_ago = leases.clock(connection) - 4 * leases.LAPSE
        connection.execute(update(run).where(run.c.id == theirs.id).values(alive_at=long_ago))
    assert start_run(engine, command="nightly", portals=["quzhou"], years=[]).id == theirs.id


@pytest.fixture(autouse=True)
def _no_leases(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(host_lease.delete())
