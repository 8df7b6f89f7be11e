"""Documents as the programs of agencies make them: sample reports through LibreOffice, Chromium and a scanner.

The sources are pages of all three forms whose reading is proved elsewhere; what is made of them must read alike.
"""

import io
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from extractors.report import read_capture
from schema.records import Observation, Reading

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "data/sample/sites/sample-classic/www/art/2019"
GOLDEN = ROOT / "tests/golden/pages/example"
SOURCES = {
    "2014": SAMPLE / "3/19/art_31252_8280977.html",
    "2019": GOLDEN / "jyj_2019.html",
    "2021": GOLDEN / "nyj_2021.html",
    "2021, blank cells": GOLDEN / "ajj_2022.html",
}
_RULED = b"<style>table{border-collapse:collapse!important;width:100%}td,th{border:1px solid #000!important}</style>"
_BY_WRITER = {
    "doc": "doc:MS Word 97",
    "rtf": "rtf:Rich Text Format",
    "odt": "odt",
    "pdf": "pdf:writer_pdf_Export",
}
_BY_CALC = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97"}
Grey = NDArray[np.uint8]
Cells = Mapping[tuple[str, str], Observation]


@dataclass(frozen=True)
class Produced:
    """The files, by format and form: `folder/docx/2014.docx`; those of Chromium are in `folder/chromium`."""

    folder: Path

    def file(self, kind: str, form: str) -> bytes:
        ending = "pdf" if kind == "chromium" else kind
        return (self.folder / kind / f"{form}.{ending}").read_bytes()


def needed(*commands: str) -> str:
    """The first of the commands that is there; without any the test is skipped, on a build machine it fails."""
    found = next(filter(None, map(shutil.which, commands)), None)
    if found is None:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say(f"there is no {commands[0]} here: see the README for the system packages of the tests")
    return found


def produce(folder: Path, kinds: Iterable[str] = ("docx", *_BY_WRITER, *_BY_CALC, "chromium")) -> Produced:
    """Make the files of some formats."""
    pages = folder / "html"
    pages.mkdir(parents=True)
    for form, source in SOURCES.items():
        (pages / f"{form}.html").write_bytes(source.read_bytes().replace(b"</head>", _RULED + b"</head>", 1))
    made = Produced(folder)
    if "docx" in kinds:
        _office(folder, "docx", "docx:MS Word 2007 XML", pages, "HTML (StarWriter)")
    for kind in kinds:
        if kind in _BY_WRITER:
            _office(folder, kind, _BY_WRITER[kind], folder / "docx")
        elif kind in _BY_CALC:
            _office(folder, kind, _BY_CALC[kind], pages, "HTML (StarCalc)")
        elif kind == "chromium":
            _chromium(folder / kind, pages)
    return made


def _office(folder: Path, kind: str, filter_: str, sources: Path, read_by: str = "") -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    reading = [f"--infilter={read_by}"] if read_by else []
    files = sorted(map(str, sources.iterdir()))
    command = [needed("soffice", "libreoffice"), "--headless", "--norestore", profile, *reading]
    command += ["--convert-to", filter_, "--outdir", str(folder / kind), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def _chromium(folder: Path, pages: Path) -> None:
    folder.mkdir()
    for page in sorted(pages.iterdir()):
        command = [needed("chromium", "chromium-browser", "google-chrome"), "--headless", "--no-sandbox"]
        command += [
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--print-to-pdf={folder / page.stem}.pdf",
            page.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


def scanned(pdf: bytes, dpi: int, *, turn: float = 0.6, noise: float = 8.0, quality: int = 80) -> list[bytes]:
    """The pages of a PDF as a scanner gives them, in JPEG: askew, out of focus a little, grained."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [np.array(page.render(scale=dpi / 72).to_pil().convert("L"), dtype=np.uint8) for page in document]
    return [_grained(page, turn, noise, quality, number) for number, page in enumerate(pages)]


def _grained(page: Grey, turn: float, noise: float, quality: int, seed: int) -> bytes:
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255,))
    blurred = cv2.GaussianBlur(turned, (0, 0), 0.4).astype(np.float64) * 0.95
    grained = np.clip(blurred + np.random.default_rng(seed).normal(0, noise, page.shape), 0, 255)
    done, coded = cv2.imencode(".jpg", grained.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return bytes(coded)


def pdf_of(pictures: Iterable[bytes], dpi: int) -> bytes:
    """A PDF whose pages are pictures, as a scanner's program writes it."""
    frames = [Image.open(io.BytesIO(one)) for one in pictures]
    out = io.BytesIO()
    frames[0].save(out, "PDF", resolution=dpi, save_all=True, append_images=frames[1:])
    return out.getvalue()


def cells(reading: Reading) -> Cells:
    """The observations of a reading by what they are of."""
    return {(o.indicator, o.applicant): o for o in reading.report.observations} if reading.report else {}


def expected(form: str) -> Reading:
    """What the page says that the files of a form were made of."""
    return read_capture(SOURCES[form].read_bytes())


def wrong(got: Cells, true: Cells) -> list[str]:
    """The numbers that differ from those of the page: what nobody may get."""
    return [
        f"{' '.join(key)}: {one.value} for {true[key].raw if key in true else 'no such cell'}"
        for key, one in got.items()
        if one.value is not None and (key not in true or one.value != true[key].value)
    ]
