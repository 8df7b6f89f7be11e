"""The tables of a form as text, for tests: every cell in its column, with one kind of separator."""

import unicodedata
from collections.abc import Callable

from extractors.documents import read_document
from schema.records import Grid
from tests.extractors import forms
from tests.extractors.forms import Figures

Rows = list[list[str]]


def tables(form: str, figures: Figures, spans: str) -> list[Rows]:
    """The tables of a form as rows of one length.

    What a cell spans is `blank`, or its text `repeated`, or `dropped`: then the row is padded at its end.
    """
    page = forms.page(form, figures)
    return [_rows(grid, spans) for grid in read_document(page.encode()).grids()]


def _rows(grid: Grid, spans: str) -> Rows:
    seen = set()
    rows = []
    for row in grid.rows:
        line = []
        for cell in row:
            if cell not in seen or spans == "repeated":
                line.append(cell.text.replace("\n", ""))
            elif spans == "blank":
                line.append("")
            seen.add(cell)
        rows.append(line + [""] * (grid.width - len(line)))
    return rows


def pipes(rows: Rows) -> str:
    return "\n".join(" | ".join(row) + " |" for row in rows)


def markdown(rows: Rows) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def tabs(rows: Rows) -> str:
    return "\n".join("\t".join(row) for row in rows)


def commas(rows: Rows) -> str:
    return "\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows)


def box(rows: Rows) -> str:
    return _drawn(rows, "│", "├─┼┤")


def dashes(rows: Rows) -> str:
    return _drawn(rows, "|", "+-++")


def _drawn(rows: Rows, bar: str, rule: str) -> str:
    widths = [max(_width(row[x]) for row in rows) for x in range(len(rows[0]))]
    line = rule[0] + rule[2].join(rule[1] * (width + 2) for width in widths) + rule[3]
    drawn = [line]
    for row in rows:
        cells = (f" {cell}{' ' * (width - _width(cell))} " for cell, width in zip(row, widths, strict=True))
        drawn += [bar + bar.join(cells) + bar, line]
    return "\n".join(drawn)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


PRINTS: dict[str, Callable[[Rows], str]] = {
    "pipes": pipes,
    "markdown": markdown,
    "tabs": tabs,
    "commas": commas,
    "box": box,
    "dashes": dashes,
}


def text(form: str, figures: Figures, name: str, spans: str = "blank") -> str:
    """The tables of a form as text, each under its heading."""
    heads = ("附表",) if form == "2014" else forms.SECTION_HEADS
    parts = zip(heads, tables(form, figures, spans), strict=True)
    return "\n".join(f"{head}\n{PRINTS[name](rows)}" for head, rows in parts)
