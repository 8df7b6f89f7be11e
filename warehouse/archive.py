"""The raw archive: WARC 1.1 files that one process writes and any process reads.

A file is `nianbao-{UTC time}-{pid}-{n}.warc.gz`, one gzip member a record, and begins with a `warcinfo`
record; every capture adds a `response` and, right behind it, its `request`. While a process writes it, it
has the suffix `.open` and is held by a lock that dies with the process. `Location.file` is always the
name without the suffix.
"""

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from warcio.exceptions import ArchiveLoadFailed

from schema.records import Capture
from warehouse.errors import WarehouseError
from warehouse.warc import capture_bytes, info_bytes, read_capture_record

_OPEN = ".open"
_TORN = ".torn"
_GZIP = 16 + zlib.MAX_WBITS
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Location:
    """Where a response record rests: a file name relative to the archive, its first byte and its length."""

    file: str
    offset: int
    length: int


class Archive:
    """The archive under `root`. A file is begun with the first capture, and anew after `max_bytes`."""

    def __init__(self, root: Path, software: str, *, max_bytes: int = 1 << 30) -> None:
        self._root = root
        self._software = software
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._file: _OpenFile | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, capture: Capture) -> Location:
        """Append a capture; when this returns it is on the disk. Raises WarehouseError when it cannot be."""
        data, length = capture_bytes(capture)
        with self._lock:
            try:
                file = self._current()
                return Location(file.path.name, file.append(data), length)
            except OSError as error:
                raise WarehouseError(
                    f"cannot write the archive {self._root} ({error.strerror}); make room there,"
                    " or name another place with --archive"
                ) from error

    def read(self, location: Location) -> Capture:
        """The capture at a location, whoever wrote it. Raises WarehouseError when it is not there."""
        try:
            return read_capture_record(self._bytes(location))
        except (OSError, ArchiveLoadFailed, zlib.error, ValueError) as error:
            raise WarehouseError(
                f"the archive {self._root} holds no response at byte {location.offset} of {location.file}"
            ) from error

    def close(self) -> None:
        """Give the open file its final name. The archive may be written to again: another file is begun."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

    def _current(self) -> "_OpenFile":
        if self._file and self._file.size >= self._max_bytes:
            self._file.close()
            self._file = None
        if self._file is None:
            self._file = _OpenFile(self._root, self._software)
        return self._file

    def _bytes(self, location: Location) -> bytes:
        path = self._root / location.file
        # The final name twice: its writer may rename the file between the first two looks.
        for candidate in (path, _suffixed(path, _OPEN), path):
            with suppress(FileNotFoundError), candidate.open("rb") as file:
                file.seek(location.offset)
                return file.read(location.length)
        raise FileNotFoundError(path)


class _OpenFile:
    """A file under its `.open` name, locked, its end always the end of a record. `path` is its final name."""

    def __init__(self, root: Path, software: str) -> None:
        root.mkdir(parents=True, exist_ok=True)
        with _alone_in(root):
            self.path, self._raw = _create(root)
        self.size = 0
        self.append(info_bytes(self.path.name, software))

    def append(self, data: bytes) -> int:
        """Write `data` to the disk and return its offset. What fails half-way is cut off again."""
        offset = self.size
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._raw.write(rest) :]
            os.fsync(self._raw.fileno())
        except BaseException:
            self._raw.truncate(offset)
            self._raw.seek(offset)
            raise
        self.size += len(data)
        return offset

    def close(self) -> None:
        """Rename to the final name while the lock holds, or a repair could find the file ownerless."""
        _finish(_suffixed(self.path, _OPEN))
        self._raw.close()


def repair(root: Path) -> list[str]:
    """Finish the files of dead processes; says for each what was done. Files of living ones are left alone.

    A record that was being written when its process died is cut off and kept beside the file as `.torn`.
    A file without a whole record goes away altogether.
    """
    if not root.is_dir():
        return []
    with _alone_in(root):
        return [done for path in sorted(root.glob(f"*{_OPEN}")) if (done := _repair_file(path))]


def _repair_file(path: Path) -> str:
    with path.open("r+b") as file:
        if not _lock(file.fileno()):
            return ""
        end = _whole_members(path)
        torn = path.stat().st_size - end
        name = path.name.removesuffix(_OPEN)
        if torn:
            file.seek(end)
            (path.parent / (name + _TORN)).write_bytes(file.read())
            file.truncate(end)
            os.fsync(file.fileno())
        if not end:
            path.unlink()
            return f"{name}: held no whole record and was removed"
        _finish(path)
    return f"{name}: finished" + (f"; {torn} bytes of a torn record are kept in {name}{_TORN}" if torn else "")


def _whole_members(path: Path) -> int:
    """Where the last complete gzip member ends, in bytes; what follows is torn, or was never written."""
    end = position = 0
    member = zlib.decompressobj(_GZIP)
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            rest = chunk
            while rest:
                try:
                    member.decompress(rest)
                except zlib.error:  # zeros that a power cut left, for example
                    return end
                position += len(rest) - len(member.unused_data)
                rest = member.unused_data
                if member.eof:
                    end, member = position, zlib.decompressobj(_GZIP)
    return end


def _create(root: Path) -> tuple[Path, FileIO]:
    stamp = f"{datetime.now(UTC):%Y%m%d%H%M%S}-{os.getpid()}"
    n = 1
    while any(root.glob(f"nianbao-{stamp}-{n}.warc.gz*")):
        n += 1
    path = root / f"nianbao-{stamp}-{n}.warc.gz"
    raw = FileIO(_suffixed(path, _OPEN), "x+")
    _lock(raw.fileno())
    _sync_directory(root)  # or a power cut forgets the name of what is fsynced into it
    return path, raw


def _finish(path: Path) -> None:
    path.rename(path.with_name(path.name.removesuffix(_OPEN)))
    _sync_directory(path.parent)


def _suffixed(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone_in(root: Path) -> Iterator[None]:
    """Hold the directory's lock: a repair must not find a file that is made but not yet locked."""
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
