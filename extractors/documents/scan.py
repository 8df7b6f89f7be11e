"""Pictures of pages: images, and pages of PDF files without characters, read by the parts of `nianbao[ocr]`.

No figure of a scan is believed for its own sake. One that reads differently the second time, or not surely, gets a `?`
behind it and so is no number; the others count only where the form's arithmetic bears them out (`forms/proof.py`).
Below some hundred dots an inch even that is not safe, and nothing is read.
"""

import io
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2
from PIL import Image, ImageSequence, UnidentifiedImageError

from extractors.documents.errors import NEEDS_OCR, SCANNED, Unreadable
from extractors.documents.pdf_tables import Part, joined
from schema.records import Document, Grid

if TYPE_CHECKING:
    from extractors.documents.scan_grid import Picture

DPI = 150  # at which pages are drawn: what is finer reads no better and takes longer
MIN_DPI = 95  # a scanner set to 100 may be off by a little
MAX_PAGES = 40
PROSE_PAGES = 4  # of which the text is read where there is no table: what a report says of itself stands on the first
MAX_PIXELS = 40_000_000  # of one picture: a page at 300 dpi has nine million
MIN_SIZE = (500, 120)  # pixels of the smallest picture that can hold a table
_A4 = (8.27, 11.69)  # inches
_PARTS = ("rapidocr", "onnxruntime", "cv2")


class Page(NamedTuple):
    """A picture of a page in grey, at `dpi`; `sharp` is at how many it was taken, as far as that is known."""

    picture: "Picture"
    dpi: float
    sharp: float


class Seen(NamedTuple):
    """What was read of a page, and how sure its least sure figure is."""

    parts: list[Part | str]
    confidence: float


def read_image(body: bytes, url: str = "") -> Document:
    """Read a picture of a page, or several in one TIFF. Raises Unreadable: `needs:ocr` without these parts."""
    pages = list(_of_image(body))
    found = see(pages)
    blocks: list[str | Grid] = []
    for part in joined(part for seen in found for part in seen.parts):
        index = 1 + sum(isinstance(block, Grid) for block in blocks)
        blocks.append(part if isinstance(part, str) else Grid(part.rows(), index, part.origin))
    if not blocks:
        raise Unreadable("a picture without text")
    title = next((block for block in blocks if isinstance(block, str)), "")
    return Document(url, title, tuple(blocks), meta_of(found))


def read_pages(body: bytes, numbers: Sequence[int], sharpness: Sequence[float]) -> list[Seen]:
    """What stands on some pages of a PDF, counted from 0. `sharpness` is the dots an inch of their pictures, or 0."""
    if len(numbers) > MAX_PAGES:
        raise Unreadable(f"{len(numbers)} scanned pages, more than the {MAX_PAGES} that are read")
    _require_parts()
    coarse = [sharp for sharp in sharpness if 0 < sharp < MIN_DPI]
    if coarse:
        raise Unreadable(_too_coarse(min(coarse)))
    with pypdfium2.PdfDocument(body) as pdf:
        drawn = (_drawn(pdf[number]) for number in numbers)
        return see([Page(picture, DPI, sharp) for picture, sharp in zip(drawn, sharpness, strict=True)])


def meta_of(found: Sequence[Seen]) -> dict[str, str]:
    """What a document says of how it was read."""
    least, pages = min((seen.confidence for seen in found), default=1.0), len(found)
    rest = f"; without a table, only the first {PROSE_PAGES} of {pages} pages were read" if pages > PROSE_PAGES else ""
    return {SCANNED: f"recognised in a picture, the least sure figure with a confidence of {least:.2f}{rest}"}


def see(pages: Sequence[Page]) -> list[Seen]:
    """Read pictures of pages, in order."""
    _require_parts()
    from extractors.documents.scan_page import page_parts

    return [page_parts(page, n, with_prose=n <= PROSE_PAGES) for n, page in enumerate(pages, 1)]


def _require_parts() -> None:
    if not all(map(find_spec, _PARTS)):
        raise Unreadable(NEEDS_OCR)


def _drawn(page: "pypdfium2.PdfPage") -> "Picture":
    width, height = page.get_size()
    _check_size(int(width * DPI / 72), int(height * DPI / 72))
    return _grey(page.render(scale=DPI / 72, grayscale=True, may_draw_forms=False).to_pil())


def _of_image(body: bytes) -> Iterator[Page]:
    """The pictures of an image file. Their size is known before they are unpacked."""
    try:
        with Image.open(io.BytesIO(body)) as image:
            _check_size(*image.size)
            if image.width < MIN_SIZE[0] or image.height < MIN_SIZE[1]:
                raise Unreadable(f"a picture of {image.width} × {image.height} pixels, too small for a table")
            _require_parts()
            for number, frame in enumerate(ImageSequence.Iterator(image)):
                if number >= MAX_PAGES:
                    raise Unreadable(f"more than {MAX_PAGES} pictures in one file")
                _check_size(*frame.size)
                yield _scaled(frame)
    except Image.DecompressionBombError as error:
        raise Unreadable(f"a picture of more than {MAX_PIXELS:,} pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Unreadable(f"a broken image: {' '.join(str(error).split())}") from error


def _scaled(image: Image.Image) -> Page:
    """A picture at a usual size, where it is larger. Its scale is taken from its width, as that of a whole page."""
    sharp = image.width / _A4[image.width > image.height]
    if sharp > DPI * 1.2:
        image = image.convert("L").resize(
            (int(image.width * DPI / sharp), int(image.height * DPI / sharp)), Image.Resampling.BOX
        )
        return Page(_grey(image), DPI, sharp)
    return Page(_grey(image), sharp, sharp)


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise Unreadable(f"a picture of more than {MAX_PIXELS:,} pixels")


def _grey(image: Image.Image) -> "Picture":
    import numpy as np

    return np.array(image.convert("L"), dtype=np.uint8)


def _too_coarse(dpi: float) -> str:
    return f"a scan of {dpi:.0f} dpi: figures are read surely from 100 on"
