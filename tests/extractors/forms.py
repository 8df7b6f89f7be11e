"""Printed forms for tests: the figures of a report laid out as agencies lay them out.

`Figures` maps (indicator, applicant) to the text of its cell. The labels come from the CSV files of the forms; how
a table is marked up is what the tests vary.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from schema.catalog import FormRow, catalog
from schema.records import TOTAL

Figures = Mapping[tuple[str, str], str]
Mark = Callable[[str, str], str]  # (tag with attributes, text) -> markup of a cell


def cells(form: str) -> list[tuple[str, str]]:
    """Every (indicator, applicant) of a form in printed order."""
    found = []
    for row in catalog().forms[form].rows:
        if row.indicator:
            found += [(row.indicator, member) for member in catalog().forms[form].members(row.section) or (TOTAL,)]
    return found


def plain(tag: str, text: str) -> str:
    return f"<{tag}>{text}</{tag.split()[0]}>"


def word(tag: str, text: str) -> str:
    """A cell as pasted from a word processor: figures split over spans, blanks as `<o:p>`."""
    name = tag.split()[0]
    if not text:
        return f'<{tag}><p class="MsoNormal"><span lang="EN-US"><o:p>&nbsp;</o:p></span></p></{name}>'
    pieces = re.findall(r"<br>|.", text)
    inner = "".join(p if p == "<br>" else f'<span style="font-size:12pt">{p}</span>' for p in pieces)
    return f'<{tag}><p class="MsoNormal" align="center">\n  {inner}</p>\n</{name}>'


def unclosed(tag: str, text: str) -> str:
    """A cell whose end tag was forgotten."""
    return f"<{tag}>{text}"


def pixels(tag: str, text: str) -> str:
    """A cell with a span that is no number."""
    has = "colspan" in tag
    return plain(tag if has else f'{tag} colspan="1px"', text)


MARKS: dict[str, Mark] = {"plain": plain, "word": word, "unclosed": unclosed, "pixels": pixels}


@dataclass(frozen=True)
class Style:
    """How a form is laid out. `serial` adds a column of numbers, `page_break` cuts the tables in two.

    `sentences` are (section, words) of sections since 2019 that have words instead of a table.
    """

    mark: str = "plain"
    serial: bool = False
    swapped: bool = False
    side_by_side: bool = False
    page_break: bool = False
    repeat_head: bool = True
    layout_table: bool = False
    sentences: tuple[tuple[str, str], ...] = ()


def page(
    form: str, figures: Figures, style: Style = Style(), title: str = "示例市教育局年度报告", lead: str = ""
) -> str:
    """A whole page with the form's tables."""
    body = list_table(figures, style) if form == "2014" else matrix_tables(form, figures, style)
    if style.layout_table:
        body = f'<table><tr><td width="10">&nbsp;</td><td>{body}</td></tr></table>'
    head = f"<head><title>{title}</title></head>"
    return f"<html>{head}<body><h1>{title}</h1>{lead}{body}<p>联系电话：0000</p></body></html>"


# --- 2014 ------------------------------------------------------------------------------------------------


def list_rows(figures: Figures) -> list[tuple[str, str, str]]:
    """(label with its number and remark, unit, text) of each printed row that is not left out of `figures`."""
    rows = []
    for row in catalog().forms["2014"].rows:
        if row.indicator and (row.indicator, TOTAL) not in figures:
            continue
        text = figures.get((row.indicator, TOTAL), "") if row.indicator else ""
        rows.append((row.number + row.label_zh + row.remark, row.unit_zh, text))
    return rows


def list_table(figures: Figures, style: Style) -> str:
    rows = list_rows(figures)
    if style.side_by_side:
        half = (len(rows) + 1) // 2
        return _side_by_side(rows[:half], rows[half:], MARKS[style.mark])
    head = _list_row(("统计指标", "单位", "统计数"), 0, style)
    lines = [_list_row(row, n, style) for n, row in enumerate(rows, 1)]
    if not style.page_break:
        return table([head, *lines])
    half = len(lines) // 2
    again = [head] if style.repeat_head else []
    return table([head, *lines[:half]]) + "<p>— 4 —</p>" + table([*again, *lines[half:]])


def _list_row(row: tuple[str, str, str], number: int, style: Style) -> str:
    mark = MARKS[style.mark]
    label, unit, text = row
    order = [label, text, unit] if style.swapped else [label, unit, text]
    serial = [str(number) if number else "序号"] if style.serial else []
    return "<tr>" + "".join(mark("td", cell) for cell in [*serial, *order]) + "</tr>"


def _side_by_side(left: list[tuple[str, str, str]], right: list[tuple[str, str, str]], mark: Mark) -> str:
    right = right + [("", "", "")] * (len(left) - len(right))
    head = "".join(mark("td", cell) for cell in ("统计指标", "单位", "统计数") * 2)
    rows = ["".join(mark("td", cell) for cell in (*a, *b)) for a, b in zip(left, right, strict=True)]
    return table([f"<tr>{row}</tr>" for row in (head, *rows)])


def table(rows: list[str]) -> str:
    return "<table border=1>" + "\n".join(rows) + "</table>"


def list_pipes(figures: Figures) -> str:
    """The list as `a | b | c |` text."""
    rows = [("统计指标", "单位", "统计数"), *list_rows(figures)]
    return "\n".join(f"{label} | {unit} | {text} |" for label, unit, text in rows)


def list_lines(figures: Figures) -> str:
    """The list with one cell a line; a blank cell leaves a blank line, a heading has no unit."""
    lines = ["统计指标", "单位", "统计数"]
    for label, unit, text in list_rows(figures):
        lines += [label] if unit == "——" else [label, unit, text]
    return "\n".join(lines)


# --- 2019 and 2021 ----------------------------------------------------------------------------------------

SECTION_HEADS = (
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
)


def matrix_tables(form: str, figures: Figures, style: Style) -> str:
    mark = MARKS[style.mark]
    parts = {
        "2": table(_items(form, figures, mark)),
        "3": "<p>— 4 —</p>".join(_third(_requests(form, figures, mark), style)),
        "4": table(_results(form, figures, mark)),
        **{section: f"<p>{words}</p>" for section, words in style.sentences},
    }
    return "".join(f"<h2>{head}</h2>{part}" for head, part in zip(SECTION_HEADS, parts.values(), strict=True))


def _third(rows: tuple[list[str], list[str]], style: Style) -> Iterator[str]:
    head, lines = rows
    if not style.page_break:
        yield table([*head, *lines])
        return
    cut = 2  # before the first label that spans rows
    yield table([*head, *lines[:cut]])
    yield table([*(head if style.repeat_head else []), *lines[cut:]])


def _items(form: str, figures: Figures, mark: Mark) -> list[str]:
    """Section 2: a block for each clause, with its own head."""
    rows = [row for row in catalog().forms[form].rows if row.section == "2" and row.level > 1]
    lines = []
    for row in rows:
        if row.kind == "header":
            lines.append("<tr>" + mark('td colspan="4"', row.label_zh) + "</tr>")
            block = _block(rows, row)
            heads = list(dict.fromkeys(cell.column for cell in block))
            lines.append(_span_row(mark, ["信息内容", *(column_head(form, head) for head in heads)]))
            for label, cells_of_row in groupby(block, key=lambda cell: cell.label_zh):
                texts = [figures.get((cell.indicator, TOTAL), "") for cell in cells_of_row]
                lines.append(_span_row(mark, [label, *texts]))
    return lines


def _block(rows: list[FormRow], header: FormRow) -> list[FormRow]:
    after = rows[rows.index(header) + 1 :]
    end = next((n for n, row in enumerate(after) if row.kind == "header"), len(after))
    return after[:end]


def column_head(form: str, label: str) -> str:
    return f"{label}（单位：万元）" if label == "本年收费金额" else label


def _span_row(mark: Mark, texts: list[str]) -> str:
    """A row of four columns, in which a single value column spans three."""
    wide = {2: 3, 3: 1}.get(len(texts), 1)
    cells_of_row = [mark("td", texts[0]), *(mark(f'td colspan="{wide}"' if wide > 1 else "td", t) for t in texts[1:])]
    if len(texts) == 3:
        cells_of_row.append(mark("td", ""))
    return "<tr>" + "".join(cells_of_row) + "</tr>"


def _requests(form: str, figures: Figures, mark: Mark) -> tuple[list[str], list[str]]:
    """Section 3: head rows, and the rows under them, labels in three columns with spans."""
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    head = [
        "<tr>" + mark('td rowspan="3" colspan="3"', note) + mark('td colspan="7"', "申请人情况") + "</tr>",
        "<tr>"
        + mark('td rowspan="2"', "自然人")
        + mark('td colspan="5"', "法人或其他组织")
        + mark('td rowspan="2"', "总计")
        + "</tr>",
        "<tr>"
        + "".join(mark("td", t) for t in ("商业<br>企业", "科研<br>机构", "社会公益组织", "法律服务机构", "其他"))
        + "</tr>",
    ]
    rows = [row for row in catalog().forms[form].rows if row.section == "3" and row.level > 1]
    members = catalog().forms[form].members("3")
    lines, opened = [], []
    for n, row in enumerate(rows):
        if row.kind == "header":
            below = _below(rows, n)
            opened.append(mark(f'td rowspan="{below}"', row.number + row.label_zh))
            continue
        wide = 5 - row.level
        label = mark(f'td colspan="{wide}"' if wide > 1 else "td", row.number + row.label_zh + row.remark)
        values = "".join(mark("td", figures.get((row.indicator, member), "")) for member in members)
        lines.append("<tr>" + "".join(opened) + label + values + "</tr>")
        opened = []
    return head, lines


def _below(rows: list[FormRow], header: int) -> int:
    """How many value rows stand under a heading."""
    after = rows[header + 1 :]
    end = next((n for n, row in enumerate(after) if row.level <= rows[header].level), len(after))
    return sum(row.kind == "value" for row in after[:end])


def _results(form: str, figures: Figures, mark: Mark) -> list[str]:
    """Section 4: a head of three levels and one row of fifteen cells."""
    ends = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    first = "<tr>" + mark('td colspan="5"', "行政复议") + mark('td colspan="10"', "行政诉讼") + "</tr>"
    second = (
        "<tr>"
        + "".join(mark('td rowspan="2"', end) for end in ends)
        + mark('td colspan="5"', "未经复议直接起诉")
        + mark('td colspan="5"', "复议后起诉")
        + "</tr>"
    )
    third = "<tr>" + "".join(mark("td", end) for end in ends * 2) + "</tr>"
    codes = [row.indicator for row in catalog().forms[form].rows if row.section == "4" and row.indicator]
    return [first, second, third, "<tr>" + "".join(mark("td", figures.get((c, TOTAL), "")) for c in codes) + "</tr>"]


def matrix_lines(form: str, figures: Figures, gap: int = 2, glued: Collection[str] = ()) -> str:
    """Sections 2 to 4 with one cell a line and `gap` blank lines after each cell, as converters leave them.

    The rows of the indicators `glued` stand in one line without anything between their cells.
    """
    out: list[str] = []

    def row(*texts: str) -> None:
        for text in texts:
            out.extend([text, *[""] * gap])
        out.extend(["", ""])

    rows = catalog().forms[form].rows
    items = [r for r in rows if r.section == "2" and r.level > 1]
    for item in items:
        if item.kind == "header":
            block = _block(items, item)
            row(item.label_zh)
            row("信息内容", *dict.fromkeys(column_head(form, cell.column) for cell in block))
            for label, cells_of_row in groupby(block, key=lambda cell: cell.label_zh):
                row(label, *(figures.get((cell.indicator, TOTAL), "") for cell in cells_of_row))
    row("申请人情况")
    row("自然人", "法人或其他组织", "总计")
    row("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
    members = catalog().forms[form].members("3")
    for item in (r for r in rows if r.section == "3" and r.level > 1):
        values = [figures.get((item.indicator, m), "") for m in members] if item.indicator else []
        label = item.number + item.label_zh + item.remark
        row(label + "".join(values)) if item.indicator in glued else row(label, *values)
    row("行政复议", "行政诉讼")
    ends = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    row(*ends, "未经复议直接起诉", "复议后起诉")
    row(*ends, *ends)
    row(*(figures.get((r.indicator, TOTAL), "") for r in rows if r.section == "4" and r.indicator))
    out.append("五、存在的主要问题及改进情况")
    return "\n".join(out)
