"""Finding one report and all that is known of it."""

import pytest

from schema.records import Finding, LocalRow, Place, Severity
from tests.warehouse.build import AGENCY, START, URL, observation, reading, report, visit
from warehouse.errors import WarehouseError
from warehouse.load import store
from warehouse.show import Address, find_report

OTHER = "http://www.qz.gov.cn/art/other.html"


def _refusal(engine, agency, year):
    with pytest.raises(WarehouseError) as error:
        find_report(engine, agency, year)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_report_comes_back_as_it_was_stored(engine, run_id):
    local = LocalRow("其他行", ("1", ""), Place(1, 90, 1))
    findings = (
        Finding("sum", Severity.ERROR, "3 and 4", (("proactive.total", "total"),)),
        Finding("b", Severity.INFO, ""),
    )
    stored = report(local_rows=(local,), credit_code="113308000026181032", region="330800")
    one = visit(run_id, reading(stored, findings=findings))
    store(engine, one)
    store(engine, visit(run_id, reading(stored), OTHER, day=1))
    shown = find_report(engine, AGENCY, 2018)
    assert shown.report == stored
    assert shown.findings == findings
    assert shown.addresses == (Address("quzhou", URL), Address("quzhou", OTHER))
    assert (shown.revision, shown.valid_from, shown.reader_version) == (1, START, "1")
    assert one.fetch.capture
    assert (shown.url, shown.fetched_at, shown.digest) == (URL, START, one.fetch.capture.digest)
    assert shown.location == one.location


def test_lines_are_in_the_order_of_the_form_with_their_labels(engine, run_id):
    codes = ["request.received", "proactive.channel.website", "proactive.total"]
    store(engine, visit(run_id, reading(report(dict.fromkeys(codes, "1")))))
    lines = find_report(engine, AGENCY, 2018).lines
    assert [line.observation.indicator for line in lines] == [codes[2], codes[1], codes[0]]
    assert lines[0].indicator.label_zh == "主动公开政府信息数"
    assert lines[0].row
    assert lines[0].row.section == "1"


def test_applicants_are_in_the_order_of_their_list(engine, run_id):
    applicants = ["total", "org.research", "natural_person"]
    code = "request.received"
    cells = tuple(observation(code, str(n), applicant=name) for n, name in enumerate(applicants))
    store(engine, visit(run_id, reading(report(form="2021", year=2021, observations=cells))))
    shown = find_report(engine, AGENCY, 2021)
    assert [line.observation.applicant for line in shown.lines] == ["natural_person", "org.research", "total"]


def test_the_current_content_is_shown(engine, run_id):
    store(engine, visit(run_id, reading()))
    store(engine, visit(run_id, reading(report({"proactive.total": "9"})), day=1))
    shown = find_report(engine, AGENCY, 2018)
    assert (shown.revision, shown.report.observations[0].raw) == (2, "9")


def test_an_agency_is_found_by_its_name_or_a_part_that_only_it_has(engine, run_id):
    for number, agency in enumerate(["衢州市民政局", "衢州市教育局", "衢州市教育局龙游分局"]):
        store(engine, visit(run_id, reading(report(agency=agency)), f"{URL}?{number}"))
    assert find_report(engine, "民政", 2018).report.agency == "衢州市民政局"
    assert find_report(engine, "衢州市教育局", 2018).report.agency == "衢州市教育局"
    assert "3 agencies" in _refusal(engine, "衢州", 2018)
    assert "衢州市教育局、衢州市教育局龙游分局" in _refusal(engine, "教育", 2018)
    assert "衢州市民政局" in _refusal(engine, "衢州民政局", 2018)
    assert "no agency" in _refusal(engine, "杭州市水利局", 2018)


def test_a_year_that_is_not_there_tells_those_that_are(engine, run_id):
    for year in (2018, 2016):
        store(engine, visit(run_id, reading(report(year=year)), f"{URL}?{year}"))
    assert "2016, 2018" in _refusal(engine, AGENCY, 2017)


def test_an_empty_warehouse_has_nobody(engine):
    assert "no agency" in _refusal(engine, AGENCY, 2018)
