"""Hanweb JPAAS (集约化, from 2021): a column's page is built by scripts, each of which names its unit.

    <script parsetype="bulidstatic" url="/api-gateway/jpaas-publish-server/front/page/build/unit"
            queryData="{'webId':'3185','pageId':'...','tagId':'信息列表',...}">

The unit is asked for with those keys and answers `{"success":true,"data":{"html":"<li>..."}}`. Page N comes
for `paramJson={"pageNo":N,"pageSize":15}` only; any other spelling gets page 1 again. So a page that does
not bear its number, or repeats one that was there before, ends the list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from extractors.platforms.base import links_in, list_text
from schema.records import Fetch, Link, ListPage, Outcome

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_UNIT_URL = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_ROWS = 15
_MOST_PAGES = 1000
_LIST_TAG = re.compile(r"列表|分页|内容|list", re.IGNORECASE)
_IS_COLUMN = re.compile(r"/(?:col\d+|index\.\w+)?(?:\?|$)")  # a menu's link, not a document's
_PAIR = re.compile(r"""['"](\w+)['"]\s*:\s*(?:'([^']*)'|"([^"]*)")""")


class HanwebJpaas:
    """Columns of the JPAAS publishing server."""

    name = "hanweb_jpaas"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        fetch = session.get(portal.address(column))
        text = list_text(fetch)
        if fetch.capture is None or not text:
            yield ListPage(fetch, ())
            return
        address = fetch.capture.url
        units = _units(text, address)
        yield ListPage(fetch if units else replace(fetch, detail="no list unit in the page"), ())
        for unit in units:
            found = False
            for page in _pages(unit, address, column.id, session):
                found = found or bool(page.links)
                yield page
            if found:
                return


@dataclass(frozen=True, slots=True)
class _Unit:
    """Where a list is asked for, and with which words."""

    url: str
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Answer:
    """One page of a list. `number` is the page that it says it is; a count of 0 is unknown."""

    links: tuple[Link, ...]
    number: int
    rows: int
    count: int


def _pages(unit: _Unit, address: str, column: str, session: PoliteSession) -> Iterator[ListPage]:
    """The pages of a list until its end."""
    seen: set[str] = set()
    rows = _ROWS
    for number in range(1, _MOST_PAGES):
        fetch = session.get(unit.url, params=_query(unit, number, rows), referer=address)
        answer = _answer(fetch, address, column)
        urls = {link.url for link in answer.links} if answer else set()
        if answer is None or answer.number != number or urls <= seen:
            ended = f"page {number} repeats an earlier one" if urls else "the unit's answer holds no records"
            missing = number > 1 and fetch.outcome is Outcome.FETCHED  # the pages before promised more
            outcome = Outcome.STUB if missing else fetch.outcome
            yield ListPage(replace(fetch, outcome=outcome, detail=fetch.detail or ended), ())
            return
        seen |= urls
        progress = f"{len(seen)} of {answer.count} records by now" if answer.count else ""
        yield ListPage(replace(fetch, detail=progress), answer.links)
        rows = answer.rows
        if answer.count and number * rows >= answer.count:
            return


def _query(unit: _Unit, number: int, rows: int) -> dict[str, str]:
    page = json.dumps({"pageNo": number, "pageSize": rows}, separators=(",", ":"))
    return {**unit.query, **({"paramJson": page} if number > 1 else {})}


def _units(text: str, address: str) -> list[_Unit]:
    """The units of a page, those that promise a list first: a page has others for its menus and its trail."""
    scripts = BeautifulSoup(text, "lxml").select("script[querydata]")  # the parser lowers the case of names
    units = [_Unit(urljoin(address, str(script.get("url") or _UNIT_URL)), _words(script)) for script in scripts]
    return sorted(units, key=lambda unit: not _LIST_TAG.search(unit.query.get("tagId", "")))


def _words(script: Tag) -> dict[str, str]:
    """The keys of a unit. They stand there in single quotes, so they are no JSON."""
    return {key: single or double for key, single, double in _PAIR.findall(str(script["querydata"]))}


def _answer(fetch: Fetch, address: str, column: str) -> _Answer | None:
    """What a unit answered; None when that is no list's markup."""
    try:
        markup = json.loads(list_text(fetch))["data"]["html"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(markup, str):
        return None
    links = tuple(link for link in links_in(markup, address, column) if not _IS_COLUMN.search(link.url))
    counter = BeautifulSoup(markup, "lxml").select_one(".pagination, [pageno]")
    if counter is None:
        return _Answer(links, 1, _ROWS, len(links))
    number, rows = _count(counter, "pageno", 1), _count(counter, "rows", _ROWS)
    return _Answer(links, number, rows, _count(counter, "count", 0))


def _count(counter: Tag, name: str, otherwise: int) -> int:
    text = str(counter.get(name) or "").strip()
    return int(text) if text.isdecimal() and int(text) > 0 else otherwise
