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


def test_a_last_cell_that_is_blank_is_one_where_rows_end_without_a_bar():
    head = "│".join(("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"))
    rows = ["一、本年新收政府信息公开申请数量││1│2│3│4│5│", "二、上年结转政府信息公开申请数量│7│1│2│3│4│5│6"]
    reading = read("\n".join([TITLE, "申请人情况│" + head, *rows]))
    assert reading.report is not None
    found = {o.applicant: o.value for o in reading.report.observations if o.indicator == "request.received"}
    assert (found["natural_person"], found["org.business"], found["total"]) == (None, Decimal(1), None)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_padded_rows_are_read_where_their_first_and_last_cells_are_there(form: str):
    gone = ("org.research", "org.other")
    expected = {cell: "" if cell[1] in gone else text for cell, text in figures(form, blanks=0).items()}
    reading = read(f"{TITLE}\n{text_tables.text(form, expected, 'markdown', 'dropped')}")
    assert_same(reading, form, expected)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_columns_lined_up_by_many_blanks(form: str):
    expected = figures(form, blanks=0)
    lines = text_tables.text(form, expected, "pipes", "dropped").replace(" | ", " " * 40).replace(" |", " " * 40)
    assert_same(read(f"{TITLE}\n{lines}"), form, expected)


def test_figures_inside_a_broken_label_are_not_lost_in_it():
    lines = ["（二）部分公开（区分处理的，只计这", "一情形，不 8 12 5 56 10 1 92", "计其他情形）", "（三）不予公开"]
    reading = read("\n".join([TITLE, "三、收到和处理政府信息公开申请情况", "一、本年新收政府信息公开申请数量", *lines]))
    assert reading.report is not None
    partial = [o for o in reading.report.observations if o.indicator == "request.outcome.partial"]
    assert Status.BLANK not in {o.status for o in partial}


def test_a_label_with_figures_is_no_other_spelling_of_itself():
    line = "一、本年度新收政府信息公开申请数量 5 1 5 0"
    reading = read("\n".join([TITLE, "三、收到和处理政府信息公开申请情况", line, "二、上年结转政府信息公开申请数量"]))
    observations = reading.report.observations if reading.report else ()
    assert not [o for o in observations if o.indicator == "request.received" and o.status is Status.BLANK]


@pytest.mark.parametrize("order", ["label number unit", "serial label unit number"])
def test_the_list_with_one_cell_a_line_in_other_orders(order: str):
    expected = figures("2014", blanks=0.2)
    lines = []
    for serial, (label, unit, number) in enumerate(forms.list_rows(expected), 1):
        known = {"serial": str(serial), "label": label, "unit": unit, "number": number}
        lines += [known[name] for name in order.split() if known[name]]
    assert_same(read("\n".join([TITLE, *lines, "附注"])), "2014", expected)


@pytest.mark.parametrize("name", ["box", "dashes", "markdown"])
def test_a_table_drawn_in_preformatted_text_of_a_page(name: str):
    expected = figures("2021", blanks=0.3)
    text = text_tables.text("2021", expected, name)
    assert_same(read(f"<html><title>{TITLE}</title><body><pre>{text}</pre></body></html>"), "2021", expected)


def test_rows_of_tabs_that_lost_their_last_blank_cells():
    expected = figures("2021", blanks=0.4)
    lines = text_tables.text("2021", expected, "tabs").split("\n")
    assert_no_wrong_figure(read("\n".join([TITLE, *(line.rstrip() for line in lines)])), expected)


def test_a_unit_before_the_figures_of_a_row_is_none_of_them():
    row = "一、本年新收政府信息公开申请数量 | 件 | 3 | 96 | 0 | 12 | 3 | 8 | | | |"
    reading = read(f"{TITLE}\n三、收到和处理政府信息公开申请情况\n{row}\n二、上年结转政府信息公开申请数量 | | | |")
    assert reading.report is not None
    received = [o for o in reading.report.observations if o.indicator == "request.received"]
    assert {o.status for o in received} == {Status.TEXT}


def test_markdown_in_cells():
    expected = figures("2014", blanks=0.2)
    lines = [
        f"| **{label}** | {unit} | {text} |" if n % 2 else f"| {label[:4]}<br>{label[4:]} | {unit} | {text} |"
        for n, (label, unit, text) in enumerate(forms.list_rows(expected))
    ]
    assert_same(read("\n".join([TITLE, "| 统计指标 | 单位 | 统计数 |", "|---|---|---|", *lines])), "2014", expected)


def test_blank_lines_before_the_next_heading_are_no_blank_cells_where_none_has_left_a_trace():
    cells = "一、本年新收政府信息公开申请数量 1 2 3 4 5 6 7 四、结转下年度继续办理 8 9 1 2 3 4".split()
    text = "\n\n".join(["三、收到和处理政府信息公开申请情况", *cells, "", "五、存在的主要问题"])
    reading = read(f"{TITLE}\n{text}")
    assert reading.report is not None
    carried = [o for o in reading.report.observations if o.indicator == "request.carried_out"]
    assert {o.status for o in carried} <= {Status.TEXT}


def test_a_page_number_between_rows_of_tabs_is_no_figure():
    row = "一、本年新收政府信息公开申请数量\t3\t96\t0\t12\t3\t8"
    text = f"三、收到和处理政府信息公开申请情况\n{row}\n5\n二、上年结转政府信息公开申请数量\t1\t2\t3\t4\t5\t6\t21"
    reading = read(f"{TITLE}\n{text}")
    assert reading.report is not None
    received = [o for o in reading.report.observations if o.indicator == "request.received"]
    assert {o.status for o in received} <= {Status.TEXT}
