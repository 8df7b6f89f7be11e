"""Which links of a static page are documents of its column, and which lead to further lists.

A page has menus, trails and news beside its list. A document is known by its address, when it lies under the
column's own folder, or by its title, when that names a report, and its year too unless the address is that of an
article. What stands in one list with such a document is one as well: a list of many agencies leads into their folders
under their bare names. Several such names over articles are a list of documents too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from extractors.platforms.base import absolute, anchored, day_in, links_in
from schema.records import Link

_ITEMS, _MOST_IN_ROW = ("li", "tr", "dd", "dt"), 3
_REPORT = re.compile(r"(?:信息|政务)公[开開].*(?:年[报報]|[报報]告|总结)|(?:年[报報]|年度[报報]告)\W*$")
_AGENCY = re.compile(r"\w{2,20}(?:[局办厅府镇乡]|委|委员会|法院|检察院|中心|街道|办事处|集团|公司|大学|学院)")
_MANY_AGENCIES = 3  # news may name one or two at the end of a title
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|二[〇○零][〇○零一二三四五六七八九]{2}")
_ARTICLE = re.compile(r"/\d{6}/[0-9a-f]{32}\.|/(?:content(?:_\d+)?|art_\w+|post_\d+|info/\d+/\d+)\.s?html?$")
_LIST_NAME = re.compile(
    r"(?:(?:index|default|home|main|more|zfxxgk_\w+?|\w*lists?|\w*navs?|col)(?:[_-]\d+)*(?:\.\w+)?)?", re.IGNORECASE
)
_INDEX = re.compile(r"/(?:index|default)\.\w+$")
_ARTICLE_FOLDER = re.compile(r"/\d{8,}/index\.\w+$")  # some file each article as the index of a folder of its own
_PAGER_WORD = re.compile(
    r"[<>«»‹›\[\]…\s]*(?:第?\d{1,3}页?|首页|第一页|[上前下后]一?页|[尾末]页|最后一?页|更多|返回|next|prev\w*|more)?[<>«»‹›\[\]…\s]*",
    re.IGNORECASE,
)
_PAGE_KEYS = frozenset({"page", "pageno", "pageindex", "pagenum", "currentpage", "cur_page", "currpage", "pn", "p"})


def documents(text: str, address: str, column: str, homes: set[str]) -> tuple[Link, ...]:
    """The documents that a page lists, in order. `homes` are the folders (see `home`) that are the column's own."""
    found = _pages(text, address, column)
    named = {link.url for _, link in found if _AGENCY.fullmatch(link.title) and _is_article(link)}
    agencies = named if len(named) >= _MANY_AGENCIES else set[str]()
    return _in_lists_with(lambda link: link.url in agencies or _is_ours(link, homes), found)


def rows_with(document: re.Pattern[str], text: str, address: str, column: str) -> tuple[Link, ...]:
    """The links of each list that has a document by its address: files and pages of other hosts stand among them."""
    return _in_lists_with(lambda link: document.search(link.url) is not None, _pages(text, address, column))


def inner_lists(text: str, address: str, *, any_name: bool) -> list[str]:
    """The lists below the folder of the list at `address`, such as one a year; by their names, or all of them.

    With `any_name` another list in the same folder is one too: an aggregate page may stand beside its channel.
    """
    inner = [link for link in links_in(text, address, "") if _is_inner(link.url, address, beside=any_name)]
    return [link.url for link in inner if any_name or _YEAR.search(link.title) or _REPORT.search(link.title)]


def frames(text: str, address: str) -> list[str]:
    """The pages of the same host that are shown in frames."""
    shown = BeautifulSoup(text, "lxml").select("iframe[src], frame[src]")
    urls = filter(None, (absolute(address, str(frame["src"]).strip()) for frame in shown))
    return [url for url in urls if urlsplit(url).netloc == urlsplit(address).netloc]


def home(address: str) -> str:
    """Host and folder in which a column's documents lie; empty where that would be the whole host.

    A column that is a file with a name of its own, `/gk/nb.htm`, has the folder of that name: its siblings are menus.
    """
    parts = urlsplit(address)
    folder, _, name = parts.path.rpartition("/")
    if not _LIST_NAME.fullmatch(name):
        folder += f"/{name.rpartition('.')[0] or name}"
    folder = folder.removesuffix("/pc")
    return f"{parts.netloc}{folder}/" if folder else ""


def is_list(url: str) -> bool:
    """Whether an address is that of a list by its name."""
    path = urlsplit(url).path
    return _LIST_NAME.fullmatch(path.rpartition("/")[2]) is not None and not _ARTICLE_FOLDER.search(path)


def page_number(url: str, base: str) -> int | None:
    """The number by which an address is a further page of the list at `base`; None when it is none."""
    asked, first = urlsplit(url), urlsplit(base)
    if asked.netloc != first.netloc:
        return None
    if asked.path == first.path:
        return _number_in_query(asked.query, first.query)
    stem = re.escape(re.sub(r"\.\w+$", "", first.path)) if not first.path.endswith("/") else ""
    stems = stem or f"{re.escape(first.path)}(?:index|list|default)"
    found = re.fullmatch(rf"{stems}[_-](\d{{1,4}})(?:\.\w+)?", asked.path)
    return int(found[1]) if found and asked.query == first.query else None


def _number_in_query(asked: str, first: str) -> int | None:
    pairs = dict(pair.partition("=")[::2] for pair in asked.split("&"))
    others = set(asked.split("&")) ^ set(first.split("&"))
    number = next((value for key, value in pairs.items() if key.lower() in _PAGE_KEYS), "")
    turns = all(pair.partition("=")[0].lower() in {*_PAGE_KEYS, ""} for pair in others)
    return int(number) if turns and number.isdecimal() else None


def list_of(anchor: Tag) -> Tag | None:
    """The block of rows in which an anchor stands. A cell of the page's layout, full of links, is no row."""
    row = anchor.find_parent(_ITEMS)
    if row is not None and _targets(row) <= _MOST_IN_ROW:
        return row.parent
    block = anchor.parent
    while block is not None and block.parent is not None and _targets(block) == 1:
        block = block.parent
    return block


def _pages(text: str, address: str, column: str) -> list[tuple[Tag, Link]]:
    return [(anchor, link) for anchor, link in anchored(text, address, column) if _is_page(link, address)]


def _in_lists_with(is_one: Callable[[Link], bool], found: Sequence[tuple[Tag, Link]]) -> tuple[Link, ...]:
    lists = {id(list_of(anchor)) for anchor, link in found if is_one(link)}
    return tuple(link for anchor, link in found if id(list_of(anchor)) in lists)


def _is_page(link: Link, address: str) -> bool:
    """Whether a link may lead to a document: neither to a list nor to another page of this one."""
    if not link.url.startswith(("http://", "https://")) or _PAGER_WORD.fullmatch(link.title):
        return False
    return not (is_list(link.url) or link.url == address or page_number(link.url, address) is not None)


def _is_inner(url: str, address: str, *, beside: bool) -> bool:
    """Whether a list lies below that at an address, or beside it in the same folder where these count as well."""
    own = home(address)
    if not (is_list(url) and _is_below(url, own)) or page_number(url, address) is not None:
        return False
    return home(url) != own or (beside and not _INDEX.search(url))


def _is_ours(link: Link, homes: set[str]) -> bool:
    is_report = (_is_article(link) or _YEAR.search(link.title)) and _REPORT.search(link.title)
    return bool(is_report) or any(_is_below(link.url, own) for own in homes)


def _is_article(link: Link) -> bool:
    return bool(_ARTICLE.search(link.url) or day_in(link.url))


def _is_below(url: str, own: str) -> bool:
    parts = urlsplit(url)
    folder = f"{parts.netloc}{parts.path}"
    return bool(own) and folder.startswith(own) and folder != own


def _targets(tag: Tag) -> int:
    return len({str(anchor["href"]) for anchor in tag.select("a[href]")})
