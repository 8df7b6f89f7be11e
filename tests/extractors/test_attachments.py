"""Which files of a page may hold its report."""

import pytest

from extractors.attachments import attachments_of

PAGE = "http://h.example/zwgk/nb/t1.html"


def found(body: str, url: str = PAGE) -> list[tuple[str, str]]:
    markup = f"<html><body>{body}</body></html>".encode()
    return [(one.url.removeprefix("http://h.example"), one.label) for one in attachments_of(markup, url=url)]


def test_links_by_their_ending_their_label_or_as_downloads():
    links = ('<a href="P0201.docx">年度报告</a>', '<a href="/get?id=3">附件.pdf</a>')
    body = "".join(links) + '<a href="/jsp/downfile.jsp?filename=a">附表</a>'
    assert found(body) == [
        ("/zwgk/nb/P0201.docx", "年度报告"),
        ("/get?id=3", "附件.pdf"),
        ("/jsp/downfile.jsp?filename=a", "附表"),
    ]


def test_what_names_a_report_goes_first_and_other_forms_are_left_out():
    body = '<a href="a.doc">通知</a><a href="b.doc">信息公开申请表</a><a href="c.doc">信息公开年度报告</a>'
    assert found(body) == [("/zwgk/nb/c.doc", "信息公开年度报告"), ("/zwgk/nb/a.doc", "通知")]


def test_pages_and_archives_are_no_files():
    assert found('<a href="t2.html">2019年年度报告</a><a href="all.zip">年度报告</a>') == []


def test_a_file_that_is_linked_twice_is_one():
    assert found('<a href="a.pdf"><img src="i.png"></a><a href="a.pdf#page=1">报告</a>') == [("/zwgk/nb/a.pdf", "报告")]


def test_the_page_itself_may_be_a_viewer():
    url = "http://h.example/pdfjs/web/viewer.html?file=..%2F..%2Fa%2Fnb.pdf"
    assert found("<div></div>", url)[0][0] == "/a/nb.pdf"


def test_pictures_only_where_there_is_no_file():
    picture = '<img src="/a/W020.jpg">'
    assert found(picture) == [("/a/W020.jpg", "")]
    assert found(picture + '<a href="a.doc">报告</a>') == [("/zwgk/nb/a.doc", "报告")]


@pytest.mark.parametrize(
    "image",
    ['<img src="/logo.png">', '<img src="/images/a.jpg">', '<img src="/a/1.jpg" width="80">', '<img src="a.gif">'],
)
def test_decoration_is_no_picture_of_a_page(image: str):
    assert found(image) == []


def test_addresses_that_no_one_can_follow():
    assert found('<a href="http://[a.doc">x</a><a href="javascript:open(1)">年报.doc</a>') == []
