"""The steps of a crawl as plain functions: who goes side by side, list a portal's columns, visit one link."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from extractors.http import PoliteSession
from extractors.links import discover, excluded, year_hint
from extractors.registry import Portal, RegistryError, load_portals, pick
from extractors.report import VERSION, Context, read_capture
from flows.progress import Reporter
from flows.stopping import Stop
from schema.records import Capture, Fetch, Link, Outcome, Reading
from warehouse.archive import Archive, Location
from warehouse.engine import Engine
from warehouse.ledger import PageState, page_state
from warehouse.load import Visit, store
from warehouse.results import LoadResult


@dataclass(frozen=True, slots=True)
class Job:
    """What all steps of one run share."""

    run_id: int
    engine: Engine
    archive: Archive
    reporter: Reporter
    stop: Stop
    contact: str = ""


def choose(directory: Path, ids: Sequence[str]) -> list[Portal]:
    """The portals to crawl; raises RegistryError when there is none, for a run of nothing is not done."""
    chosen = pick(load_portals(directory), ids)
    if not chosen:
        raise RegistryError(f"{directory}: every portal there is blocked or a sample; name one to crawl it")
    return chosen


def lanes(portals: Sequence[Portal]) -> list[list[Portal]]:
    """Put the portals that share a host, directly or through another, into one lane."""
    grouped: list[tuple[set[str], list[Portal]]] = []
    for portal in portals:
        hosts = _hosts(portal)
        joined = [lane for lane in grouped if lane[0] & hosts]
        members = [member for lane in joined for member in lane[1]]
        grouped = [lane for lane in grouped if lane not in joined]
        grouped.append((hosts.union(*(lane[0] for lane in joined)), [*members, portal]))
    return [members for _, members in grouped]


def _hosts(portal: Portal) -> set[str]:
    return {urlsplit(portal.base_url).netloc.lower(), *(host.lower() for host in portal.hosts)}


def discover_links(job: Job, portal: Portal, session: PoliteSession) -> list[Link]:
    """List every column of a portal, keep the list pages, and give the links that stand on them."""
    links: list[Link] = []
    for page in discover(portal, session):
        state = page_state(job.engine, portal.id, page.fetch.url)
        fetch = _known_or_new(page.fetch, state)
        store(job.engine, Visit(job.run_id, portal.id, "list", fetch, location=_keep(job, fetch, state)))
        links.extend(page.links)
        job.reporter.found(portal.id, len(links))
        if job.stop:
            break
    return links


def links_by_year(links: Iterable[Link], years: Sequence[int]) -> dict[int | None, list[Link]]:
    """Group the links by the report year that their titles or dates suggest, the oldest year first.

    With `years` the links of other years are left out; those that suggest none (None, at the end) stay
    in, because only their documents can tell.
    """
    groups: defaultdict[int | None, list[Link]] = defaultdict(list)
    for link in links:
        year = year_hint(link)
        if not years or year is None or year in years:
            groups[year].append(link)
    return dict(sorted(groups.items(), key=lambda group: (group[0] is None, group[0] or 0)))


def visit_link(job: Job, portal: Portal, session: PoliteSession, link: Link) -> LoadResult:
    """Fetch one document, keep its bytes, read it and load what it says.

    The bytes are on disk before the ledger knows of them: a kill in between costs a request, no report.
    """
    state = page_state(job.engine, portal.id, link.url)
    fetch = _fetch(session, link, state)
    location = _keep(job, fetch, state)
    is_fetched = fetch.outcome is Outcome.FETCHED
    reading = _read(fetch.capture, portal, link) if fetch.capture and is_fetched else None
    visit = Visit(job.run_id, portal.id, "document", fetch, link, location, reading, VERSION)
    result = store(job.engine, visit)
    what = (fetch.outcome, *([reading.status] if reading else []), result, link.title)
    job.reporter.done(portal.id, " ".join(what))
    return result


def _fetch(session: PoliteSession, link: Link, state: PageState | None) -> Fetch:
    if reason := excluded(link):
        return Fetch(link.url, Outcome.EXCLUDED, reason)
    if state is None:
        return session.get(link.url)
    fetch = session.get(link.url, etag=state.etag, last_modified=state.last_modified)
    return _known_or_new(fetch, state)


def _known_or_new(fetch: Fetch, state: PageState | None) -> Fetch:
    """A 200 that brings the bytes of the last visit is `unchanged`: not archived and not read again."""
    known = state is not None and fetch.capture is not None and fetch.capture.digest == state.digest
    return replace(fetch, outcome=Outcome.UNCHANGED) if known and fetch.outcome is Outcome.FETCHED else fetch


def _keep(job: Job, fetch: Fetch, state: PageState | None) -> Location | None:
    """Archive what came, if it is new: a page that is as gone as it was would fill the archive every run."""
    as_before = fetch.outcome is not Outcome.FETCHED and state is not None and state.outcome is fetch.outcome
    if fetch.capture is None or fetch.outcome is Outcome.UNCHANGED or as_before:
        return None
    return job.archive.write(fetch.capture)


def _read(capture: Capture, portal: Portal, link: Link) -> Reading:
    column_agency = next((column.agency for column in portal.columns if column.id == link.column), "")
    context = Context(portal.region, portal.agencies, column_agency, link.title, link.listed_on)
    kind = capture.header("content-type")
    return read_capture(capture.body, content_type=kind, url=capture.url, context=context)
