"""WARC files while they are written, by a living process or by one that died: locked, and their end always told."""

import fcntl
import os
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from itertools import count
from pathlib import Path

from warehouse.warc import info_bytes

OPEN = ".open"
_TORN = ".torn"
_GZIP = 16 + zlib.MAX_WBITS
_CHUNK = 1 << 20
_numbers = count(1)  # of the files that this process has begun


class OpenFile:
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
        _finish(suffixed(self.path, OPEN))
        self._raw.close()


def finish_dead(root: Path) -> list[str]:
    """Finish the files of dead processes; says for each what was done. Files of living ones are left alone.

    A record that was being written when its process died is cut off and kept beside the file as `.torn`.
    A file without a whole record goes away altogether.
    """
    with _alone_in(root):
        return [done for path in sorted(root.glob(f"*{OPEN}")) if (done := _repair_file(path))]


def _repair_file(path: Path) -> str:
    with path.open("r+b") as file:
        if not _lock(file.fileno()):
            return ""
        end = _whole_members(path)
        torn = path.stat().st_size - end
        name = path.name.removesuffix(OPEN)
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
    # The host as well, or two machines that share an archive might give one name to two files; and a number that never
    # comes back, since a file that was sent away is not here to be seen.
    host = zlib.crc32(socket.gethostname().encode())
    path = root / f"nianbao-{datetime.now(UTC):%Y%m%d%H%M%S}-{host:08x}-{os.getpid()}-{next(_numbers)}.warc.gz"
    raw = FileIO(suffixed(path, OPEN), "x+")
    _lock(raw.fileno())
    _sync_directory(root)  # or a power cut forgets the name of what is fsynced into it
    return path, raw


def _finish(path: Path) -> None:
    path.rename(path.with_name(path.name.removesuffix(OPEN)))
    _sync_directory(path.parent)


def suffixed(path: Path, suffix: str) -> Path:
    """The path with more at the end of its name."""
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
