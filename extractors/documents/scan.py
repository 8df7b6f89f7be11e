"""stub"""

from extractors.documents.errors import NEEDS_OCR, Unreadable


def read_pages(body, pages):
    raise Unreadable(NEEDS_OCR)


def read_image(body, url=""):
    raise Unreadable(NEEDS_OCR)
