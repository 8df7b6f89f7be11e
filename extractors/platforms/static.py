"""Columns whose lists lie as files: a page names the further ones by script or by links, and each is asked for once.

A list may be spread over lists below it, one a year, or stand in a frame; these belong to the column. Page 5 that
cannot be had does not hide page 6. A list is left after two pages in a row that bring nothing new, and what was
not asked for then is told: a column is never silently taken for complete.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from extractors.outcomes import jump_target
from extractors.platforms.base import absolute, links_in, list_text
from extractors.platforms.candidates import documents, frames, home, inner_lists, page_number
from extractors.platforms.pager import onward
from schema.records import Fetch, Link, ListPage, Outcome

if TYPE_CHECKING:
    from extractors.http import PoliteSession

PAST_END = (Outcome.FETCHED, Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.STUB)

_MOST_JUMPS, _MOST_MISSES, _DEEPEST, _MOST_PAGES = 3, 2, 2, 2000
_NEXT = _MOST_PAGES + 1  # stands for the number of a page that is only called the next one
_CALL = re.compile(r"createPage\w*\s*\(([^()]*)\)")
_COUNT = re.compile(r"\b(?:countPage|pageCount|totalPages?)\s*=\s*[\"']?(\d+)")
_WRITTEN = re.compile(r"""([\w-]+?)(?:["']\s*\+\s*["'])?_["']\s*\+\s*\w+\s*\+\s*["']\.(?:["']\s*\+\s*["'])?(\w+)""")
_NOTHING_NEW = "nothing that was not there before"


@dataclass(frozen=True, slots=True)
class Further:
    """The further pages of a list that one page names: addresses by the number in their names.

    `records` is how many documents the list has by its own word, 0 without one. Every page must bring something new,
    but for the `doubtful` ones: these may end in one of the outcomes `ends` instead, and nothing is missing then.
    """

    pages: Mapping[int, str] = field(default_factory=dict)
    records: int = 0
    doubtful: Collection[int] = ()
    ends: Collection[Outcome] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a system's static lists are like.

    `further` gets a page's text, its address and that of page 1. `read` gives the links of an answer that is no
    markup (text, address, column id), None for markup. `lead` gives the addresses of lists that a page's script asks
    for.
    """

    further: Callable[[str, str, str], Further]
    read: Callable[[str, str, str], tuple[Link, ...] | None] = lambda *_: None
    lead: Callable[[str, str], Sequence[str]] = lambda *_: ()


class StaticColumn:
    """One crawl of a column: `pages` gives a ListPage for every response."""

    def __init__(self, address: str, column: str, session: PoliteSession, dialect: Dialect) -> None:
        self._address, self._column, self._session, self._dialect = address, column, session, dialect
        self._asked: set[str] = set()
        self._bodies: set[str] = set()

    def pages(self) -> Iterator[ListPage]:
        """The pages of the column and of the lists below it."""
        yield from self._list(self._address, 0)

    def _list(self, address: str, depth: int) -> Iterator[ListPage]:
        fetch = self._get(address)
        for _ in range(_MOST_JUMPS):
            if (target := jump_target(fetch)) and self._is_new(target):
                yield ListPage(replace(fetch, outcome=Outcome.FETCHED, detail=f"sends on to {target}"), ())
                fetch = self._get(target)
        page = self._page(fetch)
        inner = self._inner(page) if depth < _DEEPEST else []
        if page.links or inner or not list_text(fetch):
            yield page
        else:
            yield replace(page, fetch=replace(fetch, detail="no document in the page"))
        yield from self._further(page)
        for one in inner:
            if self._is_new(one):
                yield from self._list(one, depth + 1)

    def _get(self, address: str, referer: str = "") -> Fetch:
        fetch = self._session.get(address, referer=referer)
        self._asked |= {_without_scheme(address), _without_scheme(_came_from(fetch))}
        return fetch

    def _is_new(self, address: str) -> bool:
        return _without_scheme(address) not in self._asked

    def _page(self, fetch: Fetch) -> ListPage:
        """The page with its documents; none if it came before at another address, to which its links are relative."""
        digest = fetch.capture.digest if fetch.capture else ""
        if digest in self._bodies:
            return ListPage(fetch, ())
        self._bodies.add(digest)
        text, address = list_text(fetch), _came_from(fetch)
        links = self._dialect.read(text, address, self._column)
        if links is None:
            links = documents(text, address, self._column, {home(self._address), home(address)})
        return ListPage(fetch, links)

    def _inner(self, page: ListPage) -> list[str]:
        """The lists that belong to this one, or are it: asked for by a script, in a frame, below its folder."""
        text, address = list_text(page.fetch), _came_from(page.fetch)
        if self._dialect.read(text, address, self._column) is not None:
            return []
        shown = [] if page.links else frames(text, address)
        return [*self._dialect.lead(text, address), *shown, *inner_lists(text, address, any_name=not page.links)]

    def _further(self, first: ListPage) -> Iterator[ListPage]:
        """The pages after the first one of a list, the lowest number first, for each may name more of them."""
        base, seen, misses = _came_from(first.fetch), {link.url for link in first.links}, 0
        named = self._named(first, base)
        pending = dict(named.pages)
        while pending and misses < _MOST_MISSES:
            number = min(pending)
            address = pending.pop(number)
            if not self._is_new(address):
                continue
            page = self._page(self._get(address, base))
            fresh = {link.url for link in page.links} - seen
            seen |= fresh
            misses = 0 if fresh else misses + 1
            more = self._named(page, base) if fresh else Further()
            named = more if more.pages else named
            pending |= {number: url for number, url in more.pages.items() if self._is_new(url)}
            left = len(pending) if misses == _MOST_MISSES else 0
            yield _counted(page, len(seen), named.records) if fresh else _idle(page, named, number, left)

    def _named(self, page: ListPage, base: str) -> Further:
        if not page.links:
            return Further()
        return self._dialect.further(list_text(page.fetch), _came_from(page.fetch), base)


def by_script(text: str, base: str) -> Further | None:
    """The pages that a pager's script counts; None without a count. Each of them must be there.

    TRS counts from 0: `createPageHTML(pages, current, "index", "html")`, or `countPage = pages` in a script
    of the page's own, which writes `"index"+"_"+nextPage+"."+"html"`. UCAP names an element first and counts
    from 1: `createPageHTML('page_div', pages, current, 'list', 'shtml', records)`.
    """
    counted = _COUNT.search(text)
    calls = [[word.strip() for word in call[1].split(",")] for call in _CALL.finditer(text)]
    for words in [*calls, [counted[1] if counted else ""]]:
        shift = int(words[0][:1] in ("'", '"'))  # the element: then page 2 is number 2, else it is number 1
        numbers = [int(word) for word in words if word.isdecimal()]
        if not (len(words) > shift and words[shift].isdecimal() and numbers[0]):
            continue
        names = [word.strip("'\"") for word in words[shift:] if word[:1] in ("'", '"')]
        written = _WRITTEN.search(text)
        stem, extension = names[:2] if len(names) > 1 else written.groups() if written else ("", "")
        last = min(numbers[0], _MOST_PAGES)
        pages = {n: absolute(base, numbered(base, n - 1 + shift, stem, extension)) for n in range(2, last + 1)}
        return Further(pages, numbers[2] if shift and len(numbers) > 2 else 0)
    return None


def by_links(text: str, address: str, base: str) -> Further:
    """The pages that a page links to: `index_2.html`, `list.jsp?page=2`, or whatever is called the next one.

    Number 1 may be page 1 by another name. A next page that repeats is told, for it may be a portal that turns no page.
    """
    pages: dict[int, str] = {}
    for link in links_in(text, address, ""):
        number = page_number(link.url, base)
        if number is not None:
            pages.setdefault(number, link.url)
    following = onward(BeautifulSoup(text, "lxml"), address)
    if following and page_number(following, base) is None:
        pages[_NEXT] = following
    return Further(pages, doubtful=(1,), ends=(Outcome.FETCHED,))


def numbered(base: str, number: int, stem: str = "", extension: str = "") -> str:
    """The name of a numbered page beside page 1, which is `index.html` where its address does not say."""
    name = base.partition("?")[0].rpartition("/")[2] or "index.html"
    plain, _, ending = name.rpartition(".")
    return f"{stem or plain or name}_{number}.{extension or ending or 'html'}"


def _came_from(fetch: Fetch) -> str:
    return fetch.capture.url if fetch.capture else fetch.url


def _without_scheme(address: str) -> str:
    return address.partition("://")[2]


def _counted(page: ListPage, seen: int, records: int) -> ListPage:
    detail = f"{seen} of {records} records by now" if records else page.fetch.detail
    return replace(page, fetch=replace(page.fetch, detail=detail))


def _idle(page: ListPage, named: Further, number: int, left: int) -> ListPage:
    """A page that brought nothing new. `left` are the pages that are given up with it."""
    fetch, said = page.fetch, page.fetch.detail
    if number in named.doubtful and fetch.outcome in named.ends and not left:
        told = f"past the end of the list: {said}" if said else _NOTHING_NEW
        return ListPage(replace(fetch, outcome=Outcome.FETCHED, detail=told), ())
    outcome = Outcome.STUB if fetch.outcome is Outcome.FETCHED else fetch.outcome
    told = (said or _NOTHING_NEW) + (f"; the list is left with {left} more pages" if left else "")
    return ListPage(replace(fetch, outcome=outcome, detail=told), page.links)
