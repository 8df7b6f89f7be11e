"""Zip packages of Office files, unpacked within bounds: what an entry claims to be is not believed."""

import io
import zipfile
import zlib

from lxml import etree

from extractors.documents.errors import ENCRYPTED, Unreadable

MAX_ENTRIES = 5_000
MAX_PART = 128 * 1024 * 1024  # bytes of one part; the largest real ones have some ten million
MAX_PACKAGE = 512 * 1024 * 1024  # bytes of all parts
_PIECE = 1 << 20
_ENCRYPTED_FLAG = 0x1


class Package:
    """A zip file in memory. Raises Unreadable for what is broken, encrypted or too large once it is unpacked."""

    def __init__(self, body: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Unreadable(f"a broken zip package: {error}") from error
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Unreadable(f"a package of {len(entries):,} parts, more than the {MAX_ENTRIES:,} that are read")
        self.names = {entry.filename for entry in entries}

    def read(self, name: str, limit: int = MAX_PART) -> bytes:
        """The bytes of a part, counted while they are unpacked."""
        try:
            entry = self._zip.getinfo(name)
            if entry.flag_bits & _ENCRYPTED_FLAG:
                raise Unreadable(ENCRYPTED)
            with self._zip.open(entry) as part:
                pieces, size = [], 0
                while piece := part.read(_PIECE):
                    size += len(piece)
                    if size > limit:
                        raise Unreadable(f"{name} unpacks to more than {limit:,} bytes")
                    pieces.append(piece)
        except KeyError as error:
            raise Unreadable(f"the package has no {name}") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise Unreadable(f"a broken zip package: {error}") from error
        return b"".join(pieces)

    def xml(self, name: str) -> etree._Element:
        """The tree of a part. No entity is expanded and nothing outside is loaded."""
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
        )
        body = self.read(name)
        if b"<!DOCTYPE" in body[:_PIECE]:  # Office writes none; it is where entities are defined
            raise Unreadable(f"{name} has a document type, which no Office file has")
        try:
            return etree.fromstring(body, parser)
        except etree.XMLSyntaxError as error:
            raise Unreadable(f"{name} is broken: {error}") from error

    def check_sizes(self) -> None:
        """Unpack all parts once, for a reader that unpacks them by itself without bounds."""
        left = MAX_PACKAGE
        for name in sorted(self.names):
            if not name.endswith("/"):
                left -= len(self.read(name, min(left, MAX_PART)))
