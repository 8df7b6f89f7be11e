"""Bytes to text: the encoding is decided by the bytes, not by what the page or the server says.

A page labelled gb2312 is GB18030 or even UTF-8, a server that says nothing is taken for ISO-8859-1 by
HTTP libraries, and raw bytes handed to a parser with a wrong label lose their content silently. So we
try strict UTF-8, then GB18030, then whichever label there is, and keep what leaves fewest replacement characters.
"""

import codecs
import re

_LABEL = re.compile(rb"""charset\s*=\s*["']?\s*([a-zA-Z0-9_.:-]+)""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GB = frozenset({"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "iso-8859-1", "latin-1", "windows-1252"})
_SNIFFED = 4096  # bytes in which a page says its charset


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Return the text of a page and the name of the encoding it was read in.

    Never raises: bytes that fit no encoding become U+FFFD in the encoding that needs fewest of them.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace"), name
    for name in ("utf-8", "gb18030"):
        try:
            return body.decode(name), name
        except UnicodeDecodeError:
            continue
    candidates = ["utf-8", "gb18030", *_labels(body, content_type)]
    texts = [(body.decode(name, "replace"), name) for name in candidates]
    return min(texts, key=lambda pair: pair[0].count("\ufffd"))


def _labels(body: bytes, content_type: str) -> list[str]:
    """The encodings that the header and the page name and Python knows, our own two left out."""
    found = [match[1].decode("ascii") for match in _LABEL.finditer(content_type.encode("utf-8", "replace"))]
    found += [match[1].decode("ascii") for match in _LABEL.finditer(body[:_SNIFFED])]
    return [name for name in found if name.lower() not in _GB and _known(name)]


def _known(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False
