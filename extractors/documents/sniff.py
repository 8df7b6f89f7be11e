"""What the bytes of a document are. The content decides, never a name, an address or what a server says.

Portals serve HTML called .xls, docx called .doc, pages in place of files, and files of WPS under any name.
"""

import re
from enum import StrEnum

from extractors.documents.package import Package

_PDF_WITHIN = 1024  # bytes before the mark that readers of PDF tolerate
_HEAD = 4096  # bytes in which an XML document says what it is
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\x00", b"MM\x00*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = {b"\x1f\x8b": "gzip", b"Rar!": "rar", b"7z\xbc\xaf": "7z"}
_FLAT = re.compile(rb"schemas\.microsoft\.com/office/(?:word|excel)/2003|urn:schemas-microsoft-com:office:spreadsheet")
_MHTML = re.compile(rb"\s*(?:[\w-]+:[^\n]*\n)*?MIME-Version:", re.IGNORECASE)


class Format(StrEnum):
    """The formats that are told apart; what is called TEXT is HTML or plain text."""

    TEXT = "text"
    DOCX = "docx"
    XLSX = "xlsx"
    XLS = "xls"
    OFFICE = "office"  # what only LibreOffice reads: doc, wps, rtf, OpenDocument, Office's XML of 2003
    PDF = "pdf"
    IMAGE = "image"
    MHTML = "mhtml"
    OFD = "ofd"
    ENCRYPTED = "encrypted"
    GIF = "gif"
    ARCHIVE = "archive"


def format_of(body: bytes) -> Format:
    """The format of a document's bytes. Raises Unreadable for a package that is broken or a bomb."""
    if body.startswith(b"PK\x03\x04"):
        return _of_package(body)
    if body.startswith(_OLE):
        return _of_ole(body)
    if body.startswith(b"{\\rtf"):
        return Format.OFFICE
    if body.startswith(_IMAGES) or (body.startswith(b"RIFF") and body[8:12] == b"WEBP"):
        return Format.IMAGE
    if body.startswith(b"GIF8"):
        return Format.GIF
    if body.startswith(tuple(_ARCHIVES)):
        return Format.ARCHIVE
    head = body[:_HEAD]
    if b"%PDF-" in head[:_PDF_WITHIN] and not head.lstrip().startswith(b"<"):
        return Format.PDF
    if b"<?xml" in head and _FLAT.search(head):
        return Format.OFFICE
    return Format.MHTML if _MHTML.match(head) else Format.TEXT


def _of_package(body: bytes) -> Format:
    names = Package(body).names
    if "word/document.xml" in names:
        return Format.DOCX
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return Format.XLSX
    if "OFD.xml" in names:
        return Format.OFD
    return Format.OFFICE if {"mimetype", "content.xml"} <= names else Format.ARCHIVE


def _of_ole(body: bytes) -> Format:
    """By the names in the directory of the file, which stand in it in UTF-16."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") + b"\0\0" in body

    if has("EncryptedPackage") or _is_locked_doc(body):
        return Format.ENCRYPTED
    if has("WordDocument"):
        return Format.OFFICE
    return Format.XLS if has("Workbook") or has("Book") else Format.OFFICE


def _is_locked_doc(body: bytes) -> bool:
    """Whether the head of a Word document, which begins at the first sector, has the flag `fEncrypted`."""
    return body[512:514] == b"\xec\xa5" and bool(body[523] & 0x01)
