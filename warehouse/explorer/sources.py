"""The archived responses behind the figures, and how they are shown: by a function that the caller brings along.

Which cell of a document is meant is for the reader of documents to say, and that is another room.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from schema.records import Capture, Place
from warehouse.archive import Archive
from warehouse.explorer.pages.cell import Response

_KEPT = 32  # pages; the cells of one report are looked at one after the other


class Shown(Protocol):
    """A page that is safe to look at."""

    @property
    def html(self) -> str:
        """The page."""

    @property
    def marked(self) -> str:
        """What is marked in it: `cell`, `row`, `line`, or nothing."""

    @property
    def as_read(self) -> bool:
        """Whether it is what the reader took down, and not the page as it was sent."""


# Takes body, content type and place; raises WarehouseError, which says why, for what cannot be shown.
Viewer = Callable[[bytes, str, Place | None], Shown]


class Sources:
    """The archive, and what shows a response of it."""

    def __init__(self, archive: Archive, viewer: Viewer) -> None:
        self._archive, self._viewer = archive, viewer
        self.shown = lru_cache(_KEPT)(self._shown)

    def capture(self, response: Response) -> Capture:
        """The response with its bytes. Raises WarehouseError when the archive here does not have it."""
        return self._archive.read(response.location)

    def _shown(self, response: Response, place: Place | None) -> Shown:
        capture = self.capture(response)
        return self._viewer(capture.body, capture.header("Content-Type"), place)
