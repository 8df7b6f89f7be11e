"""Many visits in one transaction: as one by one, whatever they are."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from benchmarks.country import portals, visits
from schema.records import Finding, LocalRow, Outcome, Place, Reading, ReadingStatus, Severity
from tests.warehouse.build import PORTALS, failed, observation, reading, report, visit
from tests.warehouse.content import content
from warehouse import tables
from warehouse.batch import store_many
from warehouse.chunks import chunks
from warehouse.corrections import put_corrections
from warehouse.corrections_file import Correction
from warehouse.engine import Engine, open_warehouse, writing
from warehouse.ledger import register_portals, start_run
from warehouse.load import LoadResult, Visit, store
from warehouse.results import Expect

LISTS = {"dimension", "form", "form_row", "indicator", "info", "region", "series_definition", "series_term"}
DIARY = select(
    tables.page.c.url,
    tables.visit.c.visited_at,
    tables.capture.c.digest,
    *(tables.visit.c[name] for name in ("outcome", "reading", "reason", "result")),
    tables.report.c.title,
    tables.report.c.valid_from,
    tables.report.c.valid_to,
)
ROW = LocalRow("其他行", ("1", ""), Place(1, 90, 1))
DOUBT = Finding("sum", Severity.ERROR, "3 and 4", (("proactive.total", "total"),))
WRONG = Correction("甲局", 2021, "request.received", "total", "1000", None, "slipped", Expect.PRINTED)


@dataclass(frozen=True)
class Event:
    """What a page shows on a day."""

    page: int
    day: int
    what: str


WHATS = st.sampled_from(["甲1", "甲2", "甲1", "乙1", "乙2", "甲3", "none", "nameless", "unreadable", "same", "gone"])
EVENTS = st.lists(st.builds(Event, st.integers(1, 4), st.integers(0, 9), WHATS), min_size=1, max_size=9)


def made(event: Event, run_id: int) -> Visit:
    """The visit; odd pages are of 2021, even ones of 2022."""
    url = f"http://www.qz.gov.cn/{event.page}.html"
    if event.what in ("same", "gone"):
        return failed(run_id, Outcome.UNCHANGED if event.what == "same" else Outcome.NOT_FOUND, url)
    made = visit(run_id, _reading(event), url, event.day)
    return replace(made, year=2021) if event.page == 1 else made


def _reading(event: Event) -> Reading:
    if event.what == "unreadable":
        return Reading(ReadingStatus.UNREADABLE, reason="torn")
    digit = event.what[-1] if event.what[-1].isdecimal() else "9"
    figures = {"request.received": f"{digit}000", "request.carried_out": digit, "request.carried_in": "1"}
    said = report(
        form="2021",
        agency=None if event.what == "nameless" else f"{event.what[0]}局",
        year=2021 + event.page % 2,
        title=event.what,
        credit_code=f"code of {event.page}",
        region=f"33080{event.page}",
        observations=tuple(observation(code, value) for code, value in figures.items()),
        local_rows=(ROW,) * (event.page % 3),
    )
    status = ReadingStatus.NOT_REPORT if event.what == "none" else ReadingStatus.REPORT
    return reading(said, status, findings=(DOUBT,) * (event.day % 2))


def emptied(engine: Engine) -> int:
    """Let the warehouse hold the portals, the corrections and one run; the run's id."""
    with writing(engine) as connection:
        for table in reversed(tables.metadata.sorted_tables):
            if table.name not in LISTS:
                connection.execute(delete(table))
    register_portals(engine, PORTALS)
    put_corrections(engine, [WRONG])
    return start_run(engine, command="crawl", portals=["quzhou"], years=[]).id


def told(engine: Engine) -> tuple[list[str], list[object]]:
    """All that the warehouse says, the visits included."""
    with engine.connect() as connection:
        diary = DIARY.select_from(tables.visit).join(tables.page).outerjoin(tables.report)
        diary = diary.outerjoin(tables.capture, tables.visit.c.capture_id == tables.capture.c.id)
        rows = connection.execute(diary.order_by(tables.page.c.url, tables.visit.c.id)).all()
    # When a visit brought nothing is the clock's to say.
    return content(engine), [row if row.digest else (row.url, *row[2:]) for row in rows]


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
