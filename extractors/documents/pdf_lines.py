"""The text of a PDF page outside its ruled tables: paragraphs joined from their lines, and tables without rules.

A table without rules is a run of lines whose pieces stand in the same columns, far apart. Where they do so cleanly it
is a grid; else the lines stay text, which is read by its labels.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from pdfplumber.page import Page

from extractors.documents.boxes import Box
from extractors.documents.pdf_tables import Part

_GAP = 1.2  # times the size of the characters: what parts two cells and no two words

_FULL = 2.0  # times the same: what a line that goes on below may leave free at the right
_DENSE = 0.8  # share of a line that characters fill, in prose
_MIN_RUN = 3  # rows of a table without rules
_PAGE_NUMBER = re.compile(r"[-—–―·\s]*(?:第\s*)?\d{1,3}(?:\s*页)?(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?[-—–―·\s]*")
_ITEM = re.compile(r"[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|\d+[.、．]")


class Line(NamedTuple):
    """A line: its pieces, each with its left and right edge, and where it stands."""

    top: float
    size: float
    pieces: tuple[tuple[float, float, str], ...]
    dense: bool

    @property
    def left(self) -> float:
        """Where its first piece begins."""
        return self.pieces[0][0]

    @property
    def right(self) -> float:
        """Where its last piece ends."""
        return self.pieces[-1][1]

    @property
    def text(self) -> str:
        """Its pieces with a blank between them."""
        return " ".join(text for _, _, text in self.pieces)


def flow(page: Page, tables: Sequence[Part]) -> Iterator[Part | str]:
    """What stands on a page from its top to its bottom."""
    lines = _without_page_numbers(_lines(page, tables))
    waiting = sorted(tables, key=lambda part: part.edges[1])
    run: list[Line] = []
    for line in lines:
        while waiting and waiting[0].edges[1] < line.top:
            yield from flow_lines(run, page.page_number)
            run = []
            yield waiting.pop(0)
        run.append(line)
    yield from flow_lines(run, page.page_number)
    yield from waiting


def _lines(page: Page, tables: Sequence[Part]) -> list[Line]:
    """The lines outside the tables, from the top down."""
    edges = [part.edges for part in tables]

    def is_outside(thing: dict[str, Any]) -> bool:
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in edges)

    words = page.filter(is_outside).extract_words(keep_blank_chars=False, extra_attrs=["size"])
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        if rows and abs(word["bottom"] - rows[-1][-1]["bottom"]) < word["size"] / 2:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_line(sorted(row, key=lambda word: word["x0"])) for row in rows]


def _line(words: Sequence[dict[str, Any]]) -> Line:
    size = max(word["size"] for word in words)
    pieces: list[tuple[float, float, str]] = []
    for word in words:
        if pieces and word["x0"] - pieces[-1][1] < size * _GAP:
            left, right, text = pieces[-1]
            blank = " " if word["x0"] - right > size / 4 else ""
            pieces[-1] = left, word["x1"], text + blank + word["text"]
        else:
            pieces.append((word["x0"], word["x1"], word["text"]))
    filled = sum(word["x1"] - word["x0"] for word in words)
    dense = filled >= _DENSE * (pieces[-1][1] - pieces[0][0])
    return Line(min(word["top"] for word in words), size, tuple(pieces), dense)


def _without_page_numbers(lines: list[Line]) -> list[Line]:
    """The lines without the number of the page, which stands first or last."""
    if lines and _PAGE_NUMBER.fullmatch(lines[-1].text):
        lines = lines[:-1]
    return lines[1:] if lines and _PAGE_NUMBER.fullmatch(lines[0].text) else lines


def flow_lines(lines: Sequence[Line], page: int) -> Iterator[Part | str]:
    """Lines between two tables: what stands in columns as a table where it can be, the rest as paragraphs."""
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and (len(lines[end].pieces) > 1) == (len(lines[start].pieces) > 1):
            end += 1
        run = lines[start:end]
        table = _in_columns(run, page) if len(run[0].pieces) > 1 else None
        yield from [table] if table else _paragraphs(run) if len(run[0].pieces) == 1 else (line.text for line in run)
        start = end


# --- tables without rules -----------------------------------------------------------------------------------


def _in_columns(lines: Sequence[Line], page: int) -> Part | None:
    """A table of lines whose pieces stand in columns, each piece alone in its own; None where they do not."""
    columns = _columns((left, right) for line in lines for left, right, _ in line.pieces)
    if len(lines) < _MIN_RUN or len(columns) < 2:
        return None
    boxes = []
    for y, line in enumerate(lines):
        texts = [""] * len(columns)
        for left, right, text in line.pieces:
            at = next(n for n, (start, end) in enumerate(columns) if start <= left and right <= end)
            if texts[at]:
                return None
            texts[at] = text
        boxes += [Box(x, y, x + 1, y + 1, text) for x, text in enumerate(texts)]
    return Part(tuple(boxes), "pdf", page, near=0.1)


def _columns(pieces: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The stretches that pieces cover together, from the left."""
    found: list[tuple[float, float]] = []
    for left, right in sorted(pieces):
        if found and left < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], right)
        else:
            found.append((left, right))
    return found


# --- paragraphs ---------------------------------------------------------------------------------------------


def _paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    """Lines joined to what they were before they were broken to fit the page."""
    right = max(line.right for line in lines)
    left = min(line.left for line in lines)
    text = ""
    before: Line | None = None
    for line in lines:
        if before and _goes_on(before, line, left, right):
            text += line.text
        else:
            if text:
                yield text
            text = line.text
        before = line
    if text:
        yield text


def _goes_on(before: Line, line: Line, left: float, right: float) -> bool:
    """Whether a line of prose goes on below: it is full, and the next one neither indented nor an item of its own."""
    full = right - before.right < before.size * _FULL and before.dense and abs(before.size - line.size) < 1
    return full and line.left - left < line.size * _FULL / 2 and not _ITEM.match(line.text)
