"""Hanweb JPAAS (集约化, from 2021): a column's page is built by scripts, each of which names its unit.

    <script parsetype="bulidstatic" url="/api-gateway/jpaas-publish-server/front/page/build/unit"
            queryData="{'webId':'3185','pageId':'...','tagId':'信息列表',...}">

The unit is asked for with those keys and answers `{"success":true,"data":{"html":"<li>..."}}`. Page N comes
for `paramJson={"pageNo":N,"pageSize":15}` only; any other spelling gets page 1 again, so a page that does not bear
its number ends the list. A page without units may list its documents itself, or lead to lists in frames or below it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from extractors.platforms.base import links_in, list_text
from extractors.platforms.candidates import documents, frames, home, inner_lists
from extractors.platforms.turns import Turn, entry, in_turn
from schema.records import Fetch, Link, ListPage

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_UNIT_URL = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_ROWS, _DEEPEST = 15, 2
_NO_RECORDS = "the unit's answer holds no records"
_LIST_TAG = re.compile(r"列表|分页|内容|list", re.IGNORECASE)
_OTHER_TAG = re.compile(r"导航|位置|菜单|头部|底部|热点|推荐|轮播|nav|menu|head|foot", re.IGNORECASE)
_IS_COLUMN = re.compile(r"/(?:col\d+|index(?:_\d+)?\.\w+)?(?:\?|$)")  # a menu's or a pager's link, not a document's
_PAIR = re.compile(r"""['"](\w+)['"]\s*:\s*(?:'([^']*)'|"([^"]*)")""")


class HanwebJpaas:
    """Columns of the JPAAS publishing server."""

    name = "hanweb_jpaas"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        return _list(portal.address(column), column.id, session, set())


@dataclass(slots=True)
class _Unit:
    """Where a list is asked for, with which words, and what it said of itself: a count of 0 is unknown."""

    url: str
    query: Mapping[str, str]
    address: str
    column: str  # id in the registry
    rows: int = _ROWS
    count: int = 0
    seen: set[str] = field(default_factory=set)

    def ask(self, session: PoliteSession, number: int) -> Turn[int]:
        """Ask for a page, counted from 1. One that fails has a page after it if the count promises one."""
        page = json.dumps({"pageNo": number, "pageSize": self.rows}, separators=(",", ":"))
        words = {**self.query, **({"paramJson": page} if number > 1 else {})}
        fetch = session.get(self.url, params=words, referer=self.address)
        markup = _markup(fetch)
        if markup is None:
            return Turn(replace(fetch, detail=fetch.detail or _NO_RECORDS), None, self._after(number))
        counter = BeautifulSoup(markup, "lxml").select_one(".pagination, [pageno]")
        if counter and _count(counter, "pageno", number) != number:
            return Turn(replace(fetch, detail=f"page {number} repeats an earlier one"), None)
        if counter:
            self.rows, self.count = _count(counter, "rows", _ROWS), _count(counter, "count", 0)
        links = tuple(link for link in links_in(markup, self.address, self.column) if not _IS_COLUMN.search(link.url))
        return (
            Turn(fetch, links, self._after(number), self.count) if self.count else self._uncounted(fetch, links, number)
        )

    def _after(self, number: int) -> int | None:
        return number + 1 if number * self.rows < self.count else None

    def _uncounted(self, fetch: Fetch, links: tuple[Link, ...], number: int) -> Turn[int]:
        """Nobody says how many pages there are: the one that brings nothing new is past the end, not broken."""
        fresh = tuple(link for link in links if link.url not in self.seen)
        self.seen |= {link.url for link in fresh}
        told = "" if fresh else "no record that was not there before" if links else _NO_RECORDS
        return Turn(replace(fetch, detail=told), fresh, number + 1 if fresh else None)


def _list(address: str, column: str, session: PoliteSession, asked: set[str], depth: int = 0) -> Iterator[ListPage]:
    """The list at an address by its unit; without one, the page's own documents and the lists that it leads to."""
    asked.add(address)
    fetch = yield from entry(address, session)
    text, came_from = list_text(fetch), fetch.capture.url if fetch.capture else address
    units = _units(text, came_from, column)
    links = () if units else documents(text, came_from, column, {home(came_from)})
    has_nothing = bool(text) and not (units or links)
    yield ListPage(replace(fetch, detail="no list unit in the page") if has_nothing else fetch, links)
    yield from _first_with_links(units, session)
    if units or depth == _DEEPEST:
        return
    for one in [*frames(text, came_from), *inner_lists(text, came_from, any_name=not links)]:
        if one not in asked:
            yield from _list(one, column, session, asked, depth + 1)


def _first_with_links(units: list[_Unit], session: PoliteSession) -> Iterator[ListPage]:
    """The pages of the units up to the first that lists anything: the others are menus."""
    for unit in units:
        found = False
        for page in in_turn(1, partial(unit.ask, session)):
            found = found or bool(page.links)
            yield page
        if found:
            return


def _units(text: str, address: str, column: str) -> list[_Unit]:
    """The units of a page, those that promise a list first: a page has others for its menus and its trail."""
    scripts = BeautifulSoup(text, "lxml").select("script[querydata]")  # the parser lowers the case of names
    urls = (urljoin(address, str(script.get("url") or _UNIT_URL)) for script in scripts)
    units = [_Unit(url, _words(script), address, column) for url, script in zip(urls, scripts, strict=True)]
    return sorted(units, key=lambda unit: _rank(unit.query.get("tagId", "")))


def _rank(tag: str) -> int:
    return 0 if _LIST_TAG.search(tag) else 2 if _OTHER_TAG.search(tag) else 1


def _words(script: Tag) -> dict[str, str]:
    """The keys of a unit. They stand there in single quotes, so they are no JSON."""
    return {key: single or double for key, single, double in _PAIR.findall(str(script["querydata"]))}


def _markup(fetch: Fetch) -> str | None:
    """The markup in a unit's answer, which some portals give without a name; None when there is none."""
    try:
        data = json.loads(list_text(fetch))["data"]
    except (ValueError, KeyError, TypeError):
        return None
    markup = data.get("html") if isinstance(data, dict) else data
    return markup if isinstance(markup, str) else None


def _count(counter: Tag, name: str, otherwise: int) -> int:
    text = str(counter.get(name) or "").strip()
    return int(text) if text.isdecimal() and int(text) > 0 else otherwise
