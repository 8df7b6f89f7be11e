"""Tables that would mislead: what a careful reader can tell is read exactly, all else is told and never a number."""

import re
from collections.abc import Mapping
from decimal import Decimal

import pytest

from extractors.documents import read_document
from extractors.forms.align import _aligned_before, align, form_index
from extractors.forms.reader import read_form
from extractors.forms.rows import PrintedRow
from extractors.report import read_capture
from schema.records import TOTAL, Observation, Place, Status
from tests.extractors import forms
from tests.extractors.adversary import (
    RESULT_ENDS,
    Change,
    changed,
    cut,
    each,
    everywhere,
    in_row,
    made,
    results_apart,
    results_in_blocks,
    row,
    rows,
    with_column,
    with_row,
)
from tests.extractors.test_forms import TITLE, assert_same, figures, read

ITEMS, REQUESTS, RESULTS = 0, 1, 2
LIST = 0
VALUES = r"((?:<td>[^<]*</td>){7})</tr>$"
LAST = r"<td>[^<]*</td></tr>$"
BOXED = everywhere(r"<td>([^<]*)</td>", r"<td>\n<table><tr><td>\1</td></tr></table></td>")
UNIT_LABELS = r"<td>([^<]*)</td><td>(条|件|次|篇|个|人|人次|万元)</td>"

DECIDABLE: dict[str, tuple[str, int, Change]] = {
    "a page break in a group": ("2021", REQUESTS, cut(10)),
    "a page break in a group, head again": ("2021", REQUESTS, cut(10, head=3)),
    "a page break before 总计": ("2021", REQUESTS, cut(28)),
    "a page break after the first outcome": ("2019", REQUESTS, cut(6)),
    "a group's span left out": ("2021", REQUESTS, everywhere(r'rowspan="8"', "")),
    "the outer span left out": ("2019", REQUESTS, everywhere(r'rowspan="2\d"', "")),
    "a column of subtotals": (
        "2021",
        REQUESTS,
        each(
            lambda n, line: (
                line.replace('colspan="5"', 'colspan="6"').replace('colspan="7"', 'colspan="8"')
                if n < 2
                else line.replace("</tr>", "<td>小计</td></tr>")
                if n == 2
                else line[: line.rindex("<td>")] + "<td>777</td>" + line[line.rindex("<td>") :]
            )
        ),
    ),
    "the head of an applicant blank": ("2021", REQUESTS, everywhere("科研<br>机构", "")),
    "the third row of heads lost": ("2021", REQUESTS, lambda t: t.replace("自然人", "公民")),
    "no head of applicants": ("2019", REQUESTS, lambda t: made(rows(t)[3:])),
    "a row with the columns' numbers": ("2021", REQUESTS, with_row(3, row("栏次", "", "", *"1234567"))),
    "serial numbers in section 2": ("2021", ITEMS, with_column(str, first=True)),
    "a footer under section 4": (
        "2021",
        RESULTS,
        lambda t: t.replace("</table>", row("填报人：张三", "电话：123") + "</table>"),
    ),
    "section 4 in two tables": ("2021", RESULTS, results_apart),
    "a label before the figures of section 4": ("2021", RESULTS, in_row(3, "<tr>", "<tr><td>数量</td>")),
    "a column of remarks": ("2014", LIST, with_column(lambda n: "备注" if n == 0 else "12" if n % 5 else "")),
    "last year's figures first": (
        "2014",
        LIST,
        each(
            lambda n, line: (
                line.replace("统计数", "上年数</td><td>本年数")
                if n == 0
                else line[: line.rindex("<td>")] + "<td>7</td>" + line[line.rindex("<td>") :]
            )
        ),
    ),
    "no head of the values": ("2014", LIST, everywhere("统计数<", "<")),
    "the unit in the label": ("2014", LIST, everywhere(UNIT_LABELS, r"<td>\1（\2）</td><td></td>")),
    "numbers without a stop": ("2014", LIST, everywhere(r"<td>(\d+)\.", r"<td>\1")),
    "numbers in circles": ("2014", LIST, everywhere(r"<td>7\.", "<td>⑦")),
    "the columns swapped under a second head": (
        "2014",
        LIST,
        lambda t: made([*rows(t)[:40], row("统计指标", "统计数", "单位"), *[_swapped(line) for line in rows(t)[40:]]]),
    ),
    "each row a table": ("2014", LIST, lambda t: "".join(made([line]) for line in rows(t))),
    "an empty column after the page break": (
        "2014",
        LIST,
        lambda t: made(rows(t)[:40]) + made([line.replace("</tr>", "<td></td></tr>") for line in rows(t)[40:]]),
    ),
    "the span over the kinds of organisation one too short": (
        "2021",
        REQUESTS,
        everywhere('colspan="5">法人', 'colspan="4">法人'),
    ),
    "the span over the kinds of organisation one too long": (
        "2019",
        REQUESTS,
        everywhere('colspan="5">法人', 'colspan="6">法人'),
    ),
    "the span of the first applicant one too short": (
        "2021",
        REQUESTS,
        everywhere('<td rowspan="2">自然人', "<td>自然人"),
    ),
    "the span of a head of section 4 one too short": (
        "2021",
        RESULTS,
        everywhere('<td rowspan="2">总计', "<td>总计"),
    ),
    "a group's span one too long": ("2021", REQUESTS, everywhere(r'rowspan="8"', 'rowspan="9"')),
    "a blank row between heads and figures": ("2021", RESULTS, with_row(3, row(*[""] * 15))),
    "figures in fields of input": (
        "2019",
        REQUESTS,
        everywhere(r"<td>(\d+)</td>", r'<td><input type="text" value="\1" readonly></td>'),
    ),
    "a column of units in section 3": (
        "2021",
        REQUESTS,
        each(
            lambda n, line: (
                line.replace("</td>", '</td><td rowspan="3">单位</td>', 1)
                if n == 0
                else re.sub(VALUES, r"<td>件</td>\1</tr>", line)
            )
        ),
    ),
    "heads of section 4 repeated over their spans": (
        "2019",
        RESULTS,
        lambda t: t.replace(' rowspan="2"', "").replace(
            "<tr>" + "".join(f"<td>{end}</td>" for end in RESULT_ENDS) * 2,
            "<tr>" + "".join(f"<td>{end}</td>" for end in RESULT_ENDS) * 3,
        ),
    ),
    "section 4 in blocks": ("2021", RESULTS, results_in_blocks),
    "footnotes on labels": ("2014", LIST, everywhere(r"<td>(\d\.[^<]*)</td>", r"<td>\1<sup>[1]</sup></td>")),
    "section 2 in tables of one cell": ("2021", ITEMS, BOXED),
    "section 3 in tables of one cell": ("2019", REQUESTS, BOXED),
    "section 4 in tables of one cell": ("2021", RESULTS, BOXED),
    "the list in tables of one cell": ("2014", LIST, BOXED),
    "the value in a wide cell": ("2014", LIST, everywhere(r"<td>([^<]*)</td></tr>", r'<td colspan="2">\1</td></tr>')),
}


UNDECIDABLE: dict[str, tuple[str, int, Change]] = {
    "a cell lost at the end of a row": ("2021", REQUESTS, in_row(4, LAST, "</tr>")),
    "a cell lost at the beginning": (
        "2021",
        REQUESTS,
        in_row(4, r"<td>[^<]*</td>((?:<td>[^<]*</td>){6})</tr>$", r"\1</tr>"),
    ),
    "a cell too many": ("2021", REQUESTS, in_row(4, VALUES, r"<td>888</td>\1</tr>")),
    "a cell lost in section 4": ("2021", RESULTS, in_row(3, LAST, "</tr>")),
    "a cell lost in section 2": ("2021", ITEMS, in_row(2, "<td>[^<]*</td></tr>$", "</tr>")),
    "a cell merged over two rows": (
        "2021",
        REQUESTS,
        each(
            lambda n, x: (
                x[: x.rindex("<td>")] + ("<td rowspan=2>9</td></tr>" if n == 4 else "</tr>") if n in (4, 5) else x
            )
        ),
    ),
    "a row run together in its first cell": (
        "2021",
        REQUESTS,
        in_row(4, VALUES, "<td>12345678</td>" + "<td></td>" * 6 + "</tr>"),
    ),
    "a second row of figures in section 4": (
        "2021",
        RESULTS,
        lambda t: t.replace("</table>", row(*map(str, range(15))) + "</table>"),
    ),
    "two columns of years, neither the report's own": (
        "2014",
        LIST,
        each(
            lambda n, line: (
                line.replace("统计数", "2016年</td><td>2017年") if n == 0 else line.replace("</tr>", "<td>7</td></tr>")
            )
        ),
    ),
    "units left out in some rows": (
        "2014",
        LIST,
        each(lambda n, x: x.replace("<td>条</td>", "") if n in (7, 8, 9) else x),
    ),
    "units left out under their head": ("2014", LIST, everywhere(r"<td>(?:条|件|次|篇|个|人|人次|万元|——)</td>", "")),
}


def _swapped(line: str) -> str:
    first, second, third = line.removesuffix("</td></tr>").split("</td>", 2)
    return f"{first}</td>{third}</td>{second}</td></tr>"


@pytest.mark.parametrize(("form", "table", "change"), DECIDABLE.values(), ids=DECIDABLE.keys())
def test_what_can_be_told_is_read(form: str, table: int, change: Change):
    expected = figures(form)
    assert_same(read(changed(forms.page(form, expected, title=TITLE), table, change)), form, expected)


@pytest.mark.parametrize(("form", "table", "change"), UNDECIDABLE.values(), ids=UNDECIDABLE.keys())
def test_what_cannot_be_told_is_no_number(form: str, table: int, change: Change):
    expected = figures(form, blanks=0)
    reading = read(changed(forms.page(form, expected, title=TITLE), table, change))
    assert reading.report is not None
    assert_no_wrong_number(reading.report.observations, expected)
    assert "cell_unsure" in {finding.rule for finding in reading.findings}


def assert_no_wrong_number(found: tuple[Observation, ...], expected: Mapping[tuple[str, str], str]) -> None:
    for o in found:
        assert o.status is not Status.BLANK or not expected[o.indicator, o.applicant], o
        assert o.value is None or o.value == Decimal(expected[o.indicator, o.applicant] or -1), o


@pytest.mark.parametrize("form", ["2014", "2019", "2021"])
def test_tables_of_two_years_give_no_figure_of_the_other(form: str):
    one, two = figures(form, seed=1, blanks=0.1), figures(form, seed=2, blanks=0.1)
    reading = read(forms.page(form, one, title=TITLE) + forms.page(form, two))
    assert reading.report is not None
    for o in reading.report.observations:
        if o.value is not None:
            assert one[o.indicator, o.applicant] == two[o.indicator, o.applicant]


def test_a_section_that_only_another_bodys_table_has_is_not_taken():
    one, two = figures("2021", seed=1, blanks=0), figures("2021", seed=2, blanks=0)
    first = changed(forms.page("2021", one, title=TITLE), RESULTS, lambda _: "<p>本年度没有</p>")
    reading = read(first + forms.page("2021", two))
    assert reading.report is not None
    results = [o for o in reading.report.observations if o.indicator.startswith(("review", "litigation"))]
    assert {o.status for o in results} == {Status.TEXT}


def test_applicants_without_a_column_are_told():
    table = each(lambda n, line: line if n < 2 else line[: line.rindex("<td>")] + "</tr>" if n > 2 else line)
    page = changed(forms.page("2021", figures("2021", blanks=0), title=TITLE), REQUESTS, table)
    reading = read(page.replace('<td rowspan="2">总计</td>', "").replace('colspan="7"', 'colspan="6"'))
    (told,) = [f for f in reading.findings if f.rule == "cells_missing"]
    assert ("request.received", TOTAL) in told.cells


def test_the_form_is_told_by_section_3_where_section_2_is_lost():
    page = changed(forms.page("2019", figures("2019", blanks=0), title=TITLE), ITEMS, lambda _: "<p>见附件</p>")
    reading = read(page)
    assert reading.report is not None
    assert reading.report.form == "2019"


def test_a_further_head_does_not_change_the_form():
    page = changed(forms.page("2019", figures("2019"), title=TITLE), ITEMS, everywhere("对外公开总数量", "备注"))
    reading = read(page)
    assert reading.report is not None
    assert reading.report.form == "2019"


# --- running text -----------------------------------------------------------------------------------------


def lines_of(*extra: str, after_label: bool = False) -> tuple[str, dict[tuple[str, str], str]]:
    """The 2014 form with one cell a line, and further cells in each row."""
    expected = figures("2014", blanks=0)
    found = []
    for label, unit, text in forms.list_rows(expected):
        found += [label, *extra, unit, text] if after_label else [label, unit, *extra, text]
    return "\n".join([TITLE, *found]), expected


@pytest.mark.parametrize("after_label", [True, False])
def test_a_further_column_in_running_text_makes_all_unsure(after_label: bool):
    text, expected = lines_of("7", after_label=after_label)
    reading = read_capture(text.encode())
    assert reading.report is not None
    assert_no_wrong_number(reading.report.observations, expected)


@pytest.mark.parametrize(
    "head",
    [
        ("统计指标", "代码", "单位", "统计数"),
        ("统计指标", "单位", "上年数", "统计数"),
        ("序号", "统计指标", "单位", "统计数"),
    ],
)
def test_separated_text_is_read_by_its_heads(head: tuple[str, ...]):
    expected = figures("2014")
    cells = {"代码": "7", "上年数": "8", "序号": "9"}
    lines = [" | ".join(head) + " |"]
    for label, unit, text in forms.list_rows(expected):
        known = {**cells, "统计指标": label, "单位": unit, "统计数": text}
        lines.append(" | ".join(known[name] for name in head) + " |")
    assert_same(read("\n".join([TITLE, *lines])), "2014", expected)


def test_text_with_tabs():
    expected = figures("2014", blanks=0)
    lines = ["\t".join(cells) for cells in forms.list_rows(expected)]
    assert_same(read("\n".join([TITLE, *lines])), "2014", expected)


def test_a_figure_that_runs_into_the_next_number_is_unclear():
    text = TITLE + "".join("".join(cells) for cells in forms.list_rows(figures("2014", blanks=0)))
    reading = read(text)
    assert reading.report is not None
    gazette = next(o for o in reading.report.observations if o.indicator == "proactive.channel.gazette")
    assert (gazette.status, gazette.value) == (Status.TEXT, None)


def test_a_row_that_both_forms_have_is_nobodys_without_heads():
    found = read_form(read_document("一、本年新收政府信息公开申请数量 1\n信息内容\n规章\n1\n2\n3\n".encode()))
    assert not [f for f in found.figures if f.indicator.startswith("documents")]


def test_one_value_and_blank_cells_in_separated_text_are_not_guessed():
    head = "自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |"
    found = read_form(read_document(f"{head}\n一、本年新收政府信息公开申请数量 | 5 | | | | | | |\n".encode()))
    assert len(found.figures) == len(RESULT_ENDS) + 2
    assert all(figure.cell.trouble for figure in found.figures)


# --- bounds -----------------------------------------------------------------------------------------------


def test_near_spellings_are_sought_for_so_many_rows_only(monkeypatch: pytest.MonkeyPatch):
    asked = 0

    def count(label: str, name: str) -> bool:
        nonlocal asked
        asked += 1
        return False

    monkeypatch.setattr("extractors.forms.likeness._similar", count)
    strange = [PrintedRow((f"某项其他事务{chr(0x4E00 + n)}数",), (), Place(1, n + 1, 1)) for n in range(10_000)]
    align(strange, form_index("2014"))
    assert 0 < asked < 100_000


def test_alignments_are_remembered_only_of_labels_as_short_as_a_forms():
    kept = _aligned_before.cache_info().currsize
    align([PrintedRow((f"{'某' * 200}{n}",), (), Place(1, n + 1, 1)) for n in range(60)], form_index("2014"))
    assert _aligned_before.cache_info().currsize == kept


HOSTILE = ("由", "（", "?", "索 ", "索?", "信息公开", "2018年1月1日至", "【来源", "其中：", "第二十条")


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_line_without_end_ends_in_a_status(piece: str):
    line = piece * (400_000 // len(piece))
    assert read_capture(f"{TITLE}\n{line}".encode()).status == "no_table"
    page = f"<title>{line}</title><meta name=ArticleTitle content='{line}'><table><tr><td>{line}<td>1</table>"
    assert read_capture(page.encode()).status in ("no_table", "not_report")
