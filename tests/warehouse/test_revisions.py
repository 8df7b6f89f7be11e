"""A report over time and place: revisions, addresses, pages that disagree."""

from itertools import permutations

import pytest
from sqlalchemy import select

from schema.records import Outcome, Place, Reading, ReadingStatus
from tests.warehouse.build import PORTALS, START, URL, failed, observation, reading, report, visit
from tests.warehouse.content import content
from warehouse import tables
from warehouse.digest import content_digest
from warehouse.engine import open_warehouse
from warehouse.ledger import register_portals, start_run
from warehouse.load import LoadResult, store
from warehouse.standing import COMPETING

A = reading(report({"proactive.total": "1"}))
B = reading(report({"proactive.total": "2"}))
FULLER = reading(report({"proactive.total": "2", "request.received": "3"}))
OTHER = "http://www.qz.gov.cn/art/other.html"


def _reports(engine):
    """Revision, first figure, days from start to end, whether current."""
    value = select(tables.observation.c.value).where(tables.observation.c.report_id == tables.report.c.id).limit(1)
    row = tables.report.c
    query = select(row.revision, value.scalar_subquery(), row.valid_from, row.valid_to, row.is_current)
    with engine.connect() as connection:
        return [
            (revision, figure and int(figure), (start - START).days, end and (end - START).days, current)
            for revision, figure, start, end, current in connection.execute(query.order_by(row.id))
        ]


def _addresses(engine):
    address = tables.report_address.c
    query = select(address.report_id, address.url, address.left_at.is_(None)).order_by(address.id)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def _competing(engine):
    query = select(tables.finding.c.report_id, tables.finding.c.message).where(tables.finding.c.rule == COMPETING)
    with engine.connect() as connection:
        return connection.execute(query.order_by(tables.finding.c.id)).tuples().all()


def test_a_changed_page_makes_a_revision_and_keeps_the_old_one(engine, run_id):
    assert store(engine, visit(run_id, A)) is LoadResult.NEW
    assert store(engine, visit(run_id, B, day=5)) is LoadResult.REVISED
    assert _reports(engine) == [(1, 1, 0, 5, False), (2, 2, 5, None, True)]
    assert _addresses(engine) == [(1, URL, False), (2, URL, True)]
    assert _competing(engine) == []


def test_a_page_that_goes_back_makes_a_third_revision(engine, run_id):
    for day, read in enumerate((A, B, A)):
        store(engine, visit(run_id, read, day=day))
    assert _reports(engine) == [(1, 1, 0, 1, False), (2, 2, 1, 2, False), (3, 1, 2, None, True)]


def test_the_same_report_on_another_page_is_another_address(engine, run_id):
    store(engine, visit(run_id, A))
    assert store(engine, visit(run_id, A, OTHER, day=1)) is LoadResult.ADDRESS
    assert store(engine, visit(run_id, A, URL, day=1, portal_id="jiaxing")) is LoadResult.ADDRESS
    assert store(engine, visit(run_id, A, OTHER, day=2)) is LoadResult.UNCHANGED
    assert _reports(engine) == [(1, 1, 0, None, True)]
    assert _addresses(engine) == [(1, URL, True), (1, OTHER, True), (1, URL, True)]


def test_a_report_stays_while_another_page_shows_it(engine, run_id):
    store(engine, visit(run_id, A))
    store(engine, visit(run_id, A, OTHER))
    assert store(engine, visit(run_id, FULLER, day=3)) is LoadResult.REVISED
    assert _reports(engine) == [(1, 1, 0, None, False), (2, 2, 3, None, True)]
    assert _competing(engine) == [(2, f"another page shows a different report for this year: {OTHER}")]
    assert store(engine, visit(run_id, FULLER, OTHER, day=4)) is LoadResult.ADDRESS
    assert _reports(engine) == [(1, 1, 0, 4, False), (2, 2, 3, None, True)]
    assert _competing(engine) == []


def test_a_page_that_turns_to_another_agency_or_year_leaves_the_old_report(engine, run_id):
    store(engine, visit(run_id, A))
    later = reading(report({"proactive.total": "1"}, year=2019))
    assert store(engine, visit(run_id, later, day=2)) is LoadResult.NEW
    assert _reports(engine) == [(1, 1, 0, 2, False), (1, 1, 2, None, True)]
    assert _addresses(engine) == [(1, URL, False), (2, URL, True)]


@pytest.mark.parametrize("then", [Reading(ReadingStatus.NOT_REPORT), Reading(ReadingStatus.UNREADABLE), None])
def test_a_page_that_stops_being_readable_keeps_its_report(engine, run_id, then):
    store(engine, visit(run_id, A))
    store(engine, visit(run_id, then, day=2) if then else failed(run_id, Outcome.NOT_FOUND))
    assert _reports(engine) == [(1, 1, 0, None, True)]
    assert store(engine, visit(run_id, A, day=3)) is LoadResult.UNCHANGED


def test_a_table_that_vanishes_is_a_revision(engine, run_id):
    store(engine, visit(run_id, A))
    bare = Reading(ReadingStatus.NO_TABLE, report({}, form=None))
    assert store(engine, visit(run_id, bare, day=1)) is LoadResult.REVISED
    assert _reports(engine) == [(1, 1, 0, 1, False), (2, None, 1, None, True)]


BARE = Reading(ReadingStatus.NO_TABLE, report({}, form=None, header={"published_on": "2019-01-01"}))
BLANK = reading(report({"proactive.total": None, "request.received": None}))
EARLY = reading(report({"proactive.total": "4"}, header={"published_on": "2019-03-01"}))
LATE = reading(report({"proactive.total": "5"}, header={"composed_on": "2019-03-02"}))
UNDATED = reading(report({"proactive.total": "6"}))
RANKED = (FULLER, EARLY, LATE, UNDATED, BLANK, BARE)


@pytest.mark.parametrize("worse", range(1, len(RANKED)))
def test_of_two_contents_the_fuller_then_the_earlier_stands(engine, run_id, worse):
    for url, read in ((URL, RANKED[worse]), (OTHER, RANKED[worse - 1])):
        store(engine, visit(run_id, read, url))
    assert [current for *_, current in _reports(engine)] == [False, True]
    assert _competing(engine) == [(2, f"another page shows a different report for this year: {URL}")]


def test_of_two_equals_the_smaller_address_stands(engine, run_id):
    store(engine, visit(run_id, A, "http://www.qz.gov.cn/b.html"))
    store(engine, visit(run_id, B, "http://www.qz.gov.cn/a.html"))
    assert [current for *_, current in _reports(engine)] == [False, True]


@pytest.mark.slow
def test_the_order_of_loading_does_not_matter(tmp_path):
    shown = [(URL, A), (OTHER, B), ("http://www.qz.gov.cn/3.html", FULLER), ("http://www.qz.gov.cn/4.html", A)]
    ends = set()
    for number, order in enumerate(list(permutations(shown))[::5]):
        engine = open_warehouse(f"sqlite:///{tmp_path}/{number}.db")
        register_portals(engine, PORTALS)
        run = start_run(engine, command="crawl", portals=["quzhou"], years=[])
        for url, read in order:
            store(engine, visit(run.id, read, url))
        ends.add(tuple(content(engine)))
        engine.dispose()
    assert len(ends) == 1


def test_content_is_what_is_said_and_not_where():
    base = content_digest(report())
    moved = tuple(
        observation(o.indicator, o.value and str(o.value), place=Place(7, 8, 9)) for o in report().observations
    )
    assert content_digest(report(observations=moved)) == base
    assert content_digest(report(observations=tuple(reversed(report().observations)))) == base
    assert content_digest(report({"proactive.total": "3457.0", "request.received": None})) != base, (
        "the raw text differs"
    )
    for other in ({"year": 2019}, {"agency": "x"}, {"title": "x"}, {"form": "2019"}, {"header": {"publisher": "x"}}):
        assert content_digest(report(**other)) != base


def test_equal_numbers_have_equal_digests():
    texts = ["0.370", "0.37", "3.7E-1"]
    assert len({content_digest(report(observations=(observation(value=t, raw=""),))) for t in texts}) == 1
