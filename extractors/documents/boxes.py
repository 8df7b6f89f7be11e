"""Tables that are known by where their cells lie: to full rectangles, each place knowing its source cell."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from extractors.documents.errors import Unreadable
from extractors.documents.grid import MAX_PLACES, MAX_SPAN, Rows
from schema.records import Cell


class Placed(NamedTuple):
    """A source cell: its text, its first row and column (from 0), and how many of either it covers."""

    text: str
    row: int
    column: int
    down: int = 1
    across: int = 1


class Box(NamedTuple):
    """A cell by its edges, the origin at the left and the top."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def lay(cells: Iterable[Placed]) -> Rows:
    """The rectangle of all cells. Where two overlap the earlier one stays; raises Unreadable for one beyond bounds."""
    found = list(cells)
    height = max((cell.row + cell.down for cell in found), default=0)
    width = max((cell.column + cell.across for cell in found), default=0)
    if height * width > MAX_PLACES or width >= MAX_SPAN:
        raise Unreadable("the table's spans cover too many places")
    places: list[list[Cell | None]] = [[None] * width for _ in range(height)]
    for placed in found:
        cell = Cell(placed.text, placed.row, placed.column)
        for y in range(placed.row, placed.row + placed.down):
            for x in range(placed.column, placed.column + placed.across):
                places[y][x] = places[y][x] or cell
    return tuple(tuple(cell or Cell("", y, MAX_SPAN + x) for x, cell in enumerate(row)) for y, row in enumerate(places))


def from_edges(boxes: Sequence[Box], near: float) -> Rows:
    """The rectangle of cells that lie between rules. Edges no further apart than `near` are one."""
    columns = lines_of((edge for box in boxes for edge in (box.left, box.right)), near)
    rows = lines_of((edge for box in boxes for edge in (box.top, box.bottom)), near)
    placed = []
    for box in sorted(boxes, key=lambda box: (box.top, box.left)):
        left, right = _at(columns, box.left), _at(columns, box.right)
        top, bottom = _at(rows, box.top), _at(rows, box.bottom)
        if right > left and bottom > top:
            placed.append(Placed(box.text, top, left, bottom - top, right - left))
    return lay(placed)


def lines_of(edges: Iterable[float], near: float) -> list[float]:
    """The mean of each cluster of edges, in order."""
    clusters: list[list[float]] = []
    for edge in sorted(edges):
        if clusters and edge - clusters[-1][-1] <= near:
            clusters[-1].append(edge)
        else:
            clusters.append([edge])
    return [sum(cluster) / len(cluster) for cluster in clusters]


def _at(lines: Sequence[float], edge: float) -> int:
    return min(range(len(lines)), key=lambda n: abs(lines[n] - edge))
