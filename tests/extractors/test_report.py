"""Bytes to a checked reading: every page ends in a status, none in an exception."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import report as reader
from extractors.report import FAULT, Context, read_capture
from schema.records import ReadingStatus
from tests.extractors import forms

TITLE = "示例市教育局2018年政府信息公开工作年度报告"
FIGURES = {cell: str(n) for n, cell in enumerate(forms.cells("2014"))}
PAGE = forms.page("2014", FIGURES, title=TITLE)


def test_a_report():
    reading = read_capture(PAGE.encode())
    assert reading.status is ReadingStatus.REPORT
    assert reading.report is not None
    assert (reading.report.agency, reading.report.year, reading.report.title) == ("示例市教育局", 2018, TITLE)


def test_places_are_those_of_the_source():
    reading = read_capture(PAGE.encode())
    assert reading.report is not None
    first = reading.report.observations[0]
    assert (first.place.table, first.place.row, first.place.column) == (1, 3, 3)


def test_a_report_without_a_table():
    reading = read_capture(f"<h1>{TITLE}</h1><p>本年度主动公开政府信息。</p><a href='a.pdf'>附件表</a>".encode())
    assert reading.status is ReadingStatus.NO_TABLE
    assert reading.report is not None
    assert (reading.report.agency, reading.report.observations) == ("示例市教育局", ())
    (finding,) = [f for f in reading.findings if f.rule == "table_missing"]
    assert "附件表" in finding.message


def test_a_blank_form_of_nobody_is_no_report():
    page = forms.page("2014", dict.fromkeys(FIGURES, ""), title="政府信息公开情况统计表")
    assert read_capture(page.encode()).status is ReadingStatus.NOT_REPORT


def test_a_blank_form_of_an_agency_is_told():
    reading = read_capture(forms.page("2014", dict.fromkeys(FIGURES, ""), title=TITLE).encode())
    assert reading.status is ReadingStatus.REPORT
    assert "form_blank" in {f.rule for f in reading.findings}


def test_a_notice_with_the_blank_form_is_no_report():
    title = "关于做好2018年政府信息公开工作年度报告编制工作的通知"
    page = forms.page("2014", dict.fromkeys(FIGURES, ""), title=title, lead="<p>各科室：</p>")
    reading = read_capture(page.encode())
    assert (reading.status, reading.reason) == (ReadingStatus.NOT_REPORT, "a notice")
    assert reading.report is not None
    assert (reading.report.agency, reading.report.year, reading.report.title) == (None, None, title)


def test_a_challenge_is_blocked():
    page = b"<html><head><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script></head><body></body></html>"
    assert read_capture(page).status is ReadingStatus.BLOCKED


def test_the_link_and_the_column_complete_what_the_page_lacks():
    page = forms.page("2014", FIGURES, title="政府信息公开情况统计表（2018年度）")
    assert read_capture(page.encode()).report.agency is None  # type: ignore[union-attr]
    reading = read_capture(page.encode(), context=Context(column_agency="示例县水利局"))
    assert reading.report is not None
    assert (reading.report.agency, reading.report.year) == ("示例县水利局", 2018)


def test_years_that_disagree_are_told():
    reading = read_capture(
        forms.page("2014", FIGURES, title=TITLE, lead="<p>自2017年1月1日起至2017年12月31日止</p>").encode()
    )
    assert reading.report is not None
    assert reading.report.year == 2017
    assert "year_disagrees" in {f.rule for f in reading.findings}


def test_a_year_that_only_the_publication_tells_is_told_to_be_one():
    page = forms.page("2014", FIGURES, title="政府信息公开情况统计表", lead="<p>发布日期：2019-03-15</p>")
    reading = read_capture(page.encode(), context=Context(column_agency="示例县水利局"))
    assert reading.report is not None
    assert reading.report.year == 2018
    assert "year_inferred" in {f.rule for f in reading.findings}


def test_an_agency_that_may_be_one_of_two_is_told():
    reading = read_capture(forms.page("2014", FIGURES, title="2018年度门镇政府信息公开工作年度报告").encode())
    assert reading.report is not None
    assert reading.report.agency is None
    assert ["度门镇" in f.message for f in reading.findings if f.rule == "agency_unsure"] == [True]


def test_the_same_bytes_read_the_same():
    assert read_capture(PAGE.encode()) == read_capture(PAGE.encode())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_mangled_pages_end_in_a_status(seed: int):
    chance = random.Random(seed)
    body = bytearray(PAGE.encode(chance.choice(["utf-8", "gb18030"])))
    for _ in range(chance.randrange(1, 60)):
        at = chance.randrange(len(body))
        cut = chance.choice([1, 2, 7, 400])
        body[at : at + cut] = (
            chance.randbytes(chance.choice([0, 1, 3])) if chance.random() < 0.7 else body[at : at + cut] * 3
        )
    assert FAULT not in read_capture(bytes(body)).reason


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_status(body: bytes):
    assert FAULT not in read_capture(body).reason


@pytest.mark.parametrize("keep", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_page_cut_off_keeps_what_came_and_tells_what_is_missing(keep: float):
    reading = read_capture(PAGE.encode()[: int(len(PAGE.encode()) * keep)])
    assert reading.status in (ReadingStatus.REPORT, ReadingStatus.NO_TABLE)
    assert reading.report is not None
    for o in reading.report.observations:
        if o.value is not None:
            assert o.raw == FIGURES[o.indicator, o.applicant]
    assert {"document_truncated", "table_missing"} & {f.rule for f in reading.findings}


def test_a_cell_that_is_cut_is_not_read():
    at = PAGE.index(">40<") + len(">4")
    reading = read_capture(PAGE[:at].encode())
    assert reading.report is not None
    assert (reading.report.observations[-1].raw, reading.report.observations[-1].value) == ("4", None)


def test_a_fault_of_the_reader_is_a_reason_not_a_crash(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(reader, "read_form", {}.__getitem__)
    caplog.set_level("DEBUG", "nianbao")  # Prefect, where another test brought it in, sets it to say less
    reading = read_capture(PAGE.encode(), url="http://example.test/x.html")
    assert reading.status is ReadingStatus.UNREADABLE
    assert FAULT in reading.reason
    assert "http://example.test/x.html" in caplog.text
