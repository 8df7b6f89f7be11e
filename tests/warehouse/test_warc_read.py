"""WARC files of other tools, and files that are none."""

import gzip
import io
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from schema.records import Capture
from tests.warehouse.build import URL, capture
from warehouse.archive import Archive, Location, Original
from warehouse.errors import WarehouseError
from warehouse.warc_read import MAX_BODY, Record, capture_of, records

PAGE = "<html>年报 3457</html>".encode()
ANY = "2018-01-02T03:04:05Z"


def chunked(body: bytes) -> bytes:
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def written(path: Path, *parts: tuple[str, str, list[tuple[str, str]], bytes], compress: bool = True) -> Path:
    """A file as another tool writes it: of each record its type, address, HTTP headers and stored body."""
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=compress)
        for kind, url, headers, body in parts:
            http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1") if kind == "response" else None
            options = {"warc_headers_dict": {"WARC-Date": ANY}, "http_headers": http}
            if kind == "resource":
                options["warc_content_type"] = "text/html"
            writer.write_record(writer.create_warc_record(url, kind, payload=io.BytesIO(body), **options))
    return path


def found(path: Path) -> list[Record]:
    return list(records(path, lambda url: True))


def read(path: Path) -> Capture:
    (record,) = found(path)
    return capture_of(record)


@pytest.mark.parametrize("compress", [True, False])
# mtime: with the time in their bytes, two workers would name the same test differently, and collect nothing.
@pytest.mark.parametrize(
    ("headers", "stored"),
    [
        ([], PAGE),
        ([("Content-Length", str(len(PAGE)))], PAGE),
        ([("Transfer-Encoding", "chunked")], chunked(PAGE)),
        ([("Content-Encoding", "gzip")], gzip.compress(PAGE, mtime=0)),
        ([("Content-Encoding", "deflate")], zlib.compress(PAGE)),
        ([("content-encoding", "GZIP"), ("transfer-encoding", "Chunked")], chunked(gzip.compress(PAGE, mtime=0))),
        ([("Content-Encoding", "gzip")], PAGE),  # what tools leave that decode the body and not the header
        ([("Content-Encoding", "utf-8")], PAGE),  # what portals write there
    ],
)
def test_the_body_comes_as_the_portal_meant_it(
    tmp_path: Path, compress: bool, headers: list[tuple[str, str]], stored: bytes
) -> None:
    path = written(tmp_path / "a.warc", ("response", URL, headers, stored), compress=compress)
    seen = read(path)
    assert (seen.url, seen.requested_url, seen.status, seen.body) == (URL, URL, 200, PAGE)
    assert seen.fetched_at == datetime(2018, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert [name for name, _ in seen.headers] in ([name for name, _ in headers], [])
    (record,) = found(path)
    place = Location(path.name, record.offset, record.length)
    assert Archive(tmp_path, "test").read(place) == seen


def test_records_that_are_no_pages_are_passed_over_and_resources_are_pages(tmp_path: Path) -> None:
    parts = [(kind, URL, [], PAGE) for kind in ("metadata", "conversion", "resource")]
    dns = ("resource", "dns:www.qz.gov.cn", [], b"20180102")
    seen = read(written(tmp_path / "a.warc.gz", *parts, dns))
    assert (seen.body, seen.status, seen.header("Content-Type")) == (PAGE, 200, "text/html")


def test_blocks_that_nobody_wants_are_not_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc.gz", ("response", URL, [], PAGE), ("response", f"{URL}?2", [], PAGE))
    seen = list(records(path, lambda url: url == URL))
    assert [(record.url, bool(record.block)) for record in seen] == [(URL, True), (f"{URL}?2", False)]


def test_our_own_records_and_revisits_come_back(tmp_path: Path) -> None:
    first, again = capture(body=PAGE), capture(body=PAGE, day=1)
    with Archive(tmp_path, "test") as archive:
        place = archive.write(first)
        archive.write_revisit(again, Original(first.url, first.fetched_at))
    page, revisit = found(tmp_path / place.file)
    assert capture_of(page) == first
    assert (revisit.kind, revisit.fetched_at) == ("revisit", again.fetched_at)
    assert revisit.original == Original(first.url, first.fetched_at)
    assert revisit.payload_digest == page.payload_digest


@pytest.mark.parametrize(
    ("headers", "stored", "reason"),
    [
        ([("Content-Encoding", "zstd")], b"(\xb5/\xfd", "no decoder"),
        ([("Content-Encoding", "gzip")], gzip.compress(bytes(MAX_BODY + 1), mtime=0), "more than"),
    ],
)
def test_a_body_that_cannot_be_had_is_named(
    tmp_path: Path, headers: list[tuple[str, str]], stored: bytes, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        read(written(tmp_path / "a.warc.gz", ("response", URL, headers, stored)))


@pytest.mark.parametrize("compress", [True, False])
def test_a_torn_file_gives_what_is_whole_and_is_named(tmp_path: Path, compress: bool) -> None:
    parts = [("response", f"{URL}?{n}", [("Content-Type", "text/html")], PAGE * 9) for n in range(3)]
    whole = written(tmp_path / "whole.warc", *parts, compress=compress)
    ends = [record.offset + record.length for record in found(whole)]
    torn = tmp_path / "torn.warc"
    for length in range(1, ends[-1] - 12, 5):
        torn.write_bytes(whole.read_bytes()[:length])
        count, failure = read_until_torn(torn)
        # Blank lines follow a record, and checksums a gzip member: it may be whole without all of them.
        near_an_end = any(-12 <= length - end <= 4 for end in ends)
        assert near_an_end or "torn" in failure or "holds no record" in failure, length
        assert sum(end <= length for end in ends) <= count <= sum(end - 12 <= length for end in ends)


def read_until_torn(path: Path) -> tuple[int, str]:
    """How many records of the file are whole, and what is said of the rest."""
    seen: list[Record] = []
    try:
        seen.extend(records(path, lambda url: True))
    except WarehouseError as error:
        return len(seen), str(error)
    return len(seen), ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html></html>", "no WARC file"),
        (b"", "holds no record"),
        (b"PK\x03\x04", "no WARC file"),
        (b"\x1f\x8b\x08\x00", "no WARC file|holds no record"),
    ],
)
def test_a_file_that_is_none_is_named_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    with pytest.raises(WarehouseError, match=words) as error:
        found(path)
    assert "\n" not in str(error.value)


def test_a_file_compressed_as_a_whole_says_how_to_mend_it(tmp_path: Path) -> None:
    plain = written(tmp_path / "a.warc", *[("response", URL, [], PAGE)] * 2, compress=False)
    whole = tmp_path / "a.warc.gz"
    whole.write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(WarehouseError, match="warcio recompress"):
        found(whole)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"gone\.warc: cannot be read"):
        found(tmp_path / "gone.warc")


def test_a_record_without_a_time_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc", ("response", URL, [], PAGE), compress=False)
    path.write_bytes(path.read_bytes().replace(ANY.encode(), b"once upon a time ..."))
    with pytest.raises(WarehouseError, match=r"dated 'once upon a time \.\.\.'"):
        found(path)
