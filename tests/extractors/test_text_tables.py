"""Tables that lost their markup but kept their columns are read cell by cell; what lost columns is not guessed."""

from decimal import Decimal

import pytest

from extractors.documents import read_document
from extractors.forms.text_grid import is_even, with_spans
from schema.records import Reading, Status
from tests.extractors import forms, text_tables
from tests.extractors.test_forms import TITLE, assert_same, figures, read


@pytest.mark.parametrize("spans", ["blank", "repeated"])
@pytest.mark.parametrize("name", text_tables.PRINTS)
@pytest.mark.parametrize("form", ["2014", "2019", "2021"])
def test_a_form_whose_rows_keep_their_columns(form: str, name: str, spans: str):
    expected = figures(form, blanks=0.3)
    assert_same(read(f"{TITLE}\n{text_tables.text(form, expected, name, spans)}"), form, expected)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_rows_padded_where_spans_were_dropped_prove_no_columns(form: str):
    expected = figures(form, blanks=0.3)
    reading = read(f"{TITLE}\n{text_tables.text(form, expected, 'pipes', 'dropped')}")
    assert_no_wrong_figure(reading, expected)
    assert any(f.rule == "cell_unsure" for f in reading.findings)


def assert_no_wrong_figure(reading: Reading, expected: dict[tuple[str, str], str]) -> None:
    assert reading.report is not None
    for o in reading.report.observations:
        wanted = expected[o.indicator, o.applicant]
        if o.status is Status.REPORTED:
            assert (wanted, o.value) == (wanted, Decimal(wanted or "NaN")), (o.indicator, o.applicant)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_tables_of_a_page_without_their_spans(form: str):
    expected = figures(form, blanks=0)
    page = forms.page(form, expected, title=TITLE)
    for attribute in ("rowspan", "colspan"):
        page = page.replace(attribute, f"data-{attribute}")
    assert_same(read(page), form, expected)


def test_a_blank_cell_under_a_head_is_part_of_it_and_one_under_a_figure_is_not():
    rows = [["信息内容", "本年处理决定数量", ""], ["行政许可", "5", ""], ["行政强制", "", "7"]]
    (grid,) = read_document(text_tables.pipes(rows).encode()).grids()
    assert is_even(grid)
    head, first, _ = with_spans(grid).rows
    assert head[1] == head[2]
    assert first[1] != first[2]
    reading = read(f"{TITLE}\n{text_tables.pipes(rows)}")
    assert reading.report is not None
    values = {o.label: (o.value, o.status) for o in reading.report.observations}
    assert values["行政许可 / 本年处理决定数量"] == (Decimal(5), Status.REPORTED)
    assert values["行政强制 / 本年处理决定数量"] == (None, Status.TEXT)


def test_a_quote_that_is_never_closed_is_no_table():
    lines = [f'"甲,乙,{n:0990}' if n == 0 else f"甲,乙,{n:0990}" for n in range(200)]
    assert list(read_document("\n".join(lines).encode()).lines()) == lines


def test_commas_in_prose_are_no_table():
    lines = ["受理申请3件,答复3件,无复议", "公开信息4条,其中规范性文件1件", "网站1,234次访问,比上年增长"]
    document = read_document("\n".join([TITLE, *lines]).encode())
    assert not list(document.grids())
    assert list(document.lines())[1:] == lines
