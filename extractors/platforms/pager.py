"""Where the pager of a list leads on to, by the label of its anchor."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from extractors.platforms.base import absolute, start_of

_WORD = re.compile(r"(?:下一?页|后一?页|next(?:\s*page)?)\s*[>»›]{0,2}", re.IGNORECASE)
_ARROW = re.compile(r"[>»›]{1,2}")
_NUMBER = re.compile(r"\s*\d{1,4}\s*")


def onward(soup: BeautifulSoup, page_url: str) -> str:
    """The address of the next page; empty without one. An arrow counts only among page numbers, and if no word says it.

    Every anchor is looked at: `links_in` knows an address by its first label, which often is the page's number.
    """
    anchors = [(anchor, anchor.get_text().strip()) for anchor in soup.select("a[href]")]
    named = [anchor for anchor, label in anchors if _WORD.fullmatch(label)]
    named += [anchor for anchor, label in anchors if _ARROW.fullmatch(label) and _among_numbers(anchor)]
    start = start_of(soup, page_url)
    return next(filter(None, (absolute(start, str(anchor["href"]).strip()) for anchor in named)), "")


def _among_numbers(anchor: Tag) -> bool:
    """Whether an arrow stands in a pager; elsewhere it leads to more of some other column."""
    around = anchor.parent
    if around and around.parent and around.get_text().strip() == anchor.get_text().strip():
        around = around.parent  # an item of a list, and nothing else in it
    return around is not None and any(_NUMBER.fullmatch(text) for text in around.find_all(string=True))
