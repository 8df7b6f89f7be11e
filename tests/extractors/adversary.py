"""Changes to printed forms that a careful reader follows, or must not be led astray by.

A change takes the markup of a table and gives another. `changed` applies one to the n-th table of a page.
"""

import re
from collections.abc import Callable, Sequence

Change = Callable[[str], str]

RESULT_ENDS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def changed(page: str, table: int, change: Change) -> str:
    start, end = [match.span() for match in re.finditer(r"<table.*?</table>", page, re.DOTALL)][table]
    return page[:start] + change(page[start:end]) + page[end:]


def rows(table: str) -> list[str]:
    return re.findall(r"<tr>.*?</tr>", table, re.DOTALL)


def made(lines: Sequence[str]) -> str:
    return "<table>" + "\n".join(lines) + "</table>"


def row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def each(change: Callable[[int, str], str]) -> Change:
    """Change each row, given its number."""
    return lambda table: made([change(n, line) for n, line in enumerate(rows(table))])


def cut(at: int, head: int = 0) -> Change:
    """Cut a table before a row, as a page break does; the first `head` rows are printed again."""
    return lambda table: made(rows(table)[:at]) + "<p>- 5 -</p>" + made([*rows(table)[:head], *rows(table)[at:]])


def with_row(at: int, line: str) -> Change:
    return lambda table: made([*rows(table)[:at], line, *rows(table)[at:]])


def in_row(at: int, pattern: str, to: str) -> Change:
    return each(lambda n, line: re.sub(pattern, to, line, count=1) if n == at else line)


def everywhere(pattern: str, to: str) -> Change:
    return lambda table: re.sub(pattern, to, table)


def with_column(text: Callable[[int], str], *, first: bool = False) -> Change:
    """A further column, at the end or at the beginning."""
    if first:
        return each(lambda n, line: line.replace("<tr>", f"<tr><td>{text(n)}</td>", 1))
    return each(lambda n, line: line.replace("</tr>", f"<td>{text(n)}</td></tr>"))


def results_apart(table: str) -> str:
    """Section 4 as two tables, one of reviews and one of suits."""
    values = re.findall(r"<td>[^<]*</td>", rows(table)[-1])
    review = ["<tr><td colspan=5>行政复议</td></tr>", row(*RESULT_ENDS), f"<tr>{''.join(values[:5])}</tr>"]
    suits = [
        "<tr><td colspan=10>行政诉讼</td></tr>",
        "<tr><td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr>",
        row(*RESULT_ENDS, *RESULT_ENDS),
        f"<tr>{''.join(values[5:])}</tr>",
    ]
    return made(review) + made(suits)


def results_in_blocks(table: str) -> str:
    """Section 4 as one table of three blocks, one below the other."""
    values = re.findall(r"<td>[^<]*</td>", rows(table)[-1])
    lines = [row("行政复议"), row(*RESULT_ENDS), f"<tr>{''.join(values[:5])}</tr>", row("行政诉讼")]
    for at, way in ((5, "未经复议直接起诉"), (10, "复议后起诉")):
        lines += [f"<tr><td colspan=5>{way}</td></tr>", row(*RESULT_ENDS), f"<tr>{''.join(values[at : at + 5])}</tr>"]
    return made(lines).replace("<td>行政", "<td colspan=5>行政")
