"""The content decides the format, whatever a file is called; what is not read has a name."""

import struct

import pytest

from extractors.documents import Format, Unreadable, format_of, read_document
from extractors.report import read_capture
from tests.extractors.documents.packages import docx, p, package, table, tc

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def ole(*names: str, head: bytes = b"") -> bytes:
    """As much of an OLE file as tells what it is."""
    directory = b"".join(name.encode("utf-16-le") + b"\0\0" for name in names)
    return OLE + b"\0" * 504 + head.ljust(512, b"\0") + directory


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<table><tr><td>1</table>", Format.TEXT),
        ("<html>引 %PDF-1.4 的话</html>".encode(), Format.TEXT),
        (b"\r\n%PDF-1.7\n", Format.PDF),
        (docx(""), Format.DOCX),
        (package({"xl/workbook.xml": ""}), Format.XLSX),
        (package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}), Format.OFFICE),
        (package({"OFD.xml": ""}), Format.OFD),
        (package({"a.docx": docx("")}), Format.ARCHIVE),
        (ole("WordDocument"), Format.OFFICE),
        (ole("Workbook"), Format.XLS),
        (ole("EncryptedPackage"), Format.ENCRYPTED),
        (ole("WordDocument", head=struct.pack("<HHHHHH", 0xA5EC, 0, 0, 0, 0, 0x0100)), Format.ENCRYPTED),
        (b"{\\rtf1\\ansi", Format.OFFICE),
        (b"\xff\xd8\xff\xe0", Format.IMAGE),
        (b"II*\0", Format.IMAGE),
        (b"GIF89a", Format.GIF),
        (b"Rar!\x1a", Format.ARCHIVE),
        (b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n', Format.MHTML),
        (
            b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">',
            "office",
        ),
    ],
)
def test_the_content_decides(body: bytes, kind: Format):
    assert format_of(body) == kind


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (package({"OFD.xml": ""}), "ofd"),
        (ole("EncryptedPackage"), "encrypted"),
        (package({"a.docx": docx("")}), "archive"),
        (b"GIF89a", "GIF"),
        (b"PK\x03\x04....", "broken zip package"),
        (b"%PDF-1.7 ...", "broken PDF"),
        (b"\x89PNG\r\n\x1a\n....", "broken image"),
    ],
)
def test_what_is_not_read_is_named(body: bytes, reason: str):
    reading = read_capture(body)
    assert reading.status == "unreadable"
    assert reason in reading.reason


def test_a_web_archive_that_word_wrote_is_read_as_its_page():
    page = "<html><body><p>标题</p><table><tr><td>a<td>1</table></body></html>".encode("gb2312")
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    part = b"--b\r\nContent-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    document = read_document(head + part + page + b"\r\n--b--\r\n")
    assert list(document.lines()) == ["标题"]
    assert len(list(document.grids())) == 1


def test_without_libreoffice_the_need_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert read_capture(b"{\\rtf1\\ansi 1}").reason == "needs:libreoffice"


def test_without_the_parts_for_pictures_the_need_is_named(monkeypatch: pytest.MonkeyPatch):
    import io
    import sys

    from PIL import Image

    monkeypatch.setitem(sys.modules, "rapidocr", None)
    out = io.BytesIO()
    Image.new("L", (800, 600), 255).save(out, "PNG")
    assert read_capture(out.getvalue()).reason == "needs:ocr"


def test_a_docx_under_the_name_of_a_page_is_a_docx():
    body = docx(p("某局2023年政府信息公开工作年度报告") + table(tc("规章") + tc("1")))
    assert format_of(body) is Format.DOCX
    with pytest.raises(Unreadable):
        read_document(body[:-30])
