"""Tables of PDF pages by their ruling lines, and what page breaks do to them.

Shaded paragraphs look like tables of one column, and stand above a real table without a gap: they are text. A page
break cuts a table in two, a row in two, and a label from its figures: what was one row is joined again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pdfplumber.page import Page
from pdfplumber.table import Table

from extractors.documents.boxes import Box, from_edges, lines_of
from extractors.documents.grid import Rows
from extractors.labels import plain

_NEAR = 1.5  # points: rules closer than that are one; columns of one digit are five wide
_MIN_RULES = 3  # upright rules that end together
_SETTINGS = {"snap_tolerance": _NEAR, "join_tolerance": _NEAR, "intersection_tolerance": _NEAR}


@dataclass(frozen=True, slots=True)
class Part:
    """A table or what a page has of it: its cells, what held it, and the page, from 1, that it ends on."""

    boxes: tuple[Box, ...]
    origin: str
    page: int
    near: float = _NEAR

    def rows(self) -> Rows:
        """The rectangle of its cells."""
        return from_edges(self.boxes, self.near)

    def columns(self) -> list[float]:
        """The rules between its columns, from the left."""
        return lines_of((edge for box in self.boxes for edge in (box.left, box.right)), self.near)

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        return (
            min(box.left for box in self.boxes),
            min(box.top for box in self.boxes),
            max(box.right for box in self.boxes),
            max(box.bottom for box in self.boxes),
        )


def page_tables(page: Page, origin: str) -> Iterator[Part]:
    """The tables of two columns or more that a page's rules draw, without the paragraphs above and below them."""
    settings = {**_SETTINGS, "explicit_horizontal_lines": list(_missing_ends(page))}
    for table in page.find_tables(settings):
        part = _table_of(Part(tuple(_boxes(table)), origin, page.page_number))
        if part:
            yield part


def _missing_ends(page: Page) -> Iterator[dict[str, Any]]:
    """Rules where upright ones end together: a cell that a page break cuts has none at the break in some programs."""
    upright = _chains(edge for edge in page.edges if edge["orientation"] == "v")
    for end in (1, 2):
        for y in lines_of((chain[end] for chain in upright), _NEAR):
            here = [chain[0] for chain in upright if abs(chain[end] - y) <= _NEAR]
            left, right = min(here, default=0.0), max(here, default=0.0)
            crossed = any(left <= x <= right and top < y - _NEAR and bottom > y + _NEAR for x, top, bottom in upright)
            if len(here) >= _MIN_RULES and not crossed:
                line = {"x0": left, "x1": right, "top": y, "bottom": y, "doctop": y, "width": right - left, "height": 0}
                yield {"object_type": "line", **line}


def _chains(edges: Iterable[dict[str, Any]]) -> list[tuple[float, float, float]]:
    """Upright rules as (x, top, bottom), those that touch joined."""
    found: list[tuple[float, float, float]] = []
    for edge in sorted(edges, key=lambda edge: (round(edge["x0"] / _NEAR), edge["top"])):
        if found and abs(found[-1][0] - edge["x0"]) <= _NEAR and edge["top"] <= found[-1][2] + _NEAR:
            x, top, bottom = found[-1]
            found[-1] = x, top, max(bottom, edge["bottom"])
        else:
            found.append((edge["x0"], edge["top"], edge["bottom"]))
    return found


def _boxes(table: Table) -> Iterator[Box]:
    rows = table.extract()
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            if cell is not None:
                left, top, right, bottom = cell
                lines = (" ".join(line.split()) for line in (text or "").split("\n"))
                yield Box(left, top, right, bottom, "\n".join(filter(None, lines)))


def _table_of(part: Part) -> Part | None:
    """A table from its first row of several cells to its last; None where it has no such row.

    A row of one cell in between heads a block; above and below it is a paragraph, or a heading that says nothing.
    """
    left, _, right, _ = part.edges
    inner = [box for box in part.boxes if not _is_wide(box, left, right)]
    if not inner:
        return None
    top, bottom = min(box.top for box in inner), max(box.bottom for box in inner)
    kept = [box for box in part.boxes if box.bottom > top + _NEAR and box.top < bottom - _NEAR]
    return replace(part, boxes=tuple(kept))


def _is_wide(box: Box, left: float, right: float) -> bool:
    return box.left - left <= _NEAR and right - box.right <= _NEAR


# --- page breaks --------------------------------------------------------------------------------------------


def joined(parts: Iterable[Part | str]) -> Iterator[Part | str]:
    """The parts, with a table as one that nothing but a page break has cut."""
    waiting: Part | None = None
    for part in parts:
        if isinstance(part, Part) and waiting and _goes_on(waiting, part):
            waiting = _stacked(waiting, part)
            continue
        if waiting:
            yield waiting
        waiting = part if isinstance(part, Part) else None
        if isinstance(part, str):
            yield part
    if waiting:
        yield waiting


def _goes_on(above: Part, below: Part) -> bool:
    """Whether a table is as wide as the one at the end of the page before, and its rules stand under that one's.

    A page on which no label is split has fewer of them.
    """
    fewer, more = sorted((above.columns(), below.columns()), key=len)
    near = 2 * above.near
    same = abs(fewer[0] - more[0]) <= near and abs(fewer[-1] - more[-1]) <= near
    subset = all(any(abs(mine - other) <= near for other in more) for mine in fewer)
    return same and subset and above.origin == below.origin and above.page + 1 == below.page


def _stacked(above: Part, below: Part) -> Part:
    _, first, _, _ = below.edges
    _, _, _, last = above.edges
    moved = [box._replace(top=box.top - first + last, bottom=box.bottom - first + last) for box in below.boxes]
    end = [box for box in above.boxes if abs(box.bottom - last) <= above.near]
    start = [box for box in moved if abs(box.top - last) <= above.near]
    rest = [box for box in above.boxes if box not in end], [box for box in moved if box not in start]
    whole = _one_row(end, start, above.near)
    boxes = (*rest[0], *(whole or (*end, *start)), *rest[1])
    return replace(above, boxes=boxes, page=below.page)


def _one_row(end: Sequence[Box], start: Sequence[Box], near: float) -> list[Box] | None:
    """The row that a page break has cut in two; None where there are two rows.

    It is one where both have the same cells, its label is one of a form only as a whole, and no figure is cut.
    """
    pairs = list(zip(sorted(end), sorted(start), strict=False))
    if len(end) != len(start) or any(abs(a.left - b.left) > 2 * near for a, b in pairs):
        return None
    texts = [(a.text, b.text) for a, b in pairs]
    if any(a and b and (_has_digit(a) or _has_digit(b)) and not _is_cut_label(a, b) for a, b in texts):
        return None
    if not any(_is_cut_label(a, b) for a, b in texts):
        return None
    return [a._replace(bottom=b.bottom, text="\n".join(filter(None, (a.text, b.text)))) for a, b in pairs]


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _is_cut_label(above: str, below: str) -> bool:
    known = _labels()
    return bool(above and below) and plain(above + below) in known and not {plain(above), plain(below)} & known


@cache
def _labels() -> frozenset[str]:
    """Every spelling of a row of a form. Loaded late, since the forms' readers import from here."""
    from extractors.forms.vocabulary import item_names, list_names, request_names

    return list_names() | item_names() | frozenset(request_names())
