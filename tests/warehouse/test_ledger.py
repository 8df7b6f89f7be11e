"""Runs and pages."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from schema.records import Fetch, Outcome, Reading, ReadingStatus
from tests.warehouse.build import PORTALS, START, URL, capture, failed, page_state, reading, report, visit
from warehouse import tables
from warehouse.archive import Original
from warehouse.engine import writing
from warehouse.ledger import PageState, documents_in, finish_run, pages_alike, register_portals, start_run, visited
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
    store(engine, failed(first.id, Outcome.NOT_FOUND, "http://www.qz.gov.cn/gone.html"))
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
    assert page_state(engine) is None
    one = visit(run_id, reading())
    store(engine, one)
    assert one.fetch.capture
    digest = one.fetch.capture.digest
    last = (Outcome.FETCHED, ReadingStatus.REPORT, '"0"', "", digest, Original(URL, START))
    expected = PageState(URL, "document", START, *last)
    assert page_state(engine) == expected
    assert page_state(engine, portal_id="jiaxing") is None


@pytest.mark.parametrize("outcome", [Outcome.SERVER_ERROR, Outcome.TIMEOUT, Outcome.NOT_FOUND, Outcome.CHALLENGE])
def test_a_failed_visit_keeps_what_the_last_good_one_left(engine, run_id, outcome):
    store(engine, visit(run_id, reading()))
    before = page_state(engine)
    one = failed(run_id, outcome, detail="503")
    archived = visit(run_id, None, day=1)  # its answer was archived as well
    for bad in (one, replace(archived, fetch=replace(archived.fetch, outcome=outcome))):
        assert store(engine, bad) is LoadResult.KEPT
        after = page_state(engine)
        assert after == replace(before, outcome=outcome, last_tried=after.last_tried)
    with engine.connect() as connection:
        assert connection.scalar(select(tables.report.c.is_current))


def test_the_same_bytes_under_new_validators(engine, run_id):
    store(engine, visit(run_id, reading()))
    before = page_state(engine)
    fetch = Fetch(URL, Outcome.UNCHANGED, "", capture(day=7))
    assert store(engine, Visit(run_id, "quzhou", "document", fetch)) is LoadResult.UNCHANGED
    after = page_state(engine)
    assert (after.outcome, after.etag, after.digest) == (Outcome.UNCHANGED, '"7"', before.digest)


def test_a_304_keeps_the_validators_it_does_not_repeat(engine, run_id):
    store(engine, visit(run_id, reading()))
    before = page_state(engine)
    fetch = Fetch(URL, Outcome.UNCHANGED, "", capture(status=304, headers=(), body=b""))
    assert store(engine, Visit(run_id, "quzhou", "document", fetch)) is LoadResult.UNCHANGED
    assert page_state(engine) == replace(before, outcome=Outcome.UNCHANGED)


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


def _nights(engine, run_id, *visits):
    """Store a visit a night (or more, by the hour) and give what the ledger calls the page after each."""
    found = []
    for hours, outcome in visits:
        at = capture(status=404, fetched_at=START + timedelta(hours=hours))
        store(engine, Visit(run_id, "quzhou", "document", Fetch(URL, outcome, "", at)))
        found.append(page_state(engine).outcome)
    return found


def test_a_page_is_gone_after_several_nights_and_no_sooner(engine, run_id):
    missing, soft, gone = Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.GONE
    nights = [(0, missing), (1, missing), (24, soft), (25, soft), (48, missing), (72, missing)]
    assert _nights(engine, run_id, *nights) == [missing, missing, soft, soft, gone, gone]


def test_a_page_that_comes_back_begins_anew_and_other_failures_prove_nothing(engine, run_id):
    missing, good, down = Outcome.NOT_FOUND, Outcome.FETCHED, Outcome.TIMEOUT
    nights = [(0, missing), (24, missing), (48, good), (72, missing), (96, down), (120, missing), (144, missing)]
    expected = [missing, missing, good, missing, down, missing, Outcome.GONE]
    assert _nights(engine, run_id, *nights) == expected


def test_a_night_ends_at_midnight_in_china(engine, run_id):
    """The first visit is at 11 in the morning there; 13 hours later it is another day, 12 hours later it is not."""
    missing = Outcome.NOT_FOUND
    assert _nights(engine, run_id, (0, missing), (12, missing), (13, missing), (36, missing)) == [missing] * 3 + [
        missing
    ]
    assert _nights(engine, run_id, (37, missing)) == [Outcome.GONE]


def test_pages_with_the_same_bytes_are_counted_without_the_page_itself(engine, run_id):
    for number in range(3):
        store(engine, visit(run_id, Reading(ReadingStatus.NOT_REPORT, reason="a shell"), f"{URL}?{number}"))
    digest = page_state(engine, f"{URL}?0").digest
    assert pages_alike(engine, "quzhou", f"{URL}?0", digest) == 2
    assert pages_alike(engine, "quzhou", f"{URL}?new", digest) == 3
    assert pages_alike(engine, "jiaxing", f"{URL}?new", digest) == 0


def test_the_documents_of_a_column_are_counted(engine, run_id):
    store(engine, visit(run_id, reading()))
    store(engine, failed(run_id, Outcome.TIMEOUT, URL + "?2"))
    assert (documents_in(engine, "quzhou", "c1"), documents_in(engine, "quzhou", "c2")) == (2, 0)
