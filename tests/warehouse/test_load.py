"""Storing visits: what is read goes where it belongs, once, and all of it or nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select

from schema.records import Fetch, Finding, LocalRow, Outcome, Place, Reading, ReadingStatus, Severity, Status
from tests.warehouse.build import AGENCY, START, URL, capture, failed, observation, page_state, reading, report, visit
from tests.warehouse.content import content
from warehouse import tables
from warehouse.load import LoadResult, Visit, store
from warehouse.sightings import known_links

LOCAL = LocalRow("其他行", ("1", ""), Place(1, 90, 1))
FINDING = Finding("sum", Severity.ERROR, "3 and 4", (("proactive.total", "total"),))


def _all(engine, table):
    with engine.connect() as connection:
        return connection.execute(select(table).order_by(*table.primary_key)).mappings().all()


def _counts(engine) -> dict[str, int]:
    with engine.connect() as connection:
        names = tables.metadata.tables
        return {n: connection.scalar(select(func.count()).select_from(table)) for n, table in names.items()}


def test_a_report_is_stored_with_all_it_holds(engine, run_id):
    read = reading(report(local_rows=(LOCAL,), credit_code="113308000026181032", region="330800"), findings=(FINDING,))
    one = visit(run_id, read)
    assert store(engine, one) is LoadResult.NEW
    [row] = _all(engine, tables.report)
    assert (row["year"], row["form"], row["revision"], row["is_current"]) == (2018, "2014", 1, True)
    assert (row["valid_from"], row["valid_to"], row["reader_version"]) == (START, None, "1")
    assert row["header"] == {"index_number": "113308000026181032/2019-102271", "category": None}
    assert (row["index_number"], row["category"]) == ("113308000026181032/2019-102271", None)
    [agency] = _all(engine, tables.agency)
    assert (agency["name"], agency["credit_code"], agency["region"]) == (AGENCY, "113308000026181032", "330800")
    reported, blank = _all(engine, tables.observation)
    assert (reported["value"], reported["status"], reported["raw"]) == (Decimal(3457), Status.REPORTED, "3457")
    assert (blank["value"], blank["status"]) == (None, Status.BLANK)
    labels = {row["id"]: row["text"] for row in _all(engine, tables.label)}
    assert labels[blank["label_id"]] == "row of request.received"
    assert (row["cells"], row["reported"]) == (2, 1)
    assert (blank["grid"], blank["grid_row"], blank["grid_column"]) == (1, 3, 3)
    [local] = _all(engine, tables.local_row)
    assert (local["label"], local["cells"], local["grid_row"]) == ("其他行", ["1", ""], 90)
    [finding] = _all(engine, tables.finding)
    assert (finding["rule"], finding["severity"], finding["cells"]) == ("sum", "error", [["proactive.total", "total"]])
    [kept] = _all(engine, tables.capture)
    assert one.location
    assert one.fetch.capture
    assert (kept["file"], kept["file_offset"], kept["record_length"]) == ("a.warc.gz", one.location.offset, 500)
    assert (kept["digest"], kept["size"]) == (one.fetch.capture.digest, len(one.fetch.capture.body))
    assert row["capture_id"] == kept["id"]


def test_storing_the_same_visit_again_changes_nothing(engine, run_id):
    one = visit(run_id, reading(findings=(FINDING,)))
    store(engine, one)
    before, counted = content(engine), _counts(engine)
    assert store(engine, one) is LoadResult.NEW
    assert (content(engine), _counts(engine)) == (before, counted)


def test_a_later_visit_to_the_same_report_adds_a_visit_alone(engine, run_id):
    store(engine, visit(run_id, reading(findings=(FINDING,))))
    counted = _counts(engine)
    assert store(engine, visit(run_id, reading(findings=(FINDING,)), day=1)) is LoadResult.UNCHANGED
    assert _counts(engine) == counted | {"visit": 2, "capture": 2}
    [row] = _all(engine, tables.report)
    assert (row["valid_from"], row["valid_to"]) == (START, None)


def test_lists_are_kept_in_the_ledger_alone(engine, run_id):
    fetch = Fetch("http://www.qz.gov.cn/col/", Outcome.FETCHED, "", capture("http://www.qz.gov.cn/col/"))
    assert store(engine, Visit(run_id, "quzhou", "list", fetch)) is LoadResult.KEPT
    [page] = _all(engine, tables.page)
    assert (page["kind"], page["outcome"], page["reading"], page["capture_id"]) == ("list", Outcome.FETCHED, None, None)


def test_the_link_is_kept_with_its_page(engine, run_id):
    store(engine, visit(run_id, reading()))
    store(engine, Visit(run_id, "quzhou", "document", Fetch(URL, Outcome.TIMEOUT)))
    [page] = _all(engine, tables.page)
    assert (page["title"], page["column_id"], page["listed_on"].isoformat()) == ("年度报告", "c1", "2019-03-15")
    assert (page["agency"], page["organ"], page["year"]) == ("市民政局", "11330800002618103X", 2018)


def test_a_file_that_is_visited_by_what_the_ledger_knows_stays_attached(engine, run_id):
    page = "http://www.qz.gov.cn/art/page.html"
    first = visit(run_id, reading())
    store(engine, replace(first, link=replace(first.link, attached_to=page)))
    known = known_links(engine, "quzhou")[URL]
    assert known == replace(first.link, attached_to=page)
    store(engine, replace(visit(run_id, reading(), day=1), link=known))
    assert _all(engine, tables.page)[0]["attached_to"] == page


def test_a_report_without_its_table_is_known_to_be_one(engine, run_id):
    bare = Reading(ReadingStatus.NO_TABLE, report({}, form=None), reason="no table of a known form")
    assert store(engine, visit(run_id, bare)) is LoadResult.NEW
    [row] = _all(engine, tables.report)
    assert (row["form"], row["is_current"]) == (None, True)
    assert _all(engine, tables.observation) == []
    assert _all(engine, tables.page)[0]["reason"] == "no table of a known form"


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (reading(report(agency=None)), "no agency"),
        (reading(report(agency="")), "no agency"),
        (reading(report(year=None)), "no year"),
        (Reading(ReadingStatus.NO_TABLE, report({}, year=None), reason="no table"), "no year"),
        (Reading(ReadingStatus.NO_TABLE), "no report"),
        (Reading(ReadingStatus.UNREADABLE, reason="a zip file"), "a zip file"),
        (Reading(ReadingStatus.BLOCKED), "blocked"),
        (
            reading(report(observations=(observation(), observation(value="1")))),
            "two values for proactive.total total",
        ),
    ],
)
def test_what_cannot_be_loaded_rests_in_quarantine_until_it_can(engine, run_id, read, reason):
    assert store(engine, visit(run_id, read)) is LoadResult.KEPT
    assert store(engine, visit(run_id, read, day=1)) is LoadResult.KEPT
    [row] = _all(engine, tables.quarantine)
    assert (row["reason"], row["first_seen"], row["resolved_at"]) == (reason, START, None)
    assert row["capture_id"] == _all(engine, tables.capture)[-1]["id"]
    assert _all(engine, tables.page)[0]["reason"] == reason
    assert _all(engine, tables.report) == []
    assert store(engine, visit(run_id, reading(), day=2)) is LoadResult.NEW
    assert _all(engine, tables.quarantine)[0]["resolved_at"] is not None
    store(engine, visit(run_id, read, day=3))
    assert [row["resolved_at"] is None for row in _all(engine, tables.quarantine)] == [False, True]


def test_what_turns_out_to_be_no_report_leaves_quarantine(engine, run_id):
    store(engine, visit(run_id, Reading(ReadingStatus.UNREADABLE, reason="torn")))
    assert store(engine, visit(run_id, Reading(ReadingStatus.NOT_REPORT, reason="a guide"), day=1)) is LoadResult.KEPT
    assert _all(engine, tables.quarantine)[0]["resolved_at"] is not None
    assert page_state(engine).reading is ReadingStatus.NOT_REPORT


def test_a_reading_without_bytes_behind_it_is_refused():
    with pytest.raises(ValueError, match="location"):
        replace(visit(1, reading()), location=None)
    with pytest.raises(ValueError, match="capture"):
        replace(visit(1, None), fetch=Fetch(URL, Outcome.FETCHED))


def test_nothing_is_stored_of_a_visit_that_fails_half_way(engine, run_id):
    store(engine, failed(run_id, Outcome.TIMEOUT))
    before = _counts(engine)
    bad = reading(report(observations=(observation(), observation("no.such.indicator"))))
    with pytest.raises(KeyError):
        store(engine, visit(run_id, bad))
    assert _counts(engine) == before
    assert page_state(engine).outcome is Outcome.TIMEOUT


def test_two_threads_store_at_once_and_lose_nothing(engine, run_id):
    """Twelve pages of three agencies, four pages each with the same report: one row an agency, whoever was first."""
    visits = [
        visit(run_id, reading(report(agency=f"衢州市第{n % 3}局")), f"http://www.qz.gov.cn/{n}.html") for n in range(12)
    ]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda one: store(engine, one), visits))
    assert sorted(results) == [LoadResult.ADDRESS] * 9 + [LoadResult.NEW] * 3
    counted = _counts(engine)
    assert [counted[n] for n in ("agency", "report", "report_address", "visit", "finding")] == [3, 3, 12, 12, 0]
    assert sum(row["is_current"] for row in _all(engine, tables.report)) == 3


def test_threads_that_disagree_leave_one_current(engine, run_id):
    visits = [
        visit(run_id, reading(report({"proactive.total": str(n)})), f"http://www.qz.gov.cn/{n}.html") for n in range(8)
    ]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda one: store(engine, one), visits)) == {LoadResult.NEW}
    current = [row for row in _all(engine, tables.report) if row["is_current"]]
    assert len(current) == 1
    assert len(_all(engine, tables.finding)) == 7


def test_a_visit_is_one_transaction(engine, run_id):
    begun = []
    event.listen(engine, "begin", begun.append)
    store(engine, visit(run_id, reading(findings=(FINDING,))))
    assert len(begun) == 1
