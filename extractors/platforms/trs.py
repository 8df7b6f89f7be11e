"""TRS WCM: a column is a folder `/a/b/`, its pages `index.html`, `index_1.html` ..., counted from 0.

Documents are `./YYYYMM/tYYYYMMDD_ID.html`. The disclosure template has `index_3081.html` and `index_3081_1.html`
instead. How many pages there are stands in a script, in one of several spellings (see `by_script`); where none is
known, page after page is asked for until one is past the end, which is a 404, a stub, a refresh to the folder or
an earlier page again. Lists behind TRS's search services (WAS5, IGS, govsearch) are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from extractors.platforms.candidates import page_number
from extractors.platforms.static import PAST_END, Dialect, Further, StaticColumn, by_links, by_script, numbered
from schema.records import ListPage

if TYPE_CHECKING:
    from extractors.http import PoliteSession
    from extractors.registry import Column, Portal


class Trs:
    """Static TRS columns."""

    name = "trs"

    def list_column(self, portal: Portal, column: Column, session: PoliteSession) -> Iterator[ListPage]:
        """See Platform."""
        return StaticColumn(portal.address(column), column.id, session, Dialect(_further)).pages()


def _further(text: str, address: str, base: str) -> Further:
    """The pages by the pager's script, else by its links, else the next number as a guess."""
    counted = by_script(text, base)
    if counted is not None:
        return counted
    linked = by_links(text, address, base)
    if linked.pages:
        return linked
    number = (page_number(address, base) or 0) + 1
    return Further({number: urljoin(base, numbered(base, number))}, doubtful=(number,), ends=PAST_END)
