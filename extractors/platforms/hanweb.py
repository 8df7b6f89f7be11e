"""Hanweb JCMS, the classic one: `/col/colN/index.html`, `/art/YYYY/M/D/art_COL_ID.html`.

The first group of records (three pages) is embedded in the column's page as a datastore; a script says how to
ask for further groups (see `jpage`). What portals differ in, and what is done:

- Some honour `startrecord` and `endrecord`, some only `page`: all are sent, and links are told apart by
  URL, so a group may overlap the one before or repeat it.
- A page may hold less than the embedded group: then the first pages bring nothing new, and the list goes on.
- Some answer POST only: it is tried after a GET without records; what worked is kept.
- A deep group may be an empty datastore, or repeat records for ever: the list ends with the total, with
  a group without records, or with one that is the same as the one before.
- Some have no datastore: then the page's own `/art/` links are the list, or that in a frame.
- A column may be a shell that only sends on to another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from extractors.platforms.base import list_text
from extractors.platforms.candidates import documents, frames, rows_with
from extractors.platforms.datastore import next_group, records, stores_in, total_records
from extractors.platforms.jpage import COLUMN_NUMBER, Unit, of_column, unit_of
from extractors.platforms.pager import onward
from extractors.platforms.turns import Turn, entry, in_turn
from schema.records import Link, ListPage, Outcome

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_MOST_GROUPS, _MOST_IDLE, _DEEPEST = 400, 9, 2
_NO_LIST = "/module/"  # frames that hold a tree, a counter or a search


class Hanweb:
    """Classic JCMS columns."""

    name = "hanweb"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        return _list(portal.address(column), column.id, session)


def _list(address: str, column: str, session: PoliteSession, depth: int = 0) -> Iterator[ListPage]:
    """A column's page and the groups after it; of a page that has none, the lists in its frames."""
    fetch = yield from entry(address, session)
    text, came_from = list_text(fetch), fetch.capture.url if fetch.capture else address
    store = "".join(found[0] for found in of_column(stores_in(text), came_from))
    links = (records(store, came_from, column) if store else ()) or _plain(text, came_from, column)
    yield ListPage(fetch, links)
    if store or not links:
        yield from _groups(unit_of(text, store, came_from, column), store, links, session)
    elif following := onward(BeautifulSoup(text, "lxml"), came_from):
        yield from in_turn(following, partial(_turned, session, column))
    if store or links or depth == _DEEPEST:
        return
    for frame in frames(text, came_from):
        if _NO_LIST not in frame and frame not in (address, came_from):
            yield from _list(frame, column, session, depth + 1)


def _turned(session: PoliteSession, column: str, address: str) -> Turn[str]:
    """A further page of a list that stands in pages itself."""
    fetch = session.get(address)
    text = list_text(fetch)
    links = _plain(text, address, column) if text else None
    return Turn(fetch, links, onward(BeautifulSoup(text, "lxml"), address) or None)


def _groups(unit: Unit, store: str, links: tuple[Link, ...], session: PoliteSession) -> Iterator[ListPage]:
    """The groups after the embedded one. The detail of each says how much of the list is there by then."""
    seen, before, total = {link.url for link in links}, set[str](), unit.total
    methods, idle, page = ["GET", "POST"], 0, int(bool(links))
    for number in range(page, _MOST_GROUPS):
        named = next_group(store)[1].get("page", "")
        page = int(named) if named.isdecimal() else page + 1
        if not unit.params or not (named or total) or _is_whole(len(seen), total):
            return
        for method in methods:
            answer = unit.ask(session, method, number, page)
            urls = {link.url for link in answer.links}
            idle = 0 if urls - seen else idle + 1
            seen |= urls
            is_end = idle > _MOST_IDLE or _is_end(answer, urls == before, may_fail=bool(before) and len(methods) == 1)
            is_last = is_end and (bool(urls) or method == methods[-1])
            yield _counted(answer, len(seen), total or 0, is_last=is_last)
            if urls:
                methods = [method]
                break
        if is_end:
            return
        store, before = list_text(answer.fetch), urls
        total = total or total_records(store)


def _is_whole(seen: int, total: int | None) -> bool:
    """Whether all records are there. A total of 0 is a placeholder where there are records."""
    return total is not None and seen >= total and (total > 0 or seen == 0)


def _is_end(answer: ListPage, repeats: bool, *, may_fail: bool) -> bool:
    """Whether nothing can come after a group. One that fails does not hide the next if the one before it came."""
    if answer.links:
        return repeats
    return answer.fetch.outcome is Outcome.FETCHED or not may_fail


def _counted(answer: ListPage, seen: int, total: int, *, is_last: bool) -> ListPage:
    """The group with a word on how far the list is read. One that ends a list before its total is a stub."""
    fetch = answer.fetch
    is_short = is_last and seen < total and fetch.outcome is Outcome.FETCHED
    detail = f"{seen} of {total} records by now" if total and (answer.links or is_short) else fetch.detail
    return replace(answer, fetch=replace(fetch, outcome=Outcome.STUB if is_short else fetch.outcome, detail=detail))


def _plain(text: str, address: str, column: str) -> tuple[Link, ...]:
    """The documents that the page itself links to: the lists with the column's own, or else with reports."""
    number = COLUMN_NUMBER.search(address)
    own = rows_with(re.compile(rf"/art_{number[1]}_"), text, address, column) if number else ()
    return own or documents(text, address, column, set())
