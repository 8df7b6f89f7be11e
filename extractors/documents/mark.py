"""A document as a page that is safe to look at, with one cell marked: the way back from a figure to where it stands.

Which cell of a page is the second of a table's third row is for the reader to say. So each cell of the tree is given a
private number at the head of its text, the reader walks the tree as it always does, and the number that it finds at the
place leads back to the element.
"""

import re
from dataclasses import dataclass
from html import escape

from extractors.documents import page_markup, read_document
from extractors.documents.errors import Unreadable
from extractors.documents.grid import is_filler
from extractors.documents.html import blocks, prepare
from extractors.documents.markup import Element, parse
from extractors.documents.safe import MARK, safe_html
from schema.records import Cell, Document, Grid, Place

_OPEN, _CLOSE = "\ue006\ue007"  # markup.py takes them out of pages, so that none can be forged
_NUMBER = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_MAX_LINES = 20_000  # lines and rows that are shown of a text

_STYLE = f"""
body{{font:15px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;margin:1rem;color:#222}}
table{{border-collapse:collapse;max-width:100%}}
td,th{{border:1px solid #bbb;padding:.2rem .5rem;vertical-align:top;font-weight:normal;text-align:left}}
p{{margin:.3rem 0}}
.{MARK}{{background:#ffe08a;outline:3px solid #b3261e;outline-offset:-1px;scroll-margin:180px}}
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A whole page without anything that could act. `marked` says what is: `cell`, `row`, `line`, or nothing if empty.

    `as_read` says that it is the document as the reader took it down, and not the page that was sent.
    """

    html: str
    marked: str
    as_read: bool


def show_source(body: bytes, content_type: str, place: Place | None) -> Shown:
    """The document with the source cell at a place marked; the mark is the page's fragment `MARK`.

    Raises Unreadable where it is neither a page nor text.
    """
    document = read_document(body, content_type=content_type)
    markup = page_markup(body, content_type)
    if markup is not None:
        root = parse(markup)
        prepare(root, markup)
        element, kind = _element(root, place) if place else (None, "")
        if element is not None or place is None:
            return Shown(_page(safe_html(root, element)), kind, as_read=False)
    return _as_read(document, place)


def _element(root: Element, place: Place) -> tuple[Element | None, str]:
    """The element of the cell at a place, or the row that it should be in; None where the place is no table's."""
    plain = blocks(root)
    cells = list(root.iter("td", "th"))
    for number, cell in enumerate(cells):
        cell.text = f"{_OPEN}{number}{_CLOSE}{cell.text or ''}"
    numbered = blocks(root)
    for cell in cells:
        cell.text = _NUMBER.sub("", cell.text or "")
    if _shapes(plain) != _shapes(numbered):  # the numbers made lines of what were none, and parted a table in text
        return None, ""
    row = _row(numbered, place)
    exact = next((each for each in row if each.column + 1 == place.column), None)
    found = _NUMBER.search((exact or row[-1]).text) if row else None
    if found is None:
        return None, ""
    element = cells[int(found[1])]
    return (element, "cell") if exact else (element.getparent(), "row")


def _shapes(all_blocks: tuple[str | Grid, ...]) -> list[tuple[int, int, int]]:
    """The number of each grid, its height and width."""
    return [
        (each.index, len(each.rows), len(each.rows[0])) for each in all_blocks if isinstance(each, Grid) and each.rows
    ]


def _row(all_blocks: tuple[str | Grid, ...], place: Place) -> list[Cell]:
    """The cells that the document has in the row of a place."""
    grid = next((each for each in all_blocks if isinstance(each, Grid) and each.index == place.table), None)
    if grid is None or place.row > len(grid.rows):
        return []
    own = dict.fromkeys(grid.rows[place.row - 1])
    return [cell for cell in own if cell.row + 1 == place.row and not is_filler(cell)]


# --- a document as it was read ------------------------------------------------------------------------------


def _as_read(document: Document, place: Place | None) -> Shown:
    parts: list[str] = []
    marked = ""
    for number, block in enumerate(document.blocks[:_MAX_LINES], start=1):
        if isinstance(block, Grid):
            is_here = place is not None and place.table == block.index
            parts.append(_table(block, place if is_here else None))
            marked = "cell" if is_here else marked
        else:
            is_here = place is not None and place.table == 0 and place.row == number
            parts.append(f"<p{_mark(is_here)}>{escape(block)}</p>")
            marked = "line" if is_here else marked
    return Shown(_page("\n".join(parts)), marked, as_read=True)


def _table(grid: Grid, place: Place | None) -> str:
    rows: list[str] = []
    here = (place.row - 1, place.column - 1) if place else None
    for row in grid.rows[:_MAX_LINES]:
        line = ""
        for cell in dict.fromkeys(row):  # one that spans several places is shown once
            line += f"<td{_mark((cell.row, cell.column) == here)}>{escape(cell.text)}</td>"
            here = None if (cell.row, cell.column) == here else here  # nor is one that spans several rows marked again
        rows.append(f"<tr>{line}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _mark(is_here: bool) -> str:
    return f' id="{MARK}" class="{MARK}"' if is_here else ""


def _page(body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>存档页面 Archived page</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )


__all__ = ["MARK", "Shown", "Unreadable", "show_source"]
