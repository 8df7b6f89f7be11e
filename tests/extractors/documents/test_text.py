"""Plain text: lines as they are, and tables printed with separators."""

from extractors.documents.text import read_text, split_row
from schema.records import Grid


def test_rows_with_separators_become_a_grid():
    document = read_text("标题\n统计指标 | 单位 | 统计数 |\n一、情况 | —— | |\n（一）数 | 条 | 3 |\n\n末")
    grid = next(document.grids())
    assert [[cell.text for cell in row] for row in grid.rows] == [
        ["统计指标", "单位", "统计数"],
        ["一、情况", "——", ""],
        ["（一）数", "条", "3"],
    ]
    assert grid.origin == "pipes"
    assert list(document.lines()) == ["标题", "", "末"]


def test_one_cell_behind_each_separator_stays_text():
    document = read_text("信息内容 |\n本年新制作数量 |\n规章 |\n0 |")
    assert not any(isinstance(block, Grid) for block in document.blocks)


def test_separators_that_open_and_close_a_row_make_no_cell():
    assert split_row("| a | b |") == ["a", "b"]
    assert split_row("a | | ||") == ["a", "", "", ""]
    assert split_row("a｜b") == ["a", "b"]


def test_blank_lines_are_kept():
    assert list(read_text("a\r\n\r\n\r\nb").lines()) == ["a", "", "", "b"]


def test_a_blank_first_cell_is_a_cell_where_the_table_has_no_border():
    document = read_text("标题\n甲 | 乙 | 丙 |\n | | 2 |\n1 | | 3 |")
    grid = next(document.grids())
    assert [[cell.text for cell in row] for row in grid.rows] == [["甲", "乙", "丙"], ["", "", "2"], ["1", "", "3"]]
