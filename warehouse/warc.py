"""A capture as WARC records, and back.

The body is stored decoded, so the response's own Content-Encoding, Transfer-Encoding and Content-Length,
which would contradict it and make other tools decode it again, are kept as `X-Archive-Orig-*`, and one
true Content-Length ends the headers. `WARC-X-Requested-URI` keeps the address that was asked for before
redirects. Header bytes are Latin-1, as HTTP clients give them to us, so they are stored as they came.
"""

import io
import string
from collections.abc import Iterator
from datetime import UTC
from urllib.parse import quote, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.timeutils import datetime_to_iso_date, iso_date_to_datetime
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from schema.records import Capture

_ORIGINAL = "X-Archive-Orig-"
_FRAMING = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_REQUESTED = "WARC-X-Requested-URI"
_LINE, _END = b"\r\n", b"\r\n\r\n"


def info_bytes(filename: str, software: str) -> bytes:
    """The `warcinfo` record that a file begins with, as one gzip member."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    info = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    writer.write_record(writer.create_warcinfo_record(filename, info))
    return out.getvalue()


def capture_bytes(capture: Capture) -> tuple[bytes, int]:
    """The records of a capture, response first, each a gzip member; and the length of the first."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    response, request = _response(writer, capture), _request(writer, capture)
    request.rec_headers.add_header("WARC-Concurrent-To", response.rec_headers.get_header("WARC-Record-ID"))
    writer.write_record(response)
    length = out.tell()
    writer.write_record(request)
    return out.getvalue(), length


def read_capture_record(member: bytes) -> Capture:
    """The capture in a response record. The request's method and body are not restored.

    Raises warcio's ArchiveLoadFailed, zlib.error or ValueError if it is none.
    """
    record = next(ArchiveIterator(io.BytesIO(member), no_record_parse=True), None)
    if record is None or record.rec_type != "response":
        raise ValueError("no response record")
    head, _, body = record.raw_stream.read().partition(_END)
    status_line, *lines = head.decode("latin-1").split("\r\n")
    _, status, reason = status_line.split(" ", 2)
    url = record.rec_headers.get_header("WARC-Target-URI")
    return Capture(
        requested_url=record.rec_headers.get_header(_REQUESTED, url),
        url=url,
        fetched_at=iso_date_to_datetime(record.rec_headers.get_header("WARC-Date"), tz_aware=True),
        status=int(status),
        reason=reason,
        headers=tuple(_restored(lines[:-1])),  # the last one is ours
        body=body,
    )


def _response(writer: WARCWriter, capture: Capture) -> ArcWarcRecord:
    headers = [*map(_stored, capture.headers), ("Content-Length", str(len(capture.body)))]
    block = _block(f"HTTP/1.1 {capture.status} {capture.reason}", headers, capture.body)
    record = _record(writer, "response", capture, block, capture.body)
    if capture.requested_url != capture.url:
        record.rec_headers.add_header(_REQUESTED, capture.requested_url)
    return record


def _request(writer: WARCWriter, capture: Capture) -> ArcWarcRecord:
    """What a capture knows of its request: no header but the host's was kept."""
    parts = urlsplit(capture.url)
    target = quote(f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}", safe=string.punctuation)
    headers = [("Host", parts.netloc)]
    if capture.request_body:
        headers.append(("Content-Length", str(len(capture.request_body))))
    block = _block(f"{capture.method} {target} HTTP/1.1", headers, capture.request_body)
    return _record(writer, "request", capture, block, capture.request_body)


def _record(writer: WARCWriter, kind: str, capture: Capture, block: bytes, payload: bytes) -> ArcWarcRecord:
    """A record of this very block: told the URI, warcio would parse its headers and escape them anew."""
    digest = Digester("sha1")
    digest.update(payload)
    fetched_at = capture.fetched_at.astimezone(UTC).replace(tzinfo=None)
    fields = {
        "WARC-Target-URI": capture.url,
        "WARC-Date": datetime_to_iso_date(fetched_at, use_micros=True),
        "WARC-Payload-Digest": str(digest),
    }
    stream = io.BytesIO(block)
    return writer.create_warc_record("", kind, payload=stream, length=len(block), warc_headers_dict=fields)


def _block(first: str, headers: list[tuple[str, str]], body: bytes) -> bytes:
    # A folded header or a reason with a line break in it would end the line early.
    lines = [" ".join(line.split("\r\n")) for line in (first, *map(": ".join, headers))]
    return _LINE.join(line.encode("latin-1", "replace") for line in lines) + _END + body


def _stored(header: tuple[str, str]) -> tuple[str, str]:
    name, value = header
    return (_ORIGINAL + name, value) if name.lower() in _FRAMING else header


def _restored(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, _, value = line.partition(": ")
        framing = name.startswith(_ORIGINAL) and name.removeprefix(_ORIGINAL).lower() in _FRAMING
        yield (name.removeprefix(_ORIGINAL) if framing else name), value
