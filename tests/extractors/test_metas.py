"""What pages say of themselves: meta elements in any spelling, and UCAP's own elements."""

from collections.abc import Callable
from datetime import date

import pytest

from extractors.documents import read_document
from extractors.metas import Metas, metas, named
from tests.simulators.hanweb import detail as hanweb_detail
from tests.simulators.site import Document, documents
from tests.simulators.ucap import detail as ucap_detail

PROSE = "<body><p>年报正文</p></body>"


def read(head: str) -> tuple[str, Metas]:
    """The title and the metas of a page with this head, as the reader has them."""
    document = read_document(f"<html><head>{head}</head>{PROSE}</html>".encode())
    return document.meta.get("articletitle", ""), metas(document.meta)


@pytest.mark.parametrize("detail", [hanweb_detail, ucap_detail])
def test_the_pages_of_two_systems(detail: Callable[[Document], str]) -> None:
    document = documents(12)[0]
    meta = read_document(detail(document).encode()).meta
    assert meta["articletitle"] == document.title
    assert metas(meta) == Metas(document.published_on, document.agency)


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="ArticleTitle" content="某局年报"><meta name="PubDate" content="2023-10-23 08:59">',
        "<META NAME='articletitle' CONTENT='某局年报'/><META CONTENT='2023/10/23' NAME='PUBDATE'>",
        "<meta content=某局年报 name=ArticleTitle><meta name=PubDate content=2023-10-23>",
        '<meta name="ArticleTitle" data-name="x" content=" 某局\n年报 "><meta name="PubDate" content="2023年10月23日">',
        "<UCAPTITLE>某局年报</UCAPTITLE><PUBLISHTIME> 2023-10-23 </PUBLISHTIME>",
        "<ucaptitle><p>某局年报</p></ucaptitle><publishtime>2023-10-23 10:00</publishtime>",
        '<meta name="ArticleTitle" content=""><ucaptitle>某局年报</ucaptitle><publishtime>2023-10-23</publishtime>',
    ],
)
def test_spellings(head: str) -> None:
    title, found = read(head)
    assert title.replace(" ", "") == "某局年报"
    assert found.published_on == date(2023, 10, 23)


@pytest.mark.parametrize("written", ["", "2023-13-01", "近日", "08:59", "20231023"])
def test_no_sure_day(written: str) -> None:
    assert read(f'<meta name="PubDate" content="{written}">')[1].published_on is None


def test_the_first_content_counts() -> None:
    contents = ("", "甲", "乙")
    head = "".join(f'<meta name="ContentSource" content="{one}">' for one in contents)
    assert read(head)[1].source == "甲"


@pytest.mark.parametrize("text", ["", "<meta", '<meta name="PubDate" content="' * 50, "<meta " * 5000])
def test_mangled_pages_say_nothing(text: str) -> None:
    assert named(text) == []
