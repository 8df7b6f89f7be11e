"""HTML to Document, with lxml as the fast path and BeautifulSoup where lxml loses content.

Tables become grids where they stand; a table that only lays out other tables becomes text around them.
What is nested beyond libxml2's limit ends lxml's parse early and silently but for its error log, so that
log decides on the fallback: BeautifulSoup's tree without depth limit, flattened to what the reader needs.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from lxml import etree

from extractors.documents.errors import Unreadable
from extractors.documents.grid import Rows, Span, expand, span
from extractors.documents.text import pipe_blocks
from schema.records import Attachment, Document, Grid

_DROPPED = ("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "rt", "rp")
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary title ul".split()
)
_KEPT = frozenset("html head body title meta a p br table thead tbody tfoot tr td th caption".split())
_TAIL = 2000  # characters at a page's end in which its end tag is looked for
_KEPT_ATTRIBUTES = frozenset({"rowspan", "colspan", "href", "name", "content"})
_VOID = frozenset({"br", "meta"})
_DATA_URI = re.compile(r"data:[\w.+/-]*;base64,[A-Za-z0-9+/=\s]{200,}")
_GRID_MARK, _BREAK = "\ue000", "\ue001"  # private characters, taken out of the page beforehand
_UNSEEN = re.compile(
    r"line-through|display:\s*none|visibility:\s*hidden|mso-hide|mso-list:\s*ignore|font-size:\s*0(?![.\d])",
    re.IGNORECASE,
)
_MAX_FIGURE = 40  # characters of a cell that may hold a figure
_STRUCK = frozenset({"del", "s", "strike"})
_END_TAGS = ("</body", "</html", "</BODY", "</HTML")
_PRIVATE = (_GRID_MARK, _BREAK, "\ufffe", "\uffff")
_FORBIDDEN = re.compile(f"[{''.join(_PRIVATE)}]")
_CONTROLS = bytes(c for c in range(0x20) if c not in b"\t\n\r")  # what XML cannot hold; and as references:
_REFERENCE = re.compile(r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.IGNORECASE)
_ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)  # libxml2 drops a second page pasted after these
_MARK = re.compile(f"({_GRID_MARK}\\d+;)")
_ASCII_BLANKS = re.compile(r"[ \t\r\n\f\v]+")  # what a browser folds; a no-break space is the agency's own
_NO_ADDRESS = re.compile(r"\s*(?:javascript|data|mailto):", re.IGNORECASE)
_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|rtf|ofd|zip|rar|jpe?g|png|tiff?)(?:$|[?&#])|downfile|/download", re.I)

Element = etree._Element


def read_html(text: str, url: str = "") -> Document:
    """Read a decoded page. Raises Unreadable when no parser finds anything in it."""
    root = parse(text)
    meta = _meta(root)
    attachments = tuple(_attachments(root, url))
    title = " ".join(str(root.findtext(".//title") or "").split())
    for dead in list(root.iter(*_DROPPED)):
        _drop(dead)
    _part_marks(root)
    return Document(url, title, tuple(_blocks(root)), meta, attachments, truncated=_ends_in_table(text))


def _hides(element: Element) -> bool:
    style = element.get("style")
    struck = element.tag in _STRUCK or element.get("hidden") is not None
    return struck or (style is not None and _UNSEEN.search(style) is not None)


def _part_marks(root: Element) -> None:
    """Part a footnote's mark from the figure before it: 12 with a raised 1 is not 121."""
    for element in root.iter("sup", "sub"):
        element.text = f"^{element.text or ''}"


def _ends_in_table(text: str) -> bool:
    """Whether the page breaks off inside a table; one whose end tags were forgotten still has an end."""
    tail = text[-_TAIL:].lower()
    return "</html>" not in tail and "</body>" not in tail and text.lower().rfind("<td") > text.lower().rfind("</table")


def parse(text: str) -> Element:
    """Parse a page with lxml, or by way of BeautifulSoup where lxml gives up before the end."""
    text = _prepared(text)
    root = _lxml(text)
    if root is None:
        root = _lxml(flatten(text))
    if root is None:
        raise Unreadable("no markup that a parser can follow: empty, or nested beyond all bounds")
    return root


def _prepared(text: str) -> str:
    """The page without what parsers stumble over. Each look costs little, each change far more, so we look first."""
    if "base64," in text:
        text = _DATA_URI.sub("data:,", text)
    if "&#" in text:
        text = _REFERENCE.sub("", text)
    if any(character in text for character in _PRIVATE):
        text = _FORBIDDEN.sub("", text)
    ends = [at for tag in _END_TAGS if (at := text.find(tag)) >= 0]
    return text[: min(ends)] + _ENDS.sub("", text[min(ends) :]) if ends else text


def flatten(text: str) -> str:
    """The page as BeautifulSoup understands it, with only the tags that the reader needs."""
    out: list[str] = []
    waiting: list[PageElement | _Markup] = [BeautifulSoup(text, "lxml")]
    while waiting:  # no recursion: the page is deeper than any stack
        node = waiting.pop()
        if isinstance(node, _Markup):
            out.append(node.text)
        elif isinstance(node, Tag):
            if node.name not in _DROPPED:
                opening, closing = _kept_tags(node)
                out.append(opening)
                waiting.append(_Markup(closing))
                waiting.extend(reversed(node.contents))
        elif type(node) is NavigableString:  # and not a comment or another of its kinds
            out.append(escape(node))
    return "".join(out)


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
    return ("<br>", "<br>") if tag.name in _BLOCKS else ("", "")


def _lxml(text: str) -> Element | None:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace").translate(None, _CONTROLS), parser)
    except etree.XMLSyntaxError:
        return None
    last = parser.error_log.last_error  # the parse ends with a fatal error, so none comes after it
    return None if last is not None and last.level == etree.ErrorLevels.FATAL else root


def _drop(element: Element) -> None:
    """Remove an element but not the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _meta(root: Element) -> dict[str, str]:
    pairs = ((m.get("name", ""), m.get("content", "")) for m in root.iter("meta"))
    return {name.lower(): content.strip() for name, content in pairs if name and content.strip()}


def _attachments(root: Element, url: str) -> Iterator[Attachment]:
    for anchor in root.iter("a"):
        href = anchor.get("href")
        if href and _FILE.search(href) and not _NO_ADDRESS.match(href):
            try:
                yield Attachment(urljoin(url, href.strip()), " ".join("".join(map(str, anchor.itertext())).split()))
            except ValueError:  # an address no one can follow, such as http://[
                continue


def _blocks(root: Element) -> Iterator[str | Grid]:
    """Lines and grids in reading order: tables are cut out of the tree and leave a mark in the text."""
    _mark_breaks(root)
    grids: list[Rows] = []
    for table in list(root.iter("table")):
        rows = _own_rows(table)
        if table.find(".//table") is not None:
            _break_cells(rows)
            rows = _beside_nested(rows)
        if rows:
            _replace(table, rows, grids)
    index = 0
    for part in _MARK.split(_text(root)):
        if part.startswith(_GRID_MARK):
            index += 1
            yield Grid(grids[int(part[1:-1])], index)
            continue
        if "|" not in part and "｜" not in part:
            yield from _lines(part)
            continue
        for block in pipe_blocks(_lines(part), index):
            index += isinstance(block, Grid)
            yield block


def _mark_breaks(root: Element) -> None:
    """Write the line breaks of block elements into the tree, so that its text can be taken in one piece."""
    for element in root.iter(*_BLOCKS):
        text, tail = element.text, element.tail
        element.text = _BREAK + text if text else _BREAK
        element.tail = _BREAK + tail if tail else _BREAK
    for element in root.iter("br"):
        tail = element.tail
        element.tail = _BREAK + tail if tail else _BREAK


def _break_cells(rows: list[Element]) -> None:
    """The cells of a table for layout are blocks of text."""
    for row in rows:
        for cell in row:
            cell.text = _BREAK + (cell.text or "")


def _own_rows(table: Element) -> list[Element]:
    """The rows of a table, those of tables nested in it left out."""
    rows = []
    for child in table:
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows.extend(row for row in child if row.tag == "tr")
    return rows


def _beside_nested(rows: list[Element]) -> list[Element]:
    """The data rows of a table that also holds tables: two cells or more, and no table inside."""
    data = [row for row in rows if len(row) > 1 and row.find(".//table") is None]
    return data if len(data) > 1 else []


def _replace(table: Element, rows: list[Element], grids: list[Rows]) -> None:
    """Take rows out of the tree as a grid and leave a mark where they stood."""
    grids.append(_expanded(rows))
    mark = f"{_BREAK}{_GRID_MARK}{len(grids) - 1};{_BREAK}"
    if table.find(".//table") is None:
        tail = table.tail
        table.clear()
        table.text, table.tail = mark, tail
        return
    table.text = mark + (table.text or "")
    for row in rows:
        _drop(row)


def _expanded(rows: list[Element]) -> Rows:
    cells = [[_span_of(cell) for cell in row if cell.tag in ("td", "th")] for row in rows]
    try:
        return expand(cells)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _span_of(cell: Element) -> Span:
    down, across = cell.get("rowspan"), cell.get("colspan")
    return cell_text(cell), span(down) if down else 1, span(across) if across else 1


def cell_text(cell: Element) -> str:
    """The text of a cell: white space folded, a line for each block, so that figures of two blocks never join.

    What no reader sees in a figure's cell, or sees struck out, is left out: joined to it, it would change it.
    """
    text = _plain_text(cell) if len(cell) else cell.text or ""
    if len(cell) and 1 < len(text) < _MAX_FIGURE and any(c.isdigit() for c in text):
        hidden = [element for element in cell.iterdescendants() if _hides(element)]
        for element in hidden:
            _drop(element)
        text = _plain_text(cell) if hidden else text
    if _BREAK not in text:
        return " ".join(text.split())
    return "\n".join(line for part in text.split(_BREAK) if (line := " ".join(part.split())))


def _plain_text(element: Element) -> str:
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


def _text(root: Element) -> str:
    """The text of a tree without its head, source line breaks and blanks folded."""
    body = root.find("body")
    return _ASCII_BLANKS.sub(" ", _plain_text(root if body is None else body))


def _lines(text: str) -> Iterator[str]:
    """Lines without outer white space; one that held nothing but no-break spaces stays as an empty line."""
    for line in text.split(_BREAK):
        if line and line != " ":
            yield " ".join(line.split())
