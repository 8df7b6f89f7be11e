"""Taking in WARC files that other tools made: as they are, once, and under their own name if nobody has it."""

import hashlib
import os
import shutil
from pathlib import Path

from warehouse.remote import Remote


def take(file: Path, folder: Path, remote: Remote | None) -> str:
    """Copy a file to `folder`, or to `remote` if there is one; the name that it has there. Raises OSError.

    A file of that name with other bytes keeps it: the new one gets a piece of its digest into its name. A copy and
    no hard link, since the tool that made the file may write on.
    """
    if remote is None and file.resolve().parent == folder.resolve():
        return file.name
    digest = _digest(file)
    for name in (file.name, f"{digest[:12]}-{file.name}"):
        held = remote.digest(name) if remote else _digest_or_none(folder / name)
        if held is None:
            _put(file, folder, name, remote)
        if held in (None, digest):
            return name
    raise FileExistsError(f"{name} is there with other bytes")


def _put(file: Path, folder: Path, name: str, remote: Remote | None) -> None:
    if remote:
        remote.send(file, name)
        return
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"{name}.{os.getpid()}.part"  # under its own name it would be taken for whole after a kill
    shutil.copyfile(file, half)
    with half.open("rb") as copy:
        os.fsync(copy.fileno())
    half.rename(folder / name)


def _digest_or_none(file: Path) -> str | None:
    return _digest(file) if file.exists() else None


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
