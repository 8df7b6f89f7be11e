"""Any other system: a static list followed by its own links.

The further pages are those that a pager's script counts or that the page links to (`index_2.html`, `list-2.html`,
`?page=2`, 下一页). A page that only says in words how many there are is taken at its word: `index_1.html` and so on
are asked for, whether they are counted from 0 or from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from extractors.platforms.static import PAST_END, Dialect, Further, StaticColumn, by_links, by_script, numbered
from schema.records import ListPage

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal

_TAG = re.compile(r"<[^>]*>|&nbsp;|\s+")
_IN_WORDS = re.compile(r"共(\d{1,3})页|第1页[,，/]?共?(\d{1,3})页|(?<![\d/])1/(\d{1,3})(?:页|(?![\d/]))")


class Generic:
    """Columns of systems that have no module of their own."""

    name = "generic"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        return StaticColumn(portal.address(column), column.id, session, Dialect(_further)).pages()


def _further(text: str, address: str, base: str) -> Further:
    counted = by_script(text, base)
    if counted is not None:
        return counted
    linked = by_links(text, address, base)
    return linked if linked.pages or address != base else _said(text, base)


def _said(text: str, base: str) -> Further:
    """The pages that the words 共5页 promise. One number too many is asked for, for nobody says which is the first."""
    found = _IN_WORDS.search(_TAG.sub("", text))
    count = int(next(filter(None, found.groups()))) if found else 1
    if count < 2:
        return Further()
    last = max(count, 3)  # of two pages both names may be wrong; a third keeps that from looking like the end
    pages = {number: urljoin(base, numbered(base, number)) for number in range(1, last + 1)}
    return Further(pages, doubtful=pages.keys(), ends=PAST_END)
