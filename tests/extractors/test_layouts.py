"""Layouts of the forms that agencies made up: turned tables, words among figures, labels that are off by a word."""

from decimal import Decimal

import pytest

from extractors.documents import read_document
from extractors.forms.reader import read_form
from schema.records import TOTAL, Reading, Report, Status
from tests.extractors import forms
from tests.extractors.forms import Figures, Style
from tests.extractors.test_forms import TITLE, assert_same, figures, read

ENDS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
WAYS = (("行政复议",), ("行政诉讼", "未经复议直接起诉"), ("行政诉讼", "复议后起诉"))


def report_of(reading: Reading) -> Report:
    assert reading.report is not None
    return reading.report


def rules(reading: Reading) -> set[str]:
    return {finding.rule for finding in reading.findings}


def results(expected: Figures, form: str) -> list[list[str]]:
    """The texts of section 4, five for each of the three ways."""
    texts = [expected[cell] for cell in forms.cells(form) if cell[0].startswith(("review.", "litigation."))]
    return [texts[at : at + 5] for at in (0, 5, 10)]


def with_fourth(form: str, expected: Figures, table: str) -> str:
    """A page whose section 4 is printed as `table`."""
    page = forms.page(form, expected, Style(sentences=(("4", "@@"),)), TITLE)
    return page.replace("<p>@@</p>", table)


def rows_of_results(expected: Figures, form: str) -> str:
    """A row for each way, under one head of the five results."""
    head = "".join(f"<td>{end}</td>" for end in ENDS)
    lines = [f'<tr><td colspan="2">类别</td>{head}</tr>']
    labels = (
        '<td colspan="2">行政复议</td>',
        '<td rowspan="2">行政诉讼</td><td>未经复议直接起诉</td>',
        "<td>复议后起诉</td>",
    )
    for label, texts in zip(labels, results(expected, form), strict=True):
        lines.append(f"<tr>{label}{''.join(f'<td>{text}</td>' for text in texts)}</tr>")
    return forms.table(lines)


def list_of_results(expected: Figures, form: str) -> str:
    """A row for each figure."""
    lines = []
    for way, texts in zip(WAYS, results(expected, form), strict=True):
        for n, (end, text) in enumerate(zip(ENDS, texts, strict=True)):
            labels = "".join(f'<td rowspan="5">{name}</td>' for name in way) if n == 0 else ""
            lines.append(f"<tr>{labels}<td>{end}</td><td>{text}</td></tr>")
    return forms.table(lines)


@pytest.mark.parametrize("turned", [rows_of_results, list_of_results])
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_section_4_turned(form: str, turned):
    expected = figures(form)
    assert_same(read(with_fourth(form, expected, turned(expected, form))), form, expected)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_section_4_as_two_tables_of_text(form: str):
    expected = figures(form, blanks=0)
    review, direct, after = (" | ".join(texts) + " |" for texts in results(expected, form))
    head = " | ".join(ENDS) + " |"
    second = [
        f"行政复议 |\n{head}\n{review}",
        f"行政诉讼 |\n未经复议直接起诉 | 复议后起诉 |\n{head} {head}\n{direct} {after}",
    ]
    lines = forms.matrix_lines(form, expected, gap=0).split("\n行政复议\n")[0]
    assert_same(read("\n".join([TITLE, lines, *second])), form, expected)


@pytest.mark.parametrize("word", ["57件（含上年结转1件）", "见附件", "无数据"])
def test_a_word_in_section_4_costs_no_other_cell(word: str):
    expected = figures("2021", blanks=0)
    page = forms.page("2021", {**expected, ("review.upheld", TOTAL): word}, title=TITLE)
    observations = {o.indicator: o for o in report_of(read(page)).observations if o.applicant == TOTAL}
    assert observations["review.upheld"].raw == word
    others = [code for code, _ in forms.cells("2021") if code.startswith(("review.", "litigation."))][1:]
    assert [observations[code].value for code in others] == [Decimal(expected[code, TOTAL]) for code in others]


def test_a_footer_under_section_4_is_no_second_row_of_figures():
    expected = figures("2021")
    page = forms.page("2021", expected, title=TITLE)
    end = '<tr><td colspan="5">单位负责人：王某某</td><td colspan="10">联系电话：0000</td></tr></table><p>联系'
    assert_same(read(page.replace("</table><p>联系", end)), "2021", expected)


def test_section_4_follows_section_2_where_section_3_is_a_sentence():
    expected = figures("2021", blanks=0)
    text = forms.matrix_lines("2021", expected, gap=0)
    before, rest = text.split("申请人情况\n")
    after = rest[rest.index("行政复议") :]
    reading = read(f"{TITLE}\n{before}\n三、收到和处理政府信息公开申请情况\n未收到申请。\n{after}")
    found = {(o.indicator, o.applicant): o.value for o in report_of(reading).observations}
    assert found == {cell: Decimal(text) for cell, text in expected.items() if not cell[0].startswith("request.")}
    assert "section_missing" in rules(reading)


OFF_BY_A_WORD = {
    "予以公开": "予以公开数",
    "属于国家秘密": "属于国家秘密的",
    "本年新收政府信息公开申请数量": "本年新收政府信息公开申请数",
}


@pytest.mark.parametrize("printed", ["table", "lines"])
def test_labels_of_section_3_that_are_off_by_a_word(printed: str):
    expected = figures("2021", blanks=0)
    text = forms.page("2021", expected, title=TITLE)
    if printed == "lines":
        text = f"{TITLE}\n{forms.matrix_lines('2021', expected, gap=0)}"
    for label, said in OFF_BY_A_WORD.items():
        assert label in text
        text = text.replace(label, said)
    reading = read(text)
    assert_same(reading, "2021", expected)
    assert sum(f.rule == "label_near" for f in reading.findings) == len(OFF_BY_A_WORD)


def test_a_label_cut_from_its_number_is_not_taken_for_one_off_by_a_word():
    expected = figures("2021", blanks=0)
    text = forms.matrix_lines("2021", expected, gap=0).replace("2.其他法律", "2\n.其他法律")
    for o in report_of(read(f"{TITLE}\n{text}")).observations:
        assert o.value in (None, Decimal(expected[o.indicator, o.applicant]))


@pytest.mark.parametrize("form", ["2014", "2019", "2021"])
def test_a_colon_after_each_label(form: str):
    expected = figures(form)
    assert_same(read(_with_colons(forms.page(form, expected, title=TITLE))), form, expected)


def _with_colons(page: str) -> str:
    """The page with a colon at the end of each cell that holds words."""
    cells = page.split("</td>")
    return "</td>".join(f"{cell}：" if cell and "\u4e00" <= cell[-1] <= "\u9fff" else cell for cell in cells)


def test_a_list_in_words():
    expected = figures("2014", blanks=0)
    lines = [f"{label}：{text}{unit if text else ''}" for label, unit, text in forms.list_rows(expected)]
    reading = read("\n".join([TITLE, *lines]))
    assert_same(reading, "2014", expected)


def test_rows_in_one_line_each():
    expected = figures("2021", blanks=0)
    blocks = forms.matrix_lines("2021", expected, gap=0).split("\n\n\n")
    lines = [" ".join(block.split("\n")) for block in blocks]
    assert_same(read("\n".join([TITLE, *lines])), "2021", expected)


def test_section_3_with_totals_alone():
    rows = [("项目", "总计"), ("一、本年新收政府信息公开申请数量", "9"), ("（一）予以公开", "7"), ("（七）总计", "8")]
    table = forms.table([f"<tr><td>{label}</td><td>{text}</td></tr>" for label, text in rows])
    report = report_of(read(f"<html><h1>{TITLE}</h1>{table}</html>"))
    found = [(o.indicator, o.applicant, o.value) for o in report.observations]
    assert found == [
        ("request.received", TOTAL, Decimal(9)),
        ("request.outcome.granted", TOTAL, Decimal(7)),
        ("request.concluded", TOTAL, Decimal(8)),
    ]


@pytest.mark.parametrize(("year", "column"), [("2018", 0), ("2017", 1), ("2016", None)])
def test_of_columns_of_several_years_the_own_one_is_read(year: str, column: int | None):
    own, other = figures("2014", seed=1, blanks=0), figures("2014", seed=2, blanks=0)
    rows = ["<tr><td>统计指标</td><td>单位</td><td>2018年</td><td>2017年</td></tr>"]
    for mine, last in zip(forms.list_rows(own), forms.list_rows(other), strict=True):
        rows.append("<tr>" + "".join(f"<td>{text}</td>" for text in (*mine, last[2])) + "</tr>")
    title = f"示例市教育局{year}年政府信息公开工作年度报告"
    reading = read(f"<html><head><title>{title}</title></head><h1>{title}</h1>{forms.table(rows)}</html>")
    if column is None:
        assert {o.status for o in report_of(reading).observations} == {Status.TEXT}
        assert "cell_unsure" in rules(reading)
    else:
        assert_same(reading, "2014", (own, other)[column])


# --- what is told -----------------------------------------------------------------------------------------


LOCAL = "（九）抖音平台"


@pytest.mark.parametrize("form", ["2014", "2021"])
def test_a_row_of_no_form_is_kept_and_told(form: str):
    expected = figures(form)
    page = forms.page(form, expected, title=TITLE)
    row = (
        f"<td>{LOCAL}</td><td>条</td><td>777</td>"
        if form == "2014"
        else f"<td colspan=3>{LOCAL}</td>{'<td>7</td>' * 7}"
    )
    after = page.index("2.政府网站公开" if form == "2014" else "四、结转下年度")
    at = page.rindex("<tr>", 0, after)
    assert_local_row_told(read(f"{page[:at]}<tr>{row}</tr>{page[at:]}"), form, expected)


def test_a_row_of_no_form_in_text_is_kept_and_told():
    expected = figures("2021", blanks=0)
    row = "\n".join([LOCAL, *"1234567"])
    text = forms.matrix_lines("2021", expected, gap=0).replace("四、结转下年度", f"{row}\n四、结转下年度")
    assert_local_row_told(read(f"{TITLE}\n{text}"), "2021", expected)


def assert_local_row_told(reading: Reading, form: str, expected: dict[tuple[str, str], str]) -> None:
    assert_same(reading, form, expected)
    assert [row.label for row in report_of(reading).local_rows if LOCAL in row.label] != []
    (told,) = [finding.message for finding in reading.findings if finding.rule == "local_rows"]
    assert LOCAL in told


def test_sections_of_two_forms_are_each_whole_by_their_own():
    old, new = figures("2019"), figures("2021")
    items = forms.matrix_tables("2019", old, Style()).split("<h2>三、")[0]
    requests = "<h2>三、" + forms.matrix_tables("2021", new, Style()).split("<h2>三、")[1]
    reading = read(f"<html><h1>{TITLE}</h1>{items}{requests}</html>")
    found = {(o.indicator, o.applicant): o.raw for o in report_of(reading).observations}
    assert found.items() >= {cell: text for cell, text in new.items() if cell[0].startswith("request.")}.items()
    assert "mixed_forms" in rules(reading)
    assert not rules(reading) & {"rows_missing", "value_on_heading"}


def test_a_blank_that_no_one_sees_beside_a_heading_is_no_value():
    page = forms.page("2014", figures("2014"), title=TITLE).replace(
        "<td>——</td><td></td>", "<td>——</td><td>\u200b</td>"
    )
    assert "\u200b" in page
    assert "value_on_heading" not in rules(read(page))


def test_cells_that_the_end_of_the_page_cut_off_are_not_blank():
    page = forms.page("2021", figures("2021", blanks=0), title=TITLE)
    row = page.index("（二）部分公开")
    cut = page[: page.index("</td>", page.index("<td>", row)) - 1]
    reading = read(cut)
    statuses = [o.status for o in report_of(reading).observations if o.indicator == "request.outcome.partial"]
    assert statuses == [Status.TEXT] * 7
    assert "document_truncated" in rules(reading)


def test_a_header_of_words_of_the_list_is_no_part_of_the_list():
    expected = figures("2014")
    rows = ("<tr><td>主题分类</td><td>其他</td><td>体裁</td></tr>", "<tr><td>其他</td><td>5</td><td>其他</td></tr>")
    header = forms.table(list(rows))
    page = forms.page("2014", expected, title=TITLE, lead=header)
    assert_same(read(page), "2014", expected)
    reading = read_form(read_document(page.encode()))
    assert not {f.rule for f in reading.findings} & {"cell_missing", "rows_missing", "competing_rows"}
