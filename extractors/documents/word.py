"""Word documents (docx): the package's XML to lines and grids in reading order.

What is deleted or hidden is not read, nor what a field, a macro or a link would fetch. Cells of a table keep their row
and their column in its grid, by `gridSpan`, `gridBefore` and `vMerge`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from extractors.documents.boxes import Placed, lay
from extractors.documents.errors import Unreadable
from extractors.documents.package import Package
from schema.records import Document, Grid

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # the same elements under another name
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_P, _TBL, _TR, _TC, _BOX = (f"{_W}{name}" for name in ("p", "tbl", "tr", "tc", "txbxContent"))
_GONE = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}rPr", f"{_W}pPr", f"{_W}instrText", _FALLBACK})
_OFF = frozenset({"0", "false", "off", "none"})
_R, _T = f"{_W}r", f"{_W}t"
_SIGNS = {f"{_W}tab": " ", f"{_W}noBreakHyphen": "-"}
_BREAKS = frozenset({f"{_W}br", f"{_W}cr"})
_MAX_DEPTH = 30  # tables within tables
_MANY = 5  # digits of a span that means anything
Element = etree._Element


def read_docx(body: bytes, url: str = "") -> Document:
    """Read a docx. Raises Unreadable for a package that is broken, encrypted or a bomb."""
    root = Package(body).xml("word/document.xml")
    if _STRICT in etree.tostring(root)[:4096]:
        raise Unreadable("a docx of the strict kind, which nobody writes")
    found = root.find(f"{_W}body")
    blocks: list[str | Grid] = []
    for block in _blocks(found, 0) if found is not None else ():
        if isinstance(block, Grid):
            block = Grid(block.rows, 1 + sum(isinstance(each, Grid) for each in blocks), "word")
        blocks.append(block)
    title = next((block for block in blocks if isinstance(block, str) and block), "")
    return Document(url, title, tuple(blocks))


def _blocks(parent: Element, depth: int) -> Iterator[str | Grid]:
    """Paragraphs as lines and tables as grids; what holds a table is text around it."""
    if depth > _MAX_DEPTH:
        raise Unreadable("tables nested beyond all bounds")
    for child in parent:
        if child.tag == _P:
            yield from _text(child).split("\n")
            for box in _own_boxes(child):
                yield from _blocks(box, depth + 1)
        elif child.tag == _TBL:
            if next(child.iterdescendants(_TBL), None) is None:
                yield Grid(lay(_cells(child)), 0)
            else:
                for cell in (cell for row in _within(child, _TR) for cell in _within(row, _TC)):
                    yield from _blocks(cell, depth + 1)
        elif child.tag not in _GONE:  # content controls, insertions and whatever else wraps
            yield from _blocks(child, depth + 1)


def _own_boxes(paragraph: Element) -> Iterator[Element]:
    """The text boxes that hang on a paragraph, each once: old readers get a copy of it."""
    for box in paragraph.iterdescendants(_BOX):
        if not any(above.tag in _GONE or above.tag == _BOX for above in _above(box, paragraph)):
            yield box


def _above(element: Element, end: Element) -> Iterator[Element]:
    for above in element.iterancestors():
        if above is end:
            return
        yield above


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also where a control or an insertion wraps them."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in _GONE and child.tag not in (_P, _TBL, _TC):
            yield from _within(child, tag)


class _Source(NamedTuple):
    """A cell of the file: whether it begins a vertical merge or goes on with one, which has no text of its own."""

    text: str
    across: int
    merged: bool
    goes_on: bool


def _cells(table: Element) -> Iterator[Placed]:
    """The source cells of a table; one that goes on from above is part of that."""
    found: dict[tuple[int, int], _Source] = {}
    for number, row in enumerate(row for row in _within(table, _TR) if row.find(f"{_W}trPr/{_W}del") is None):
        column = _number(row, "trPr", "gridBefore", 0)
        for cell in _within(row, _TC):
            found[number, column] = _source(cell)
            column += found[number, column].across
    for (at, column), source in found.items():
        above = found.get((at - 1, column))
        if source.goes_on and above and above.merged:
            continue
        down = 1
        while source.merged and (below := found.get((at + down, column))) and below.goes_on:
            down += 1
        yield Placed(source.text, at, column, down, source.across)


def _source(cell: Element) -> _Source:
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
    lines = (line for part in cell.iter(_P) for line in _text(part, in_cell=True).split("\n"))
    text = "\n".join(filter(None, lines))
    return _Source(text, _number(cell, "tcPr", "gridSpan", 1), merge is not None, goes_on)


def _number(element: Element, properties: str, name: str, least: int) -> int:
    found = element.find(f"{_W}{properties}/{_W}{name}")
    value = "" if found is None else found.get(f"{_W}val", "")
    return max(int(value), least) if value.isdecimal() and len(value) < _MANY else least


def _text(paragraph: Element, *, in_cell: bool = False) -> str:
    """The text of a paragraph that is shown, its lines without outer white space; in a cell nothing struck out."""
    text = "".join(_pieces(paragraph, in_cell))
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))


def _pieces(element: Element, in_cell: bool) -> Iterator[str]:
    for child in element:
        if child.tag in _GONE or child.tag == _BOX or (child.tag == _R and _is_unseen(child, in_cell)):
            continue
        if child.tag == _T:
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        else:
            yield from _pieces(child, in_cell)


def _is_unseen(run: Element, in_cell: bool) -> bool:
    names = ("vanish", "strike", "dstrike") if in_cell else ("vanish",)
    marks = (run.find(f"{_W}rPr/{_W}{name}") for name in names)
    return any(mark is not None and mark.get(f"{_W}val", "1") not in _OFF for mark in marks)
