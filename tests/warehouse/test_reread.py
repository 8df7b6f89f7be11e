"""Archived pages read again: as if the present reader had read them at the time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from schema.records import Fetch, Outcome, Reading
from tests.warehouse.build import capture
from tests.warehouse.events import WHATS, Event, emptied, made, read, told
from warehouse import tables
from warehouse.changes import Changes
from warehouse.engine import Engine, open_warehouse
from warehouse.errors import WarehouseError
from warehouse.histories import Group, histories, is_same
from warehouse.load import Visit, store
from warehouse.replay import Reread, apply, entangled, grown

CODE = "a code"  # what other reports tell of an agency stays, so that they must tell the same
BODIES = WHATS.filter(lambda what: what not in ("same", "gone"))


@dataclass(frozen=True)
class Seen:
    """What a page showed on a day, as the former reader and as the present one read it."""

    page: int
    day: int
    former: str
    present: str

    def event(self, *, present: bool) -> Event:
        return Event(self.page, self.day, self.present if present else self.former)


def _seen(page: int, day: int, former: str, present: str, kind: str) -> Seen:
    """Half of them are read as they were, and some bring nothing new."""
    return Seen(page, day, *((kind, kind) if kind in ("same", "gone") else (former, former if kind else present)))


SEEN = st.builds(
    _seen, st.integers(1, 4), st.integers(0, 9), BODIES, BODIES, st.sampled_from(["", "read alike", "same", "gone"])
)


def crawled(engine: Engine, seen: Sequence[Seen], *, present: bool) -> dict[int, Reading]:
    """Load what was seen, in the order of time; the readings of the present reader by the offsets of the captures."""
    run_id = emptied(engine)
    readings: dict[int, Reading] = {}
    for one in seen:
        stored = replace(_visit(one.event(present=present), run_id), reader_version="2" if present else "1")
        store(engine, stored)
        if stored.location:
            readings[stored.location.offset] = read(one.event(present=True), CODE)
    return readings


def _visit(event: Event, run_id: int) -> Visit:
    """As `made`, but what brings nothing has a time of its own, too; and a body is the same for both readers."""
    one = made(replace(event, what="none") if event.what in ("same", "gone") else event, run_id, CODE)
    body = f"{event.page} {event.day}".encode()
    seen = capture(one.fetch.url, body, event.day)
    if event.what in ("same", "gone"):
        outcome = Outcome.UNCHANGED if event.what == "same" else Outcome.NOT_FOUND
        fetch = Fetch(one.fetch.url, outcome, "", replace(seen, status=304))
        return replace(one, fetch=fetch, location=None, reading=None)
    return replace(one, fetch=replace(one.fetch, capture=seen))


def reread(engine: Engine, groups: Iterable[Group], readings: Mapping[int, Reading]) -> list[Reread]:
    """What `flows.reparse` does, without its workers and its archive."""
    rereads = [_read(group, readings) for group in groups]
    while others := entangled(engine, rereads):
        missing = histories(engine, pages=set[int]().union(*others.values()))
        rereads = grown(rereads, others, [_read(group, readings, whole=True) for group in missing])
    return rereads


def _read(group: Group, readings: Mapping[int, Reading], *, whole: bool = False) -> Reread:
    bodies = [body for page in group for body in page.bodies]
    now = {body.visit_id: readings[body.location.offset] for body in bodies}
    same = not whole and all(is_same(body, now[body.visit_id]) for body in bodies)
    return Reread(tuple(page.page_id for page in group), {} if same else now)


def check_replayed(engine: Engine, seen: Sequence[Seen], *, at_once: bool) -> None:
    """Group by group, or all in one batch."""
    crawled(engine, seen, present=True)
    expected = told(engine)
    readings = crawled(engine, seen, present=False)
    before = told(engine)
    for keep in (False, True):
        for groups in [histories(engine)] if at_once else [[group] for group in histories(engine)]:
            apply(engine, reread(engine, groups, readings), "2", keep=keep)
        assert told(engine) == (expected if keep else before)
    again = reread(engine, histories(engine), readings)
    assert apply(engine, again, "2") == Changes()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_warehouse(f"sqlite:///{tmp_path_factory.mktemp('reread') / 'warehouse.db'}")
    yield engine
    engine.dispose()


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SEEN, min_size=1, max_size=8), st.booleans())
def test_a_replay_is_a_crawl_with_the_present_reader(shared: Engine, seen: list[Seen], at_once: bool) -> None:
    check_replayed(shared, sorted(seen, key=lambda one: one.day), at_once=at_once)


HISTORY = [
    Seen(
        1,
        0,
        "甲1",
        "甲1",
    ),
    Seen(2, 0, "nameless", "甲2"),
    Seen(3, 1, "甲1", "甲1"),
    Seen(3, 2, "same", "same"),
    Seen(1, 3, "甲2", "甲1"),
    Seen(4, 3, "unreadable", "乙1"),
    Seen(2, 4, "乙2", "nameless"),
    Seen(2, 5, "gone", "gone"),
    Seen(1, 6, "甲3", "乙1"),
]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_replay_is_a_crawl_on_both_engines(engine: Engine, at_once: bool) -> None:
    check_replayed(engine, HISTORY, at_once=at_once)


def test_a_report_at_many_addresses_is_one_group(engine: Engine) -> None:
    """Asked for by one of its pages, it comes with all of them, and each page once."""
    crawled(engine, [Seen(6 * number, number, "甲1", "甲1") for number in range(1, 40)], present=False)
    (group,) = histories(engine)
    assert len({page.page_id for page in group}) == len(group) == 39
    assert list(histories(engine, pages=[group[7].page_id])) == [group]


def test_a_page_that_comes_to_show_the_same_report_meanwhile_keeps_it(engine: Engine) -> None:
    """A crawl beside the reparse: the report that is taken out of one page is shown by another since the first look."""
    one, other = Seen(1, 1, "甲1", "甲3"), Seen(7, 2, "甲1", "甲1")
    crawled(engine, [one, other], present=True)
    expected = told(engine)
    readings = crawled(engine, [one], present=False)
    groups = list(histories(engine))
    with engine.connect() as connection:
        run_id = connection.scalar(select(func.max(tables.run.c.id))) or 0
    came = replace(_visit(other.event(present=False), run_id), reader_version="1")
    store(engine, came)
    assert came.location
    readings[came.location.offset] = read(other.event(present=True), CODE)
    apply(engine, reread(engine, groups, readings), "2")
    assert told(engine) == expected


def test_what_reads_as_before_costs_no_write_but_the_version(engine: Engine) -> None:
    seen = [Seen(page, page, "甲1", "甲1") for page in range(1, 5)]
    readings = crawled(engine, seen, present=False)
    with engine.connect() as connection:
        before = connection.execute(select(tables.report.c.id, tables.report.c.valid_from)).all()
    assert apply(engine, reread(engine, histories(engine), readings), "9") == Changes()
    with engine.connect() as connection:
        assert connection.execute(select(tables.report.c.id, tables.report.c.valid_from)).all() == before
        assert set(connection.scalars(select(tables.report.c.reader_version))) == {"9"}


def test_the_changes_are_told_by_name(engine: Engine) -> None:
    seen = [
        Seen(1, 1, "甲1", "甲3"),
        Seen(2, 1, "nameless", "乙2"),
        Seen(4, 1, "丙3", "none"),
        Seen(3, 1, "甲2", "unreadable"),
    ]
    readings = crawled(engine, seen, present=False)
    found = apply(engine, reread(engine, histories(engine), readings), "2")
    assert (found.new_reports, found.lost_reports) == ((("乙局", 2021),), (("丙局", 2021),))
    assert found.changed_reports == (("甲局", 2022),)
    assert [tuple(cell)[2:] for cell in found.changed_cells] == [
        ("request.carried_out", "total", "'1' (1 item)", "'3' (3 item)"),
        ("request.received", "total", "'1000' (1000 item)", "'3000' (3000 item)"),
    ]
    assert [len(found.new_cells), len(found.lost_cells)] == [3, 3]
    assert [url[-6:] for url, _ in found.released] == ["2.html"]
    assert found.quarantined == (("http://www.qz.gov.cn/3.html", "torn"),)


def test_a_page_that_is_visited_meanwhile_stays(engine: Engine) -> None:
    readings = crawled(engine, [Seen(1, 1, "甲1", "甲3")], present=False)
    rereads = reread(engine, histories(engine), readings)
    with engine.connect() as connection:
        run_id = connection.scalar(select(func.max(tables.run.c.id))) or 0
    store(engine, made(Event(1, 2, "甲2"), run_id))
    expected = told(engine)
    with pytest.raises(WarehouseError, match="visited while"):
        apply(engine, rereads, "2")
    assert told(engine) == expected
