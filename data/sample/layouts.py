"""The statistics table as agencies put it on their pages: one function a layout, rows in, markup out."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from sources import Line

_HEADS = ("统计指标", "单位", "统计数")
_NUMBER = re.compile(r"\d[\d.,]*")
_BORDER = "border:1px solid windowtext;padding:0 7px"


def plain(lines: Sequence[Line], heading_unit: str) -> str:
    """Three columns."""
    rows = [_row(_HEADS), *(_row(_cells(line, heading_unit)) for line in lines)]
    return _table(rows)


def word(lines: Sequence[Line], heading_unit: str) -> str:
    """Pasted from a word processor: a title row inside, blanks as no-break spaces, text cut into spans."""
    title = f'<tr><td colspan="3" style="{_BORDER}">{_word_paragraph("政府信息公开情况统计表")}</td></tr>'
    rows = [_word_row(_HEADS), *(_word_row(_cells(line, heading_unit)) for line in lines)]
    return _table([title, *rows], 'class="MsoNormalTable" style="border-collapse:collapse;border:none" width="612"')


def numbered(lines: Sequence[Line], heading_unit: str) -> str:
    """Serial numbers, and the sections as cells that span their rows or, without a heading, both columns."""
    rows = [_row(("序号", "类别", *_HEADS))]
    for _, section in groupby(lines, key=lambda line: line.form.section):
        first, *rest = section
        if first.is_heading:
            rows += _spanned(first.text, rest, len(rows))
        else:
            rows.append(_across(len(rows), first))
            rows += _spanned("其中", rest, len(rows))
    return _table(rows)


def split(lines: Sequence[Line], heading_unit: str) -> str:
    """Cut in two where the paper page ended, the head repeated."""
    half = len(lines) // 2
    page_break = '\n<p style="page-break-after:always">&nbsp;</p>\n'
    return plain(lines[:half], heading_unit) + page_break + plain(lines[half:], heading_unit)


def pipes(lines: Sequence[Line], heading_unit: str) -> str:
    """No table any more: what a converter left of it, a row a paragraph."""
    rows = [_HEADS, *(_cells(line, heading_unit) for line in lines)]
    return "\n".join(f"<p>{' | '.join(row)} |</p>" for row in rows)


def one_a_line(lines: Sequence[Line], heading_unit: str) -> str:
    """No table any more: a cell a paragraph, a blank one holding a no-break space."""
    cells = [cell for row in (_HEADS, *(_cells(line, heading_unit) for line in lines)) for cell in row]
    return "\n".join(f"<p>{cell or '&nbsp;'}</p>" for cell in cells)


LAYOUTS: dict[str, Callable[[Sequence[Line], str], str]] = {
    "plain": plain,
    "word": word,
    "numbered": numbered,
    "split": split,
    "pipes": pipes,
    "lines": one_a_line,
}


def _cells(line: Line, heading_unit: str) -> tuple[str, str, str]:
    return line.text, heading_unit if line.is_heading else line.form.unit_zh, line.value


def _row(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _table(rows: Sequence[str], attributes: str = 'border="1" cellspacing="0"') -> str:
    return f"<table {attributes}><tbody>\n" + "\n".join(rows) + "\n</tbody></table>"


def _across(number: int, line: Line) -> str:
    label = f'<td colspan="2">{line.text}</td>'
    return f"<tr><td>{number}</td>{label}<td>{line.form.unit_zh}</td><td>{line.value}</td></tr>"


def _spanned(category: str, lines: Sequence[Line], before: int) -> list[str]:
    """The rows beside one cell; a heading among them spans unit and value too."""
    rows = []
    for place, line in enumerate(lines):
        first = f'<td rowspan="{len(lines)}">{category}</td>' if place == 0 else ""
        last = f"<td>{line.text}</td><td>{line.form.unit_zh}</td><td>{line.value}</td>"
        if line.is_heading:
            last = f'<td colspan="3">{line.text}</td>'
        rows.append(f"<tr><td>{before + place}</td>{first}{last}</tr>")
    return rows


def _word_row(cells: Sequence[str]) -> str:
    shown = "".join(f'<td valign="center" style="{_BORDER}">{_word_paragraph(cell)}</td>' for cell in cells)
    return f'<tr style="height:19px">{shown}</tr>'


def _word_paragraph(text: str) -> str:
    """A paragraph as pasted: numbers in spans of their own, the first digit apart from the others."""
    marked = _NUMBER.sub(lambda match: _latin(match[0][0]) + (_latin(match[0][1:]) if match[0][1:] else ""), text)
    marked = marked.replace("（不", "<br>（不")  # where the remark begins, the line does too
    inside = f'<span style="font-family:仿宋_GB2312">{marked}<o:p></o:p></span>' if text else "<o:p>&nbsp;</o:p>"
    return f'<p class="MsoNormal">{inside}</p>'


def _latin(text: str) -> str:
    return f'<span lang="EN-US">{text}</span>'
