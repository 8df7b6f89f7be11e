"""Captures that come late: whatever the order of loading, a page's history reads the same."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.records import Outcome, Reading, ReadingStatus
from tests.warehouse.build import AGENCY, PORTALS, START, failed, page_state, reading, report, visit
from warehouse.engine import Engine, open_warehouse
from warehouse.ledger import register_portals, start_run
from warehouse.load import store
from warehouse.query import run_query
from warehouse.results import LoadResult

HISTORY = "SELECT year, title, valid_from, valid_to, is_current, revision FROM report ORDER BY valid_from, title"
OF_URL = (
    """
    SELECT DISTINCT r.title, r.valid_from, r.valid_to, r.is_current, r.revision FROM report r
    JOIN report_address a ON a.report_id = r.id WHERE a.url = '{url}' ORDER BY r.valid_from, r.title
    """,
    """
    SELECT r.title, a.first_seen, a.left_at FROM report_address a JOIN report r ON r.id = a.report_id
    WHERE a.url = '{url}' ORDER BY a.first_seen, r.title
    """,
    "SELECT first_seen, last_tried, outcome, reading, etag, digest FROM page WHERE url = '{url}'",
)
Shown = tuple[int, str]  # a day, and what the page said on it


def said(content: str, agency: str = AGENCY) -> Reading:
    return reading(report(agency=agency, title=f"{content}2018年政府信息公开工作年度报告"))


def told(engine: Engine, run_id: int, page: int, order: list[Shown]) -> list[list[tuple[object, ...]]]:
    """Load what a page, with an agency of its own, said in this order, and tell its history."""
    address = f"http://www.qz.gov.cn/{page}.html"
    for day, content in order:
        store(engine, visit(run_id, said(content, f"示例市{page}局"), address, day))
    url = engine.url.render_as_string(hide_password=False)
    rows = [run_query(url, sql.format(url=address)).rows for sql in OF_URL]
    return [[(*row[:-1], "") if index == 2 else row for row in found] for index, found in enumerate(rows)]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, int]]:
    """One warehouse for all orders: to make one takes longer than a history."""
    engine = open_warehouse(f"sqlite:///{tmp_path_factory.mktemp('late') / 'warehouse.db'}")
    register_portals(engine, PORTALS)
    yield engine, start_run(engine, command="ingest", portals=["quzhou"], years=[]).id
    engine.dispose()


_pages = count(1)


@pytest.mark.slow
@pytest.mark.parametrize("seen", ["ABC", "AAB", "ABB", "AABB"])
def test_every_order_of_loading_gives_one_history(shared: tuple[Engine, int], seen: str) -> None:
    in_time = list(enumerate(seen))
    expected = told(*shared, next(_pages), in_time)
    for order in permutations(in_time):
        assert told(*shared, next(_pages), list(order)) == expected, order


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_history_in_any_order_is_without_a_gap_and_ends_as_the_page_did(
    shared: tuple[Engine, int], data: st.DataObject
) -> None:
    seen = data.draw(st.text("ABCD", min_size=1, max_size=7))
    order = data.draw(st.permutations(list(enumerate(seen))))
    history, addresses, _ = told(*shared, next(_pages), list(order))
    (current,) = [row for row in history if row[3]]
    assert (str(current[0])[0], current[2]) == (seen[-1], None)
    assert [row[2] for row in addresses] == [*(row[1] for row in addresses[1:]), None]
    for day, content in enumerate(seen):
        at = (START + timedelta(days=day)).replace(tzinfo=None).isoformat(" ")
        (shown,) = [row[0] for row in addresses if str(row[1]) <= at and (row[2] is None or at < str(row[2]))]
        assert str(shown)[0] == content


def test_an_older_capture_is_no_revision_of_a_newer_one(engine: Engine, run_id: int, url: str) -> None:
    store(engine, visit(run_id, said("新"), day=9))
    assert store(engine, visit(run_id, said("旧"), day=2)) is LoadResult.NEW
    ((_, old, _, left, old_stands, first), (_, new, since, still, new_stands, second)) = run_query(url, HISTORY).rows
    assert (str(old)[0], old_stands, first) == ("旧", False, 1)
    assert (str(new)[0], new_stands, still, second) == ("新", True, None, 2)
    assert left == since


def test_the_page_is_as_it_was_last_seen(engine: Engine, run_id: int) -> None:
    store(engine, visit(run_id, said("新"), day=9))
    newest = page_state(engine)
    store(engine, visit(run_id, said("旧"), day=2))
    assert page_state(engine) == newest


def test_of_a_page_that_is_gone_the_last_report_stands(engine: Engine, run_id: int, url: str) -> None:
    store(engine, failed(run_id, Outcome.NOT_FOUND))
    assert store(engine, visit(run_id, said("旧"), day=-900)) is LoadResult.NEW
    assert [row[3:5] for row in run_query(url, HISTORY).rows] == [(None, True)]
    state = page_state(engine)
    assert state
    assert state.outcome is Outcome.NOT_FOUND


def test_the_quarantine_is_for_what_a_page_shows_now(engine: Engine, run_id: int, url: str) -> None:
    nameless = reading(report(agency=None))
    store(engine, visit(run_id, said("新"), day=9))
    assert store(engine, visit(run_id, nameless, day=2)) is LoadResult.KEPT
    assert run_query(url, "SELECT * FROM quarantine").rows == ()
    assert run_query(url, "SELECT reading, reason FROM visit ORDER BY visited_at").rows[0] == ("report", "no agency")
    store(engine, visit(run_id, nameless, day=11))
    store(engine, visit(run_id, said("新"), day=10))
    assert run_query(url, "SELECT resolved_at FROM quarantine").rows == ((None,),)


def test_what_was_no_report_then_changes_nothing(engine: Engine, run_id: int, url: str) -> None:
    store(engine, visit(run_id, said("新"), day=9))
    before = run_query(url, HISTORY).rows
    no_report = reading(report(), ReadingStatus.NOT_REPORT)
    assert store(engine, visit(run_id, no_report, day=2)) is LoadResult.KEPT
    assert run_query(url, HISTORY).rows == before


def test_an_unchanged_page_shows_what_it_showed_last_and_not_what_came_last(
    engine: Engine, run_id: int, url: str
) -> None:
    store(engine, visit(run_id, said("新"), day=9))
    store(engine, visit(run_id, said("旧"), day=2))
    store(engine, failed(run_id, Outcome.UNCHANGED))
    ((title,),) = run_query(
        url, "SELECT r.title FROM visit v JOIN report r ON r.id = v.report_id WHERE v.outcome = 'unchanged'"
    ).rows
    assert str(title).startswith("新")


def test_what_another_page_shows_still_gets_one_more_address(engine: Engine, run_id: int, url: str) -> None:
    other = "http://www.qz.gov.cn/art/2019/3/15/art_2.html"
    store(engine, visit(run_id, said("同"), other, day=1))
    store(engine, visit(run_id, said("新"), day=9))
    assert store(engine, visit(run_id, said("同"), day=0)) is LoadResult.ADDRESS
    rows = run_query(url, HISTORY).rows
    assert [(str(row[1])[0], row[3]) for row in rows] == [("同", None), ("新", None)]
    assert str(rows[0][2]).startswith(str(START)[:19])
