"""The readings of a group of pages, as a crawl comes to them: a page without a table and its files look to each other.

A file is read with what its page knows of it; of the files that came in one run with a page the fullest is the report,
and the page hands its own over to them (see `flows.attached`). Which files a page has is told by the ledger: they
stand there under its link.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from extractors.attachments import best_of, lent, without_table
from flows.attached import in_attachment
from schema.records import Reading, ReadingStatus, Report
from warehouse.histories import Body, Group, History

ReadBody = Callable[[History, Body, Report | None], Reading]  # with the page that lends what it knows
_Seen = tuple[History, Body]


def read_group(group: Group, is_file: Callable[[Body], bool], read: ReadBody) -> dict[int, Reading]:
    """The readings of all bodies of a group, by visit."""
    bodies = sorted(((page, body) for page in group for body in page.bodies), key=lambda one: one[1].seen)
    files = {one[1].visit_id for one in bodies if len(group) > 1 and is_file(one[1])}
    texts = [one for one in bodies if one[1].visit_id not in files]
    readings = {body.visit_id: read(page, body, None) for page, body in texts}
    rounds: defaultdict[tuple[int, int], list[_Seen]] = defaultdict(list)
    for page, body in bodies:
        if body.visit_id in files:
            text = _page_of(page, body, texts)
            lender = readings[text[1].visit_id] if text else None
            readings[body.visit_id] = _read_file(page, body, lender, read)
            if text and lender and lender.status is ReadingStatus.NO_TABLE:
                rounds[text[0].page_id, body.run_id].append((page, body))
    for some in rounds.values():
        readings |= _settled(some, readings)
    return readings | dict(_handed_over(texts, rounds, readings))


def _page_of(file: History, body: Body, texts: Sequence[_Seen]) -> _Seen | None:
    """What the page that a file hangs on showed when the file came; None if it hangs on none."""
    before = (one for one in texts if _hangs(file, one[0]) and one[1].seen <= body.seen)
    return max(before, key=lambda one: one[1].seen, default=None)


def _hangs(file: History, page: History) -> bool:
    return file.link is not None and page.link == replace(file.link, url=page.url)


def _read_file(page: History, body: Body, lender: Reading | None, read: ReadBody) -> Reading:
    if lender is None:
        return read(page, body, None)
    if lender.status is not ReadingStatus.NO_TABLE:  # the page has the report itself, and would not have sent for files
        return without_table(read(page, body, None))
    return lent(read(page, body, lender.report), lender.report)


def _settled(files: Iterable[_Seen], readings: dict[int, Reading]) -> dict[int, Reading]:
    """The fullest of the files is the report, and what else was read is none; as `flows.attached.settled`."""
    found = {body.visit_id: readings[body.visit_id] for _, body in sorted(files, key=lambda one: one[1].visit_id)}
    best = best_of(found.values())
    return {
        visit_id: reading if number == best or reading.status is ReadingStatus.UNREADABLE else without_table(reading)
        for number, (visit_id, reading) in enumerate(found.items())
    }


def _handed_over(
    texts: Sequence[_Seen], rounds: dict[tuple[int, int], list[_Seen]], readings: dict[int, Reading]
) -> Iterator[tuple[int, Reading]]:
    """The pages of which a file has the table, at the time or since an earlier one."""
    for page, body in texts:
        reading = readings[body.visit_id]
        later = min((other.seen for one, other in texts if one is page and other.seen > body.seen), default=None)
        if reading.status is ReadingStatus.NO_TABLE:
            known: dict[int, Reading] = {}
            for (page_id, _), files in rounds.items():
                if page_id == page.page_id:
                    there = [one for one in files if later is None or one[1].seen < later]
                    known |= {file.page_id: readings[each.visit_id] for file, each in there}
            if any(one.status is ReadingStatus.REPORT for one in known.values()):
                yield body.visit_id, in_attachment(reading)
