"""Workbooks: merged cells, numbers as they are stored, and sheets that would fill the memory."""

import io

import pytest
import xlsxwriter

from extractors.documents import Unreadable, read_document
from schema.records import Grid
from tests.extractors.documents.packages import package


def workbook(*sheets: list[list[object]], merged: str = "", hidden: bool = False) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for y, row in enumerate(rows):
                sheet.write_row(y, 0, row)
            if merged:
                sheet.merge_range(merged, "合")
        if hidden:
            book.worksheets()[-1].hide()
    return out.getvalue()


def texts(body: bytes) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in grid.rows] for grid in read_document(body).grids()]


def test_numbers_are_written_as_one_would():
    assert texts(workbook([["甲", 3457, 7730.28, 0.1 + 0.2, -2.0, 1e15]])) == [
        [["甲", "3457", "7730.28", "0.3", "-2", "1000000000000000"]]
    ]


def test_merged_cells_span_and_keep_the_place_of_the_sheet():
    grid = next(read_document(workbook([["a", "b", "c"], [1, 2, 3]], merged="A3:B4")).grids())
    assert [[cell.text for cell in row] for row in grid.rows][2:] == [["合", "合", ""], ["合", "合", ""]]
    assert [(cell.row, cell.column) for cell in grid.rows[3]][:2] == [(2, 0), (2, 0)]


def test_a_title_above_the_table_is_a_line_too():
    document = read_document(workbook([["某局2023年政府信息公开工作年度报告"], ["规章", 1], ["收费", 0]]))
    assert document.title == "某局2023年政府信息公开工作年度报告"
    assert [isinstance(block, Grid) for block in document.blocks] == [False, True]


def test_hidden_sheets_are_not_read():
    assert texts(workbook([["a", 1]], [["b", 2]], hidden=True)) == [[["a", "1"]]]


def test_a_cell_far_away_is_refused_before_the_sheet_is_laid_out():
    sheet = '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(Unreadable, match="XFD1048576"):
        read_document(package({"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": sheet}))


def test_a_broken_workbook_says_so():
    with pytest.raises(Unreadable, match="broken workbook"):
        read_document(package({"xl/workbook.xml": "<workbook"}))
