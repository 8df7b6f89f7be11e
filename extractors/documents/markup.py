"""Markup to a tree: lxml as the fast path, BeautifulSoup where lxml loses content.

What is nested beyond libxml2's limit ends lxml's parse early and silently but for its error log, so that
log decides on the fallback: BeautifulSoup's tree without depth limit, flattened to what the reader needs.
"""

import re
from html import escape
from typing import NamedTuple

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from lxml import etree

from extractors.documents.errors import Unreadable

DROPPED = ("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "rt", "rp")
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary title ul".split()
)
UNSEEN = re.compile(
    r"line-through|display:\s*none|visibility:\s*hidden|mso-hide|mso-list:\s*ignore|font-size:\s*0(?![.\d])",
    re.IGNORECASE,
)
_KEPT = frozenset(
    "html head body title meta a p pre br input table thead tbody tfoot tr td th caption sup sub del s strike".split()
)
_KEPT_ATTRIBUTES = frozenset({"rowspan", "colspan", "href", "name", "content", "style", "hidden", "type", "value"})
_VOID = frozenset({"br", "input", "meta"})

_CONTROLS = bytes(c for c in range(0x20) if c not in b"\t\n\r")  # what XML cannot hold; and as references:
_REFERENCE = re.compile(
    rb"&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|e00[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]|5734[4-9]|5735\d));", re.IGNORECASE
)
_SPECIALS = b"\xef\xbf"  # how U+FFFD, U+FFFE and U+FFFF begin, of which XML cannot hold the last two
_REPLACEMENT = "\ufffd".encode()
_NO_CHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
_PRIVATE = re.compile(rb"\xee\x80[\x80-\x8f]")  # U+E000 to U+E00F, with which html.py marks the text
_DATA_URI = re.compile(rb"data:[\w.+/-]*;base64,[A-Za-z0-9+/=\s]{200,}")
_NOTHING_MORE = re.compile(rb"(?:</(?:html|body)\s*>\s*)+", re.IGNORECASE)
_ENDS = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)  # libxml2 drops a second page pasted after these

Element = etree._Element


def clean(text: bytes) -> tuple[bytes, int]:
    """UTF-8 text without the characters that XML cannot hold, and how many signs it has that no text has.

    These are control characters other than tabs and ends of lines and pages, and what replaces unreadable bytes.
    """
    cleaned = text.translate(None, _CONTROLS)
    noise = len(text) - len(cleaned)
    if noise:
        noise -= text.count(b"\v") + text.count(b"\f")
    if _SPECIALS in cleaned:
        noise += cleaned.count(_REPLACEMENT)
        cleaned = _NO_CHARACTERS.sub(b"", cleaned)
    return cleaned, noise


def parse(markup: bytes) -> Element:
    """Parse a cleaned page with lxml, or by way of BeautifulSoup where lxml gives up before the end."""
    markup = _prepared(markup)
    root = _lxml(markup)
    if root is None:
        root = _lxml(flatten(markup))
    if root is None:
        raise Unreadable("no markup that a parser can follow: empty, or nested beyond all bounds")
    return root


def _prepared(markup: bytes) -> bytes:
    """The page without what parsers stumble over. Each look costs little, each change far more, so we look first."""
    if b"base64," in markup:
        markup = _DATA_URI.sub(b"data:,", markup)
    if b"&#" in markup:
        markup = _REFERENCE.sub(b"", markup)
    if b"\xee" in markup:
        markup = _PRIVATE.sub(b"", markup)
    end = _ENDS.search(markup)
    return _ENDS.sub(b"", markup) if end and not _NOTHING_MORE.fullmatch(markup, end.start()) else markup


def flatten(markup: bytes) -> bytes:
    """The page as BeautifulSoup understands it, with only the tags that the reader needs."""
    out: list[str] = []
    waiting: list[PageElement | _Markup] = [BeautifulSoup(markup.decode("utf-8", "replace"), "lxml")]
    while waiting:  # no recursion: the page is deeper than any stack
        node = waiting.pop()
        if isinstance(node, _Markup):
            out.append(node.text)
        elif isinstance(node, Tag):
            if node.name not in DROPPED:
                opening, closing = _kept_tags(node)
                out.append(opening)
                waiting.append(_Markup(closing))
                waiting.extend(reversed(node.contents))
        elif type(node) is NavigableString:  # and not a comment or another of its kinds
            out.append(escape(node))
    return "".join(out).encode()


class _Markup(NamedTuple):
    """An end tag that waits for what it closes."""

    text: str


def _kept_tags(tag: Tag) -> tuple[str, str]:
    """What to write around a tag's contents: itself where the reader needs it, a line break for other blocks."""
    if tag.name in _KEPT:
        attributes = "".join(
            f' {key}="{escape(str(value))}"' for key, value in tag.attrs.items() if key in _KEPT_ATTRIBUTES
        )
        return f"<{tag.name}{attributes}>", "" if tag.name in _VOID else f"</{tag.name}>"
    edge = "<br>" if tag.name in BLOCKS else ""
    unseen = "hidden" in tag.attrs or UNSEEN.search(str(tag.get("style", "")))
    return (f"{edge}<del>", f"</del>{edge}") if unseen else (edge, edge)


def _lxml(markup: bytes) -> Element | None:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(markup, parser)
    except etree.XMLSyntaxError:
        return None
    last = parser.error_log.last_error  # the parse ends with a fatal error, so none comes after it
    return None if last is not None and last.level == etree.ErrorLevels.FATAL else root
