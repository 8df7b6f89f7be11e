"""Runs and pages."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from schema.records import Fetch, Outcome, ReadingStatus
from tests.warehouse.build import PORTALS, URL, capture, failed, reading, report, visit
from warehouse import tables
from warehouse.engine import writing
from warehouse.ledger import PageState, finish_run, page_state, register_portals, start_run, visited
from warehouse.load import LoadResult, Visit, store
from warehouse.process import Process, this_process

WHAT = {"command": "crawl", "portals": ["quzhou"], "years": [2018]}


def _set_run(engine, **values):
    with writing(engine) as connection:
        connection.execute(update(tables.run).values(**values))


@pytest.fixture(scope="module")
def dead_pid() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_run_whose_process_died_is_taken_up_where_it_stopped(engine, dead_pid):
    first = start_run(engine, **WHAT)
    store(engine, visit(first.id, reading()))
    store(engine, failed(first.id, Outcome.GONE, "http://www.qz.gov.cn/gone.html"))
    store(engine, Visit(first.id, "quzhou", "list", Fetch("http://www.qz.gov.cn/col/", Outcome.FETCHED)))
    _set_run(engine, pid=dead_pid)
    again = start_run(engine, **WHAT)
    assert (again.id, again.resumed, again.done) == (first.id, True, 2)
    assert visited(engine, again.id, "quzhou") == {URL, "http://www.qz.gov.cn/gone.html"}
    assert visited(engine, again.id, "jiaxing") == frozenset()
    third = start_run(engine, **WHAT)
    assert (third.resumed, third.id != first.id) == (False, True), "it is alive again: this process"


@pytest.mark.parametrize("other", [{"command": "backfill"}, {"portals": ["quzhou", "jiaxing"]}, {"years": []}])
def test_a_run_of_something_else_is_not_taken_up(engine, dead_pid, other):
    start_run(engine, **WHAT)
    _set_run(engine, pid=dead_pid)
    assert not start_run(engine, **WHAT | other).resumed


def test_an_old_run_a_finished_run_and_one_of_another_host_are_not_taken_up(engine, dead_pid):
    for values in (
        {"started_at": datetime.now(UTC) - timedelta(hours=25)},
        {"host": "elsewhere"},
        {"status": "failed"},
    ):
        start_run(engine, **WHAT)
        _set_run(engine, **{"pid": dead_pid} | values)
        assert not start_run(engine, **WHAT).resumed
        _set_run(engine, status="done")


def test_a_finished_run_is_closed(engine):
    run = start_run(engine, **WHAT)
    finish_run(engine, run.id, status="done")
    with engine.connect() as connection:
        row = connection.execute(select(tables.run)).mappings().one()
    assert row["status"] == "done"
    assert row["finished_at"] >= row["started_at"]


def test_a_pid_that_went_to_another_process_is_a_dead_process():
    me = this_process()
    assert not me.is_dead()
    assert me._replace(started="1").is_dead()
    assert not Process("elsewhere", me.pid, "1").is_dead()


def test_a_zombie_is_dead():
    process = subprocess.Popen([sys.executable, "-c", "print()"], stdout=subprocess.PIPE, start_new_session=True)
    zombie = this_process()._replace(pid=process.pid, started="1")
    assert process.stdout
    process.stdout.read()
    try:
        assert zombie.is_dead()
    finally:
        process.stdout.close()
        process.wait()


def test_a_page_is_unknown_until_it_is_visited(engine, run_id):
    assert page_state(engine, "quzhou", URL) is None
    one = visit(run_id, reading())
    store(engine, one)
    assert one.fetch.capture
    expected = PageState(URL, Outcome.FETCHED, ReadingStatus.REPORT, '"0"', "", one.fetch.capture.digest)
    assert page_state(engine, "quzhou", URL) == expected
    assert page_state(engine, "jiaxing", URL) is None


@pytest.mark.parametrize("outcome", [Outcome.SERVER_ERROR, Outcome.TIMEOUT, Outcome.GONE, Outcome.CHALLENGE])
def test_a_failed_visit_keeps_what_the_last_good_one_left(engine, run_id, outcome):
    store(engine, visit(run_id, reading()))
    before = page_state(engine, "quzhou", URL)
    one = failed(run_id, outcome, detail="503")
    archived = visit(run_id, None, day=1)  # its answer was archived as well
    for bad in (one, replace(archived, fetch=replace(archived.fetch, outcome=outcome))):
        assert store(engine, bad) is LoadResult.KEPT
        assert page_state(engine, "quzhou", URL) == replace(before, outcome=outcome)
    with engine.connect() as connection:
        assert connection.scalar(select(tables.report.c.is_current))


def test_the_same_bytes_under_new_validators(engine, run_id):
    store(engine, visit(run_id, reading()))
    before = page_state(engine, "quzhou", URL)
    fetch = Fetch(URL, Outcome.UNCHANGED, "", capture(day=7))
    assert store(engine, Visit(run_id, "quzhou", "document", fetch)) is LoadResult.UNCHANGED
    assert page_state(engine, "quzhou", URL) == replace(before, outcome=Outcome.UNCHANGED, etag='"7"')


def test_a_304_keeps_the_validators_it_does_not_repeat(engine, run_id):
    store(engine, visit(run_id, reading()))
    before = page_state(engine, "quzhou", URL)
    fetch = Fetch(URL, Outcome.UNCHANGED, "", capture(status=304, headers=(), body=b""))
    assert store(engine, Visit(run_id, "quzhou", "document", fetch)) is LoadResult.UNCHANGED
    assert page_state(engine, "quzhou", URL) == replace(before, outcome=Outcome.UNCHANGED)


def test_an_unchanged_page_that_gave_no_report_still_gives_none(engine, run_id):
    store(engine, visit(run_id, reading(report(), ReadingStatus.NOT_REPORT, reason="a guide")))
    fetch = Fetch(URL, Outcome.UNCHANGED)
    assert store(engine, Visit(run_id, "quzhou", "document", fetch)) is LoadResult.KEPT
    with engine.connect() as connection:
        rows = connection.execute(select(tables.visit.c.reading, tables.visit.c.reason)).all()
    assert rows == [(ReadingStatus.NOT_REPORT, "a guide")] * 2


def test_a_portal_that_is_registered_again_is_changed(engine):
    register_portals(engine, [replace(PORTALS[0], status="blocked")])
    with engine.connect() as connection:
        rows = connection.execute(select(tables.portal.c.id, tables.portal.c.status)).tuples()
        assert dict(rows.all()) == {"quzhou": "blocked", "jiaxing": "unverified"}
