"""Where an archive is: a local folder, or an address that fsspec knows."""

import hashlib
from pathlib import Path
from typing import NamedTuple, Self


class ArchivePlace(NamedTuple):
    """`folder` is where files are written; with `url` they go there once they are finished, else they stay."""

    folder: Path
    url: str = ""

    @classmethod
    def of(cls, text: str, spool: Path) -> Self:
        """The place that a person named: a path, or a URL with a folder of its own in `spool`.

        A folder for each URL, or what a dead run left for one would be sent to another.
        """
        if "://" not in text:
            return cls(Path(text).absolute())
        return cls(spool.absolute() / hashlib.sha256(text.encode()).hexdigest()[:16], text)

    def __str__(self) -> str:
        return self.url or str(self.folder)
