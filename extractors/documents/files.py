"""The reader of each format that is neither HTML nor plain text."""

from collections.abc import Callable

from extractors.documents.errors import ENCRYPTED, Unreadable
from extractors.documents.excel import read_workbook
from extractors.documents.office import read_office
from extractors.documents.pdf import read_pdf
from extractors.documents.scan import read_image
from extractors.documents.sniff import Format
from extractors.documents.web_archive import read_mhtml
from extractors.documents.word import read_docx
from schema.records import Document

_NOT_READ = {
    Format.OFD: "ofd: the format is recognised but not read",
    Format.ENCRYPTED: ENCRYPTED,
    Format.GIF: "a GIF image: not read",
    Format.ARCHIVE: "an archive of other files: not opened",
}


def read_file(body: bytes, kind: Format, url: str = "") -> Document:
    """Read a file of this format. Raises Unreadable with the reason in one line."""
    if kind in _NOT_READ:
        raise Unreadable(_NOT_READ[kind])
    if kind in (Format.XLSX, Format.XLS):
        return read_workbook(body, url, zipped=kind is Format.XLSX)
    return _READERS[kind](body, url)


_READERS: dict[Format, Callable[[bytes, str], Document]] = {
    Format.DOCX: read_docx,
    Format.OFFICE: read_office,
    Format.PDF: read_pdf,
    Format.IMAGE: read_image,
    Format.MHTML: read_mhtml,
}
