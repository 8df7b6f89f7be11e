"""Workbooks (xlsx, xls) by calamine: each sheet that is shown is a grid, merged cells spanning as they do there.

Numbers are given as they are stored: what their format shows may be rounded. Cells keep the row and the column of
their sheet. Rows that hold one text are lines of the document as well, since its title and its prose stand there.
"""

import datetime
import io
import re
from collections.abc import Iterator

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from extractors.documents.boxes import Placed, lay
from extractors.documents.errors import ENCRYPTED, Unreadable
from extractors.documents.package import Package
from schema.records import Document, Grid

_MAX_ROWS, _MAX_COLUMNS = 4_000, 500  # of a sheet; a form has a hundred and thirty
_MAX_SHEETS = 50
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def read_workbook(body: bytes, url: str = "", *, zipped: bool) -> Document:
    """Read a workbook; `zipped` for xlsx. Raises Unreadable for what is broken, encrypted or beyond bounds."""
    if zipped:
        _check_package(Package(body))
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as workbook:
            blocks = tuple(_blocks(workbook))
    except python_calamine.PasswordError as error:
        raise Unreadable(ENCRYPTED) from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Unreadable(f"a broken workbook: {' '.join(str(error).split())}") from error
    title = next((block for block in blocks if isinstance(block, str)), "")
    return Document(url, title, blocks)


def _check_package(package: Package) -> None:
    """Calamine unpacks by itself, and lays a sheet out from its first cell to its last, however far that is."""
    package.check_sizes()
    for name in filter(_SHEET.fullmatch, sorted(package.names)):
        for column, row in _PLACE.findall(package.read(name)):
            if int(row) > _MAX_ROWS or _column(column) > _MAX_COLUMNS:
                raise Unreadable(f"{name} has a cell at {column.decode()}{row.decode()}, beyond what is read")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _blocks(workbook: CalamineWorkbook) -> Iterator[str | Grid]:
    shown = [
        sheet
        for sheet in workbook.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
    ]
    index = 0
    for sheet in shown[:_MAX_SHEETS]:
        rows = lay(_cells(workbook.get_sheet_by_name(sheet.name)))
        if rows:
            index += 1
            grid = Grid(rows, index, "excel")
            yield from _lines(grid)
            yield grid


def _cells(sheet: CalamineSheet) -> Iterator[Placed]:
    """The cells of a sheet; of a merged range the first alone, spanning it."""
    if sheet.total_height > _MAX_ROWS or sheet.total_width > _MAX_COLUMNS:
        raise Unreadable(f"a sheet of {sheet.total_height:,} rows and {sheet.total_width:,} columns")
    spans, covered = {}, set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if bottom < _MAX_ROWS and right < _MAX_COLUMNS:
            spans[top, left] = (bottom - top + 1, right - left + 1)
            covered |= {(y, x) for y in range(top, bottom + 1) for x in range(left, right + 1)}
    for y, row in enumerate(sheet.to_python(skip_empty_area=False)):
        for x, value in enumerate(row):
            if (y, x) in spans or (y, x) not in covered:
                yield Placed(_text(value), y, x, *spans.get((y, x), (1, 1)))


def _text(value: Value) -> str:
    """A value as one would write it: a whole number without a point, and no number in the way of computers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "\n".join(" ".join(line.split()) for line in str(value).split("\n")).strip()
    return str(int(value)) if value == int(value) else f"{value:.10f}".rstrip("0")


def _lines(grid: Grid) -> Iterator[str]:
    """The texts that stand alone in their row."""
    for number, row in enumerate(grid.rows):
        texts = {cell for cell in row if cell.text}
        if len(texts) == 1 and (alone := texts.pop()).row == number and _HAN.search(alone.text):
            yield from alone.text.split("\n")
