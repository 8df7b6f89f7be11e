"""The three forms, printed in every way that is known: each is read back cell by cell, or says what it cannot tell."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.forms.reader import read_form
from extractors.report import read_capture
from schema.catalog import catalog
from schema.records import TOTAL, Reading, Status
from tests.extractors import forms
from tests.extractors.forms import Style

FORMS = ("2014", "2019", "2021")
TITLE = "示例市教育局2018年政府信息公开工作年度报告"


def figures(form: str, seed: int = 1, blanks: float = 0.2) -> dict[tuple[str, str], str]:
    """A cell text for each cell of a form: numbers, none alike in a row, and blanks."""
    chance = random.Random(seed)
    return {cell: "" if chance.random() < blanks else str(chance.randrange(0, 5000)) for cell in forms.cells(form)}


def read(page: str) -> Reading:
    return read_capture(page.encode())


def assert_same(reading: Reading, form: str, expected: dict[tuple[str, str], str]) -> None:
    report = reading.report
    assert report is not None
    assert report.form == form
    found = {(o.indicator, o.applicant): (o.value, o.status) for o in report.observations}
    wanted = {
        cell: (Decimal(text), Status.REPORTED) if text else (None, Status.BLANK) for cell, text in expected.items()
    }
    assert found == wanted


STYLES = {
    "plain": Style(),
    "pasted from a word processor": Style(mark="word"),
    "end tags forgotten": Style(mark="unclosed"),
    "spans that are no numbers": Style(mark="pixels"),
    "cut by a page break, head repeated": Style(page_break=True),
    "cut by a page break, head not repeated": Style(page_break=True, repeat_head=False),
    "inside a table for layout": Style(layout_table=True),
    "inside a table for layout, pasted": Style(mark="word", layout_table=True),
}
LIST_STYLES = {
    "serial numbers": Style(serial=True),
    "columns swapped": Style(swapped=True),
    "two blocks side by side": Style(side_by_side=True),
    "serial numbers, cut, pasted": Style(mark="word", serial=True, page_break=True, repeat_head=False),
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
@pytest.mark.parametrize("form", FORMS)
def test_a_form_in_a_table(form: str, style: Style):
    expected = figures(form)
    reading = read(forms.page(form, expected, style, TITLE))
    assert_same(reading, form, expected)
    assert {
        f.rule for f in reading.findings if f.rule.startswith(("row", "cell", "competing", "label", "head"))
    } == set()


@pytest.mark.parametrize("style", LIST_STYLES.values(), ids=LIST_STYLES.keys())
def test_the_2014_form_in_a_table(style: Style):
    expected = figures("2014")
    assert_same(read(forms.page("2014", expected, style, TITLE)), "2014", expected)


def test_the_2014_form_as_text_with_separators():
    expected = figures("2014")
    assert_same(read(f"{TITLE}\n{forms.list_pipes(expected)}"), "2014", expected)


def test_the_2014_form_with_one_cell_a_line():
    expected = figures("2014")
    assert_same(read(f"{TITLE}\n{forms.list_lines(expected)}"), "2014", expected)


def test_the_2014_form_with_one_cell_a_paragraph():
    expected = figures("2014")
    lines = forms.list_lines(expected).split("\n")
    page = "".join(f"<p>{line or '&nbsp;'}</p>" for line in [TITLE, *lines])
    assert_same(read(page), "2014", expected)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_matrix_form_with_one_cell_a_line(form: str):
    expected = figures(form, blanks=0.1)
    assert_same(read(f"{TITLE}\n{forms.matrix_lines(form, expected)}"), form, expected)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_without_traces_of_blank_cells_short_rows_are_not_guessed(form: str):
    expected = figures(form, blanks=0.1)
    lines = [line for line in forms.matrix_lines(form, expected).split("\n") if line]
    reading = read("\n".join([TITLE, *lines]))
    assert reading.report is not None
    for o in reading.report.observations:
        if o.status is Status.REPORTED:
            assert o.value == Decimal(expected[o.indicator, o.applicant])
        elif o.status is Status.BLANK:
            assert expected[o.indicator, o.applicant] == ""


def test_the_variant_without_the_local_block_is_whole():
    optional = {row.indicator for row in catalog().forms["2014"].rows if row.optional}
    expected = {cell: text for cell, text in figures("2014").items() if cell[0] not in optional}
    page = forms.page("2014", expected, title=TITLE).replace("<tr><td>（四）申请类型数</td>", "<tr hidden><td></td>")
    reading = read(page)
    assert_same(reading, "2014", expected)
    assert "rows_missing" not in {f.rule for f in reading.findings}


def test_a_missing_row_is_told_and_moves_no_other():
    expected = figures("2014")
    del expected["litigation.upheld", TOTAL]
    reading = read(forms.page("2014", expected, title=TITLE))
    assert_same(reading, "2014", expected)
    (missing,) = [f for f in reading.findings if f.rule == "rows_missing"]
    assert missing.cells == (("litigation.upheld", TOTAL),)


def test_a_repeated_label_without_its_heading_is_not_guessed():
    """被依法纠错数 stands under 行政复议 and 行政诉讼: alone it is neither's."""
    rows = [r for r in forms.list_rows(figures("2014", blanks=0)) if "行政复议" not in r[0] and "行政诉讼" not in r[0]]
    kept = [r for r in rows if "维持" not in r[0] and "其他情形数" not in r[0]]
    first = next(n for n, r in enumerate(kept) if "被依法纠错数" in r[0])
    del kept[first + 1]
    page = "\n".join(f"{label} | {unit} | {text} |" for label, unit, text in [("统计指标", "单位", "统计数"), *kept])
    reading = read(f"{TITLE}\n{page}")
    assert reading.report is not None
    assert {"review.corrected", "litigation.corrected"}.isdisjoint(o.indicator for o in reading.report.observations)
    assert "ambiguous_row" in {f.rule for f in reading.findings}


def test_a_local_row_is_kept_by_name():
    expected = figures("2014")
    row = "<tr><td>其他主动公开文件</td><td>件</td><td>12</td></tr>"
    page = forms.page("2014", expected, title=TITLE)
    at = page.index("<tr><td>二、回应解读情况")
    reading = read(page[:at] + row + page[at:])
    assert_same(reading, "2014", expected)
    assert reading.report is not None
    assert [(r.label, r.cells) for r in reading.report.local_rows] == [("其他主动公开文件", ("12",))]


def test_two_rows_that_compete_and_differ_are_both_refused():
    expected = figures("2014", blanks=0)
    page = forms.page("2014", expected, title=TITLE)
    reading = read(
        page.replace(
            "<tr><td>二、回应", "<tr><td>1.政府公报公开政府信息数</td><td>条</td><td>x9</td></tr><tr><td>二、回应"
        )
    )
    assert reading.report is not None
    by_code = {o.indicator: o for o in reading.report.observations}
    assert by_code["proactive.channel.gazette"].status is Status.TEXT
    assert by_code["proactive.channel.gazette"].value is None
    assert "competing_rows" in {f.rule for f in reading.findings}


def test_a_table_printed_twice_alike_is_read_once():
    expected = figures("2014")
    page = forms.page("2014", expected, title=TITLE)
    table = page[page.index("<table") : page.index("</table>") + len("</table>")]
    reading = read(page.replace("<p>联系", f"{table}<p>联系"))
    assert_same(reading, "2014", expected)
    assert "repeated_rows" in {f.rule for f in reading.findings}


def test_tables_of_two_bodies_on_one_page_give_no_figure_that_differs():
    one, two = figures("2021", seed=1, blanks=0), figures("2021", seed=2, blanks=0)
    page = forms.page("2021", one, title=TITLE) + forms.page("2021", two)
    reading = read(page)
    assert reading.report is not None
    for o in reading.report.observations:
        if o.status is Status.REPORTED:
            assert one[o.indicator, o.applicant] == two[o.indicator, o.applicant]


def test_a_merged_cell_is_nobodys():
    expected = figures("2021", blanks=0)
    page = forms.page("2021", expected, title=TITLE)
    row_at = page.index("一、本年新收政府信息公开申请数量")
    start = page.index("</td>", row_at) + len("</td>")
    end = page.index("</tr>", row_at)
    reading = read(page[:start] + '<td colspan="7">12</td>' + page[end:])
    assert reading.report is not None
    received = [o for o in reading.report.observations if o.indicator == "request.received"]
    assert [(o.status, o.value) for o in received] == [(Status.TEXT, None)] * 7
    assert "cell_unsure" in {f.rule for f in reading.findings}


def test_a_section_replaced_by_a_sentence_is_missing_not_zero():
    page = forms.page("2021", figures("2021"), title=TITLE)
    start = page.index("<table", page.index("四、政府信息公开行政复议"))
    reading = read(page[:start] + "<p>本年度未发生行政复议、行政诉讼。</p></body></html>")
    assert reading.report is not None
    assert not [o for o in reading.report.observations if o.indicator.startswith(("review", "litigation"))]
    assert "section_missing" in {f.rule for f in reading.findings}


def test_heads_cut_alike_are_told_apart_by_position():
    expected = figures("2019", blanks=0)
    page = forms.page("2019", expected, title=TITLE)
    assert_same(read(page.replace("本年新制作数量", "本年新").replace("本年新公开数量", "本年新")), "2019", expected)


def test_the_form_is_told_by_its_labels_not_by_the_year():
    expected = figures("2014")
    reading = read(forms.page("2014", expected, title="示例镇2021年政府信息公开工作年度报告"))
    assert reading.report is not None
    assert (reading.report.form, reading.report.year) == ("2014", 2021)


def test_money_in_yuan_is_turned_into_the_unit_of_the_form():
    expected = figures("2014", blanks=0)
    page = forms.page("2014", {**expected, ("capacity.budget", TOTAL): "251000元"}, title=TITLE)
    reading = read(page)
    assert reading.report is not None
    budget = next(o for o in reading.report.observations if o.indicator == "capacity.budget")
    assert (budget.value, budget.unit, budget.raw) == (Decimal("25.1"), "万元", "251000元")
    assert "unit_converted" in {f.rule for f in reading.findings}


def test_a_local_form_with_some_of_the_labels_is_not_the_national_one():
    rows = [
        ("主动公开信息数", "条", "5"),
        ("1.当面申请数", "件", "6"),
        ("2.传真申请数", "件", "7"),
        ("3.信函申请数", "件", "8"),
    ]
    rows += [(f"本地指标{n}", "件", str(n)) for n in range(12)]
    page = "".join(f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>" for a, b, c in rows)
    reading = read(f"<h1>{TITLE}</h1><table><tr><td>统计指标</td><td>单位</td><td>统计数</td></tr>{page}</table>")
    assert reading.status == "no_table"


text = st.one_of(st.just(""), st.integers(0, 999_999).map(str))


@settings(max_examples=40, deadline=None)
@given(data=st.data(), form=st.sampled_from(FORMS), name=st.sampled_from(sorted(STYLES)))
def test_any_figures_in_any_layout_are_read_back(data: st.DataObject, form: str, name: str):
    expected = {cell: data.draw(text) for cell in forms.cells(form)}
    found = read_form_of(forms.page(form, expected, STYLES[name], TITLE))
    assert found == expected


def read_form_of(page: str) -> dict[tuple[str, str], str]:
    from extractors.documents import read_document

    reading = read_form(read_document(page.encode()))
    return {(f.indicator, f.applicant): f.cell.raw for f in reading.figures if not f.cell.trouble}


def test_a_unit_that_is_not_the_forms_is_told():
    expected = figures("2014", blanks=0)
    page = forms.page("2014", expected, title=TITLE)
    at = page.index("1.政府公报公开政府信息数")
    reading = read(page[:at] + page[at:].replace("<td>条</td>", "<td>件</td>", 1))
    assert reading.report is not None
    gazette = next(o for o in reading.report.observations if o.indicator == "proactive.channel.gazette")
    assert gazette.unit == "件"
    assert [f.cells for f in reading.findings if f.rule == "unit_differs"] == [(("proactive.channel.gazette", TOTAL),)]


def test_a_text_that_ends_with_a_figure_before_its_end_is_told():
    expected = figures("2014", blanks=0)
    whole = f"{TITLE}\n{forms.list_lines(expected)}"
    assert "text_ends_early" not in {f.rule for f in read(whole).findings}
    cut = read(whole[: whole.rindex("（三）接受培训人员数")].rstrip())
    assert [f.cells for f in cut.findings if f.rule == "text_ends_early"] == [(("training.courses", TOTAL),)]


@pytest.mark.parametrize("word", ["见附件", "12%", "约一千", "／"])
def test_a_word_in_the_place_of_a_number_is_not_a_blank(word: str):
    expected = figures("2014", blanks=0) | {("request.received.fax", TOTAL): word}
    for text in (forms.list_lines(expected), forms.list_pipes(expected).replace(" | ", "\t").replace(" |", "")):
        report = read(f"{TITLE}\n{text}\n").report
        assert report is not None
        cell = next(o for o in report.observations if o.indicator == "request.received.fax")
        assert (cell.raw, cell.value, cell.status is Status.BLANK) == (word, None, False)


@pytest.mark.parametrize("odd", ["****", "100%", "12/5"])
def test_a_word_in_a_row_of_figures_does_not_empty_the_row(odd: str):
    expected = figures("2021", blanks=0) | {("request.outcome.granted", "natural_person"): odd}
    report = read(f"{TITLE}\n{forms.matrix_lines('2021', expected)}").report
    assert report is not None
    granted = [o for o in report.observations if o.indicator == "request.outcome.granted"]
    assert all(o.value is None or str(o.value) == expected[o.indicator, o.applicant] for o in granted)
    assert not any(o.status is Status.BLANK for o in granted)


@pytest.mark.parametrize(
    ("old", "new"),
    [("商业企业\n\n\n科研机构", "科研机构\n\n\n商业企业"), ("结果维持\n\n\n结果纠正", "结果纠正\n\n\n结果维持")],
)
def test_columns_swapped_in_running_text_are_read_by_their_heads(old: str, new: str):
    expected = figures("2021", blanks=0)
    text = forms.matrix_lines("2021", expected)
    assert old in text
    report = read(f"{TITLE}\n{text.replace(old, new)}").report
    assert report is not None
    found = {(o.indicator, o.applicant): o.raw for o in report.observations if o.value is not None}
    if "商业企业" in old:
        pair = (("request.received", "org.business"), ("request.received", "org.research"))
    else:
        pair = (("review.upheld", TOTAL), ("review.corrected", TOTAL))
    assert (found[pair[0]], found[pair[1]]) == (expected[pair[1]], expected[pair[0]])


def test_section_3_may_be_of_another_form_than_section_2():
    old, new = figures("2019", blanks=0), figures("2021", blanks=0)
    page = forms.page("2019", old, title=TITLE)
    third = forms.page("2021", new, title=TITLE)
    start, end = (page.index(f"<h2>{word}") for word in ("三、收到", "四、政府"))
    mixed = page[:start] + third[third.index("<h2>三、收到") : third.index("<h2>四、政府")] + page[end:]
    report = read(mixed)
    assert report.report is not None
    found = {(o.indicator, o.applicant): o.raw for o in report.report.observations}
    assert found["request.outcome.other.misc", "natural_person"] == new["request.outcome.other.misc", "natural_person"]
    assert found["documents.rules.public_stock", TOTAL] == old["documents.rules.public_stock", TOTAL]
    assert "mixed_forms" in {f.rule for f in report.findings}


def test_rows_with_blanks_between_cells_are_read_by_their_heads():
    rows = [
        "第二十条第（一）项",
        "信息内容 现行有效件数 本年废止件数 本年制发件数",
        "规章 1 2 3",
        "行政规范性文件 40 5 6",
    ]
    report = read("\n".join([TITLE, *rows, "二、其他"])).report
    assert report is not None
    found = {o.indicator: o.raw for o in report.observations if o.value is not None}
    assert found["documents.normative.in_force"] == "40"
    assert found["documents.rules.issued"] == "3"


def test_a_total_that_stands_first_in_running_text_is_the_total():
    head = "总计 | 自然人 | 法人或其他组织 |\n商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |"
    text = f"{TITLE}\n{head}\n一、本年新收政府信息公开申请数量 | 21 | 1 | 2 | 3 | 4 | 5 | 6 |\n"
    found = read_form_of(text)
    assert found["request.received", TOTAL] == "21"
    assert found["request.received", "natural_person"] == "1"
    assert found["request.received", "org.other"] == "6"
