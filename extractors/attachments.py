"""The files that may hold the table of a page without one, and what such a page lends to the report in its file.

Agencies attach the report to a page, show it in a frame or in a viewer for PDF, leave its address to a script, or put
pictures of its pages there. The page knows what the file often does not say: its index number, publisher and date.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from extractors.documents.decode import decode
from extractors.documents.errors import Unreadable
from extractors.documents.markup import Element, clean, parse
from schema.records import Attachment, Reading, ReadingStatus, Report

MAX_FILES = 6  # of a page; the report is among the first
MAX_PICTURES = 12
_WHOLE = 50  # cells of a form from which no other file of the page can have more of it

_KINDS = r"docx?|xlsx?|pdf|wps|et|rtf|ofd"
_FILE = re.compile(rf"\.(?:{_KINDS})(?:$|[?&#])", re.IGNORECASE)
_LABEL = re.compile(rf"\.(?:{_KINDS})$", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|bmp|tiff?)$", re.IGNORECASE)
_DOWNLOAD = re.compile(r"downfile|/download", re.IGNORECASE)
_ANY = re.compile(rf"\.(?:{_KINDS}|zip|rar)(?:$|[?&#])", re.IGNORECASE)
_QUOTED = re.compile(rf"""["'](?P<url>[^"'\s<>]{{1,400}}?\.(?:{_KINDS})(?:\?[^"'\s<>]{{0,200}})?)["']""", re.IGNORECASE)
_VIEWED = ("file", "url", "pdf", "src", "path")  # parameters by which viewers are told what to show
_REPORT = re.compile(r"公开.*(?:年[报報]|[报報]告)|年[度]?[报報]告?|[统統][计計]表|附[件表]|情[况況]表")
_OTHER = re.compile(r"申请表|申請表|指南|流程[图圖]|收[费費]|解[读讀]|[图圖]解")
_DECORATION = re.compile(
    r"logo|icon|ico[_/.-]|qr|erwei|ewm|weixin|wechat|banner|/bg|btn|button|arrow|share|search|foot|head|nav|"
    r"jubao|jiucuo|police|beian|conac|gonganbei|dzjg|blue\.png|red\.png|close|loading|/images?/|/skin/|/template",
    re.IGNORECASE,
)
_MIN_SIDE = 300  # pixels that a picture of a page measures at least, where the page says how many
_FRAMES = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}


def attachments_of(body: bytes, content_type: str = "", url: str = "") -> tuple[Attachment, ...]:
    """The files of a page that may hold its report, the likeliest first; its pictures where it has no other."""
    text, _ = decode(body, content_type)
    try:
        root = parse(clean(text.encode("utf-8", "replace"))[0])
    except Unreadable:
        return ()
    files = [*_viewed(url, ""), *_framed(root), *_linked(root), *_named_in_scripts(text)]
    found = _absolute(files, url)
    likely = sorted(
        (one for one in found if not _OTHER.search(one.label)), key=lambda one: not _REPORT.search(one.label)
    )
    return tuple(likely[:MAX_FILES]) or tuple(_absolute(_pictures(root), url)[:MAX_PICTURES])


def is_picture(attachment: Attachment) -> bool:
    """Whether an attachment is one of the pictures of a page."""
    return bool(_PICTURE.search(urlsplit(attachment.url).path)) and not attachment.label


def _linked(root: Element) -> Iterator[Attachment]:
    for anchor in root.iter("a"):
        href = anchor.get("href", "")
        label = " ".join("".join(map(str, anchor.itertext())).split()) or anchor.get("title", "")
        if _ANY.search(href) and not _FILE.search(href) and not _DOWNLOAD.search(href):
            continue  # an archive of files
        if _FILE.search(href) or _DOWNLOAD.search(href) or _LABEL.search(label):
            yield from _viewed(href, label) or [Attachment(href, label)]


def _framed(root: Element) -> Iterator[Attachment]:
    for frame in root.iter(*_FRAMES):
        source = frame.get(_FRAMES[str(frame.tag)], "")
        if _FILE.search(source):
            yield from _viewed(source, _SHOWN) or [Attachment(source, _SHOWN)]


_SHOWN = "附件"  # what a frame shows has no label; it is the report rather than not


def _viewed(url: str, label: str) -> list[Attachment]:
    """What the address of a viewer says that it shows: /pdfjs/web/viewer.html?file=/attach/1.pdf."""
    try:
        query = parse_qs(urlsplit(url).query)
    except ValueError:
        return []
    shown = (query[name][0] for name in _VIEWED if name in query)
    return [Attachment(file, label or _SHOWN) for file in shown if _FILE.search(file)][:1]


def _named_in_scripts(text: str) -> Iterator[Attachment]:
    """Addresses of files in quotes: in scripts, in the data that a script lays out, in attributes of its own."""
    for match in _QUOTED.finditer(text):
        yield Attachment(unescape(match["url"]).replace("\\/", "/"), "")


def _pictures(root: Element) -> Iterator[Attachment]:
    for image in root.iter("img"):
        source = image.get("src", "")
        sides = (image.get(name, "").removesuffix("px") for name in ("width", "height"))
        small = any(side.isdecimal() and int(side) < _MIN_SIDE for side in sides)
        if not small and not _DECORATION.search(source) and _PICTURE.search(source.partition("?")[0]):
            yield Attachment(source, "")


def _absolute(found: Iterable[Attachment], url: str) -> list[Attachment]:
    """Each file once, by its absolute address; the first label it has."""
    files: dict[str, Attachment] = {}
    for one in found:
        try:
            address = urldefrag(urljoin(url, one.url.strip())).url
        except ValueError:  # no address that anyone could follow
            continue
        if address.startswith(("http://", "https://")) and address != url:
            known = files.get(address)
            files[address] = Attachment(address, one.label) if known is None or not known.label else known
    return list(files.values())


# --- page and file ------------------------------------------------------------------------------------------


def is_whole(reading: Reading) -> bool:
    """Whether a file has so much of a form that the others of its page need not be asked for."""
    return reading.status is ReadingStatus.REPORT and _cells(reading) >= _WHOLE


def best_of(readings: Iterable[Reading]) -> int | None:
    """The number of the reading with most of a form; None where none has any."""
    found = {n: _cells(one) for n, one in enumerate(readings) if one.status is ReadingStatus.REPORT}
    return max(found, key=lambda n: found[n], default=None)


def _cells(reading: Reading) -> int:
    return len(reading.report.observations) if reading.report else 0


def lent(reading: Reading, page: Report | None) -> Reading:
    """The reading of a file with what its page knows of it. What the file says itself stands."""
    report = reading.report
    if report is None or page is None or reading.status is not ReadingStatus.REPORT:
        return reading
    said = {name: value for name, value in report.header.items() if value}
    merged: Mapping[str, str | None] = {**page.header, **report.header, **said}
    return replace(
        reading,
        report=replace(
            report,
            header=merged,
            title=report.title or page.title,
            agency=report.agency or page.agency,
            year=page.year if report.year is None else report.year,
            credit_code=report.credit_code or page.credit_code,
            region=report.region or page.region,
        ),
    )


def published(page: Report | None) -> date | None:
    """The day that a page was published on by its header."""
    day = page.header.get("published_on") if page else None
    return date.fromisoformat(day) if day else None


def without_table(reading: Reading) -> Reading:
    """A file that is not the report of its page: remembered as read, and nothing of it is loaded."""
    reason = "a file of a page, without its table" if reading.status is not ReadingStatus.REPORT else "has less of it"
    title = reading.report.title if reading.report else ""
    header = reading.report.header if reading.report else {}
    return Reading(ReadingStatus.NOT_REPORT, Report(title, None, None, None, header), (), reading.reason or reason)
