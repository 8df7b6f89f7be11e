"""Visits to a simulated portal by the real session: its column listed, a document read."""

from dataclasses import replace

from extractors.http import PoliteSession
from extractors.platforms import PLATFORMS
from extractors.report import Context, read_capture
from schema.records import Link, ListPage, Outcome, Reading
from tests.extractors.loopback import QUICK
from tests.simulators.site import Simulator


def listed(server: Simulator, address: str = "") -> list[ListPage]:
    """The pages of the portal's column, which the registry may have at another address than the site."""
    portal = server.entry()
    column = replace(portal.columns[0], url=address or server.site.column)
    with PoliteSession(portal, QUICK) as session:
        return list(PLATFORMS[portal.platform].list_column(portal, column, session))


def links_of(pages: list[ListPage]) -> list[Link]:
    """All links, in order."""
    return [link for page in pages for link in page.links]


def addresses_of(server: Simulator, pages: list[ListPage]) -> list[str]:
    """The addresses of all links, in order, as the site's own are given: without the server's name."""
    return [link.url.removeprefix(server.url) for link in links_of(pages)]


def asked_for(server: Simulator) -> list[str]:
    """Every request in order, but for robots.txt; those that bear a body with it."""
    requests = [asked for asked in server.log if asked.path != "/robots.txt"]
    return [asked.target + asked.body.decode() for asked in requests]


def failures(pages: list[ListPage]) -> list[Outcome]:
    """How those pages ended that did not come."""
    return [page.fetch.outcome for page in pages if page.fetch.outcome is not Outcome.FETCHED]


def read(server: Simulator, link: Link) -> Reading:
    """The document of a link as the reader sees it."""
    with PoliteSession(server.entry(), QUICK) as session:
        capture = session.get(link.url).capture
    assert capture
    kind = capture.header("Content-Type")
    return read_capture(capture.body, content_type=kind, url=capture.url, context=Context("330800"))
