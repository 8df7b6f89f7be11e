"""Pages to documents: lines and grids in order, by lxml or, where it gives up, by way of BeautifulSoup."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from extractors.documents import Unreadable, read_document
from extractors.documents.html import read_html
from extractors.documents.markup import clean, flatten, parse
from schema.records import Grid
from tests.extractors import forms


def grid_texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def shape(page: str) -> list[object]:
    return [
        grid_texts(block) if isinstance(block, Grid) else block for block in read_html(clean(page.encode())[0]).blocks
    ]


def test_lines_and_tables_in_order():
    page = "<h1>标题</h1><p>一段<b>话</b></p><table><tr><td>a<td>b</table>尾<br>再<div>末</div>"
    assert shape(page) == ["标题", "一段话", [["a", "b"]], "尾", "再", "末"]


def test_a_number_split_over_spans_is_one():
    assert shape("<table><tr><td><p><span>12</span><span>\n3</span></p></td></tr></table>") == [[["12 3"]]]
    assert shape("<table><tr><td><p><span>12</span><span>3</span></p></td></tr></table>") == [[["123"]]]


def test_figures_of_two_paragraphs_never_join():
    assert shape("<table><tr><td><p>1</p><p>2</p></td></tr></table>") == [[["1\n2"]]]
    assert shape("<table><tr><td>1<br>683</td></tr></table>") == [[["1\n683"]]]


def test_scripts_styles_and_comments_are_no_text():
    page = "<p>a<script>var x='<table>'</script><style>p{}</style><!-- <p>b</p> -->c</p><noscript>d</noscript>"
    assert shape(page) == ["ac"]


def test_a_table_for_layout_becomes_text_around_the_table_in_it():
    page = "<table><tr><td>左</td><td>前<table><tr><td>1<td>2<tr><td>3<td>4</table>后</td></tr></table>"
    assert shape(page)[-2:] == [[["1", "2"], ["3", "4"]], "后"]


def test_rows_beside_a_nested_table_stay_a_grid():
    inner = "<table><tr><td>x</table>"
    page = f"<table><tr><td>a<td>1</tr><tr><td>b<td>2</tr><tr><td colspan=2>{inner}</td></tr></table>"
    assert [["a", "1"], ["b", "2"]] in shape(page)
    assert [["x"]] in shape(page)


def test_a_blank_paragraph_is_a_blank_line_and_source_breaks_are_not():
    assert shape("<p>a</p>\n\n<p>&nbsp;</p>\n<p>b</p>") == ["a", "", "b"]


def test_what_stands_after_the_end_of_the_page_is_kept():
    assert shape("<html><body><p>a</p></body></html><html><body><table><tr><td>1</table>") == ["a", [["1"]]]


def test_meta_and_attachments():
    page = '<meta name="ArticleTitle" content="某报告"><a href="/x/a.docx">附件</a><a href="http://[">坏</a><p>x</p>'
    document = read_html(page.encode(), "http://example.test/y/z.html")
    assert document.meta == {"articletitle": "某报告"}
    assert [(a.url, a.label) for a in document.attachments] == [("http://example.test/x/a.docx", "附件")]


FIGURES = {cell: str(n) for n, cell in enumerate(forms.cells("2021"))}


@pytest.mark.parametrize("mark", sorted(forms.MARKS))
def test_both_parsers_arrive_at_the_same_grids(mark: str):
    page = forms.page("2021", FIGURES, forms.Style(mark=mark))
    fast = [block for block in shape(page) if isinstance(block, list)]
    slow = [block for block in shape(flatten(page.encode()).decode()) if isinstance(block, list)]
    assert fast == slow
    assert len(fast) == 3


@pytest.mark.parametrize("tag", ["div", "span", "font"])
def test_thousands_of_nested_tags(tag: str):
    deep = f"<{tag}>" * 5000 + "<table><tr><td>深处<td>12</table>" + f"</{tag}>" * 5000
    assert [["深处", "12"]] in shape(f"<body>{deep}<p>尾</p>")


@pytest.mark.slow
def test_tables_nested_without_bounds_are_unreadable_not_a_crash():
    with pytest.raises(Unreadable):
        parse(b"<table><tr><td>" * 20_000)


def test_megabytes_of_inline_images_do_not_matter():
    image = '<img src="data:image/png;base64,' + "A" * 12_000_000 + '">'
    assert shape(f"<p>{image}前</p><table><tr><td>1</table>") == ["前", [["1"]]]


def test_end_tags_that_are_missing():
    assert shape("<table><tr><td>a<td>1<tr><td>b<td>2</table>") == [[["a", "1"], ["b", "2"]]]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (bytes(range(256)) * 40, "binary"),
    ],
)
def test_what_is_no_page_says_why(body: bytes, reason: str):
    with pytest.raises(Unreadable, match=reason):
        read_document(body)


def test_a_page_in_gb18030_labelled_gb2312():
    page = '<html><head><meta charset="gb2312"><title>朱镕基</title></head><body><p>陶喆区</p></body></html>'
    document = read_document(page.encode("gb18030"), content_type="text/html; charset=gb2312")
    assert (document.title, list(document.lines()), document.encoding) == ("朱镕基", ["陶喆区"], "gb18030")


def test_spans_that_blow_a_table_up_are_unreadable():
    row = '<tr><td colspan="1000" rowspan="1000">x</td></tr>'
    with pytest.raises(Unreadable, match="too many"):
        read_document(f"<table>{row * 1000}</table>".encode())


@pytest.mark.parametrize(
    "control", ["\x00", "\x01", "\x0b", "\x0c", "&#1;", "&#x1f;", "&#11;", "\ufffe", "\ue000", "\ue001"]
)
def test_control_characters_are_left_out(control: str):
    assert shape(f"<p>a{control}b</p><table><tr><td><p>1{control}2</p></table>") == ["ab", [["12"]]]


@pytest.mark.parametrize(
    "cell",
    [
        "<del>5</del>12",
        "<s>5</s>12",
        '<span style="text-decoration: line-through">5</span>12',
        '<span style="display:none">9</span>12',
        "<b hidden>9</b>12",
        '<span style="mso-hide:all">9</span>12',
        '<span style="mso-list:Ignore">9</span>12',
        "<ruby>12<rt>9</rt></ruby>",
    ],
)
def test_what_no_reader_sees_is_not_joined_to_a_figure(cell: str):
    page = f"<table><tr><td>a</td><td>{cell}</td></tr></table>"
    assert shape(page) == shape(flatten(page.encode()).decode()) == [[["a", "12"]]]


def test_what_no_reader_sees_is_left_out_of_a_table_that_is_not_closed():
    closed = "<table><tr><td>a</td><td>1</td></tr></table>"
    hidden = '<table><tr><td>b</td><td><p style="DISPLAY: none">9</p><p>12</p></td></tr>'
    assert shape(closed + hidden) == [[["a", "1"]], [["b", "12"]]]


def test_hidden_menus_stay_text():
    assert shape('<div style="display:none">栏目 1</div><table><tr><td>a</td></tr></table>') == ["栏目 1", [["a"]]]


def test_a_character_that_marks_cells_inside_may_not_come_as_a_reference():
    assert shape("<p>a&#xE000;b&#57347;c</p><table><tr><td>1&#xe003;2</td></tr></table>") == ["abc", [["12"]]]


def test_cells_that_are_in_no_row_of_a_table_never_join():
    assert shape("<table><form><tr><td>件</td><td>1</td><td>2</td></tr></form></table>") in (
        [[["件", "1", "2"]]],
        ["件", "1", "2"],
    )
    assert shape("<p>甲</p><div><td>件</td><td>1</td><td>2</td></div>") == ["甲", "件", "1", "2"]


def test_bytes_that_are_no_character_are_replaced_before_the_parser_sees_them():
    body = "<p>甲乙丙</p>".encode() * 50 + b"<p>\xe4\xb8x</p>"
    assert list(read_document(body).lines())[-1] == "\ufffdx"


def test_pages_are_read_by_many_threads_at_once():
    page = forms.page("2021", FIGURES, forms.Style(mark="word"))
    with ThreadPoolExecutor(4) as pool:
        assert all(found == shape(page) for found in pool.map(shape, [page] * 40))


@pytest.mark.parametrize("cell", ["12<sup>1</sup>", "1<sub>2</sub>"])
def test_a_footnotes_mark_is_not_joined_to_a_figure(cell: str):
    page = f"<table><tr><td>{cell}</td></tr></table>"
    ((row,),) = shape(page)
    assert "^" in row[0]
    assert shape(flatten(page.encode()).decode()) == [[row]]
