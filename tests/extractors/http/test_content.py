"""Content-Encoding: undone whole or not at all."""

import gzip
import zlib
from collections.abc import Callable

import pytest

from extractors.http.content import CutShortError, UnknownCodingError, unpacked

PLAIN = bytes(range(256)) * 4000
BARE = zlib.compressobj(wbits=-zlib.MAX_WBITS)
PACKED = {
    "gzip": gzip.compress(PLAIN),
    "x-gzip": gzip.compress(PLAIN[:5000]) + gzip.compress(PLAIN[5000:]),
    "deflate": zlib.compress(PLAIN),
    "Deflate": BARE.compress(PLAIN) + BARE.flush(),
    "identity": PLAIN,
    "": PLAIN,
    "gzip, deflate": zlib.compress(gzip.compress(PLAIN)),
}


def pieces(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


@pytest.mark.parametrize("size", [1, 997, 10**7])
@pytest.mark.parametrize("encoding", PACKED)
def test_however_it_is_cut(encoding: str, size: int) -> None:
    packed = PACKED[encoding]
    assert b"".join(unpacked(pieces(packed, size), encoding)) == PLAIN


@pytest.mark.parametrize("size", [1, 10**7])
@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "Deflate", "gzip, deflate"])
def test_half_of_a_body_is_no_body(encoding: str, size: int) -> None:
    for cut in (3, len(PACKED[encoding]) // 2, len(PACKED[encoding]) - 1):
        with pytest.raises(CutShortError):
            list(unpacked(pieces(PACKED[encoding][:cut], size), encoding))


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_is_not_packed_so(encoding: str) -> None:
    with pytest.raises(zlib.error):
        list(unpacked([b"<html>not packed at all</html>"], encoding))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity"])
def test_no_body_at_all(encoding: str) -> None:
    assert b"".join(unpacked([], encoding)) == b""


def test_what_follows_the_last_member_is_left_out() -> None:
    assert b"".join(unpacked([PACKED["gzip"] + b"\0" * 512, b"\n"], "gzip")) == PLAIN


@pytest.mark.parametrize("encoding", ["br", "compress", "gzip, zstd"])
def test_an_unknown_coding_is_named(encoding: str) -> None:
    with pytest.raises(UnknownCodingError, match=encoding.split()[-1]):
        unpacked([b""], encoding)


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)], ids=["gzip", "deflate"]
)
def test_pieces_stay_small(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    sizes = [len(piece) for piece in unpacked([pack(bytes(10**8))], encoding)]
    assert sum(sizes) == 10**8
    assert max(sizes) <= 2**16
