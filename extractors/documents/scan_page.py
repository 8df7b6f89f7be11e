"""One scanned page: its tables cell by cell, and the lines of text around them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from extractors.documents.boxes import Box
from extractors.documents.errors import Unreadable
from extractors.documents.ocr import Read, lines, read
from extractors.documents.pdf_tables import Part
from extractors.documents.scan import Page, Seen
from extractors.documents.scan_grid import Picture, Region, dark, straight, tables

MIN_CHARACTER = 11.5  # pixels of the picture as it was taken: that of 9 points at 100 dpi
_SURE = 0.85  # confidence below which a figure is in doubt
_SOME = 0.5  # confidence below which nothing was read
_USUAL = 0.13  # inches that a character of a table is high
_SPECK = 0.016  # inches: what is smaller both ways is dirt
_NEAR = 0.04  # inches between two rules that are one
_INSET = 0.012  # inches of a cell's edge that may still be its rule
_TEXT_DPI = 110  # at which lines of text are looked for
_FIGURE = re.compile(r"[\d.,+\-—–一oOlI|]+[件条个项万元]*")
_DOUBT = "?"


class Cut(NamedTuple):
    """A line of a cell: the number of the cell, and its picture as it stands and as cut out along its ink."""

    cell: int
    whole: Picture
    close: Picture


def page_parts(page: Page, number: int) -> Seen:
    """What stands on a page from its top down. Raises Unreadable where its characters are too small to be read."""
    picture = straight(page.picture, page.dpi)
    found = list(tables(picture, page.dpi))
    heights = [height for _, cells in found for cell in cells if (height := _ink_height(cell, picture, page.dpi))]
    height = float(np.median([one for one in heights if one < 2 * _USUAL * page.dpi] or [_USUAL * page.dpi]))
    if heights and page.sharp and height * min(page.sharp / page.dpi, 1.0) < MIN_CHARACTER:
        raise Unreadable(f"a scan whose characters are {height:.0f} pixels high: too small to read figures surely")
    parts: list[tuple[int, Part | str]] = [*_text(picture, [region for region, _ in found], page.dpi)]
    least = 1.0
    for region, cells in found:
        boxes, confidence = _boxes(picture, cells, page.dpi, height)
        least = min(least, confidence)
        parts.append((region.top, Part(boxes, "scan", number, near=page.dpi * _NEAR)))
    return Seen([part for _, part in sorted(parts, key=lambda one: one[0])], least)


# --- tables -------------------------------------------------------------------------------------------------


def _boxes(picture: Picture, cells: Sequence[Region], dpi: float, height: float) -> tuple[tuple[Box, ...], float]:
    """The cells with their texts, and how sure the least sure figure is."""
    cuts = [cut for number, cell in enumerate(cells) for cut in _cuts(number, cell, picture, dpi, height)]
    first = read([cut.whole for cut in cuts])
    again = [n for n, one in enumerate(first) if _FIGURE.fullmatch(one.text) or not one.text]
    second = dict(zip(again, read([cuts[n].close for n in again]), strict=True))
    texts: list[list[str]] = [[] for _ in cells]
    least = 1.0
    for n, (cut, one) in enumerate(zip(cuts, first, strict=True)):
        text, confidence = _agreed(one, second.get(n))
        texts[cut.cell].append(text)
        least = min(least, confidence)
    boxes = (Box(c.left, c.top, c.right, c.bottom, "\n".join(text)) for c, text in zip(cells, texts, strict=True))
    return tuple(boxes), least


def _agreed(one: Read, other: Read | None) -> tuple[str, float]:
    """What two readings of a line say together; a doubt is written behind it, for ink that says nothing as well."""
    if other is None:
        is_figure = any(c.isdigit() for c in one.text[-1:])
        return (one.text + _DOUBT * (is_figure and one.confidence < _SURE) if one.confidence >= _SOME else _DOUBT), 1.0
    same = one.text == other.text and one.text
    confidence = min(one.confidence, other.confidence)
    if same and confidence >= _SURE:
        return one.text, confidence
    return (one.text or other.text) + _DOUBT, 1.0


def _cuts(number: int, cell: Region, picture: Picture, dpi: float, height: float) -> Iterator[Cut]:
    """The lines of a cell; none where it has no ink."""
    inset = max(int(dpi * _INSET), 1)
    inner = Region(cell.top + inset, cell.left + inset, cell.right - inset, cell.bottom - inset)
    ink = _ink(inner, picture, dpi)
    edge = max(int(height / 4), 2)
    grey = inner.of(picture)
    for top, bottom in _rows(ink, height):
        columns = np.flatnonzero(ink[top:bottom].any(axis=0))
        left, right = int(columns[0]), int(columns[-1]) + 1
        lone = bottom - top > height * 0.6 or right - left > height * 0.6
        whole = grey[max(top - edge, 0) : bottom + edge, max(left - 2 * edge, 0) : right + 2 * edge]
        close = cv2.copyMakeBorder(
            grey[top:bottom, left:right], *[edge] * 4, cv2.BORDER_CONSTANT, value=(_paper(grey),)
        )
        if lone or right - left > height / 3:
            yield Cut(number, whole, np.asarray(close, dtype=np.uint8))


def _paper(grey: Picture) -> int:
    return int(np.percentile(grey, 80))


def _ink(inner: Region, picture: Picture, dpi: float) -> Picture:
    """The ink in a cell without dirt, judged together with what is around the cell."""
    ground = int(dpi / 8)
    top, left = max(inner.top - ground, 0), max(inner.left - ground, 0)
    around = Region(top, left, inner.right + ground, inner.bottom + ground)
    ink = dark(around.of(picture), dpi)
    rows, columns = inner.bottom - inner.top, inner.right - inner.left
    ink = ink[inner.top - top : inner.top - top + rows, inner.left - left : inner.left - left + columns].copy()
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    speck = dpi * _SPECK
    for n in range(1, count):
        if stats[n][2] <= speck and stats[n][3] <= speck:
            ink[labels == n] = 0
    return ink


def _ink_height(cell: Region, picture: Picture, dpi: float) -> int:
    """How high the ink in a cell reaches."""
    inset = max(int(dpi * _INSET), 1)
    ink = _ink(Region(cell.top + inset, cell.left + inset, cell.right - inset, cell.bottom - inset), picture, dpi)
    rows = np.flatnonzero(ink.any(axis=1))
    return int(rows[-1] - rows[0] + 1) if rows.size else 0


def _rows(ink: Picture, height: float) -> Iterator[tuple[int, int]]:
    """The lines of text in a cell: stretches of rows with ink, joined while they are no higher than a character."""
    begun: tuple[int, int] | None = None
    has_ink = np.concatenate([[False], ink.any(axis=1), [False]])
    edges = np.flatnonzero(np.diff(has_ink.astype(np.int8)))
    for top, bottom in edges.reshape(-1, 2).tolist():
        if begun and bottom - begun[0] <= height * 1.3:
            begun = begun[0], bottom
            continue
        if begun:
            yield begun
        begun = top, bottom
    if begun:
        yield begun


# --- text ---------------------------------------------------------------------------------------------------


def _text(picture: Picture, taken: Sequence[Region], dpi: float) -> list[tuple[int, str]]:
    """The lines outside the tables, each with where it begins from the top."""
    rest = picture.copy()
    for region in taken:
        region.of(rest)[:] = _paper(picture)
    scale = min(_TEXT_DPI / dpi, 1.0)
    small = np.asarray(cv2.resize(rest, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    regions = [Region(*(int(edge / scale) for edge in region)) for region in lines(small)]
    regions = [region for region in regions if region.of(rest).size]
    found = zip(regions, read([region.of(rest) for region in regions]), strict=True)
    rows: list[list[tuple[Region, str]]] = []
    for region, one in found:
        if one.text and one.confidence >= _SOME:
            if rows and _beside(rows[-1][-1][0], region):
                rows[-1].append((region, one.text))
            else:
                rows.append([(region, one.text)])
    lined = [sorted(row, key=lambda piece: piece[0].left) for row in rows]
    return [(row[0][0].top, " ".join(text for _, text in row)) for row in lined]


def _beside(one: Region, other: Region) -> bool:
    """Whether two pieces stand in the same line."""
    return min(one.bottom, other.bottom) - max(one.top, other.top) > (one.bottom - one.top) / 2
