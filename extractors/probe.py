"""A first look at a portal: which system publishes it, where its annual reports are, and the registry entry of both.

A few pages are visited as politely as in a crawl: the address that was given, what it sends on to or shows in a frame,
the pages that lead to the portal's disclosure, the column, and the first pages of its list as the platform's
module lists them. What was seen and what is in doubt is told beside the entry; a person reviews it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from urllib.parse import urldefrag, urlsplit

from extractors.http import PoliteSession
from extractors.links import excluded, year_hint
from extractors.outcomes import jump_target
from extractors.platforms import PLATFORMS
from extractors.platforms.base import list_text
from extractors.platforms.candidates import frames
from extractors.registry import Column, Portal, is_loopback
from extractors.signs import (
    Label,
    Recognition,
    columns_in,
    hubs_in,
    own_label,
    recognise,
    recognitions,
    site_name,
    site_region,
)
from schema.records import Link

_MOST_JUMPS, _MOST_LEADS, _MOST_TRIED, _MOST_LIST_PAGES = 3, 6, 4, 4
_USUAL_NAME = "政府信息公开年报"
_STATIC = ("trs", "ucap")  # a short list of theirs may bear no mark; of the others' lists each bears one
_UNKNOWN = Recognition("generic", "no page was seen")


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was seen, at the address it came from."""

    address: str
    markup: str


@dataclass(slots=True)
class Survey:
    """What a probe found. `asked` is the address that was given, `address` the page that came of it.

    `column` is None where no column was found; `listed` are the first documents of its list. `visits` says how each
    visit ended, `doubts` what a person must settle.
    """

    asked: str
    address: str = ""
    name: str = ""
    region: str = ""
    recognition: Recognition = _UNKNOWN
    column: Label | None = None
    listed: tuple[Link, ...] = ()
    visits: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def reports(self) -> int:
        """How many of the listed documents are annual reports by their titles."""
        return sum(map(is_report, self.listed))


@dataclass(slots=True)
class _Found:
    """A column that was looked at."""

    column: Label
    recognition: Recognition
    listed: tuple[Link, ...] = ()
    doubts: list[str] = field(default_factory=list)


def is_report(link: Link) -> bool:
    """Whether a link is called an annual report of a year."""
    return not excluded(link) and year_hint(link) is not None


def visitor(url: str) -> Portal:
    """The portal of an address before anything is known of it, so that a session may visit it.

    On loopback, where nobody is disturbed, there is no gap between requests.
    """
    parts = urlsplit(url)
    host = parts.netloc.lower()
    other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    origin = f"{parts.scheme}://{host}"
    if is_loopback(url):
        return Portal("probe", host, "", "generic", origin, gap=0.0, private=True)
    return Portal("probe", host, "", "generic", origin, hosts=(other,))


def probe(url: str, session: PoliteSession) -> Survey:
    """Look at the portal of an address: its home page, a page that leads to the column, or the column itself."""
    survey = Survey(url)
    start = _visit(survey, session, url)
    if start is None:
        survey.doubts.append("the page could not be seen, so nothing is known of the portal")
        return survey
    survey.address = start.address
    survey.name, survey.region = site_name(start.markup), site_region(start.markup)
    survey.recognition = recognise(start.markup, start.address)
    found = _best(survey, session, start)
    if found is None:
        survey.doubts.append("no link is called as columns of annual reports are")
        return survey
    survey.recognition, survey.column, survey.listed = found.recognition, found.column, found.listed
    survey.doubts += found.doubts
    if not survey.reports:
        survey.doubts.append("the column lists no document that is called an annual report")
    return survey


def _visit(survey: Survey, session: PoliteSession, url: str) -> Page | None:
    """A page, or the one that it sends on to; None when it cannot be had."""
    fetch = session.get(url)
    for _ in range(_MOST_JUMPS):
        if not (target := jump_target(fetch)):
            break
        survey.visits.append(f"{url}: sends on to {target}")
        url, fetch = target, session.get(target)
    survey.visits.append(": ".join(filter(None, (url, fetch.outcome.value, fetch.detail))))
    text = list_text(fetch)
    return Page(fetch.capture.url, text) if fetch.capture and text else None


def _best(survey: Survey, session: PoliteSession, start: Page) -> _Found | None:
    """The first candidate whose list holds annual reports, else the first that could be seen; None without one."""
    first: _Found | None = None
    for page, label in islice(_candidates(survey, session, start), _MOST_TRIED):
        found = _open(survey, session, page, label)
        if found and any(map(is_report, found.listed)):
            return found
        first = first or (found if not label.is_plain else None)
    return first


def _candidates(survey: Survey, session: PoliteSession, start: Page) -> Iterator[tuple[Page, Label]]:
    """What may be the column, the likeliest first: the page itself by its name, what is called so, what it lists."""
    asked = survey.asked if _without_fragment(survey.asked) == start.address else start.address
    own = own_label(start.markup)
    if own or urlsplit(asked).fragment:
        yield start, Label(asked, own or _USUAL_NAME, is_plain=False)
    plain: list[tuple[Page, Label]] = []
    for page in _leads(survey, session, start):
        labels = columns_in(page.markup, page.address)
        yield from ((page, label) for label in labels if not label.is_plain)
        plain += [(page, label) for label in labels if label.is_plain]
    yield from plain
    if urlsplit(start.address).path.strip("/"):
        yield start, Label(asked, _USUAL_NAME, is_plain=True)


def _leads(survey: Survey, session: PoliteSession, start: Page) -> Iterator[Page]:
    """The pages in which the column's link may stand: the first, its frames and what leads to the disclosure."""
    waiting, seen = [start], {start.address}
    while waiting:
        page = waiting.pop(0)
        yield page
        for url in [*frames(page.markup, page.address), *hubs_in(page.markup, page.address)[:2]]:
            if url not in seen and len(seen) < _MOST_LEADS:
                seen.add(url)
                lead = _visit(survey, session, url)
                waiting += [lead] if lead else []


def _open(survey: Survey, session: PoliteSession, page: Page, label: Label) -> _Found | None:
    """A candidate with its platform and the first of its list; None when its page cannot be had."""
    bare = _without_fragment(label.url)
    seen = page if bare == _without_fragment(page.address) else _visit(survey, session, label.url)
    if seen is None:
        survey.doubts.append(f"{label.title} leads to {label.url}, which could not be seen: {survey.visits[-1]}")
        return None
    column = label if bare == seen.address else replace(label, url=seen.address)
    ways = list(_listed(survey, session, _ways(survey, session, seen, column)))
    found = next((found for found in ways if found.listed), ways[0])
    if label.is_plain:
        found.doubts.append(f"nothing but 年报 or its list tells that {column.url} is the column")
    return found


def _listed(survey: Survey, session: PoliteSession, ways: Iterator[_Found]) -> Iterator[_Found]:
    """The ways with the first documents that each lists, up to the first that lists any."""
    for found in ways:
        found.listed = _first_documents(survey, session, found)
        yield found
        if found.listed:
            return


def _ways(survey: Survey, session: PoliteSession, page: Page, column: Label) -> Iterator[_Found]:
    """How a column may be read: as each mark of its page tells; without one, as its frame or the first page tells."""
    own = recognise(page.markup, page.address)
    if own.is_blank:
        for url in frames(page.markup, page.address)[:1]:
            if (inner := _visit(survey, session, url)) and not (
                told := recognise(inner.markup, inner.address)
            ).is_blank:
                doubts = [f"the list stands in a frame of {column.url}"]
                yield _Found(replace(column, url=inner.address), told, doubts=doubts)
        if survey.recognition.platform in _STATIC:
            doubts = ["the platform is told by the first page, not by the column's"]
            yield _Found(column, survey.recognition, doubts=doubts)
    for told in recognitions(page.markup, page.address):
        yield _Found(column, told)


def _first_documents(survey: Survey, session: PoliteSession, found: _Found) -> tuple[Link, ...]:
    """The first documents of a column as its platform's module lists them; empty when it finds none."""
    portal = replace(visitor(found.column.url), platform=found.recognition.platform)
    column = Column("annual", found.column.url, found.column.title)
    for page in islice(PLATFORMS[portal.platform].list_column(portal, column, session), _MOST_LIST_PAGES):
        told = page.fetch.detail or f"{len(page.links)} documents"
        survey.visits.append(f"{page.fetch.url}: {page.fetch.outcome.value}, listed as {portal.platform}: {told}")
        if page.links:
            return page.links
    return ()


def _without_fragment(url: str) -> str:
    return urldefrag(url).url


def entry(survey: Survey, seen_on: date) -> str:
    """The registry entry of a survey as TOML. What a probe cannot know is left empty, which the registry refuses."""
    parts = urlsplit(survey.column.url if survey.column else survey.address or survey.asked)
    origin = f"{parts.scheme}://{parts.netloc}"
    lines = [
        f"id = {_text(_name_of(parts.hostname or ''))}",
        f"name = {_text(survey.name)}",
        f"region = {_text(survey.region)}",
        f"platform = {_text(survey.recognition.platform)}",
        f"base_url = {_text(origin)}",
        'status = "unverified"',
        *([] if survey.column else ["columns = []"]),
        *([] if not is_loopback(origin) else ["private = true"]),
        f"notes = {_text(_notes(survey, seen_on))}",
    ]
    if survey.column:
        url = survey.column.url.removeprefix(origin)
        lines += ["", "[[columns]]", 'id = "annual"', f"url = {_text(url)}", f"title = {_text(survey.column.title)}"]
    return "\n".join(lines) + "\n"


def _notes(survey: Survey, seen_on: date) -> str:
    seen = f"Seen: by a probe of {survey.asked} on {seen_on.isoformat()}."
    known = f"Known: {survey.recognition.evidence}; {len(survey.listed)} documents on the first page of the list."
    doubts = [f"In doubt: {doubt}." for doubt in (*survey.recognition.doubts, *survey.doubts)]
    return "\n".join([seen, known, *doubts])


def _text(value: str) -> str:
    """A TOML string; several lines as a block. JSON's escapes are TOML's, too."""
    quoted = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return quoted if "\n" not in value else '"""\n' + quoted[1:-1].replace("\\n", "\n") + '\n"""'


def _name_of(host: str) -> str:
    """An id from a host: `rsj-km` of rsj.km.gov.cn."""
    bare = re.sub(r"^www\.|\.gov\.cn$|\.cn$", "", host)
    return bare.replace(".", "-")
