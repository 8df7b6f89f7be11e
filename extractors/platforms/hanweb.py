"""Hanweb JCMS, the classic one: `/col/colN/index.html`, `/art/YYYY/M/D/art_COL_ID.html`.

The first group of records (three pages) is embedded in the column's page as a datastore; a
`param_UNIT={...}` block and a `jpage({totalRecord, perPage, proxyUrl})` call say how to ask `dataproxy.jsp`
for further groups. What portals differ in, and what is done:

- Some honour `startrecord` and `endrecord`, some only `page`: all are sent, and links are told apart by
  URL, so a group may overlap the one before or repeat it.
- Some answer POST only: it is tried after a GET without records; what worked is kept.
- A deep group may be an empty datastore, or repeat records for ever: the list ends with the total, with
  a group without records, or with two groups in a row that bring nothing new.
- Some have no datastore: then the page's own `/art/` links are the list.
- A column may be a shell that only sends on to another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from extractors.outcomes import jump_target
from extractors.platforms.base import links_in, list_text
from extractors.platforms.datastore import next_group, records, stores_in, total_records
from schema.records import Fetch, Link, ListPage, Outcome

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_MOST_JUMPS, _MOST_GROUPS = 3, 400
_PAGES_IN_GROUP, _PER_PAGE = 3, 15
_PROXY = "/module/web/jpage/dataproxy.jsp"

_PARAMS = re.compile(r"param_\w+\s*=\s*\{([^}]*)\}")
_PAIR = re.compile(r"""(\w+)\s*:\s*(?:'([^']*)'|"([^"]*)"|([\w./-]+))""")
_PROXY_URL = re.compile(r"""proxyUrl\s*:\s*["']([^"']+)""")
_PER_PAGE_SET = re.compile(r"perPage\s*:\s*([1-9]\d*)")
_COLUMN = re.compile(r"/col(\d+)")


@dataclass(frozen=True, slots=True)
class _Unit:
    """How the list of a column asks for a group. `total` is 0 when the page does not say it."""

    url: str
    params: Mapping[str, str]
    per_page: int
    total: int
    referer: str
    column: str  # id in the registry

    def ask(self, session: PoliteSession, method: str, number: int, page: str) -> ListPage:
        """Ask for a group; the embedded one is number 0. `page` is the portal's own name for it, if any."""
        size = self.per_page * _PAGES_IN_GROUP
        span = {"startrecord": str(number * size + 1), "endrecord": str((number + 1) * size)}
        query = {**span, "perpage": str(self.per_page), "page": page or str(number + 1)}
        script = {"X-Requested-With": "XMLHttpRequest"}
        if method == "GET":
            query |= self.params
            fetch = session.get(self.url, params=query, referer=self.referer, headers=script)
        else:
            fetch = session.post(self.url, params=query, data=self.params, referer=self.referer, headers=script)
        return ListPage(fetch, records(list_text(fetch), self.referer, self.column))


class Hanweb:
    """Classic JCMS columns."""

    name = "hanweb"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        fetch = session.get(portal.address(column))
        for _ in range(_MOST_JUMPS):
            if target := jump_target(fetch):
                yield ListPage(replace(fetch, outcome=Outcome.FETCHED, detail=f"sends on to {target}"), ())
                fetch = session.get(target)
        yield from _list(fetch, column.id, session)


def _list(fetch: Fetch, column: str, session: PoliteSession) -> Iterator[ListPage]:
    """The column's page and the groups after it."""
    text = list_text(fetch)
    if fetch.capture is None or not text:
        yield ListPage(fetch, ())
        return
    address = fetch.capture.url
    store = _of_column(stores_in(text), address)
    links = (records(store[0], address, column) if store else ()) or _plain(text, address, column)
    yield ListPage(fetch, links)
    if store:
        yield from _groups(_unit(text, store[0], address, column), store[0], links, session)


def _groups(unit: _Unit, store: str, links: tuple[Link, ...], session: PoliteSession) -> Iterator[ListPage]:
    """The groups after the embedded one. The detail of each says how much of the list is there by then."""
    seen, idle, methods, total = {link.url for link in links}, 0, ["GET", "POST"], unit.total
    for number in range(1, _MOST_GROUPS):
        page = next_group(store)[1].get("page", "")
        if idle == 2 or (total and len(seen) >= total) or not (page or total):
            return
        for method in methods:
            answer = unit.ask(session, method, number, page)
            fresh = {link.url for link in answer.links} - seen
            seen |= fresh
            is_last = not fresh and (idle == 1 or (method == methods[-1] and not answer.links))
            yield _counted(answer, len(seen), total, is_last=is_last)
            if answer.links:
                break
        else:
            return
        methods, store, idle = [method], list_text(answer.fetch), 0 if fresh else idle + 1
        total = total or total_records(store)


def _counted(answer: ListPage, seen: int, total: int, *, is_last: bool) -> ListPage:
    """The group with a word on how far the list is read. One that ends a list before its total is a stub."""
    fetch = answer.fetch
    is_short = is_last and seen < total and fetch.outcome is Outcome.FETCHED
    detail = f"{seen} of {total} records by now" if total and (answer.links or is_short) else fetch.detail
    return replace(answer, fetch=replace(fetch, outcome=Outcome.STUB if is_short else fetch.outcome, detail=detail))


def _unit(text: str, store: str, address: str, column: str) -> _Unit:
    """How the list asks: by its parameter block; what that leaves out is in the link to the next group."""
    block = _of_column([*_PARAMS.finditer(text)], address)
    rest = text[block.end() :] if block else text
    path, params = next_group(store)
    params |= {key: "".join(values) for key, *values in _PAIR.findall(block[1] if block else "")}
    params.pop("page", "")
    proxy, per_page = _PROXY_URL.search(rest), _PER_PAGE_SET.search(rest)
    url = urljoin(address, proxy[1] if proxy else path or _PROXY)
    return _Unit(url, params, int(per_page[1]) if per_page else _PER_PAGE, total_records(rest), address, column)


def _of_column(found: list[re.Match[str]], address: str) -> re.Match[str] | None:
    """The block that names the column of the address, since a page may hold other lists; else the first."""
    column = _COLUMN.search(address)
    own = [match for match in found if column and re.search(rf"(?<!\d){column[1]}(?!\d)", match[0])]
    return next(iter(own or found), None)


def _plain(text: str, address: str, column: str) -> tuple[Link, ...]:
    """The documents that the page itself links to, the column's own if their addresses tell."""
    links = [link for link in links_in(text, address, column) if "/art/" in link.url]
    number = _COLUMN.search(address)
    return tuple([link for link in links if number and f"art_{number[1]}_" in link.url] or links)
