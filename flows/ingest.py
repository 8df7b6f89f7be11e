"""What other tools crawled: WARC files through the same reader into the same warehouse.

Every record of a page ends in a `Fate`. A file that holds something to load is copied into the archive as it is, so
that its numbers lead to their bytes there; a revisit that shows something else than the page showed before is
written out with the bytes that it refers to. What a page looked like when is told by the records' own dates, so it
does not matter in which order files come. No portal is asked for anything.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from extractors.outcomes import classify
from extractors.registry import Portal
from extractors.report import VERSION
from flows.contexts import context_of
from flows.readers import Readers, is_page
from flows.stopping import Stop
from schema.records import Capture, Fetch, Outcome, Reading, ReadingStatus
from warehouse.archive import Archive, Location, Original
from warehouse.batch import store_many
from warehouse.engine import Engine
from warehouse.errors import WarehouseError
from warehouse.load import Visit
from warehouse.sightings import Sightings, location_of
from warehouse.warc_read import Record, capture_of, read_record_at, records

_BATCH = 500  # pages that are loaded at once; a kill costs no more than to read these again
# Content types that a report may come with; the bytes decide. Pictures and scripts of pages are none.
_READABLE = frozenset(
    "text/html application/xhtml+xml text/plain application/pdf application/msword application/rtf text/rtf "
    "application/vnd.ms-excel application/vnd.ms-works application/kswps application/octet-stream "
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document "
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".split()
) | {""}
_ANYTHING = "application/octet-stream"  # a file as some servers send it; a font, too


class Fate(StrEnum):
    """What became of a page's record. Those that were loaded are told in detail by the run's summary."""

    LOADED = "loaded"
    KNOWN = "in the warehouse already"
    SAME = "unchanged since the capture before"
    NO_PORTAL = "no portal of the registry has this host"
    MANY_PORTALS = "several portals have this host (say which with --portal)"
    NO_PAGE = "no page was answered"
    NO_DOCUMENT = "neither a page nor a file that is read"
    NO_REPORT = "no report"
    OTHER_YEAR = "a report of another year"
    NO_ORIGINAL = "a revisit, and the page it refers to is not known (give the file that has it as well, before)"
    UNDECODABLE = "cannot be decoded"


OURS = frozenset({Fate.LOADED, Fate.KNOWN, Fate.SAME})
Fates = Counter[tuple[Fate, str]]  # with a detail: the host, the content type, the status, the reason


@dataclass(slots=True)
class Taken:
    """One file: what became of its pages, and why it could not be read to its end, if so."""

    file: Path
    fates: Fates = field(default_factory=Counter)
    failure: str = ""


class _Lost(Exception):
    """A revisit without its original."""


class Intake:
    """Takes files in for one run. `only` is the portal that every page is of; without it the host decides.

    With `years` only reports of these are loaded.
    """

    def __init__(
        self,
        run_id: int,
        engine: Engine,
        archive: Archive,
        portals: Sequence[Portal],
        only: Portal | None,
        readers: Readers,
        years: Collection[int] = (),
    ) -> None:
        self._years, self._readers = frozenset(years), readers
        self._run_id, self._engine, self._archive = run_id, engine, archive
        self._hosts, self._only = _by_host(portals), only
        self._known: dict[str, Sightings] = {}
        self._originals: dict[Original | str, tuple[Path, int, int]] = {}
        self._names: dict[Path, str] = {}
        self._read: list[Visit] = []  # and not stored yet

    def read(self, file: Path, stop: Stop, moved: Callable[[int], None]) -> Taken:
        """Load what a file holds; `moved` is told the byte at which each record ends."""
        taken = Taken(file)
        try:
            for record in records(file, lambda url: len(self._portals(url)) == 1):
                if stop:
                    break
                taken.fates[self._take(file, record)] += 1
                moved(record.offset + record.length)
        except WarehouseError as error:
            taken.failure = str(error).removeprefix(f"{file}: ")
        self._store()
        return taken

    def _store(self) -> None:
        store_many(self._engine, self._read)
        self._read.clear()

    def _portals(self, url: str) -> Sequence[Portal]:
        return (self._only,) if self._only else self._hosts.get(host_of(url), ())

    def _take(self, file: Path, record: Record) -> tuple[Fate, str]:
        portals = self._portals(record.url)
        if len(portals) != 1:
            return (Fate.MANY_PORTALS if portals else Fate.NO_PORTAL), host_of(record.url)
        self._remember(file, record)
        known = self._sightings(portals[0])
        try:
            capture = self._capture(record)
        except _Lost:
            return Fate.NO_ORIGINAL, ""
        except ValueError as error:
            return Fate.UNDECODABLE, str(error)
        if known.has(capture):
            return Fate.KNOWN, ""
        if record.kind == "revisit" and known.is_as_before(capture):
            return Fate.SAME, ""
        return self._load(file, record, capture, portals[0])

    def _load(self, file: Path, record: Record, capture: Capture, portal: Portal) -> tuple[Fate, str]:
        outcome, _ = classify(capture)
        content_type = capture.header("Content-Type").partition(";")[0].strip().lower()
        if outcome is not Outcome.FETCHED:
            return Fate.NO_PAGE, str(outcome if capture.status == 200 else capture.status)
        if content_type not in _READABLE or (content_type == _ANYTHING and is_page(capture.body)):
            return Fate.NO_DOCUMENT, content_type
        known, url = self._sightings(portal), capture.requested_url
        link = known.links.get(url)
        reading = self._reading(portal, capture, known)
        if reason := _no_report(reading, is_listed=link is not None):
            return Fate.NO_REPORT, reason
        if self._years and reading.report and reading.report.year not in self._years:
            return Fate.OTHER_YEAR, str(reading.report.year or "unknown")
        location = self._locate(file, record, capture)
        fetch = Fetch(url, Outcome.FETCHED, "", capture)
        self._read.append(Visit(self._run_id, portal.id, "document", fetch, link, location, reading, VERSION))
        known.add(capture)
        if len(self._read) >= _BATCH:
            self._store()
        return Fate.LOADED, ""

    def _reading(self, portal: Portal, capture: Capture, known: Sightings) -> Reading:
        """Read a page with what an earlier crawl knew of the link to it."""
        context = context_of(portal, known.links.get(capture.requested_url))
        kind = capture.header("Content-Type")
        return self._readers.read_file(capture.body, content_type=kind, url=capture.url, context=context)

    def _locate(self, file: Path, record: Record, capture: Capture) -> Location:
        if record.kind == "revisit":
            return self._archive.write(capture)
        if file not in self._names:
            self._names[file] = self._archive.take(file)
        return Location(self._names[file], record.offset, record.length)

    def _sightings(self, portal: Portal) -> Sightings:
        if portal.id not in self._known:
            self._known[portal.id] = Sightings.of(self._engine, portal.id)
        return self._known[portal.id]

    def _remember(self, file: Path, record: Record) -> None:
        """Where a page is that later revisits may refer to, by address and time or, in older files, by digest alone."""
        if record.kind == "response":
            place = (file, record.offset, record.length)
            self._originals[Original(record.url, record.fetched_at)] = place
            self._originals.setdefault(record.payload_digest, place)

    def _capture(self, record: Record) -> Capture:
        if record.kind != "revisit":
            return capture_of(record)
        original = self._original(record)
        return replace(original, requested_url=record.requested_url, url=record.url, fetched_at=record.fetched_at)

    def _original(self, record: Record) -> Capture:
        """The capture that a revisit refers to, from the files read so far or from the archive."""
        by_name = self._originals.get(record.original) if record.original else None
        by_digest = self._originals.get(record.payload_digest) if record.payload_digest else None
        if place := by_name or by_digest:
            return capture_of(read_record_at(*place))
        location = location_of(self._engine, record.original) if record.original else None
        if location is None:
            raise _Lost
        return self._archive.read(location)


def host_of(url: str) -> str:
    """The host of an address as the registry writes it: lower case, with its port if that is not the usual one."""
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return ""
    usual = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts.netloc.rpartition("@")[2].removesuffix(usual)


def _by_host(portals: Sequence[Portal]) -> Mapping[str, list[Portal]]:
    hosts: defaultdict[str, list[Portal]] = defaultdict(list)
    for portal in portals:
        for host in {host_of(portal.base_url), *map(str.lower, portal.hosts)}:
            hosts[host].append(portal)
    return dict(hosts)


def _no_report(reading: Reading, *, is_listed: bool) -> str:
    """Why a page is nothing to load; empty when it is a report, or may be one.

    Of the pages that nobody listed as a report, those without a table and without an agency or a year are any page of
    the portal, and not a report that the quarantine should keep.
    """
    if reading.status is ReadingStatus.NOT_REPORT:
        return reading.reason
    report = reading.report
    is_any_page = reading.status is ReadingStatus.NO_TABLE and not (report and report.agency and report.year)
    return reading.reason if is_any_page and not is_listed else ""


def largest(fates: Fates) -> Iterator[tuple[Fate, int, str]]:
    """Each fate with its count and its most frequent details in words, the most frequent fate first."""
    of_fate: defaultdict[Fate, Counter[str]] = defaultdict(Counter)
    for (fate, detail), count in fates.items():
        of_fate[fate][detail] += count
    for fate, details in sorted(of_fate.items(), key=lambda item: -item[1].total()):
        named = [f"{detail} {count}" for detail, count in details.most_common(5) if detail]
        more = ["..."] if len(details) > 5 else []
        yield fate, details.total(), ", ".join(named + more)
