"""HTML to Document: the page's tree as lines and grids in reading order.

A stylesheet writes the whole tree out as one text in which private characters mark where lines break and where
tables, rows and cells begin, since libxslt walks a page ten times as fast as Python. Tables become grids where they
stand; a table that only lays out other tables becomes text around them.
"""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from extractors.documents.errors import Unreadable
from extractors.documents.grid import Rows, Span, expand, span
from extractors.documents.markup import BLOCKS, DROPPED, UNSEEN, Element, parse
from extractors.documents.text import BARS, pipe_blocks
from schema.records import Attachment, Document, Grid

_TAIL = 2000  # bytes at a page's end in which its end tag is looked for
_UNSEEN_WORDS = (b"line-through", b"display", b"hid", b"mso-list")  # what such styles hold, and the attribute hidden
_NO_SIZE = re.compile(rb"size:\s*0")
_OWN_META = {"ucaptitle": "articletitle", "publishtime": "publishtime"}  # elements and what other systems name them
_STRUCK = ("del", "s", "strike")
_MAX_FIGURE = 40  # characters of a cell that may hold a figure
_MAX_BOXED = 80  # characters of a label or figure in a table of its own: more is a page's layout
_TABLE_PARTS = ("table", "thead", "tbody", "tfoot", "tr", "td", "th")
_DIGIT = re.compile(r"\d")
_NO_ADDRESS = re.compile(r"\s*(?:javascript|data|mailto):", re.IGNORECASE)
_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|rtf|ofd|zip|rar|jpe?g|png|tiff?)(?:$|[?&#])", re.MULTILINE)
_BREAK, _GRID, _ROW, _CELL, _SPAN, _END = "\ue000\ue001\ue002\ue003\ue004\ue005"  # markup.py takes them out of pages
_HREFS = etree.XPath("descendant::a/@href", smart_strings=False)
_ASCII_BLANKS = " \t\r\n\f\v"  # what a browser folds; a no-break space is the agency's own
_BREAK_OR_BLANK = _BREAK + _ASCII_BLANKS

# A table's rows are its own, not those of tables nested in it. Beside nested tables, its data are the rows of two cells
# or more without a table inside, if there are two such rows. What holds a table is text, and its cells are blocks.
_PLAIN_ROW = "self::tr[*[2]][not(descendant::table)]"
_WRITE = etree.XSLT(
    etree.fromstring(f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>
  <xsl:template match="html[body]/head|{"|".join(DROPPED)}"/>
  <xsl:template match="br">{_BREAK}</xsl:template>
  <xsl:template match="td//input[not(@type) or @type='text' or @type='number']">
    <xsl:value-of select="@value"/>
  </xsl:template>
  <xsl:template match="sup|sub">^<xsl:apply-templates/></xsl:template>
  <xsl:template match="{"|".join(sorted(BLOCKS))}|td|th">{_BREAK}<xsl:apply-templates/>{_BREAK}</xsl:template>
  <xsl:template match="table">
    <xsl:call-template name="grid">
      <xsl:with-param name="rows" select="tr|thead/tr|tbody/tr|tfoot/tr"/>
    </xsl:call-template>
  </xsl:template>
  <xsl:template match="table[descendant::table]">
    <xsl:variable name="inside" select="node()|thead/node()|tbody/node()|tfoot/node()"/>
    <xsl:variable name="rows" select="$inside[{_PLAIN_ROW}]"/>
    <xsl:if test="$rows[2]">
      <xsl:call-template name="grid"><xsl:with-param name="rows" select="$rows"/></xsl:call-template>
    </xsl:if>
    <xsl:apply-templates select="$inside[not(self::thead|self::tbody|self::tfoot)][not($rows[2] and {_PLAIN_ROW})]"/>
  </xsl:template>
  <xsl:template name="grid">
    <xsl:param name="rows"/>
    <xsl:choose>
      <xsl:when test="$rows">
        <xsl:text>{_BREAK}{_GRID}</xsl:text>
        <xsl:for-each select="$rows">
          <xsl:text>{_ROW}</xsl:text>
          <xsl:for-each select="td|th">
            <xsl:text>{_CELL}</xsl:text>
            <xsl:if test="@rowspan or @colspan">
              <xsl:value-of select="@rowspan"/>{_SPAN}<xsl:value-of select="@colspan"/>{_SPAN}<xsl:text/>
            </xsl:if>
            <xsl:apply-templates/>
          </xsl:for-each>
        </xsl:for-each>
        <xsl:text>{_END}{_BREAK}</xsl:text>
      </xsl:when>
      <xsl:otherwise><xsl:apply-templates/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
""")
)


def read_html(markup: bytes, url: str = "") -> Document:
    """Read a page in UTF-8 that has been cleaned. Raises Unreadable when no parser finds anything in it."""
    root = parse(markup)
    title = " ".join(str(root.findtext(".//title") or "").split())
    attachments = tuple(_attachments(root, url))
    prepare(root, markup)
    return Document(url, title, blocks(root), _meta(root), attachments, truncated=_ends_in_table(markup))


def prepare(root: Element, markup: bytes) -> None:
    """Change a page's tree to what is read of it: nothing unseen in cells, no boxes in cells, lines marked."""
    if _may_hide(markup) or next(root.iter(*_STRUCK), None) is not None:
        _empty_unseen(root)
    _unbox(root)
    _break_lines(root)


def _ends_in_table(markup: bytes) -> bool:
    """Whether the page breaks off inside a table; one whose end tags were forgotten still has an end."""
    tail = markup[-_TAIL:].lower()
    if b"</html>" in tail or b"</body>" in tail:
        return False
    markup = markup.lower()
    return markup.rfind(b"<td") > markup.rfind(b"</table")


def _meta(root: Element) -> dict[str, str]:
    """What meta elements say, and UCAP's own; of a name that stands twice the first content counts."""
    pairs = [(each.get("name", ""), each.get("content", "")) for each in root.iter("meta")]
    pairs += [(_OWN_META[str(each.tag)], "".join(map(str, each.itertext()))) for each in root.iter(*_OWN_META)]
    said: dict[str, str] = {}
    for name, content in pairs:
        if name and content.strip():
            said.setdefault(name.lower(), " ".join(content.split()))
    return said


def _attachments(root: Element, url: str) -> Iterator[Attachment]:
    hrefs: list[str] = _HREFS(root)  # type: ignore[assignment]
    if not _names_file("\n".join(hrefs)):  # most pages link to many pages and to no file
        return
    for anchor in root.iter("a"):
        href = anchor.get("href", "")
        if _names_file(href) and not _NO_ADDRESS.match(href):
            try:
                yield Attachment(urljoin(url, href.strip()), " ".join("".join(map(str, anchor.itertext())).split()))
            except ValueError:  # an address no one can follow, such as http://[
                continue


def _names_file(href: str) -> bool:
    href = href.lower()
    return "downfile" in href or "/download" in href or _FILE.search(href) is not None


# --- what no reader sees ------------------------------------------------------------------------------------


def _may_hide(markup: bytes) -> bool:
    """Whether the part of a page that has its tables says anywhere that something is not shown."""
    markup = markup.lower()
    start, last = markup.find(b"<table"), max(markup.rfind(b"<t"), 0)
    end = markup.rfind(b"</table", last)
    end = len(markup) if end < 0 else end  # the last table is not closed
    if any(markup.find(word, start, end) >= 0 for word in _UNSEEN_WORDS):
        return True
    return _NO_SIZE.search(markup, start, end) is not None


def _empty_unseen(root: Element) -> None:
    """Empty what is hidden or struck out in cells that may hold figures: joined to a figure, it would change it."""
    for cell in root.iter("td", "th"):
        text = "".join(map(str, cell.itertext()))
        if len(text) < _MAX_FIGURE and _DIGIT.search(text) and cell.find(".//table") is None:
            for element in [each for each in cell.iterdescendants() if _hides(each)]:
                tail = element.tail
                element.clear()
                element.tail = tail


def _hides(element: Element) -> bool:
    if element.tag in _STRUCK or element.get("hidden") is not None:
        return True
    return UNSEEN.search(element.get("style", "")) is not None


def _unbox(root: Element) -> None:
    """Take a table of one cell that is all that a cell holds for that cell, as editors paste a copied cell."""
    for table in reversed(list(root.iter("table"))):  # the innermost first
        outer = next(table.iterancestors("td", "th"), None)
        if outer is not None and _is_box(table, outer):
            for part in table.iter(*_TABLE_PARTS):
                part.tag = "div"


def _is_box(table: Element, outer: Element) -> bool:
    """Whether a table has one cell and is the whole of a short cell that does not stand alone in its row."""
    row = outer.getparent()
    if row is None or len(row) < 2 or len(list(islice(table.iter("td", "th"), 2))) != 1:
        return False
    own, whole = ("".join("".join(map(str, each.itertext())).split()) for each in (table, outer))
    return own == whole and len(own) <= _MAX_BOXED


def _break_lines(root: Element) -> None:
    """Mark the ends of the lines of preformatted text. A template for its text would be tried on every other text."""
    for pre in root.iter("pre"):
        for element in pre.iter():
            if element.text:
                element.text = element.text.replace("\n", _BREAK)
            if element.tail and element is not pre:
                element.tail = element.tail.replace("\n", _BREAK)


# --- lines and grids ----------------------------------------------------------------------------------------


def blocks(root: Element) -> tuple[str | Grid, ...]:
    """Lines and grids of a prepared tree in reading order. Raises Unreadable where a table's spans have no bounds."""
    found: list[str | Grid] = []
    index = 0
    for part in str(_WRITE(root)).split(_GRID):
        table, end, text = part.rpartition(_END)
        if end:
            index += 1
            found.append(Grid(_rows(table), index))
        if any(bar in text for bar in BARS):  # tables may be printed in it with separators
            printed = list(pipe_blocks(_lines(text), index))
            index += sum(isinstance(block, Grid) for block in printed)
            found += printed
        else:
            found += _lines(text)
    return tuple(found)


def _lines(text: str) -> list[str]:
    """Lines without outer white space; one that held nothing but no-break spaces stays as an empty line."""
    return [" ".join(line.split()) for line in text.split(_BREAK) if line.strip(_ASCII_BLANKS)]


def _rows(table: str) -> Rows:
    cells = [[_span(cell) for cell in row.split(_CELL)[1:]] for row in table.split(_ROW)[1:]]
    try:
        return expand(cells)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _span(cell: str) -> Span:
    """The text of a cell and its spans: white space folded, a line for each block, so that figures never join."""
    down, across, text = cell.split(_SPAN) if _SPAN in cell else ("", "", cell)
    if _BREAK in text:
        lines = text.strip(_BREAK_OR_BLANK).split(_BREAK)
        text = "\n".join([line for part in lines if (line := " ".join(part.split()))])
    else:
        text = " ".join(text.split())
    return text, span(down) if down else 1, span(across) if across else 1
