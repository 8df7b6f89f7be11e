"""PDF by pdfplumber: tables by their ruling lines, all else as lines of text.

A page without rules gives its lines, which the readers of running text take apart by their labels. A page whose text
cannot be trusted is read as a picture (`scan.py`): one without characters, or with characters that stand for none. One
with characters over a picture of the whole page was recognised by somebody's machine: its tables are of the origin
`scan`, and so only count where the form's arithmetic bears them out.
"""

import io
import logging
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdftypes import resolve1
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from extractors.documents.errors import ENCRYPTED, SCANNED, UNREAD, Unreadable
from extractors.documents.pdf_lines import flow
from extractors.documents.pdf_tables import Part, joined, page_tables
from extractors.documents.scan import meta_of, read_pages
from schema.records import Document, Grid

MAX_PAGES = 200
MAX_STREAM = 200 * 1024 * 1024  # bytes unpacked; a picture of a page at 600 dpi in colours has half of that
_PIECE = 1 << 16
_STREAM = re.compile(rb"stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])")  # before the first byte of zlib's format
_MAX_CHARS = 60_000  # of a page; a page of small print has some six thousand
_MAX_SHAPES = 20_000  # lines and rectangles of a page
_SCANNED = 0.7  # share of a page that a picture covers from which it is the page
_SOME_PICTURE = 0.2  # the same from which a page without text may be more than an emblem
_UNREAD = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff]")
_MAX_UNREAD = 0.05  # share of characters without meaning, above which the fonts say nothing
_RADICAL = re.compile(r"[\u2e80-\u2fd5]")
_RADICALS = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻌⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "母民虎西见角贝车辶长门青页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
_DOUBLED = 1  # points within which the same character printed twice is a bold one

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of each font that it has to guess


class Sheet(NamedTuple):
    """A page: what stands on it; `sharp` where it must be looked at, the dots an inch of its picture (0: drawn).

    `layered` tells that its text lies over a picture of the page.
    """

    parts: Sequence[Part | str]
    sharp: float | None = None
    layered: bool = False


def read_pdf(body: bytes, url: str = "") -> Document:
    """Read a PDF. Raises Unreadable for what is broken, encrypted or too long, and where a scan cannot be read."""
    _check_streams(body)
    try:
        with pdfplumber.open(io.BytesIO(body)) as pdf:
            count = resolve1(resolve1(pdf.doc.catalog["Pages"])["Count"])
            if not isinstance(count, int) or count > MAX_PAGES:
                raise Unreadable(f"{count:,} pages, more than the {MAX_PAGES} that are read")
            parts, meta = _read(pdf, body)
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError):
            raise Unreadable(ENCRYPTED) from error
        raise Unreadable(f"a broken PDF: {type(cause).__name__}") from error
    except (KeyError, TypeError, AttributeError, IndexError, AssertionError, RecursionError) as error:
        raise Unreadable(f"a broken PDF: {type(error).__name__}: {error}") from error
    blocks = tuple(_numbered(joined(parts)))
    if not any(blocks):
        raise Unreadable("the PDF has no pages, or nothing on them")
    return Document(url, next((block for block in blocks if isinstance(block, str)), ""), blocks, meta)


def _check_streams(body: bytes) -> None:
    """Unpack each packed stream once within bounds, since the reader of PDF unpacks them as a whole."""
    for start in _STREAM.finditer(body):
        unpacker, left, packed = zlib.decompressobj(), MAX_STREAM, memoryview(body)[start.end() :]
        try:
            for at in range(0, len(packed), _PIECE):
                piece: bytes | memoryview = packed[at : at + _PIECE]
                while piece and not unpacker.eof:
                    left -= len(unpacker.decompress(piece, _PIECE))
                    piece = unpacker.unconsumed_tail
                    if left < 0:
                        raise Unreadable(f"a stream that unpacks to more than {MAX_STREAM:,} bytes")
                if unpacker.eof:
                    break
        except zlib.error:
            continue  # not packed so, or broken: the reader of PDF sees to it


def _read(pdf: PDF, body: bytes) -> tuple[list[Part | str], dict[str, str]]:
    """The lines and tables of all pages in order, those that have to be looked at among them; and how it was read."""
    sheets: list[Sheet] = []
    for page in islice(pdf.pages, MAX_PAGES):
        sheets.append(_sheet(page))
        page.close()  # else it keeps every object of it
    meta = {SCANNED: "recognised by another program"} if any(sheet.layered for sheet in sheets) else {}
    if looked_at := [number for number, sheet in enumerate(sheets) if sheet.sharp is not None]:
        try:
            seen = read_pages(body, looked_at, [sheets[number].sharp or 0.0 for number in looked_at])
        except Unreadable as error:
            if not any(sheet.parts for sheet in sheets):
                raise
            meta |= {UNREAD: str(error)}
        else:
            meta |= meta_of(seen)
            for number, one in zip(looked_at, seen, strict=True):
                sheets[number] = Sheet(one.parts)
    return [part for sheet in sheets for part in sheet.parts], meta


def _sheet(page: Page) -> Sheet:
    """The lines and tables of a page, or that it must be looked at."""
    if len(page.chars) > _MAX_CHARS or len(page.lines) + len(page.rects) + len(page.curves) > _MAX_SHAPES:
        raise Unreadable(f"page {page.page_number} has more on it than any report")
    text = "".join(char["text"] for char in page.chars)
    share, sharp = _largest_picture(page)
    if not text.strip():
        return Sheet([], sharp if share >= _SOME_PICTURE else None)
    if len(_UNREAD.findall(text)) > _MAX_UNREAD * len(page.chars):
        return Sheet([], 0.0)
    page = page.dedupe_chars(tolerance=_DOUBLED)
    layered = share >= _SCANNED
    tables = list(page_tables(page, "scan" if layered else "pdf"))
    return Sheet(list(flow(page, tables)), layered=layered)


def _largest_picture(page: Page) -> tuple[float, float]:
    """The share of a page that its largest picture covers, and how many dots an inch that has."""
    largest: Any = max(page.images, key=lambda image: image["width"] * image["height"], default=None)
    if largest is None:
        return 0.0, 0.0
    share = largest["width"] * largest["height"] / max(page.width * page.height, 1)
    return float(share), float(largest["srcsize"][0] * 72 / max(largest["width"], 1))


def _plain(text: str) -> str:
    """Radicals that some programs write in place of characters as the characters that they look like."""
    return _RADICAL.sub(lambda match: _RADICALS.get(match[0]) or unicodedata.normalize("NFKC", match[0]), text)


def _numbered(parts: Iterable[Part | str]) -> Iterator[str | Grid]:
    index = 0
    for part in parts:
        if isinstance(part, str):
            yield _plain(part)
        else:
            index += 1
            cells = tuple(box._replace(text=_plain(box.text)) for box in part.boxes)
            yield Grid(replace(part, boxes=cells).rows(), index, part.origin)
