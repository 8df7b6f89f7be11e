"""What the warehouse knows of a portal's pages, for those who bring captures of them from elsewhere."""

from collections import defaultdict
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Engine, Row, select

from schema.records import Capture, Link
from warehouse.archive import Location
from warehouse.tables import capture, page, visit
from warehouse.warc import Original


class Sightings:
    """The pages of one portal: `links` that led to its documents, by URL, and when which bytes were seen."""

    def __init__(self) -> None:
        self.links: dict[str, Link] = {}
        self._seen: defaultdict[str, set[tuple[datetime, str]]] = defaultdict(set)

    @classmethod
    def of(cls, engine: Engine, portal_id: str) -> Self:
        """Ask the warehouse, once: a file has thousands of pages."""
        known = cls()
        known.links = known_links(engine, portal_id)
        seen = select(page.c.url, capture.c.fetched_at, capture.c.digest).select_from(visit).join(page)
        seen = seen.join(capture, visit.c.capture_id == capture.c.id)
        with engine.connect() as connection:
            for row in connection.execute(seen.where(page.c.portal_id == portal_id)):
                known._seen[row.url].add((row.fetched_at, row.digest))
        return known

    def add(self, seen: Capture) -> None:
        """Take note of a capture that was stored."""
        self._seen[seen.requested_url].add((seen.fetched_at, seen.digest))

    def has(self, seen: Capture) -> bool:
        """Whether this capture is archived. By its bytes as well: many tools write dates to the second only."""
        return (seen.fetched_at, seen.digest) in self._seen[seen.requested_url]

    def is_as_before(self, seen: Capture) -> bool:
        """Whether the last bytes that were seen at its address before it are the same."""
        before = max((one for one in self._seen[seen.requested_url] if one[0] <= seen.fetched_at), default=None)
        return before is not None and before[1] == seen.digest


def known_links(engine: Engine, portal_id: str) -> dict[str, Link]:
    """The links that have led to documents of a portal, by URL."""
    columns = (page.c.url, page.c.title, page.c.column_id, page.c.listed_on, page.c.agency, page.c.organ)
    links = select(*columns, page.c.attached_to).where(page.c.column_id != "")
    with engine.connect() as connection:
        found = connection.execute(links.where(page.c.portal_id == portal_id, page.c.kind == "document"))
        # A file that is visited without its page must not forget what it is attached to.
        return {row.url: _link(row) for row in found}


def _link(row: Row[Any]) -> Link:
    known = (row.title, row.column_id, row.listed_on, row.agency, row.organ)
    return Link(row.url, *known, attached_to=row.attached_to)


def location_of(engine: Engine, original: Original) -> Location | None:
    """Where the capture of this address and time rests; None if there is none."""
    place = select(capture.c.file, capture.c.file_offset, capture.c.record_length)
    found = place.where(capture.c.url == original.url, capture.c.fetched_at == original.fetched_at).limit(1)
    with engine.connect() as connection:
        row = connection.execute(found).one_or_none()
    return None if row is None else Location(*row)
