"""Content-Encoding undone piece by piece, so that a small body that unpacks to a huge one takes no memory.

The HTTP library's own decoding takes a stream that was cut short for a complete one, and gives less than came:
half a page would pass for a page.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator

_PIECE = 64 * 1024
_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"


class UnknownCodingError(Exception):
    """A content coding that we cannot undo; the message names it."""


class CutShortError(Exception):
    """A packed body ended before its end."""


def unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The decoded pieces of a body whose Content-Encoding header is `encoding`, each of bounded size.

    Raises UnknownCodingError at once; CutShortError, or zlib.error for what is not packed so, when it gets there.
    Portals send encodings that nobody asked for, so the header is believed and not the request.
    """
    for name in reversed(encoding.lower().replace(",", " ").split()):
        if name == "identity":
            continue
        if name not in _DECODERS:
            raise UnknownCodingError(f"sent as '{name}', which we cannot decode")
        pieces = _DECODERS[name](pieces)
    return iter(pieces)


def _gunzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The contents of gzip members in a row; whatever else follows a member is left out, as browsers do."""
    unpacker = None
    for piece in pieces:
        while piece:
            # Half of the mark counts too: the other half may be in the next piece.
            if unpacker is None or (unpacker.eof and _GZIP_MAGIC.startswith(piece[:2])):
                unpacker = zlib.decompressobj(_GZIP)
            elif unpacker.eof:
                break
            yield from _inflated(unpacker, piece)
            piece = unpacker.unused_data
    _check_end(unpacker)


def _undeflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The contents of a deflate stream: in zlib's wrapping as the standard says, or bare as some servers send it."""
    unpacker = None
    for piece in filter(None, pieces):
        if unpacker is None:
            unpacker = zlib.decompressobj(_ZLIB if piece[0] & 0x8F == 8 else _RAW)
        yield from _inflated(unpacker, piece)
    _check_end(unpacker)


def _inflated(unpacker: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    plain = b"" if unpacker.eof else unpacker.decompress(piece, _PIECE)
    yield plain
    # A full piece may have left more behind within the unpacker, even where no input is left.
    while not unpacker.eof and (unpacker.unconsumed_tail or len(plain) == _PIECE):
        plain = unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
        yield plain


def _check_end(unpacker: "zlib._Decompress | None") -> None:
    if unpacker is not None and not unpacker.eof:
        raise CutShortError("the packed body is cut short")


_DECODERS: dict[str, Callable[[Iterable[bytes]], Iterator[bytes]]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _undeflated,
}
