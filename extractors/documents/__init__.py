"""Bytes to Document. The content decides the format, never the name or what the server says of it."""

import re
from dataclasses import replace

from extractors.documents.decode import decode
from extractors.documents.errors import Unreadable
from extractors.documents.html import read_html
from extractors.documents.markup import clean
from extractors.documents.sniff import Format, format_of
from extractors.documents.text import read_text
from schema.records import Document

__all__ = ["Format", "Unreadable", "decode", "format_of", "page_markup", "read_document"]

MAX_BYTES = 64 * 1024 * 1024
_MARKUP = re.compile(r"<\s*(?:!doctype|html|head|body|table|tr|td|div|p|span|meta|script|br|h[1-6])\b[^<]*>", re.I)
_MAX_NOISE = 0.02  # share of control and replacement characters above which bytes are no text


def read_document(body: bytes, *, content_type: str = "", url: str = "") -> Document:
    """Read a document of any known format. Raises Unreadable with the reason in one line."""
    if len(body) > MAX_BYTES:
        raise Unreadable(f"{len(body):,} bytes, more than the {MAX_BYTES:,} that are read")
    kind = format_of(body)
    if kind is not Format.TEXT:
        from extractors.documents.files import read_file  # its libraries take longer to load than a page to read

        return read_file(body, kind, url)
    return _read_page(body, content_type, url)


def _read_page(body: bytes, content_type: str, url: str) -> Document:
    text, encoding = decode(body, content_type)
    if not text or text.isspace():
        raise Unreadable("the document is empty")
    sound = encoding == "utf-8" and "\ufffd" not in text  # then the bytes are what encoding the text would give
    plain, noise = clean(body if sound else text.encode("utf-8", "replace"))
    if noise > _MAX_NOISE * len(text):
        raise Unreadable("the content is binary, or text in an unknown encoding")
    document = read_html(plain, url) if _MARKUP.search(text) else read_text(text, url)
    return replace(document, encoding=encoding)


def page_markup(body: bytes, content_type: str = "") -> bytes | None:
    """The markup of a page in UTF-8, cleaned for the parser; None where the content is of another format."""
    if format_of(body) is not Format.TEXT:
        return None
    text, _ = decode(body, content_type)
    return clean(text.encode("utf-8", "replace"))[0] if _MARKUP.search(text) else None
