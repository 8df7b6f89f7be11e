"""WARC records back into captures: our own, and those that other tools wrote.

Others keep the body as it was transferred, so chunks and compression are taken off here; ours has none left (see
`warehouse.warc`). Records of all kinds are told apart by what this project can do with them: a `response` or
`resource` of a web address is a page, a `revisit` points to one, the rest is not looked at.
"""

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader, ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.timeutils import iso_date_to_datetime

from schema.records import Capture
from warehouse.errors import WarehouseError
from warehouse.warc import FRAMING, ORIGINAL, REQUESTED, Original

MAX_BODY = 64 << 20  # bytes of a body; more is no page, and a few bytes of gzip may stand for as many as they like
PAGES = frozenset({"response", "resource"})
_END = b"\r\n\r\n"
_CHUNK = 1 << 16
_CODINGS = frozenset({"gzip", "deflate", "br", "zstd", "compress"})  # other words there mean nothing


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a WARC file. `block` is what follows its own headers; empty where it was not wanted.

    `payload_digest` is as printed, empty if it is not; `original` is there where a revisit names it by address
    and time. `offset` and `length` are its place in the file, in bytes.
    """

    kind: str
    url: str
    fetched_at: datetime
    requested_url: str
    content_type: str
    payload_digest: str
    original: Original | None
    block: bytes
    offset: int
    length: int


def records(path: Path, wanted: Callable[[str], bool]) -> Iterator[Record]:
    """The pages and revisits of a file, `.warc` or `.warc.gz`, in its order; the blocks of those whose URL is `wanted`.

    Raises WarehouseError for a file that is no such thing or ends inside a record, after all that came before.
    """
    try:
        with path.open("rb") as file:
            yield from _records(file, wanted)
    except OSError as error:
        raise WarehouseError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ArchiveLoadFailed, zlib.error, EOFError, ValueError) as error:
        said = str(error) if isinstance(error, ValueError) else _in_words(error)
        raise WarehouseError(f"{path}: {said}") from error


def capture_of(record: Record) -> Capture:
    """The capture that a page's record holds. The request's method and body are not restored.

    Raises ValueError, with the reason, for a block that is no HTTP response or cannot be decoded.
    """
    head = (record.requested_url, record.url, record.fetched_at)
    if record.kind == "resource":
        return Capture(*head, 200, "OK", (("Content-Type", record.content_type),), record.block)
    status, reason, headers, body = _http(record.block)
    return Capture(*head, status, reason, headers, body)


def read_record_at(path: Path, offset: int, length: int) -> Record:
    """The record at a place of a file. Raises as `read_record`, or OSError."""
    with path.open("rb") as file:
        file.seek(offset)
        return read_record(file.read(length))


def read_record(member: bytes) -> Record:
    """The record in these bytes, as they rest in a file.

    Raises warcio's ArchiveLoadFailed, zlib.error or ValueError if they are no response or resource of a web address.
    """
    record = next(_records(io.BytesIO(member), lambda url: True), None)
    if record is None or record.kind not in PAGES:
        raise ValueError("no response record")
    return record


def _records(file: BinaryIO, wanted: Callable[[str], bool]) -> Iterator[Record]:
    end = 0
    entries = ArchiveIterator(file, no_record_parse=True)
    for entry in entries:
        if entry.format != "warc":
            raise ValueError("an ARC file; only WARC is read")
        url = entry.rec_headers.get_header("WARC-Target-URI") or ""
        of_web = entry.rec_type in (*PAGES, "revisit") and url.startswith(("http://", "https://"))
        block = _whole(entry.raw_stream) if of_web and wanted(url) else b""
        offset, length = entries.get_record_offset(), entries.get_record_length()
        if entry.length is None or entry.raw_stream.limit > 0:
            raise ValueError(f"torn: it ends inside the record at byte {offset}")
        end = offset + length
        if of_web:
            yield _record(entry, url, block, offset, length)
    # Where a file ends inside the head of a record, warcio takes it for the end of the file.
    if file.seek(0, io.SEEK_END) - end > len(_END) or not end:
        raise ValueError(f"torn: what follows byte {end} is no whole record" if end else "it holds no record")


def _record(entry: ArcWarcRecord, url: str, block: bytes, offset: int, length: int) -> Record:
    header = entry.rec_headers.get_header
    date, target, since = header("WARC-Date"), header("WARC-Refers-To-Target-URI"), header("WARC-Refers-To-Date")
    return Record(
        kind=entry.rec_type,
        url=url,
        fetched_at=_time(date),
        requested_url=header(REQUESTED, url),
        content_type=header("Content-Type", ""),
        payload_digest=header("WARC-Payload-Digest", ""),
        original=Original(target, _time(since)) if target and since else None,
        block=block,
        offset=offset,
        length=length,
    )


def _time(text: str | None) -> datetime:
    try:
        time: datetime = iso_date_to_datetime(text, tz_aware=True)
    except (TypeError, ValueError) as error:
        raise ValueError(f"a record is dated {text!r}, which is no time") from error
    return time


def _in_words(error: Exception) -> str:
    if "non-chunked gzip" in str(error):
        return "compressed as a whole, so no record can be read by itself; `warcio recompress` mends that"
    return "no WARC file, or torn: " + " ".join(str(error).split())[:100]


def _http(block: bytes) -> tuple[int, str, tuple[tuple[str, str], ...], bytes]:
    head, _, body = block.partition(_END)
    status_line, *lines = head.decode("latin-1").split("\r\n")
    version, _, said = status_line.partition(" ")
    code, _, reason = said.partition(" ")
    if not version.startswith("HTTP/") or not code.isdecimal():
        raise ValueError("no HTTP response")
    if lines and lines[-1].lower() == f"content-length: {len(body)}":
        del lines[-1]  # what ends our own records; of others' it says nothing that the body does not
    headers = [(name, value.removeprefix(" ")) for name, _, value in (line.partition(":") for line in lines)]
    return int(code), reason, tuple(map(_restored, headers)), _decoded(body, headers)


def _restored(header: tuple[str, str]) -> tuple[str, str]:
    name, value = header
    own = name.removeprefix(ORIGINAL)
    return (own if own.lower() in FRAMING else name), value


def _decoded(body: bytes, headers: list[tuple[str, str]]) -> bytes:
    """The body without the chunks and the compression that headers which were stored unchanged tell of."""
    said = {name.lower(): value.strip().lower() for name, value in headers}
    coding = said.get("content-encoding", "")
    known = coding in BufferedReader.get_supported_decompressors()
    if coding in _CODINGS and not known:
        raise ValueError(f"no decoder here for the content encoding {coding}")
    stream: BinaryIO = io.BytesIO(body)
    if said.get("transfer-encoding") == "chunked":
        stream = ChunkedDataReader(stream, decomp_type=coding if known else None)
    elif known:
        stream = BufferedReader(stream, decomp_type=coding)
    decoded = _whole(stream)
    if len(decoded) > MAX_BODY:
        raise ValueError(f"more than {MAX_BODY:,} bytes")
    return decoded


def _whole(stream: BinaryIO) -> bytes:
    """All of a stream, but little more than a body may have."""
    parts, size = [], 0
    while size <= MAX_BODY and (part := stream.read(_CHUNK)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)
