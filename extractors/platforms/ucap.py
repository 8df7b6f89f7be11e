"""UCAP (开普): `.../xxx_list.shtml`, its pages `xxx_list_2.shtml` ..., counted from 1.

Documents are `/SECTION/YYYYMM/<32 hex>.shtml` or `/cNNNN/cID/content.shtml`. The pager's script counts pages and
records (see `by_script`). An aggregate page holds no rows but the way to its channels. Other pages get their rows by
script from `/common/search/CHANNEL`, also `/search/` and `/searchList/`:

    {"data":{"total":118,"results":[{"title":"...","url":"//host/...","publishedTimeStr":"2024-01-16 09:00"}]}}

It gives fewer rows to a page than asked for when it likes, so the pages are counted by what the first one gave.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from extractors.platforms.base import absolute, day_in
from extractors.platforms.static import Dialect, Further, StaticColumn, by_links, by_script
from schema.records import Link, ListPage

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_SEARCH = re.compile(r"""["']([^"'\s]*/search(?:List)?/[0-9a-f]{32}(?:\?[^"'\s]*)?)["'?]""")
_WORDS = {"_isAgg": "true", "_isJson": "true", "_pageSize": "15", "_template": "index", "page": "1"}
_TAG = re.compile(r"<[^>]*>")


class Ucap:
    """Columns of UCAP portals."""

    name = "ucap"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        return StaticColumn(portal.address(column), column.id, session, Dialect(_further, _read, _searches)).pages()


def _further(text: str, address: str, base: str) -> Further:
    data = _data(text)
    if data is None:
        return by_script(text, base) or by_links(text, address, base)
    total, rows = _count(data, "total"), len(_results(data))
    pages = {number: _turned(base, number) for number in range(2, -(-total // rows) + 1)} if address == base else {}
    return Further(pages, total)


def _read(text: str, address: str, column: str) -> tuple[Link, ...] | None:
    """The rows of a search's answer; None when it is none."""
    data = _data(text)
    if data is None:
        return None
    links = [_link(row, address, column) for row in _results(data)]
    return tuple({link.url: link for link in links if link.url and link.title}.values())


def _link(row: Mapping[str, Any], address: str, column: str) -> Link:
    url = absolute(address, str(row.get("url") or "").strip())
    title = " ".join(html.unescape(_TAG.sub("", str(row.get("title") or ""))).split())
    try:
        listed_on = date.fromisoformat(str(row.get("publishedTimeStr"))[:10])
    except ValueError:
        listed_on = None
    return Link(url, title, column, listed_on or day_in(url))


def _searches(text: str, address: str) -> Sequence[str]:
    """The addresses of page 1 of the searches that a page's script names, unless its rows lie in files."""
    counted = by_script(text, address)
    if counted and counted.pages:
        return []
    named = dict.fromkeys(absolute(address, html.unescape(found[1])) for found in _SEARCH.finditer(text))
    return [f"{url.partition('?')[0]}?{urlencode(_WORDS | _query(url))}" for url in named if url]


def _turned(url: str, number: int) -> str:
    return f"{url.partition('?')[0]}?{urlencode(_query(url) | {'page': str(number)})}"


def _query(url: str) -> dict[str, str]:
    return {key: value for key, value in parse_qsl(urlsplit(url).query) if value}


def _data(text: str) -> Mapping[str, Any] | None:
    """What a search answered; None for any other text."""
    try:
        data = json.loads(text)["data"] if text.lstrip().startswith("{") else None
    except (ValueError, KeyError, TypeError):
        return None
    return data if isinstance(data, dict) and isinstance(data.get("results"), list) else None


def _results(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in data["results"] if isinstance(row, dict)]


def _count(data: Mapping[str, Any], name: str) -> int:
    text = str(data.get(name) or "").strip()
    return int(text) if text.isdecimal() else 0
