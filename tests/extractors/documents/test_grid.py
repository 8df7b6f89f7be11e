"""Spans are laid out as browsers lay them out, and hostile ones are refused."""

import pytest

from extractors.documents.grid import MAX_SPAN, expand, pad, span


@pytest.mark.parametrize(
    ("printed", "size"),
    [("2", 2), ("1px", 1), (" 3 ", 3), ("", 1), (None, 1), ("junk", 1), ("-2", 1), ("99999", MAX_SPAN), ("0", 0)],
)
def test_span(printed: str | None, size: int):
    assert span(printed) == size


def texts(rows: list[list[tuple[str, int, int]]]) -> list[list[str]]:
    return [[cell.text for cell in row] for row in expand(rows)]


def test_spans_fill_a_rectangle():
    rows = [[("a", 2, 1), ("b", 1, 2)], [("c", 1, 1), ("d", 1, 1)]]
    assert texts(rows) == [["a", "b", "b"], ["a", "c", "d"]]


def test_each_place_knows_its_source_cell():
    grid = expand([[("a", 2, 1), ("b", 1, 2)], [("c", 1, 1), ("d", 1, 1)]])
    assert [(cell.row, cell.column) for cell in grid[1]] == [(0, 0), (1, 0), (1, 1)]


def test_a_rowspan_of_nought_goes_to_the_end():
    assert texts([[("a", 0, 1), ("b", 1, 1)], [("c", 1, 1)], [("d", 1, 1)]]) == [["a", "b"], ["a", "c"], ["a", "d"]]


def test_short_rows_are_filled_with_cells_of_their_own():
    grid = expand([[("a", 1, 1), ("b", 1, 1)], [("c", 1, 1)]])
    assert grid[1][1].text == ""
    assert grid[1][1] != grid[0][1]
    assert grid[1][1].row == 1


def test_overlapping_spans_keep_the_earlier_cell():
    rows = [[("a", 1, 1), ("b", 2, 1)], [("c", 1, 3)]]
    assert texts(rows) == [["a", "b", "", ""], ["c", "b", "c", ""]] or texts(rows)[1][1] == "b"


def test_a_table_blown_up_by_its_spans_is_refused():
    with pytest.raises(ValueError, match="too many places"):
        expand([[("x", 1, MAX_SPAN)]] * 1000)


def test_pad():
    assert [[cell.text for cell in row] for row in pad([["a"], ["b", "c"]])] == [["a", ""], ["b", "c"]]
    assert pad([]) == ()
