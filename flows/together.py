"""Archived pages read again together with the files that are attached to them, as a crawl reads them.

A page without a table lends what it says to its files, and hands its report over to the one that has the table; which
one that is follows from all files that were read in the same run.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from extractors.attachments import lent, without_table
from flows.attached import in_attachment, settled_readings
from schema.records import Reading, ReadingStatus, Report
from warehouse.histories import Body, Group, History

ReadBody = Callable[[History, Body, Report | None], Reading]  # the last is what a page says that lends it
_Of = tuple[History, Body]


def read_together(group: Group, read: ReadBody) -> dict[int, Reading]:
    """The readings of a group of pages, by visit."""
    pages = {(page.portal_id, page.url): page for page in group}
    files: defaultdict[tuple[str, str], list[History]] = defaultdict(list)
    for page in group:
        if page.attached_to:
            files[page.portal_id, page.attached_to].append(page)
    alone = (page for page in group if (page.portal_id, page.attached_to) not in pages)
    return {
        visit_id: reading
        for page in alone
        for visit_id, reading in _read_page(page, files.get((page.portal_id, page.url), ()), read)
    }


def _read_page(page: History, files: Sequence[History], read: ReadBody) -> Iterator[tuple[int, Reading]]:
    shown: dict[str, ReadingStatus] = {}  # by address: what each file last was
    lender = Reading(ReadingStatus.NO_TABLE)
    for own, attached in _runs(page, files):
        readings = [(body, read(page, body, None)) for body in own]
        lender = readings[-1][1] if readings else lender
        for (file, body), reading in zip(attached, _of_files(attached, lender, read), strict=True):
            shown[file.url] = reading.status
            yield body.visit_id, reading
        for body, reading in readings:
            hands_over = reading.status is ReadingStatus.NO_TABLE and ReadingStatus.REPORT in shown.values()
            yield body.visit_id, in_attachment(reading) if hands_over else reading


def _of_files(attached: Sequence[_Of], page: Reading, read: ReadBody) -> Iterable[Reading]:
    """What the files are that were read in one run. Those of a page that has its own table are no reports."""
    readings = [lent(read(file, body, page.report), page.report) for file, body in attached]
    return settled_readings(readings) if page.status is ReadingStatus.NO_TABLE else map(without_table, readings)


def _runs(page: History, files: Sequence[History]) -> Iterator[tuple[list[Body], list[_Of]]]:
    """The bodies of each run, the page's own and those of its files, in the order of time."""
    own: defaultdict[int, list[Body]] = defaultdict(list)
    attached: defaultdict[int, list[_Of]] = defaultdict(list)
    for body in page.bodies:
        own[body.run_id].append(body)
    for file in files:
        for body in file.bodies:
            attached[body.run_id].append((file, body))
    seen = {run: min(body.seen for body in bodies) for run, bodies in own.items()}
    seen = {run: min(body.seen for _, body in pairs) for run, pairs in attached.items()} | seen
    for run in sorted(seen, key=lambda run: seen[run]):
        yield own.get(run, []), attached.get(run, [])
