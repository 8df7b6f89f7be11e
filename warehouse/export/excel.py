"""Excel, written row by row: a table that is too long for a sheet goes on in the next, below the same heads.

Text is written as text, never as a formula or a link. A cell holds no more than 32,767 characters: what is longer ends
in `…`, and the caller is told how many did.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from warehouse.errors import WarehouseError

MAX_ROWS = 1_048_576  # of a sheet, the heads included
MAX_SHEETS = 12  # more takes Excel more memory than most machines have
_MAX_TEXT = 32_767
_CREATED = datetime(2000, 1, 1)  # a workbook must have one; ours tells no time, so that equal contents are equal bytes
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def write_excel(
    path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch], max_rows: int = MAX_ROWS
) -> tuple[int, int]:
    """Write the batches as one workbook, its sheets called like the file; the numbers of rows and of texts cut.

    Raises WarehouseError when there is more than `MAX_SHEETS` sheets hold.
    """
    with Workbook(path, _OPTIONS) as workbook:
        workbook.set_properties({"created": _CREATED})
        sheets = _Sheets(workbook, path.stem, schema.names, max_rows)
        for batch in batches:
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                sheets.write(row)
    return sheets.rows, sheets.cut


class _Sheets:
    """The sheets of one table; the last is being written."""

    def __init__(self, workbook: Workbook, name: str, heads: Sequence[str], max_rows: int) -> None:
        self.rows = self.cut = 0
        self._workbook, self._name, self._heads, self._max_rows = workbook, name, heads, max_rows
        self._head = workbook.add_format({"bold": True})
        self._sheet, self._next = self._new_sheet()

    def write(self, row: Sequence[object]) -> None:
        if self._next == self._max_rows:
            self._sheet, self._next = self._new_sheet()
        for number, value in enumerate(row):
            self._cell(number, value)
        self._next += 1
        self.rows += 1

    def _new_sheet(self) -> tuple[Worksheet, int]:
        number = len(self._workbook.worksheets()) + 1
        if number > MAX_SHEETS:
            raise WarehouseError(
                f"{self._name} has more rows than {MAX_SHEETS} Excel sheets hold ({MAX_ROWS:,} each);"
                " choose --years, or take --format parquet"
            )
        sheet = self._workbook.add_worksheet(self._name if number == 1 else f"{self._name} {number}")
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(self._heads):
            sheet.write_string(0, column, head, self._head)
        return sheet, 1

    def _cell(self, column: int, value: object) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._next, column, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._next, column, value)
        else:
            self._sheet.write_string(self._next, column, self._fitting(_text(value)))

    def _fitting(self, text: str) -> str:
        if len(text) <= _MAX_TEXT:
            return text
        self.cut += 1
        return text[: _MAX_TEXT - 1] + "…"


def _text(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)
