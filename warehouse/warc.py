"""A capture as WARC records.

The body is stored decoded, so the response's own Content-Encoding, Transfer-Encoding and Content-Length,
which would contradict it and make other tools decode it again, are kept as `X-Archive-Orig-*`, and one
true Content-Length ends the headers. `WARC-X-Requested-URI` keeps the address that was asked for before
redirects. Header bytes are Latin-1, as HTTP clients give them to us, so they are stored as they came.
`warehouse.warc_read` is the way back.
"""

import io
import string
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.timeutils import datetime_to_iso_date
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from schema.records import Capture

ORIGINAL = "X-Archive-Orig-"
FRAMING = frozenset({"content-encoding", "transfer-encoding", "content-length"})
REQUESTED = "WARC-X-Requested-URI"
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_LINE, _END = b"\r\n", b"\r\n\r\n"


class Original(NamedTuple):
    """The capture that a revisit points to: its address after redirects and its time (UTC)."""

    url: str
    fetched_at: datetime


def info_bytes(filename: str, software: str) -> bytes:
    """The `warcinfo` record that a file begins with, as one gzip member."""
    out, writer = _writer()
    info = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    writer.write_record(writer.create_warcinfo_record(filename, info))
    return out.getvalue()


def capture_bytes(capture: Capture) -> tuple[bytes, int]:
    """The records of a capture, response first, each a gzip member; and the length of the first."""
    out, writer = _writer()
    response, request = _response(writer, capture), _request(writer, capture)
    request.rec_headers.add_header("WARC-Concurrent-To", response.rec_headers.get_header("WARC-Record-ID"))
    writer.write_record(response)
    length = out.tell()
    writer.write_record(request)
    return out.getvalue(), length


def revisit_bytes(capture: Capture, original: Original) -> bytes:
    """The record of a visit that found what `original` holds, as one gzip member (WARC 1.1, 6.7 `revisit`).

    A 304 has neither block nor payload digest: there was no payload, and of a block a replay tool would answer
    with the 304 instead of the page. A 200 with the same bytes has its headers and the digest of those bytes.
    No request goes with it: it would double the size of what a night without changes leaves.
    """
    out, writer = _writer()
    not_modified = capture.status == HTTPStatus.NOT_MODIFIED
    record = _record(writer, "revisit", capture, b"", None if not_modified else capture.body)
    if not not_modified:
        record.http_headers = _Head(_block(_status_line(capture), _headers(capture), b""))
    profile = "server-not-modified" if not_modified else "identical-payload-digest"
    record.rec_headers.add_header("WARC-Profile", _PROFILE + profile)
    record.rec_headers.add_header("WARC-Refers-To-Target-URI", original.url)
    record.rec_headers.add_header("WARC-Refers-To-Date", _iso(original.fetched_at))
    writer.write_record(record)
    return out.getvalue()


class _Head:
    """HTTP headers as the bytes to write: of a revisit's block warcio writes nothing else."""

    def __init__(self, head: bytes) -> None:
        self.headers_buff = head

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Nothing to do: they are bytes."""


def _writer() -> tuple[io.BytesIO, WARCWriter]:
    out = io.BytesIO()
    return out, WARCWriter(out, gzip=True, warc_version="1.1")


def _response(writer: WARCWriter, capture: Capture) -> ArcWarcRecord:
    block = _block(_status_line(capture), _headers(capture), capture.body)
    return _record(writer, "response", capture, block, capture.body)


def _request(writer: WARCWriter, capture: Capture) -> ArcWarcRecord:
    """What a capture knows of its request: no header but the host's was kept."""
    parts = urlsplit(capture.url)
    target = quote(f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}", safe=string.punctuation)
    headers = [("Host", parts.netloc)]
    if capture.request_body:
        headers.append(("Content-Length", str(len(capture.request_body))))
    block = _block(f"{capture.method} {target} HTTP/1.1", headers, capture.request_body)
    return _record(writer, "request", capture, block, capture.request_body)


def _record(writer: WARCWriter, kind: str, capture: Capture, block: bytes, payload: bytes | None) -> ArcWarcRecord:
    """A record of this very block: told the URI, warcio would parse its headers and escape them anew."""
    fields = {"WARC-Target-URI": capture.url, "WARC-Date": _iso(capture.fetched_at)}
    if payload is not None:
        digest = Digester("sha1")
        digest.update(payload)
        fields["WARC-Payload-Digest"] = str(digest)
    if kind != "request" and capture.requested_url != capture.url:
        fields[REQUESTED] = capture.requested_url
    stream = io.BytesIO(block)
    return writer.create_warc_record("", kind, payload=stream, length=len(block), warc_headers_dict=fields)


def _iso(time: datetime) -> str:
    return str(datetime_to_iso_date(time.astimezone(UTC).replace(tzinfo=None), use_micros=True))


def _status_line(capture: Capture) -> str:
    return f"HTTP/1.1 {capture.status} {capture.reason}"


def _headers(capture: Capture) -> list[tuple[str, str]]:
    return [*map(_stored, capture.headers), ("Content-Length", str(len(capture.body)))]


def _block(first: str, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    # A folded header or a reason with a line break in it would end the line early.
    lines = [" ".join(line.split("\r\n")) for line in (first, *map(": ".join, headers))]
    return _LINE.join(line.encode("latin-1", "replace") for line in lines) + _END + body


def _stored(header: tuple[str, str]) -> tuple[str, str]:
    name, value = header
    return (ORIGINAL + name, value) if name.lower() in FRAMING else header
