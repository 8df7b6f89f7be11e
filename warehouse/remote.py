"""Finished files at an address that fsspec knows: s3://, memory://, file:// and what else is installed.

Such a place takes whole files only, so one that is there is complete, and none is ever changed.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec.core

from warehouse.errors import WarehouseError


class Remote:
    """The folder at a URL. Raises WarehouseError when nothing here can talk to it."""

    def __init__(self, url: str) -> None:
        try:
            self._system, self._base = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise WarehouseError(f"the archive {url} cannot be reached: {' '.join(str(error).split())}") from error
        self._url = url

    def send(self, file: Path, name: str) -> None:
        """Copy a file there. Raises WarehouseError when it cannot be done; the file is where it was."""
        try:
            with _as_os_error():
                self._system.makedirs(self._base, exist_ok=True)
                self._system.put_file(str(file), self._path(name))
        except OSError as error:
            raise WarehouseError(
                f"cannot send {name} to the archive {self._url} ({error}); it stays in {file.parent},"
                " and the next run sends it"
            ) from error

    def digest(self, name: str) -> str | None:
        """SHA-256 of a file, in hex; None if there is none of that name. Raises OSError."""
        with _as_os_error():
            if not self._system.isfile(self._path(name)):
                return None
            with self._system.open(self._path(name), "rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()

    def sizes(self, ends: tuple[str, ...]) -> dict[str, int]:
        """Bytes of the files whose names end so, by name. Raises WarehouseError."""
        try:
            with _as_os_error():
                listed = self._system.ls(self._base, detail=True) if self._system.isdir(self._base) else []
        except OSError as error:
            raise WarehouseError(f"cannot list the archive {self._url} ({error})") from error
        names = {one["name"].rpartition("/")[2]: int(one["size"] or 0) for one in listed}
        return {name: size for name, size in names.items() if name.endswith(ends)}

    def read(self, name: str, start: int, length: int) -> bytes:
        """A part of a file. Raises FileNotFoundError, or another OSError."""
        with _as_os_error():
            return bytes(self._system.cat_file(self._path(name), start=start, end=start + length))

    def _path(self, name: str) -> str:
        return f"{self._base.rstrip('/')}/{name}"


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Each store's library has errors of its own: a bucket that does not answer raises botocore's."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {' '.join(str(error).split())}") from error
