"""Pictures of pages made straight, and the cells between the rules of their tables, by OpenCV.

A cell is what rules enclose, so the cells of a table are the connected pieces of it that no rule crosses. A rule that
the scanner broke is bridged where the gap is small; where it is not, two cells become one, and what stands in both is
nobody's figure.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_COARSE = 80.0  # dots per inch at which the turn of a page is measured
_NOISE = 0.005  # inches within which grey levels are evened out
_FAINT_RULE = 0.08  # share of the contrast that makes a rule: it is grey where characters are black
_MIN_CONTRAST = 40.0
_MAX_TURN = 6.0  # degrees that a page lies askew at most
_MIN_TURN = 0.05
_RULE, _UPRIGHT = 0.5, 0.2  # inches: shorter strokes are those of characters
_FILLED = 0.88  # share of such a stretch that is ink
_LEAN = 3  # pixels by which a rule may lean over it
_BRIDGED = 0.05  # inches between the strokes of one table
_MIN_TABLE = (2.0, 0.4)  # inches
_MIN_CELL = 0.06  # inches; a narrower piece lies between the two strokes of a double rule
_MIN_CELLS = 4


class Region(NamedTuple):
    """A part of a picture, in its pixels."""

    top: int
    left: int
    bottom: int
    right: int

    def of(self, picture: Picture) -> Picture:
        """What the picture shows there."""
        return picture[self.top : self.bottom, self.left : self.right]


def dark(picture: Picture, dpi: float, contrast: float, faint: float = 0.18) -> Picture:
    """The ink of a grey picture as white on black, judged by what is around it: scans are darker at the edges.

    `contrast` is that of the whole page: what differs from its surroundings by less than the share `faint` is noise.
    """
    around = max(int(dpi / 4) | 1, 15)
    smooth = cv2.GaussianBlur(picture, (0, 0), max(dpi * _NOISE, 0.4))
    how = (cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV)
    return _picture(cv2.adaptiveThreshold(smooth, 255, *how, around, contrast * faint))


def contrast_of(picture: Picture) -> float:
    """How far the darkest ink of a page is from its paper, in grey levels."""
    ink, paper = np.percentile(picture, (0.5, 80))
    return max(float(paper - ink), _MIN_CONTRAST)


def straight(picture: Picture, dpi: float) -> Picture:
    """The picture turned so that its rules and its lines are level."""
    turn = _turn(picture, dpi)
    return picture if abs(turn) < _MIN_TURN else _turned(picture, turn, cv2.INTER_CUBIC, 255)


def _turned(picture: Picture, degrees: float, how: int, ground: int) -> Picture:
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return _picture(cv2.warpAffine(picture, matrix, (width, height), flags=how, borderValue=(ground,)))


def _turn(picture: Picture, dpi: float) -> float:
    """The angle in degrees at which ink falls most unevenly on the rows of pixels, found on a small copy."""
    scale = min(_COARSE / dpi, 1.0)
    ink = cv2.resize(dark(picture, dpi, contrast_of(picture)), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)

    def unevenness(degrees: float) -> float:
        rows = _turned(_picture(ink), degrees, cv2.INTER_LINEAR, 0).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum())

    best = 0.0
    for step in (0.5, 0.1, 0.02):
        reach = _MAX_TURN if step == 0.5 else step * 5
        best = max(np.arange(best - reach, best + reach + step / 2, step).tolist(), key=unevenness)
    return best


def tables(picture: Picture, dpi: float) -> Iterator[tuple[Region, list[Region]]]:
    """The tables of a straight picture from its top down, each with the insides of its cells."""
    rules = _rules(dark(picture, dpi, contrast_of(picture), _FAINT_RULE), dpi)
    around = cv2.dilate(rules, np.ones((int(dpi * _BRIDGED) | 1,) * 2, np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(around)
    found = [(_region(stats[n]), n) for n in range(1, count)]
    wide, high = (size * dpi for size in _MIN_TABLE)
    for region, number in sorted(found):
        if region.right - region.left >= wide and region.bottom - region.top >= high:
            own = _picture(np.where(labels == number, rules, 0))  # strokes of characters touch no rule
            cells = _cells(own, region, dpi)
            if len(cells) >= _MIN_CELLS:
                yield region, cells


def _rules(ink: Picture, dpi: float) -> Picture:
    """The strokes that are long and straight, with what little the scanner has broken out of them.

    Along its length a rule is ink nearly everywhere; a figure that reaches from one rule to the next is not.
    """
    lean = np.ones((_LEAN, _LEAN), np.uint8)
    level, upright = (1, int(dpi * _RULE)), (int(dpi * _UPRIGHT), 1)
    found = [_strokes(cv2.dilate(ink, shape), size) for shape, size in ((lean[:, :1], level), (lean[:1], upright))]
    return _picture(cv2.bitwise_or(*found))


def _strokes(ink: Any, size: tuple[int, int]) -> Picture:
    """Where ink fills a stretch of this size (height, width) but for a small share."""
    filled = cv2.blur(ink, size[::-1], borderType=cv2.BORDER_CONSTANT) >= 255 * _FILLED
    return _picture(cv2.dilate(filled.astype(np.uint8) * 255, np.ones(size, np.uint8)))


def _cells(rules: Picture, table: Region, dpi: float) -> list[Region]:
    """The pieces that rules enclose, and the edges of the table: at a page break it has no rule."""
    drawn = cv2.dilate(table.of(rules), np.ones((2, 2), np.uint8))
    height, width = drawn.shape
    cv2.rectangle(drawn, (0, 0), (width - 1, height - 1), (255,), 2)
    inside = cv2.bitwise_not(drawn)
    inside = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=255)
    count, _, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
    least, cells = dpi * _MIN_CELL, []
    outside = (inside.shape[1], inside.shape[0])
    for left, top, width, height, area in stats[1:count].tolist():
        at_edge = left == 0 or top == 0 or left + width == outside[0] or top + height == outside[1]
        if not at_edge and width >= least and height >= least and area > width * height / 2:
            x, y = table.left + left - 1, table.top + top - 1
            cells.append(Region(y, x, y + height, x + width))
    return cells


def _region(stats: Any) -> Region:
    left, top, width, height = (int(stats[n]) for n in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP, 2, 3))
    return Region(top, left, top + height, left + width)


def _picture(array: Any) -> Picture:
    """What OpenCV gives, as the type it has."""
    return np.asarray(array, dtype=np.uint8)
