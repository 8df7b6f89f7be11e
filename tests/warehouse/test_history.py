"""What an agency's years say of each other, whenever and in whatever order they come."""

from itertools import permutations

import pytest
from sqlalchemy import select

from schema.records import Finding, Severity
from tests.warehouse.build import PORTALS, URL, observation, reading, report, visit
from tests.warehouse.content import content
from warehouse import tables
from warehouse.engine import open_warehouse
from warehouse.ledger import register_portals, start_run
from warehouse.load import LoadResult, store
from warehouse.results import Scope

READ = Finding("sum", Severity.ERROR, "3 and 4")


def _read(year: int, carried_in: str, carried_out: str, items: str = "5", agency: str = "衢州市民政局"):
    cells = {"request.carried_in": carried_in, "request.carried_out": carried_out, "documents.rules.issued": items}
    figures = tuple(observation(code, value) for code, value in cells.items())
    return reading(report(form="2021", year=year, agency=agency, observations=figures), findings=(READ,))


def _address(year: int) -> str:
    return f"{URL}?{year}"


def _told(engine, *rules: str) -> list[tuple[int, str]]:
    """Year and rule of what the years say of each other."""
    query = select(tables.report.c.year, tables.finding.c.rule).join(tables.finding)
    across = query.where(tables.finding.c.scope == Scope.CROSS_YEAR).order_by(tables.report.c.year)
    with engine.connect() as connection:
        return connection.execute(across).tuples().all()


def test_a_year_is_checked_against_the_one_before_whichever_comes_first(engine, run_id):
    store(engine, visit(run_id, _read(2022, "2", "0"), _address(2022)))
    assert _told(engine) == []
    store(engine, visit(run_id, _read(2021, "0", "3"), _address(2021)))
    assert _told(engine) == [(2022, "carried_over")]


def test_what_the_report_itself_told_stays(engine, run_id):
    for year in (2021, 2022, 2023):
        store(engine, visit(run_id, _read(year, "1", "1"), _address(year)))
    with engine.connect() as connection:
        scopes = connection.scalars(select(tables.finding.c.scope)).all()
    assert scopes == [Scope.REPORT] * 3


@pytest.mark.parametrize("year", [2021, 2022])
def test_a_revision_of_either_year_is_checked_anew(engine, run_id, year):
    for one in (_read(2021, "0", "3"), _read(2022, "2", "0")):
        store(engine, visit(run_id, one, _address(one.report.year)))
    assert _told(engine) == [(2022, "carried_over")]
    mended = _read(2021, "0", "2") if year == 2021 else _read(2022, "3", "0")
    assert store(engine, visit(run_id, mended, _address(year), day=1)) is LoadResult.REVISED
    assert _told(engine) == []


def test_only_current_reports_are_compared(engine, run_id):
    store(engine, visit(run_id, _read(2021, "0", "3"), _address(2021)))
    store(engine, visit(run_id, _read(2022, "3", "0"), _address(2022)))
    other = _read(2021, "0", "9")
    store(engine, visit(run_id, other, "http://www.qz.gov.cn/z.html"))  # as full, at a larger address
    assert _told(engine) == []


def test_other_agencies_do_not_count(engine, run_id):
    store(engine, visit(run_id, _read(2021, "0", "3", agency="衢州市教育局"), _address(2021)))
    store(engine, visit(run_id, _read(2022, "2", "0"), _address(2022)))
    assert _told(engine) == []


def test_a_page_that_turns_to_another_year_leaves_no_trace_in_the_former(engine, run_id):
    store(engine, visit(run_id, _read(2021, "0", "3"), _address(2021)))
    store(engine, visit(run_id, _read(2022, "2", "0"), _address(2022)))
    store(engine, visit(run_id, _read(2019, "0", "3"), _address(2021), day=1))
    assert _told(engine) == []


@pytest.mark.slow
def test_the_order_of_loading_does_not_matter(tmp_path):
    """Three years, with a balance that is not carried over, and a value that only two other years put in doubt."""
    years = [_read(2021, "0", "3", "40"), _read(2022, "2", "4", "5000"), _read(2023, "4", "0", "60")]
    ends = {}
    for number, order in enumerate(permutations(years)):
        engine = open_warehouse(f"sqlite:///{tmp_path}/{number}.db")
        register_portals(engine, PORTALS)
        run = start_run(engine, command="crawl", portals=["quzhou"], years=[])
        for one in order:
            store(engine, visit(run.id, one, _address(one.report.year)))
        ends[tuple(content(engine))] = _told(engine)
        engine.dispose()
    assert list(ends.values()) == [[(2022, "carried_over"), (2022, "out_of_proportion")]]
