"""Archived pages read again: as if the present reader had read them at the time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.records import Fetch, Outcome, Reading
from tests.warehouse.build import capture
from tests.warehouse.events import WHATS, Event, emptied, made, read, told
from warehouse.changes import Changes
from warehouse.engine import Engine, open_warehouse
from warehouse.histories import Group, histories, is_same
from warehouse.load import Visit, store
from warehouse.replay import Reread, apply, entangled

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
            readings[stored.location.offset] = read(one.event(present=True))
    return readings


def _visit(event: Event, run_id: int) -> Visit:
    """As `made`, but what brings nothing has a time of its own, too; and a body is the same for both readers."""
    one = made(replace(event, what="none") if event.what in ("same", "gone") else event, run_id)
    body = f"{event.page} {event.day}".encode()
    seen = capture(one.fetch.url, body, event.day)
    if event.what in ("same", "gone"):
        outcome = Outcome.UNCHANGED if event.what == "same" else Outcome.NOT_FOUND
        fetch = Fetch(one.fetch.url, outcome, "", replace(seen, status=304))
        return replace(one, fetch=fetch, location=None, reading=None)
    return replace(one, fetch=replace(one.fetch, capture=seen))


def reread(engine: Engine, readings: Mapping[int, Reading]) -> list[Reread]:
    """What `flows.reparse` does, without its workers and its archive."""
    return [_whole(engine, _read(group, readings), readings) for group in histories(engine)]


def _read(group: Group, readings: Mapping[int, Reading], *, whole: bool = False) -> Reread:
    bodies = [body for page in group for body in page.bodies]
    now = {body.visit_id: readings[body.location.offset] for body in bodies}
    same = not whole and all(is_same(body, now[body.visit_id]) for body in bodies)
    return Reread(tuple(page.page_id for page in group), {} if same else now)


def _whole(engine: Engine, one: Reread, readings: Mapping[int, Reading]) -> Reread:
    while one.readings and (others := entangled(engine, one)):
        for group in histories(engine, pages=others):
            more = _read(group, readings, whole=True)
            one = Reread((*one.pages, *more.pages), {**one.readings, **more.readings})
    return one


def check_replayed(engine: Engine, seen: Sequence[Seen]) -> None:
    crawled(engine, seen, present=True)
    expected = told(engine)
    readings = crawled(engine, seen, present=False)
    before = told(engine)
    for group in histories(engine):
        apply(engine, [_whole(engine, _read(group, readings), readings)], "2", keep=False)
    assert told(engine) == before
    for group in histories(engine):
        apply(engine, [_whole(engine, _read(group, readings), readings)], "2")
    assert told(engine) == expected
    again = reread(engine, readings)
    assert apply(engine, again, "2") == Changes()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_warehouse(f"sqlite:///{tmp_path_factory.mktemp('reread') / 'warehouse.db'}")
    yield engine
    engine.dispose()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SEEN, min_size=1, max_size=8))
def test_a_replay_is_a_crawl_with_the_present_reader(shared: Engine, seen: list[Seen]) -> None:
    check_replayed(shared, sorted(seen, key=lambda one: one.day))
