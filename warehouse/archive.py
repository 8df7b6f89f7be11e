"""The raw archive: WARC 1.1 files that one process writes and any process reads.

A file is `nianbao-{UTC time}-{host}-{pid}-{n}.warc.gz`, one gzip member a record, and begins with a `warcinfo`
record; every capture adds a `response` and, right behind it, its `request`, and a visit that found nothing new
a `revisit`. While a process writes it, it has the suffix `.open` and is held by a lock that dies with the process.
`Location.file` is always the name without the suffix. Files of other tools lie beside ours under their own names.

An archive at a URL is written in a local folder, since nothing can be appended there; each file is sent when it
is finished, and what a process that died left behind when the archive is repaired.
"""

import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from warcio.exceptions import ArchiveLoadFailed

from schema.records import Capture
from warehouse.errors import WarehouseError
from warehouse.place import ArchivePlace
from warehouse.remote import Remote
from warehouse.spool import OPEN, OpenFile, finish_dead, suffixed
from warehouse.taking import take
from warehouse.warc import Original, capture_bytes, revisit_bytes
from warehouse.warc_read import capture_of, read_record

__all__ = ["Archive", "ArchivePlace", "Location", "Original", "repair"]


@dataclass(frozen=True, slots=True)
class Location:
    """Where a response record rests: a file name relative to the archive, its first byte and its length."""

    file: str
    offset: int
    length: int


class Archive:
    """The archive at `place`. A file is begun with the first capture, and anew after `max_bytes`.

    Raises WarehouseError when nothing here can talk to the place.
    """

    def __init__(self, place: Path | ArchivePlace, software: str, *, max_bytes: int = 1 << 30) -> None:
        self._place = place if isinstance(place, ArchivePlace) else ArchivePlace(place)
        self._remote = Remote(self._place.url) if self._place.url else None
        self._software = software
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._file: OpenFile | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, capture: Capture) -> Location:
        """Append a capture; when this returns it is on the disk. Raises WarehouseError when it cannot be."""
        data, length = capture_bytes(capture)
        return self._append(data, length)

    def write_revisit(self, capture: Capture, original: Original) -> Location:
        """Append that a visit found what `original` holds: a 304, or a 200 with the same bytes. Raises as `write`.

        The record has no body, so it cannot be read as a capture; it is there for those who replay the archive.
        """
        data = revisit_bytes(capture, original)
        return self._append(data, len(data))

    def take(self, file: Path) -> str:
        """Copy another tool's finished WARC file in as it is, unless it is there, and give the name it has here.

        Raises WarehouseError when it cannot be copied, or is a file of ours that is not finished.
        """
        if file.suffix == OPEN:  # it will soon have another name
            raise WarehouseError(f"{file} is being written, or its writer died: the next crawl finishes it")
        try:
            return take(file, self._place.folder, self._remote)
        except OSError as error:
            raise WarehouseError(f"cannot copy {file} into the archive {self._place} ({error})") from error

    def read(self, location: Location) -> Capture:
        """The capture at a location, whoever wrote it. Raises WarehouseError when it is not there or cannot be had."""
        where = f"byte {location.offset} of {location.file}"
        try:
            return capture_of(read_record(self._bytes(location)))
        except (FileNotFoundError, ArchiveLoadFailed, zlib.error, ValueError) as error:
            raise WarehouseError(f"the archive {self._place} holds no response at {where}") from error
        except OSError as error:
            raise WarehouseError(f"cannot read {where} in the archive {self._place} ({error})") from error

    def close(self) -> None:
        """Give the open file its final name and send it. The archive may be written to again: another is begun.

        Raises WarehouseError when it cannot be sent; nothing is lost then.
        """
        with self._lock:
            self._finish()

    def _append(self, data: bytes, length: int) -> Location:
        with self._lock:
            try:
                file = self._current()
                return Location(file.path.name, file.append(data), length)
            except OSError as error:
                raise WarehouseError(
                    f"cannot write the archive {self._place.folder} ({error.strerror}); make room there,"
                    " or name another place with --archive"
                ) from error

    def _current(self) -> OpenFile:
        if self._file and self._file.size >= self._max_bytes:
            self._finish()
        if self._file is None:
            self._file = OpenFile(self._place.folder, self._software)
        return self._file

    def _finish(self) -> None:
        file, self._file = self._file, None
        if file:
            file.close()
            if self._remote:
                _send(file.path, self._remote)

    def _bytes(self, location: Location) -> bytes:
        path = self._place.folder / location.file
        # The final name twice: its writer may rename the file between the first two looks.
        for candidate in (path, suffixed(path, OPEN), path):
            with suppress(FileNotFoundError), candidate.open("rb") as file:
                file.seek(location.offset)
                return file.read(location.length)
        if self._remote:
            return self._remote.read(location.file, location.offset, location.length)
        raise FileNotFoundError(path)


def repair(place: Path | ArchivePlace) -> list[str]:
    """Finish the files of dead processes and send what they left to be sent; says for each what was done.

    Files of living processes are left alone (see `warehouse.spool`). Raises WarehouseError when one cannot be sent.
    """
    folder, url = place if isinstance(place, ArchivePlace) else ArchivePlace(place)
    if not folder.is_dir():
        return []
    said = finish_dead(folder)
    if not url:
        return said
    remote = Remote(url)
    left = sorted(folder.glob("*.warc.gz"))
    for path in left:
        _send(path, remote)
    return said + [f"{path.name}: sent to {url}" for path in left]


def _send(file: Path, remote: Remote) -> None:
    """Send a finished file; here it goes away only after that, and a reader looks here first."""
    remote.send(file, file.name)
    file.unlink(missing_ok=True)  # of two processes that repair at once, both may send it
