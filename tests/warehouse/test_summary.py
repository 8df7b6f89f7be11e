"""What a run did, in figures."""

from dataclasses import replace

from schema.records import Fetch, Finding, Outcome, Reading, ReadingStatus, Severity
from tests.warehouse.build import URL, capture, failed, reading, report, visit
from warehouse.ledger import start_run
from warehouse.load import LoadResult, Visit, store
from warehouse.summary import Refused, summary

ERROR = Finding("sum", Severity.ERROR, "")
INFO = Finding("late", Severity.INFO, "")


def _first_run(engine, run_id):
    """A list that works, one that fails; two reports, one of them twice; a guide, a nameless report, a dead link."""
    store(engine, Visit(run_id, "quzhou", "list", Fetch("http://l/1", Outcome.FETCHED)))
    store(engine, Visit(run_id, "quzhou", "list", Fetch("http://l/2", Outcome.TIMEOUT, "30 s")))
    store(engine, visit(run_id, reading(findings=(ERROR, INFO))))
    store(engine, visit(run_id, reading(findings=(ERROR, INFO)), URL + "?again"))
    store(engine, visit(run_id, reading(report(year=2017), findings=(INFO,)), URL + "?2017"))
    store(engine, visit(run_id, Reading(ReadingStatus.NOT_REPORT, reason="a guide"), URL + "?guide"))
    store(engine, visit(run_id, reading(report(agency=None)), URL + "?nameless"))
    store(engine, failed(run_id, Outcome.NOT_FOUND, URL + "?dead", "404"))


def test_a_run_is_counted_from_its_visits(engine, run_id):
    _first_run(engine, run_id)
    quzhou, jiaxing = summary(engine, run_id).portals
    assert (quzhou.portal, quzhou.links) == ("quzhou", 6)
    assert quzhou.lists == {Outcome.FETCHED: 1, Outcome.TIMEOUT: 1}
    assert quzhou.visits == {Outcome.FETCHED: 5, Outcome.NOT_FOUND: 1}
    assert quzhou.readings == {ReadingStatus.REPORT: 4, ReadingStatus.NOT_REPORT: 1}
    assert quzhou.reports == {LoadResult.NEW: 2, LoadResult.ADDRESS: 1, LoadResult.KEPT: 3}
    assert quzhou.observations == 4
    assert quzhou.findings == {Severity.ERROR: 1, Severity.INFO: 2}
    assert quzhou.refused == (
        Refused("http://l/2", "", Outcome.TIMEOUT, "30 s"),
        Refused(URL + "?guide", "年度报告", ReadingStatus.NOT_REPORT, "a guide"),
        Refused(URL + "?nameless", "年度报告", ReadingStatus.REPORT, "no agency"),
        Refused(URL + "?dead", "年度报告", Outcome.NOT_FOUND, "404"),
    )
    assert (jiaxing.portal, jiaxing.links, jiaxing.refused) == ("jiaxing", 0, ())


def test_a_second_run_changes_nothing_and_says_so(engine, run_id):
    _first_run(engine, run_id)
    second = start_run(engine, command="crawl", portals=["quzhou"], years=[2018]).id
    for suffix in ("", "?again", "?2017", "?guide", "?nameless"):
        fetch = Fetch(URL + suffix, Outcome.UNCHANGED, "304", replace(capture(), status=304))
        store(engine, Visit(second, "quzhou", "document", fetch))
    [quzhou] = summary(engine, second).portals
    assert quzhou.visits == {Outcome.UNCHANGED: 5}
    assert quzhou.reports == {LoadResult.UNCHANGED: 3, LoadResult.KEPT: 2}
    assert quzhou.readings == {ReadingStatus.REPORT: 4, ReadingStatus.NOT_REPORT: 1}
    assert (quzhou.observations, quzhou.findings) == (0, {})
    assert [refused.reason for refused in quzhou.refused] == ["a guide", "no agency"]


def test_a_report_without_its_table_is_among_the_refused(engine, run_id):
    bare = Reading(ReadingStatus.NO_TABLE, report({}, form=None), reason="no table")
    store(engine, visit(run_id, bare))
    quzhou = summary(engine, run_id).portals[0]
    assert quzhou.reports == {LoadResult.NEW: 1}
    assert quzhou.refused == (Refused(URL, "年度报告", ReadingStatus.NO_TABLE, "no table"),)
