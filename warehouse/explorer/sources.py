"""The archived responses behind the figures, and how they are shown: by a function that the caller brings along.

Which cell of a document is meant is for the reader of documents to say, and that is another room.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from sqlalchemy import Engine, select

from schema.records import Capture, Place
from warehouse.archive import Archive, Location
from warehouse.errors import WarehouseError
from warehouse.explorer.pages.cell import Response
from warehouse.tables import capture

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
    """The archive, what shows a response of it, and for a release the warehouse that knows where a response rests."""

    def __init__(self, archive: Archive, viewer: Viewer, warehouse: Engine | None = None) -> None:
        self._archive, self._viewer, self._warehouse = archive, viewer, warehouse
        self.shown = lru_cache(_KEPT)(self._shown)

    def capture(self, response: Response) -> Capture:
        """The response with its bytes. Raises WarehouseError when the archive here does not have it."""
        location = response.location or self._find(response)
        if location is None:
            raise WarehouseError("the release does not say where its bytes are, and no warehouse here knows it")
        return self._archive.read(location)

    def _find(self, response: Response) -> Location | None:
        if self._warehouse is None:
            return None
        same = (capture.c.digest == response.digest, capture.c.url == response.url)
        place = select(capture.c.file, capture.c.file_offset, capture.c.record_length).where(*same)
        with self._warehouse.connect() as connection:
            found = connection.execute(place.order_by(capture.c.id).limit(1)).first()
        return Location(*found) if found else None

    def _shown(self, response: Response, place: Place | None) -> Shown:
        kept = self.capture(response)
        return self._viewer(kept.body, kept.header("Content-Type"), place)
