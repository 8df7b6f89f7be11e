"""A page without a table and the files attached to it: which of them is the report."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from extractors.attachments import best_of, is_whole, published, without_table
from extractors.report import Context
from schema.records import IN_ATTACHMENT, Attachment, Fetch, Link, Reading, ReadingStatus, Report
from warehouse.archive import Location
from warehouse.ledger import PageState


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was asked for, under the link of the page that it hangs on."""

    link: Link
    fetch: Fetch
    location: Location | None
    reading: Reading | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is surely the report."""
        return self.reading is not None and is_whole(self.reading)


def link_of(file: Attachment, link: Link, page: Report | None) -> Link:
    """The link to a file: that of its page, with the publisher that the page names. The ledger keeps it for later."""
    publisher = (page.header.get("publisher") or page.agency) if page else None
    return replace(link, url=file.url, agency=publisher or link.agency, attachments=(), attached_to=link.url)


def lent_context(known: Context, page: Report | None) -> Context:
    """What is known of a file: what is known of its page, and what that page says of its title and date."""
    if page is None:
        return known
    return replace(known, link_title=page.title or known.link_title, listed_on=published(page) or known.listed_on)


def settled(files: Sequence[Attached]) -> Iterator[Attached]:
    """The files as they are stored."""
    read = iter(settled_readings([one.reading for one in files if one.reading]))
    for one in files:
        yield replace(one, reading=next(read)) if one.reading else one


def settled_readings(readings: Sequence[Reading]) -> Iterator[Reading]:
    """What the files of a page are: the fullest is the report, and what else was read of a page is none.

    What could not be read stays as it is: it may have been the report, and rests in quarantine.
    """
    best = best_of(readings)
    for number, reading in enumerate(readings):
        stays = number == best or reading.status is ReadingStatus.UNREADABLE
        yield reading if stays else without_table(reading)


def has_table(files: Iterable[Attached], before: Iterable[PageState | None]) -> bool:
    """Whether a file has the table, of those that were read now or as the ledger knows them."""
    now = any(one.reading and one.reading.status is ReadingStatus.REPORT for one in files)
    return now or any(state is not None and state.reading is ReadingStatus.REPORT for state in before)


def in_attachment(page: Reading) -> Reading:
    """The reading of a page whose table is in an attachment: that one is the report."""
    return replace(page, report=None, findings=(), reason=IN_ATTACHMENT)
