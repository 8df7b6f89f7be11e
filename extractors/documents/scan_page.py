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
from extractors.documents.scan_grid import Picture, Region, contrast_of, dark, straight, tables

MIN_CHARACTER = 11.5  # pixels of the picture as it was taken: that of 9 points at 100 dpi
_SURE = 0.85  # confidence below which a figure is in doubt
_SOME = 0.5  # confidence below which nothing was read
_USUAL = 0.13  # inches that a character of a table is high
_SPECK = 0.016  # inches: what is smaller both ways is dirt
_NEAR = 0.07  # inches between the edges of two cells that a rule parts
_INSET = 0.012  # inches of a cell's edge that may still be its rule
_LOW, _NARROW = 0.6, 0.33  # of a character's height: ink that is both lower and narrower is dirt
_TEXT_DPI = 110  # at which lines of text are looked for
_FIGURE = re.compile(r"[\d.,+\-—–一oOlI|]+[件条个项万元]*")
_DOUBT = "?"


class Sheet(NamedTuple):
    """A page made straight: in grey, its ink without dirt, and its scale."""

    grey: Picture
    ink: Picture
    dpi: float

    def inside(self, cell: Region) -> Region:
        """A cell without what may be its rules."""
        edge = max(int(self.dpi * _INSET), 1)
        return Region(cell.top + edge, cell.left + edge, cell.bottom - edge, cell.right - edge)


class Cut(NamedTuple):
    """A line of a cell: the number of the cell, and its picture as it stands and as cut out along its ink."""

    cell: int
    whole: Picture
    close: Picture


def page_parts(page: Page, number: int, *, with_prose: bool = True) -> Seen:
    """What stands on a page from its top down. Raises Unreadable where its characters are too small to be read.

    `with_prose`: the lines of a page without a table as well.
    """
    sheet = _sheet(page)
    found = list(tables(sheet.grey, page.dpi))
    height = _character(sheet, [cell for _, cells in found for cell in cells])
    taken = height * min(page.sharp / page.dpi, 1.0) if page.sharp else height
    if found and taken < MIN_CHARACTER:
        raise Unreadable(f"a scan whose characters are {taken:.0f} pixels high: too small to read figures surely")
    parts: list[tuple[int, Part | str]] = []
    if found or with_prose:
        parts += _text(sheet, [region for region, _ in found])
    least = 1.0
    for region, cells in found:
        boxes, confidence = _boxes(sheet, cells, height)
        least = min(least, confidence)
        parts.append((region.top, Part(boxes, "scan", number, near=page.dpi * _NEAR)))
    return Seen([part for _, part in sorted(parts, key=lambda one: one[0])], least)


def _sheet(page: Page) -> Sheet:
    grey = straight(page.picture, page.dpi)
    ink = dark(grey, page.dpi, contrast_of(grey))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    speck = page.dpi * _SPECK
    dirt = (stats[:, cv2.CC_STAT_WIDTH] <= speck) & (stats[:, cv2.CC_STAT_HEIGHT] <= speck)
    ink[dirt[labels]] = 0
    return Sheet(grey, ink, page.dpi)


def _character(sheet: Sheet, cells: Sequence[Region]) -> float:
    """How high the characters in the tables are, in pixels: most cells have one line of them."""
    usual = _USUAL * sheet.dpi
    extents = [np.flatnonzero(sheet.inside(cell).of(sheet.ink).any(axis=1)) for cell in cells]
    heights = [float(rows[-1] - rows[0] + 1) for rows in extents if rows.size]
    return float(np.median([height for height in heights if usual / 3 < height < 2 * usual] or [usual]))


# --- tables -------------------------------------------------------------------------------------------------


def _boxes(sheet: Sheet, cells: Sequence[Region], height: float) -> tuple[tuple[Box, ...], float]:
    """The cells with their texts, and how sure the least sure figure is."""
    cuts = [cut for number, cell in enumerate(cells) for cut in _cuts(number, cell, sheet, height)]
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
        is_doubtful = one.confidence < _SURE and any(c.isdigit() for c in one.text[-1:])
        return (one.text + _DOUBT * is_doubtful if one.confidence >= _SOME else _DOUBT), 1.0
    confidence = min(one.confidence, other.confidence)
    if one.text and one.text == other.text and confidence >= _SURE:
        return one.text, confidence
    return (one.text or other.text) + _DOUBT, 1.0


def _cuts(number: int, cell: Region, sheet: Sheet, height: float) -> Iterator[Cut]:
    """The lines of a cell; none where it has no ink."""
    inside = sheet.inside(cell)
    ink, grey = inside.of(sheet.ink), inside.of(sheet.grey)
    edge = max(int(height / 4), 2)
    for top, bottom in _rows(ink, height):
        columns = np.flatnonzero(ink[top:bottom].any(axis=0))
        left, right = int(columns[0]), int(columns[-1]) + 1
        if max((bottom - top) / _LOW, (right - left) / _NARROW) > height:
            whole = grey[max(top - edge, 0) : bottom + edge, max(left - 2 * edge, 0) : right + 2 * edge]
            yield Cut(number, whole, np.pad(grey[top:bottom, left:right], edge, constant_values=_paper(grey)))


def _paper(grey: Picture) -> int:
    return int(np.percentile(grey, 80))


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


def _text(sheet: Sheet, taken: Sequence[Region]) -> list[tuple[int, str]]:
    """The lines outside the tables, each with where it begins from the top."""
    rest = sheet.grey.copy()
    for region in taken:
        region.of(rest)[:] = _paper(sheet.grey)
    scale = min(_TEXT_DPI / sheet.dpi, 1.0)
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
