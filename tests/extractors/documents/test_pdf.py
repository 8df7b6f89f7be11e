"""What PDF pages and page breaks do to tables, on pages drawn for it."""

import pytest

from extractors.documents.boxes import Box, from_edges
from extractors.documents.pdf_lines import Line, flow_lines
from extractors.documents.pdf_tables import Part, joined


def part(page: int, rows: list[list[str]], edges: tuple[float, ...] = (0, 50, 100), top: float = 0) -> Part:
    boxes = [
        Box(edges[x], top + 20 * y, edges[x + 1], top + 20 * (y + 1), text)
        for y, row in enumerate(rows)
        for x, text in enumerate(row)
    ]
    return Part(tuple(boxes), "pdf", page)


def texts(parts: list[Part | str]) -> list[object]:
    return [
        one if isinstance(one, str) else [[cell.text for cell in row] for row in one.rows()] for one in joined(parts)
    ]


def test_a_table_that_a_page_break_cut_is_one():
    assert texts([part(1, [["规章", "1"]], top=700), part(2, [["行政许可", "2"]], top=80)]) == [
        [["规章", "1"], ["行政许可", "2"]]
    ]


def test_tables_with_text_between_or_other_columns_stay_two():
    first, second = part(1, [["a", "1"]]), part(2, [["b", "2"]])
    assert len(texts([first, "二、主动公开政府信息情况", second])) == 3
    assert len(texts([first, part(2, [["b", "2"]], edges=(0, 30, 100))])) == 2
    assert len(texts([first, part(1, [["b", "2"]], top=100)])) == 2


def test_a_page_with_fewer_columns_goes_on_all_the_same():
    three = part(1, [["三", "予以公开", "1"]], edges=(0, 20, 50, 100))
    assert texts([three, part(2, [["四、结转下年度继续办理", "2"]])]) == [
        [["三", "予以公开", "1"], ["四、结转下年度继续办理", "四、结转下年度继续办理", "2"]]
    ]


@pytest.mark.parametrize(
    ("above", "below", "rows"),
    [
        (["行政事业", ""], ["性收费", "5"], [["行政事业\n性收费", "5"]]),
        (["行政事业", "5"], ["性收费", ""], [["行政事业\n性收费", "5"]]),
        (["行政许可", ""], ["行政处罚", "5"], [["行政许可", ""], ["行政处罚", "5"]]),
        (["行政事业", "1"], ["性收费", "5"], [["行政事业", "1"], ["性收费", "5"]]),
        (["某事", ""], ["另一事", "5"], [["某事", ""], ["另一事", "5"]]),
    ],
)
def test_a_row_is_joined_only_where_its_label_is_one_as_a_whole(above: list[str], below: list[str], rows: object):
    assert texts([part(1, [["规章", "0"], above]), part(2, [below, ["行政强制", "3"]])]) == [
        [["规章", "0"], *rows, ["行政强制", "3"]]  # type: ignore[misc]
    ]


def test_rules_that_are_near_are_one_and_cells_span_the_rest():
    boxes = [Box(0, 0, 100.4, 10, "合"), Box(0.3, 10.2, 50, 20, "1"), Box(50.4, 10, 100, 20, "2")]
    assert [[cell.text for cell in row] for row in from_edges(boxes, 1.0)] == [["合", "合"], ["1", "2"]]


def line(top: float, *pieces: tuple[float, float, str]) -> Line:
    return Line(top, 10, pieces, dense=len(pieces) == 1)


def test_pieces_that_stand_in_columns_are_a_table():
    lines = [line(20.0 * n, (0, 60, f"指标{n}"), (100, 120, "条"), (150, 160, str(n))) for n in range(3)]
    lines[1] = line(20, (0, 60, "指标1"), (100, 120, "条"))  # a blank figure leaves its place free
    (found,) = flow_lines(lines, 1)
    assert isinstance(found, Part)
    assert [[cell.text for cell in row] for row in found.rows()][1] == ["指标1", "条", ""]


def test_pieces_that_share_a_column_stay_lines():
    lines = [line(20.0 * n, (0, 40, "三"), (60, 90, "公开"), (150, 160, "1")) for n in range(2)]
    lines.append(line(40, (0, 90, "四、结转下年度继续办理"), (150, 160, "2")))
    assert list(flow_lines(lines, 1)) == ["三 公开 1", "三 公开 1", "四、结转下年度继续办理 2"]


def test_lines_of_prose_are_joined_and_items_are_not():
    full = (0.0, 200.0, "一句话" * 6)
    lines = [line(0, full), line(20, (0, 100, "说完了。")), line(40, full), line(60, (0, 100, "（二）另一项"))]
    assert list(flow_lines(lines, 1)) == ["一句话" * 6 + "说完了。", "一句话" * 6, "（二）另一项"]
