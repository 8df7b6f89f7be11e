"""A page's tree written out again with nothing left that could act, load or lead anywhere.

Only what is listed here is written: what elements mean for the layout of a text, and numbers of spans. No address, no
style, no name of anything, no script, form or picture comes through, so that a new trick of markup is simply not known.
"""

from collections.abc import Iterator
from html import escape
from itertools import islice

from extractors.documents.grid import span
from extractors.documents.markup import BLOCKS, DROPPED, Element

MARK = "nianbao-cell"  # class and fragment of what is marked

_KEPT = (BLOCKS - {"form", "title", "body", "fieldset", "details"}) | frozenset(
    "table thead tbody tfoot tr td th b strong i em u del s strike sup sub br span".split()
)
_GONE = frozenset(DROPPED) | frozenset(
    "head title textarea button audio video canvas embed applet frame frameset noembed noframes xmp plaintext".split()
)
_VOID = frozenset({"br", "hr"})
_ALIGN = {"align": ("left", "right", "center"), "valign": ("top", "middle", "bottom")}
_MAX_ELEMENTS = 40_000  # more than that a browser lays out slowly: then only rows near the mark are written
_ROWS_NEAR = 200
_MAX_DEPTH = 200  # browsers have limits of their own, and reach them slowly


def safe_html(root: Element, marked: Element | None = None) -> str:
    """The contents of a page, one element marked; of a huge page the rows near it, or its beginning."""
    body = root.find("body")
    scope = root if body is None else body
    if next(islice(scope.iter(), _MAX_ELEMENTS, None), None) is not None and marked is not None:
        return "<table>" + "".join("".join(_write(row, marked)) for row in _near(marked)) + "</table>"
    return "".join(islice(_write(scope, marked), _MAX_ELEMENTS * 4))


def _near(marked: Element) -> list[Element]:
    row = marked if marked.tag == "tr" else next(marked.iterancestors("tr"), marked)
    before = list(islice(row.itersiblings("tr", preceding=True), _ROWS_NEAR))
    return [*reversed(before), row, *islice(row.itersiblings("tr"), _ROWS_NEAR)]


def _write(top: Element, marked: Element | None) -> Iterator[str]:
    """Tags and texts in order. No recursion: a page may be deeper than any stack."""
    waiting: list[tuple[str, Element | None, int]] = [("", top, 0)]
    while waiting:
        text, element, depth = waiting.pop()
        yield text
        if element is None:
            continue
        opening, closing = _tags(element, marked, depth)
        yield opening
        if element is not top and element.tail:
            waiting.append((_text(element.tail), None, depth))
        if element.tag not in _GONE:
            waiting.append((closing, None, depth))
            yield _text(element.text) or _typed(element)
            waiting.extend(("", child, depth + 1) for child in reversed(element))


def _tags(element: Element, marked: Element | None, depth: int) -> tuple[str, str]:
    tag = element.tag
    if tag not in _KEPT or (depth > _MAX_DEPTH and element is not marked):
        return "", ""
    kept = "".join(_attributes(element))
    if element is marked:
        kept += f' id="{MARK}" class="{MARK}"'
    return f"<{tag}{kept}>", "" if tag in _VOID else f"</{tag}>"


def _attributes(element: Element) -> Iterator[str]:
    for name in ("rowspan", "colspan"):
        if element.tag in ("td", "th") and element.get(name):
            yield f' {name}="{span(element.get(name))}"'
    for name, values in _ALIGN.items():
        if (value := element.get(name, "").lower()) in values:
            yield f' {name}="{value}"'


def _typed(element: Element) -> str:
    """What stands in a field of a form, which the reader takes for text."""
    is_text = element.tag == "input" and element.get("type", "text") in ("text", "number")
    return escape(element.get("value", "")) if is_text else ""


def _text(text: str | None) -> str:
    """Text as it is; the reader's mark for the end of a line in preformatted text is one again."""
    return escape(text.replace("\ue000", "\n")) if text else ""
