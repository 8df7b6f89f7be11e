"""Hostile and broken files end in a named status within the limits, and leave the reader's process as it was."""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from flows.readers import Readers
from schema.records import ReadingStatus
from tests.extractors.documents.packages import W, docx, package

pytestmark = pytest.mark.slow
ZEROS = 300 * 1024 * 1024


@cache
def zeros() -> bytes:
    """Zeros packed as one stream."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(bytes(1 << 20)) for _ in range(ZEROS >> 20)]
    return b"".join([*pieces, packer.flush()])


def zip_bomb(name: str, claims: int) -> bytes:
    """A package whose part says that it has `claims` bytes, and unpacks to more."""
    raw = zeros()[2:-4]  # without zlib's frame
    names = ["word/document.xml" if name == "docx" else "xl/workbook.xml"]
    if name == "xlsx":
        names.append("xl/worksheets/sheet1.xml")
    out, central = io.BytesIO(), []
    for part in names:
        head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(raw), claims, len(part), 0)
        central.append(
            b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, out.tell()) + part.encode()
        )
        out.write(b"PK\x03\x04" + head + part.encode() + raw)
    directory = b"".join(central)
    end = struct.pack("<HHHHIIH", 0, 0, len(names), len(names), len(directory), out.tell(), 0)
    return out.getvalue() + directory + b"PK\x05\x06" + end


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of them its catalogue."""
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF"
        % (size, table, size, trailer, len(out))
    )


def long_pdf(pages: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (3 + n) for n in range(pages))
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", tree, *[page] * pages)


def bomb_pdf() -> bytes:
    packed = zeros()
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream)


def locked_pdf() -> bytes:
    secret = b"<</Filter/Standard/V 2/R 3/Length 128/P -1/O(%s)/U(%s)>>" % (b"a" * 32, b"b" * 32)
    tree = b"<</Type/Pages/Count 0/Kids[]>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", tree, secret, trailer=b"/Encrypt 3 0 R/ID[(a)(a)]")


def wide_png() -> bytes:
    """A picture of a few bytes that says it is a hundred thousand pixels wide and high."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def small_png() -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 60)).save(out, "PNG")
    return out.getvalue()


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return docx("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>')


def outside() -> bytes:
    head = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    return docx("<w:p><w:r><w:t>&f;</w:t></w:r></w:p>", head)


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(1) as running:
        yield running


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (lambda: zip_bomb("docx", ZEROS), "unpacks to more than"),
        (lambda: zip_bomb("docx", 100), "broken zip package"),
        (lambda: zip_bomb("xlsx", ZEROS), "unpacks to more than"),
        (lambda: package({f"{n}.xml": "" for n in range(6_000)}), "6,000 parts"),
        (laughs, "document type"),
        (outside, "document type"),
        (lambda: docx(f"<w:tbl {W}>" * 300), "broken"),
        (lambda: long_pdf(10_000), "10,000 pages"),
        (bomb_pdf, "unpacks to more than"),
        (locked_pdf, "encrypted"),
        (lambda: long_pdf(3)[:200], "broken PDF"),
        (wide_png, "more than 40,000,000 pixels"),
        (small_png, "too small"),
        (lambda: b"\x00" * (65 * 1024 * 1024), "more than the"),
    ],
)
def test_a_hostile_file_ends_in_a_named_status(readers: Readers, body: object, reason: str):
    assert callable(body)
    reading = readers.read(body())
    assert reading.status is ReadingStatus.UNREADABLE
    assert reason in reading.reason


def test_the_memory_is_given_back(readers: Readers):
    for body in (zip_bomb("docx", ZEROS), bomb_pdf(), wide_png()):
        readers.read(body)
    worker = readers.submit(os.getpid).result()
    status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    assert resident < 400 * 1024
