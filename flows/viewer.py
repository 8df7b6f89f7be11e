"""Archived documents as pages that are safe to look at, made in a process apart: a document may be anybody's.

One that takes its reader down, or keeps it busy, costs a page that cannot be shown.
"""

from functools import partial
from typing import Self

from extractors.documents.mark import Shown, Unreadable, show_source
from flows.readers import Readers, Undone
from schema.records import Place
from warehouse.errors import WarehouseError

_SECONDS = 10.0  # for one document; pages take some hundredths


class Viewer:
    """Two worker processes that show documents, so that one at its limit is not all there is; a context manager."""

    def __init__(self) -> None:
        self._readers = Readers(2, _SECONDS)

    def __enter__(self) -> Self:
        self._readers.submit(int)  # begins the workers, so that the first reader's click does not have to
        return self

    def __exit__(self, *raised: object) -> None:
        self._readers.__exit__(*raised)

    def show(self, body: bytes, content_type: str, place: Place | None) -> Shown:
        """The document with a cell marked. Raises WarehouseError, which says why, for one that cannot be shown."""
        try:
            return self._readers.submit(partial(show_source, body, content_type, place)).result()
        except (Undone, Unreadable) as error:
            raise WarehouseError(str(error)) from error
