"""Many visits in one transaction: as one by one, whatever they are."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from benchmarks.country import portals, visits
from tests.warehouse.build import reading, visit
from tests.warehouse.events import EVENTS, Event, emptied, made, told
from warehouse import tables
from warehouse.batch import store_many
from warehouse.chunks import chunks
from warehouse.engine import Engine, open_warehouse
from warehouse.ledger import register_portals
from warehouse.load import LoadResult, store


def check_alike(engine: Engine, events: Sequence[Event], size: int) -> None:
    run_id = emptied(engine)
    several = [made(event, run_id) for event in events]
    results = [store(engine, one) for one in several]
    expected = told(engine)
    run_id = emptied(engine)
    several = [replace(one, run_id=run_id) for one in several]
    batches = list(chunks(several, size))
    assert [result for batch in batches for result in store_many(engine, batch)] == results
    assert told(engine) == expected
    with engine.connect() as connection:
        before = connection.scalar(select(func.max(tables.observation.c.report_id)))
    again = [one for one in several if one.reading]
    assert store_many(engine, again) == [r for r, one in zip(results, several, strict=True) if one.reading]
    assert told(engine) == expected
    with engine.connect() as connection:
        assert connection.scalar(select(func.max(tables.observation.c.report_id))) == before


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_warehouse(f"sqlite:///{tmp_path_factory.mktemp('batch') / 'warehouse.db'}")
    yield engine
    engine.dispose()


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS, st.integers(2, 9))
def test_a_batch_is_as_its_visits_one_by_one(shared: Engine, events: list[Event], size: int) -> None:
    check_alike(shared, events, size)


TOLD = "1甲1 2甲1 3甲2 1甲2 4nameless 4乙1 2same 3gone 1甲1 3甲2 2none 4unreadable 4same 3甲3"


@pytest.mark.parametrize("size", [1, 5, 20])
def test_a_batch_is_as_its_visits_on_both_engines(engine: Engine, size: int) -> None:
    days = [3, 1, 1, 5, 2, 3, 0, 0, 2, 9, 8, 8, 0, 0]
    events = [Event(int(one[0]), day, one[1:]) for one, day in zip(TOLD.split(), days, strict=True)]
    check_alike(engine, events, size)


def test_a_batch_that_fails_leaves_nothing(engine: Engine, run_id: int) -> None:
    good, bad = visit(run_id, reading(), "http://www.qz.gov.cn/1.html"), visit(run_id, reading(), portal_id="nowhere")
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store_many(engine, [good, bad])
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.capture)) == 0


@pytest.mark.slow
def test_a_country_is_loaded_as_one_by_one(engine: Engine) -> None:
    run_id = emptied(engine)
    register_portals(engine, portals(60))
    several = list(visits(60, run_id))
    store_many(engine, several)
    expected = told(engine)
    run_id = emptied(engine)
    register_portals(engine, portals(60))
    for one in several:
        store(engine, replace(one, run_id=run_id))
    assert told(engine) == expected


def test_loaders_at_once_make_nothing_twice_and_lose_nothing(engine: Engine, run_id: int) -> None:
    """Two that take batches and two that take visits, all of the same pages in other orders."""
    events = [Event(page, page % 3, what) for page in range(1, 9) for what in ("甲1", "乙1", "nameless")]
    several = [made(event, run_id) for event in events]
    orders = [several, several[::-1], several[5:] + several[:5], several[11:] + several[:11]]

    def load(number: int) -> list[LoadResult]:
        if number < 2:
            return [result for batch in chunks(orders[number], 6) for result in store_many(engine, batch)]
        return [store(engine, one) for one in orders[number]]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(load, range(4)))
    with engine.connect() as connection:
        for table, count in ((tables.capture, 24), (tables.visit, 24), (tables.page, 8)):
            assert connection.scalar(select(func.count()).select_from(table)) == count
        current = select(tables.report.c.agency_id, tables.report.c.year).where(tables.report.c.is_current)
        assert len(connection.execute(current).all()) == len(set(connection.execute(current).tuples()))
        cells = select(func.count()).select_from(tables.observation)
        assert connection.scalar(cells) == connection.scalar(select(func.sum(tables.report.c.cells)))
