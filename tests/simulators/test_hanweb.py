"""The two older systems crawled whole from their simulators; their quirks are tested with the platforms."""

import pytest

from extractors.links import each_once
from schema.records import Outcome, ReadingStatus
from tests.extractors.loopback import Asked, Reply
from tests.simulators import faults
from tests.simulators.hanweb import PROXY, Hanweb
from tests.simulators.hanweb_jpaas import UNIT, HanwebJpaas
from tests.simulators.site import Answer, Simulator, Site
from tests.simulators.visits import addresses_of, asked_for, failures, links_of, listed, read


@pytest.mark.parametrize(
    "site",
    [
        *(Hanweb(count, honours) for count in (1, 45, 46, 135) for honours in ("record", "page")),
        *(HanwebJpaas(count) for count in (1, 15, 16, 64)),
    ],
)
def test_crawled_whole(site: Site) -> None:
    with Simulator(site) as server:
        pages = listed(server)
    found = [link.url for link in each_once(links_of(pages))]
    assert found == [server.url + address for address in site.addresses]
    assert len(asked_for(server)) == len(set(asked_for(server))) == site.requests
    assert failures(pages) == []


@pytest.mark.parametrize("site", [Hanweb(46), HanwebJpaas(16)])
def test_a_report(site: Hanweb | HanwebJpaas) -> None:
    with Simulator(site) as server:
        reading = read(server, links_of(listed(server))[-1])
    document = site.documents[-1]
    assert reading.status is ReadingStatus.REPORT
    assert reading.report
    assert (reading.report.agency, reading.report.year) == (document.agency, document.year)


@pytest.mark.parametrize(
    ("site", "path"), [(Hanweb(135), PROXY), (Hanweb(135, "page"), PROXY), (HanwebJpaas(64), UNIT)]
)
def test_a_portal_that_turns_no_page(site: Site, path: str) -> None:
    with Simulator(site, faults.only(lambda asked: asked.path == path, faults.first_again())) as server:
        pages = listed(server)
    assert pages[-1].fetch.outcome is Outcome.STUB


@pytest.mark.parametrize(("site", "mark"), [(Hanweb(180), "startrecord=91"), (HanwebJpaas(64), "%22pageNo%22%3A3")])
def test_a_page_in_the_middle_that_does_not_come(site: Site, mark: str) -> None:
    def broken(asked: Asked, answer: Answer) -> Reply:
        return Reply("", 500) if mark in asked.target else answer(asked)

    with Simulator(site, broken) as server:
        pages = listed(server)
        addresses = addresses_of(server, pages)
    assert failures(pages)[0] is Outcome.SERVER_ERROR
    assert site.addresses[-1] in addresses
    assert not set(site.addresses) <= set(addresses)
