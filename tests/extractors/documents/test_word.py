"""Word documents: spans, merges and what is not shown."""

import pytest

from extractors.documents import Unreadable, read_document
from schema.records import Grid
from tests.extractors.documents.packages import docx, p, run, table, tc


def shape(body: str) -> list[object]:
    blocks = read_document(docx(body)).blocks
    return [[[cell.text for cell in row] for row in one.rows] if isinstance(one, Grid) else one for one in blocks]


def test_paragraphs_and_tables_in_order():
    document = read_document(docx(p("标题") + table(tc("a") + tc("1")) + p("末")))
    assert shape(p("标题") + table(tc("a") + tc("1")) + p("末")) == ["标题", [["a", "1"]], "末"]
    assert document.title == "标题"
    assert [grid.origin for grid in document.grids()] == ["word"]


def test_spans_keep_row_and_column_of_their_cell():
    across, first, on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    grid = next(
        read_document(docx(table(tc("x", across) + tc("y", first), tc("a") + tc("b") + tc("不显示", on)))).grids()
    )
    assert [[cell.text for cell in row] for row in grid.rows] == [["x", "x", "y"], ["a", "b", "y"]]
    assert [(cell.row, cell.column) for cell in grid.rows[1]] == [(1, 0), (1, 1), (0, 2)]


def test_a_merge_that_goes_on_from_nothing_is_a_cell_of_its_own():
    assert shape(table(tc("a"), tc("b", "<w:vMerge/>"))) == [[["a"], ["b"]]]


def test_a_row_that_begins_later_leaves_places_free():
    row = f'<w:trPr><w:gridBefore w:val="1"/></w:trPr>{tc("1")}'
    assert shape(table(tc("a") + tc("b"), row)) == [[["a", "b"], ["", "1"]]]


@pytest.mark.parametrize(
    "inner",
    [
        run("1") + "<w:del><w:r><w:delText>9</w:delText></w:r></w:del>" + run("2"),
        run("1") + run("9", "<w:vanish/>") + run("2"),
        run("1") + run("9", "<w:strike/>") + run("2"),
        run("1") + run("2", '<w:strike w:val="0"/>'),
        f"<w:ins>{run('1')}</w:ins><w:hyperlink>{run('2')}</w:hyperlink>",
        f"<w:sdt><w:sdtContent>{run('12')}</w:sdtContent></w:sdt>",
        "<w:r><w:instrText>INCLUDETEXT 9</w:instrText></w:r>" + run("12"),
    ],
)
def test_what_is_deleted_hidden_or_struck_out_joins_no_figure(inner: str):
    assert shape(table(f"<w:tc><w:p>{inner}</w:p></w:tc>")) == [[["12"]]]


def test_figures_of_two_paragraphs_never_join():
    assert shape(table(f"<w:tc>{p('1')}{p('2')}</w:tc>")) == [[["1\n2"]]]


def test_a_text_box_is_read_once():
    box = f"<w:txbxContent>{p('盒')}</w:txbxContent>"
    choice = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    drawing = f"<w:r><mc:AlternateContent>{choice}</mc:AlternateContent></w:r>"
    assert shape(f"<w:p>{run('前')}{drawing}</w:p>") == ["前", "盒"]


def test_a_table_for_layout_is_text_around_the_table_in_it():
    outer = table(f"<w:tc>{p('左')}{table(tc('a') + tc('1'))}</w:tc>")
    assert shape(outer) == ["左", [["a", "1"]]]


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "哈哈"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(Unreadable, match="document type"):
        read_document(docx(p("&b;"), bomb))


def test_tables_within_tables_end():
    nested = p("x")
    for _ in range(40):
        nested = table(f"<w:tc>{nested}</w:tc>")
    with pytest.raises(Unreadable, match="nested"):
        read_document(docx(nested))
