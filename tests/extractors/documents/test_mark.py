"""The marked cell is the one that the figure was read from, and nothing that acts is left in the page around it."""

import re
from pathlib import Path

import pytest

from extractors.documents.mark import MARK, Unreadable, show_source
from extractors.report import read_capture
from schema.records import Place
from tests.golden.pages import golden_pages, name_of

_MARKED = re.compile(rf'<(td|th|tr|p)[^>]* id="{MARK}" class="{MARK}">(.*?)</\1>', re.DOTALL)
HTML = "text/html; charset=utf-8"


def marked(body: bytes, place: Place) -> str:
    """The text of what is marked, without white space."""
    [(_, inner)] = _MARKED.findall(show_source(body, HTML, place).html)
    return "".join(re.sub(r"<[^>]*>", "", inner).split())


@pytest.mark.parametrize("page", golden_pages(), ids=name_of)
@pytest.mark.slow
def test_the_marked_cell_of_every_figure_has_its_text(page: Path) -> None:
    body = page.read_bytes()
    report = read_capture(body).report
    for one in (report.observations if report else ())[::25]:
        found = marked(body, one.place).replace("&lt;", "<").replace("&amp;", "&")
        assert "".join(one.raw.split()) in found, one


def test_a_nested_table_counts_as_the_reader_counts_it() -> None:
    inner = "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>"
    body = f"<body><table><tr><td>menu</td></tr><tr><td>{inner}</td></tr></table></body>".encode()
    assert marked(body, Place(1, 2, 2)) == "2"


def test_a_cell_that_is_not_there_marks_its_row() -> None:
    shown = show_source(b"<table><tr><td>a</td><td>1</td></tr><tr><td>b</td></tr></table>", HTML, Place(1, 2, 2))
    assert shown.marked == "row"
    assert f'<tr id="{MARK}"' in shown.html


def test_text_is_shown_as_it_was_read() -> None:
    body = "表\n项目 | 数\n申请 | 7\n公开 | 5\n说明\n".encode()
    shown = show_source(body, "text/plain", Place(1, 2, 2))
    assert (shown.as_read, shown.marked) == (True, "cell")
    assert marked(body, Place(1, 2, 2)) == "7"
    assert show_source(body, "text/plain", Place(0, 1, 1)).marked == "line"


def test_what_could_act_is_gone() -> None:
    body = b"""<body onload="x()"><script>s1</script><svg onload=1><script>s2</script></svg><math href=z>m</math>
    <form action=http://e.example><input value=typed><button>b</button></form><a href="javascript:1">link</a>
    <img src=http://e.example/1 onerror=x><style>@import 'http://e.example'</style><iframe src=http://e.example></iframe>
    <meta http-equiv=refresh content="0;url=http://e.example"><base href=http://e.example><link href=http://e.example>
    <table background=http://e.example style="position:fixed"><tr><td onclick=x() colspan=2 id=nianbao-cell>1</td></tr>
    <tr><td>2</td><td>&lt;script&gt;alert(1)&lt;/script&gt;</td></tr></table></body>"""
    page = show_source(body, HTML, Place(1, 2, 1)).html
    content = page.partition("<body>")[2]
    assert set(re.findall(r"<(\w+)", content)) <= {"table", "tr", "td"}
    assert set(re.findall(r'\s(\w+)="', content)) == {"colspan", "id", "class"}
    assert content.count(f'id="{MARK}"') == 1
    assert "typed" in content
    assert "&lt;script&gt;" in content
    assert "e.example" not in page


@pytest.mark.slow
def test_a_huge_page_is_shown_near_the_mark() -> None:
    rows = "".join(f"<tr><td>行{n}</td><td>{n}</td></tr>" for n in range(30_000))
    shown = show_source(f"<table>{rows}</table>".encode(), HTML, Place(1, 20_001, 2))
    assert len(shown.html) < 100_000
    assert f'class="{MARK}">20000<' in shown.html
    deep = b"<div>" * 5_000 + b"<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>"
    assert marked(deep, Place(1, 2, 2)) == "2"


def test_what_is_no_page_is_refused() -> None:
    with pytest.raises(Unreadable):
        show_source(b"\xff\xd8\xff\xe0 a picture", "image/jpeg", None)
