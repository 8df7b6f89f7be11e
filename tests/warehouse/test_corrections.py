"""Corrections: applied to what they are about, visible in the data, loud when they no longer fit."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from sqlalchemy import select

from schema.checks import check
from schema.records import Finding, Severity, Status
from tests.warehouse.build import AGENCY, PORTALS, URL, observation, reading, report, visit
from tests.warehouse.content import content
from warehouse import tables
from warehouse.corrections import put_corrections
from warehouse.corrections_file import Correction
from warehouse.engine import open_warehouse
from warehouse.ledger import register_portals, start_run
from warehouse.load import LoadResult, store
from warehouse.results import Expect, Scope
from warehouse.show import find_report
from warehouse.summary import summary

RECEIVED, CHANNEL = "request.received", "request.received.online"
OTHER = "http://www.qz.gov.cn/art/other.html"
CORRECTION = Correction(AGENCY, 2018, RECEIVED, "total", "55", Decimal(5), "five by the prose", Expect.PRINTED)
CORRECTED = ("corrected", "info", f"{RECEIVED} total: the page prints '55', 5 is right: five by the prose")


def _printed(received: str | None = "55", **other):
    """A report of what it prints, with its channels, one of which has five requests."""
    zeros = dict.fromkeys(("request.received.in_person", "request.received.fax", "request.received.letter"), "0")
    one = report({RECEIVED: received, CHANNEL: "5", **zeros}, **other)
    told = Finding("told_by_the_reader", Severity.INFO, "")
    return reading(one, findings=(told, *check(one)))


def _figures(engine, indicator=RECEIVED):
    """Value, status, raw, value as read and status as read of each content."""
    read, right = tables.observation.c, tables.corrected.c
    query = select(read.value, read.status, read.raw, right.value, right.status, right.correction_id)
    query = query.outerjoin_from(tables.observation, tables.corrected).join(tables.indicator)
    with engine.connect() as connection:
        rows = connection.execute(query.where(tables.indicator.c.code == indicator).order_by(read.report_id)).all()
    return [
        (value, status, raw, None, None, False) if by is None else (to, as_, raw, value, status, True)
        for value, status, raw, to, as_, by in rows
    ]


def _findings(engine, scope=Scope.CORRECTION):
    row = tables.finding.c
    query = select(row.report_id, row.rule, row.severity, row.message).where(row.scope == scope).order_by(row.id)
    with engine.connect() as connection:
        return connection.execute(query).tuples().all()


def _rules(engine, scope):
    return [rule for _, rule, *_ in _findings(engine, scope)]


AS_PRINTED = (55, Status.REPORTED, "55", None, None, False)
AS_CORRECTED = (5, Status.REPORTED, "55", 55, Status.REPORTED, True)


def test_a_correction_is_applied_at_load_and_visible_in_the_data(engine, run_id):
    put_corrections(engine, [CORRECTION])
    store(engine, visit(run_id, _printed()))
    assert _figures(engine) == [AS_CORRECTED]
    assert _figures(engine, CHANNEL) == [(5, Status.REPORTED, "5", None, None, False)]
    assert _findings(engine) == [(1, *CORRECTED)]
    assert find_report(engine, AGENCY, 2018).report.observations[0].value == 5
    joined = select(tables.correction.c.reason, tables.correction.c.value).join(tables.corrected)
    with engine.connect() as connection:
        assert connection.execute(joined).one() == ("five by the prose", 5)


def test_a_correction_is_applied_to_what_is_loaded_already(engine, run_id):
    store(engine, visit(run_id, _printed()))
    assert _figures(engine) == [AS_PRINTED]
    put_corrections(engine, [CORRECTION])
    assert _figures(engine) == [AS_CORRECTED]


def test_a_correction_that_is_taken_back_leaves_no_trace(engine, run_id):
    store(engine, visit(run_id, _printed()))
    before = content(engine)
    put_corrections(engine, [CORRECTION])
    assert content(engine) != before
    put_corrections(engine, [])
    assert content(engine) == before


def test_putting_the_same_corrections_again_changes_nothing(engine, run_id):
    put_corrections(engine, [CORRECTION])
    store(engine, visit(run_id, _printed()))
    before = content(engine)
    put_corrections(engine, [CORRECTION])
    assert content(engine) == before


def test_crawls_that_start_at_once_put_the_same_list(engine, run_id):
    store(engine, visit(run_id, _printed()))
    lists = [[CORRECTION, replace(CORRECTION, agency="某局")]] * 6
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda one: put_corrections(engine, one), lists))
    assert _figures(engine) == [AS_CORRECTED]
    assert len(summary(engine, run_id).waiting) == 1


def test_no_value_can_be_known(engine, run_id):
    put_corrections(engine, [replace(CORRECTION, value=None)])
    store(engine, visit(run_id, _printed()))
    assert _figures(engine) == [(None, Status.TEXT, "55", 55, Status.REPORTED, True)]
    [(_, rule, _, message)] = _findings(engine)
    assert (rule, "no value can be known" in message) == ("corrected", True)


def test_a_blank_cell_can_be_corrected(engine, run_id):
    put_corrections(engine, [replace(CORRECTION, was="")])
    store(engine, visit(run_id, _printed(None)))
    assert _figures(engine) == [(5, Status.REPORTED, "", None, Status.BLANK, True)]


def test_the_rules_speak_of_the_corrected_figures(engine, run_id):
    store(engine, visit(run_id, _printed()))
    assert _rules(engine, Scope.REPORT) == ["told_by_the_reader", "received_by_channel"]
    put_corrections(engine, [CORRECTION])
    assert _rules(engine, Scope.REPORT) == ["told_by_the_reader"]
    put_corrections(engine, [replace(CORRECTION, value=Decimal(6))])
    assert _rules(engine, Scope.REPORT) == ["told_by_the_reader", "received_by_channel"]


def test_the_other_years_see_the_corrected_figures(engine, run_id):
    for year, received in ((2016, "40"), (2017, "60"), (2018, "4000")):
        store(engine, visit(run_id, _printed(received, year=year), f"{URL}?{year}"))
    assert _rules(engine, Scope.CROSS_YEAR) == ["out_of_proportion"]
    put_corrections(engine, [replace(CORRECTION, was="4000", value=Decimal(40))])
    assert _rules(engine, Scope.CROSS_YEAR) == []


def test_a_source_that_was_fixed_is_told_and_left_alone(engine, run_id):
    put_corrections(engine, [CORRECTION])
    store(engine, visit(run_id, _printed()))
    assert store(engine, visit(run_id, _printed("5"), day=1)) is LoadResult.REVISED
    assert _figures(engine) == [AS_CORRECTED, (5, Status.REPORTED, "5", None, None, False)]
    why = f"{RECEIVED} total: not applied, since the page prints '5' where '55' was expected"
    assert _findings(engine) == [(1, *CORRECTED), (2, "correction_stale", "error", why)]
    assert summary(engine, run_id).stale == (f"{AGENCY} 2018 {why}",)


def test_a_correction_may_expect_the_source_to_be_fixed(engine, run_id):
    put_corrections(engine, [replace(CORRECTION, expect=Expect.FIXED)])
    store(engine, visit(run_id, _printed()))
    [stale] = summary(engine, run_id).stale
    assert "applied, but the page prints '55' again" in stale
    store(engine, visit(run_id, _printed("5"), day=1))
    assert [figure[0] for figure in _figures(engine)] == [5, 5]
    assert _findings(engine) == [(1, *CORRECTED)]
    assert summary(engine, run_id).stale == ()


@pytest.mark.parametrize("changes", [{"indicator": "proactive.total"}, {"applicant": "org.other"}])
def test_a_cell_that_is_not_there_is_told(engine, run_id, changes):
    put_corrections(engine, [replace(CORRECTION, **changes)])
    store(engine, visit(run_id, _printed()))
    assert _figures(engine) == [AS_PRINTED]
    [stale] = summary(engine, run_id).stale
    assert "the report has no such cell" in stale


@pytest.mark.parametrize("changes", [{"year": 2017}, {"agency": "衢州民政局"}])
def test_a_report_that_is_not_there_is_waited_for(engine, run_id, changes):
    store(engine, visit(run_id, _printed()))
    put_corrections(engine, [replace(CORRECTION, **changes), CORRECTION])
    told = summary(engine, run_id)
    assert told.stale == ()
    assert told.waiting == (f"{changes.get('agency', AGENCY)} {changes.get('year', 2018)}",)


def test_a_correction_makes_no_revision(engine, run_id):
    put_corrections(engine, [CORRECTION])
    store(engine, visit(run_id, _printed()))
    assert store(engine, visit(run_id, _printed(), day=1)) is LoadResult.UNCHANGED


def test_a_correction_does_not_decide_which_content_stands(engine, run_id):
    store(engine, visit(run_id, _printed("56"), OTHER))
    store(engine, visit(run_id, _printed(), URL))
    put_corrections(engine, [replace(CORRECTION, value=None)])
    store(engine, visit(run_id, _printed(), OTHER + "?again"))
    assert "55" in [one.raw for one in find_report(engine, AGENCY, 2018).report.observations]


def test_every_content_that_prints_it_is_corrected_and_no_other(engine, run_id):
    put_corrections(engine, [CORRECTION])
    store(engine, visit(run_id, _printed(), OTHER))
    store(engine, visit(run_id, _printed("56"), URL))
    assert [figure[0] for figure in _figures(engine)] == [5, 56]
    assert [(row, rule) for row, rule, *_ in _findings(engine)] == [(1, "corrected"), (2, "correction_stale")]


@pytest.mark.slow
def test_the_order_of_loading_and_correcting_does_not_matter(tmp_path):
    """Two contents of the report, the year after it, and the list of corrections."""
    later = _printed("7", year=2019)
    visits = {URL: _printed(), OTHER: reading(report({RECEIVED: "6"})), f"{URL}?2019": later}
    ends = set()
    for number, order in enumerate(permutations([*visits, "corrections"])):
        engine = open_warehouse(f"sqlite:///{tmp_path}/{number}.db")
        register_portals(engine, PORTALS)
        run = start_run(engine, command="crawl", portals=["quzhou"], years=[])
        for step in order:
            if step == "corrections":
                put_corrections(engine, [CORRECTION])
            else:
                store(engine, visit(run.id, visits[step], step))
        ends.add(tuple(content(engine)))
        engine.dispose()
    assert len(ends) == 1


def test_one_cell_among_the_applicants_is_meant(engine, run_id):
    cells = tuple(observation(RECEIVED, "55", applicant=who) for who in ("natural_person", "total"))
    put_corrections(engine, [replace(CORRECTION, applicant="natural_person")])
    store(engine, visit(run_id, reading(report(form="2021", observations=cells))))
    assert _figures(engine) == [AS_CORRECTED, AS_PRINTED]
