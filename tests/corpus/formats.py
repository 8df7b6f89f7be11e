"""How much of the three forms is read from each format and from scans of falling quality, and that it is right.

The documents are made by the real programs from pages whose reading is proved (`tests/extractors/documents/producers`);
the PDF of the corpus is compared with what a person read in it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from extractors.report import read_capture
from schema.records import Reading
from tests.extractors.documents.producers import SOURCES, Cells, cells, expected, pdf_of, produce, scanned, wrong

KINDS = ("docx", "doc", "rtf", "odt", "xlsx", "xls", "pdf", "chromium")
QUALITIES = (  # dots an inch, degrees askew, grain, quality of the JPEG
    (150, 0.7, 8.0, 80),
    (120, -1.2, 10.0, 70),
    (100, 0.7, 8.0, 80),
    (100, 2.5, 16.0, 50),
    (80, 0.7, 8.0, 80),
)


@dataclass
class Recall:
    """Of one format or quality: cells of the pages, those read with the right value, those as text, and wrong ones."""

    name: str
    asked: int = 0
    right: int = 0
    text: int = 0
    wrong: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def add(self, reading: Reading, true: Cells) -> None:
        found = cells(reading)
        self.asked += len(true)
        self.right += sum(key in found and found[key][2:4] == one[2:4] for key, one in true.items())
        self.text += sum(one.value is None and bool(one.raw) for one in found.values())
        self.wrong += wrong(found, true)
        if not found:
            self.refused.append(reading.reason)


def by_format(folder: Path) -> Iterator[Recall]:
    """The formats, then the qualities of scans."""
    produced = produce(folder)
    pages = {form: cells(expected(form)) for form in SOURCES}
    for kind in KINDS:
        recall = Recall(kind)
        for form, true in pages.items():
            recall.add(read_capture(produced.file(kind, form)), true)
        yield recall
    for dpi, turn, noise, quality in QUALITIES:
        recall = Recall(f"scan, {dpi} dpi, {turn}°, grain {noise:g}, JPEG {quality}")
        for form, true in pages.items():
            pictures = scanned(produced.file("pdf", form), dpi, turn=turn, noise=noise, quality=quality)
            recall.add(read_capture(pdf_of(pictures, dpi)), true)
        yield recall


def real_pdf(corpus: Path) -> Recall:
    """The PDF of an agency, whose cells were read by a person in printed order."""
    told = json.loads((corpus / "expected" / "hongze_2023.json").read_text(encoding="utf-8"))["expected"]
    values = [None if cell["value"] is None else Decimal(str(cell["value"])) for cell in told]
    reading = read_capture((corpus / "pdf" / "hongze_2023.pdf").read_bytes())
    found = list(cells(reading).values())
    recall = Recall("a real PDF", len(values))
    for value, one in zip(values, found, strict=False):
        recall.right += value == one.value
        if one.value is not None and value != one.value:
            recall.wrong.append(f"{one.label}: {one.value} for {value}")
    return recall
