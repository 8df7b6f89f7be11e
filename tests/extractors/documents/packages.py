"""Office packages written by hand, part by part: what no program would write, and what is told apart by one element."""

import io
import zipfile
from collections.abc import Mapping

import xlsxwriter

from extractors.documents import read_document
from schema.records import Cell, Grid

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def package(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def docx(body: str, head: str = "") -> bytes:
    """A Word document with this body; `head` stands before its root."""
    return package({"word/document.xml": f"{head}<w:document {W} {MC}><w:body>{body}</w:body></w:document>"})


def p(text: str, properties: str = "") -> str:
    return f"<w:p>{run(text, properties)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def workbook_of(page: str) -> bytes:
    """The tables of a page as a workbook, cells merged as they span there."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, top = book.add_worksheet(), 0
        for block in read_document(page.encode()).blocks:
            if isinstance(block, Grid):
                for cell, places in _places(block).items():
                    (first, left), (last, right) = min(places), max(places)
                    if len(places) > 1:
                        sheet.merge_range(top + first, left, top + last, right, cell.text)
                    else:
                        sheet.write_string(top + first, left, cell.text)
                top += len(block.rows) + 1
            else:
                sheet.write_string(top, 0, block)
                top += 1
    return out.getvalue()


def _places(grid: Grid) -> dict[Cell, list[tuple[int, int]]]:
    found: dict[Cell, list[tuple[int, int]]] = {}
    for y, row in enumerate(grid.rows):
        for x, cell in enumerate(row):
            found.setdefault(cell, []).append((y, x))
    return found
