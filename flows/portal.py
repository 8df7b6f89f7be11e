"""One portal in one run: list its columns, see which links are due, visit them one after the other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from extractors.attachments import lent
from extractors.http import Pacing, Politeness, PoliteSession
from extractors.links import each_once, excluded, list_column, year_hint
from extractors.outcomes import jump_target
from extractors.registry import Column, Portal, RegistryError
from extractors.report import VERSION, Context, read_capture
from flows.attached import Attached, has_table, in_attachment, lent_context, link_of, settled
from flows.contexts import context_of
from flows.hosts import Hosts
from flows.progress import Reporter
from flows.schedule import Schedule
from flows.stopping import Stop
from schema.records import Capture, Fetch, Link, Outcome, Reading, ReadingStatus, Report
from warehouse.archive import Archive, Location
from warehouse.engine import Engine
from warehouse.errors import WarehouseError
from warehouse.ledger import PageState, documents_in, last_location, page_states, pages_alike, visited
from warehouse.load import Visit, store
from warehouse.results import LoadResult
from warehouse.sightings import known_links

_CATCH_ALL = 2  # other addresses with the same bytes; two may be one document that was published twice
_REPORTS = frozenset({ReadingStatus.REPORT, ReadingStatus.NO_TABLE})
# The ends of a list page after which a column without a link is empty; after any other nobody has seen it.
_SEEN = frozenset({Outcome.FETCHED, Outcome.UNCHANGED, Outcome.STUB, Outcome.SOFT_404, Outcome.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Job:
    """What all steps of one run share.

    With `again` known pages are visited whether they are due or not, with `missing` only those that were not read yet.

    `read` reads a body as `extractors.report.read_capture` does, wherever it does so; `pacing` is what all sessions
    of the run know of the hosts; `hosts` are those that it may ask now.
    """

    run_id: int
    engine: Engine
    archive: Archive
    reporter: Reporter
    stop: Stop
    now: datetime
    hosts: Hosts
    read: Callable[..., Reading] = read_capture
    pacing: Pacing | None = None
    contact: str = ""
    again: bool = False
    missing: bool = False


class PortalCrawl:
    """The visits to one portal; a context manager, for it holds the connections.

    No dataclass, since Prefect would walk through every page state of one whenever it is handed to a task.
    """

    def __init__(self, job: Job, portal: Portal) -> None:
        self._job, self.portal = job, portal
        self._states = page_states(job.engine, portal.id)
        self._schedule = Schedule(job.now, timedelta(days=portal.revisit_days), job.again, job.missing)
        self.found = 0
        self._session = PoliteSession(portal, Politeness(contact=job.contact), job.pacing, self._recall)
        self._attached: set[str] = set()  # the files that were asked for with their pages

    def __enter__(self) -> "PortalCrawl":
        return self

    def __exit__(self, *raised: object) -> None:
        self._session.close()

    def list_links(self) -> list[Link]:
        """List every column, keep the list pages, and give the links that this run has not visited yet, each once.

        Reports that are in no list any more come last: one may be edited or taken down after it has left its list.
        Raises RegistryError without columns.
        """
        if not self.portal.columns:
            raise RegistryError("no column is entered for it yet; the notes of its file say what to look up")
        links: list[Link] = []
        for column in self.portal.columns:
            if self._job.stop:
                break
            links += self._list(column)
        done = visited(self._job.engine, self._job.run_id, self.portal.id)
        known = list(each_once([*links, *self._known_reports()]))
        self.found = len(known)
        return [link for link in known if link.url not in done]

    @property
    def cost(self) -> tuple[int, int]:
        """Requests made so far, and bytes received."""
        return self._session.requests, self._session.received

    def due(self, links: Iterable[Link]) -> list[Link]:
        """The links whose pages are to be asked for today."""
        return [link for link in links if self._schedule.is_due(self._states.get(link.url))]

    def visit(self, links: Sequence[Link]) -> None:
        """Visit links in order, until the last or until a stop is asked for."""
        for link in links:
            if self._job.stop:
                return
            if link.url not in self._attached:
                self._visit(link)

    def _known_reports(self) -> list[Link]:
        """Pages without a table first: the files that are attached to them come with them."""
        columns = {column.id for column in self.portal.columns}
        known = known_links(self._job.engine, self.portal.id)
        states = ((link, self._states.get(url)) for url, link in known.items() if link.column in columns)
        reports = [(link, state.reading) for link, state in states if state and state.reading in _REPORTS]
        return [link for link, _ in sorted(reports, key=lambda one: one[1] is not ReadingStatus.NO_TABLE)]

    def _list(self, column: Column) -> list[Link]:
        links: list[Link] = []
        ends: set[Outcome] = set()
        for page in list_column(self.portal, column, self._session):
            state = self._states.get(page.fetch.url)
            fetch = _known_or_new(page.fetch, state)
            self._store("list", fetch, location=self._keep(fetch, state))
            links.extend(page.links)
            ends.add(fetch.outcome)
            self._job.reporter.found(self.portal.id, len(links))
            if self._job.stop:
                return links
        if not links and ends <= _SEEN and (before := documents_in(self._job.engine, self.portal.id, column.id)):
            detail = f"no link in the column, where {before} documents were found before"
            self._store("list", Fetch(self.portal.address(column), Outcome.EMPTY, detail))
        return links

    def _recall(self, url: str) -> Capture | None:
        """What a list page last showed, if it can be asked whether it still does."""
        state = self._states.get(url)
        if state is None or state.kind != "list" or not (state.etag or state.last_modified):
            return None
        location = last_location(self._job.engine, self.portal.id, url)
        try:
            return self._job.archive.read(location) if location else None
        except WarehouseError:  # the archive was moved or cut: the page is asked for anew
            return None

    def _visit(self, link: Link) -> LoadResult:
        """Fetch one document, keep its bytes, read it and load what it says.

        The bytes are on disk before the ledger knows of them: a kill in between costs a request, no report.
        """
        state = self._states.get(link.url)
        fetch = self._fetch(link, state)
        location = self._keep(fetch, state)
        is_fetched = fetch.outcome is Outcome.FETCHED
        reading = self._read(fetch.capture, context_of(self.portal, link)) if fetch.capture and is_fetched else None
        if reading and self._is_catch_all(fetch, reading):
            fetch = replace(fetch, outcome=Outcome.STUB, detail="the same page as at other addresses")
            reading = None
        if page := reading or self._reading_before(fetch, link, state):
            has_table = self._visit_attached(link, fetch.url, page)
            reading = in_attachment(page) if reading and has_table else reading
        result = self._store("document", fetch, link, location, reading)
        what = (fetch.outcome, *([reading.status] if reading else []), result, link.title)
        self._job.reporter.done(self.portal.id, " ".join(what))
        return result

    def _reading_before(self, fetch: Fetch, link: Link, state: PageState | None) -> Reading | None:
        """What an unchanged page without a table reads as, from the archive: its files may have changed."""
        if fetch.outcome is not Outcome.UNCHANGED or state is None or state.reading is not ReadingStatus.NO_TABLE:
            return None
        location = last_location(self._job.engine, self.portal.id, link.url)
        try:
            return self._read(self._job.archive.read(location), context_of(self.portal, link)) if location else None
        except WarehouseError:  # the archive was moved or cut
            return None

    def _visit_attached(self, link: Link, address: str, page: Reading) -> bool:
        """Visit the files of a page without a table; whether one of them has it, now or since an earlier night.

        Each is a page of the ledger of its own, under the title of the page that it hangs on.
        """
        files = [*link.attachments, *page.attachments] if page.status is ReadingStatus.NO_TABLE else []
        read: list[Attached] = []
        for file in {file.url: file for file in files}.values():
            state = self._states.get(file.url)
            if self._job.stop or any(one.is_whole for one in read):
                break
            if file.url not in self._attached and self._schedule.is_due(state):
                read.append(self._fetch_attached(link_of(file, link, page.report), address, page.report, state))
                self._attached.add(file.url)
        for one in settled(read):
            result = self._store("document", one.fetch, one.link, one.location, one.reading)
            what = (
                one.fetch.outcome,
                *([one.reading.status] if one.reading else []),
                result,
                "attached to",
                link.title,
            )
            self._job.reporter.done(self.portal.id, " ".join(what))
        return has_table(read, (self._states.get(file.url) for file in files))

    def _fetch_attached(self, link: Link, referer: str, page: Report | None, state: PageState | None) -> Attached:
        etag, last_modified = (state.etag, state.last_modified) if state else ("", "")
        fetch = self._session.get(link.url, etag=etag, last_modified=last_modified, referer=referer)
        fetch = _known_or_new(fetch, state)
        location = self._keep(fetch, state)
        if fetch.capture is None or fetch.outcome is not Outcome.FETCHED:
            return Attached(link, fetch, location)
        reading = self._read(fetch.capture, lent_context(context_of(self.portal, link), page))
        return Attached(link, fetch, location, lent(reading, page))

    def _fetch(self, link: Link, state: PageState | None) -> Fetch:
        if reason := excluded(link):
            return Fetch(link.url, Outcome.EXCLUDED, reason)
        etag, last_modified = (state.etag, state.last_modified) if state else ("", "")
        fetch = self._session.get(link.url, etag=etag, last_modified=last_modified)
        if target := jump_target(fetch):  # a page that only sends on by script; once, for the next may send back
            fetch = replace(self._session.get(target, referer=link.url), url=link.url)
        return _known_or_new(fetch, state)

    def _keep(self, fetch: Fetch, state: PageState | None) -> Location | None:
        """Archive what came, if it is new; gives where it can be read.

        Of a document that has not changed there is a revisit record, for those who replay the archive. A page that is
        as gone as it was would fill it every run.
        """
        if fetch.capture is None:
            return None
        if fetch.outcome is Outcome.UNCHANGED:
            if state and state.kind == "document" and state.original:
                self._job.archive.write_revisit(fetch.capture, state.original)
            return None
        as_before = fetch.outcome is not Outcome.FETCHED and state is not None and state.outcome is fetch.outcome
        return None if as_before else self._job.archive.write(fetch.capture)

    def _read(self, capture: Capture, context: Context) -> Reading:
        kind = capture.header("content-type")
        return self._job.read(capture.body, content_type=kind, url=capture.url, context=context)

    def _is_catch_all(self, fetch: Fetch, reading: Reading) -> bool:
        """Whether the portal answers every address with this page, which holds no report."""
        if fetch.capture is None or reading.status is ReadingStatus.REPORT:
            return False
        return pages_alike(self._job.engine, self.portal.id, fetch.url, fetch.capture.digest) >= _CATCH_ALL

    def _store(
        self,
        kind: Literal["list", "document"],
        fetch: Fetch,
        link: Link | None = None,
        location: Location | None = None,
        reading: Reading | None = None,
    ) -> LoadResult:
        year = year_hint(link) if link else None
        visit = Visit(self._job.run_id, self.portal.id, kind, fetch, link, location, reading, VERSION, year)
        return store(self._job.engine, visit)


def _known_or_new(fetch: Fetch, state: PageState | None) -> Fetch:
    """A 200 that brings the bytes of the last visit is `unchanged`: not archived and not read again."""
    known = state is not None and fetch.capture is not None and fetch.capture.digest == state.digest
    return replace(fetch, outcome=Outcome.UNCHANGED) if known and fetch.outcome is Outcome.FETCHED else fetch
