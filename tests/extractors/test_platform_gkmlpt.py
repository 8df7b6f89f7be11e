"""The disclosure catalogue of Guangdong."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from schema.records import Attachment, Outcome, ReadingStatus
from tests.extractors.loopback import Asked, Reply
from tests.simulators import faults
from tests.simulators.gkmlpt import CATEGORY, SID, Gkmlpt
from tests.simulators.site import Answer, Fault, Simulator
from tests.simulators.visits import addresses_of, asked_for, failures, links_of, listed, read

API = f"/gkmlpt/api/all/{CATEGORY}"


def page(number: int) -> str:
    return f"{API}?page={number}&sid={SID}"


def rewritten(change: Callable[[dict[str, Any]], object]) -> Fault:
    """The interface's answers after a change to each."""

    def fault(asked: Asked, answer: Answer) -> Reply:
        reply = answer(asked)
        if "/api/" not in asked.path:
            return reply
        content = json.loads(reply.body)
        change(content)
        return Reply(json.dumps(content), content_type="application/json")

    return fault


@pytest.mark.parametrize(
    "site",
    [
        Gkmlpt(250),
        Gkmlpt(200),
        Gkmlpt(1),
        Gkmlpt(0),
        Gkmlpt(120, "/zqhjj"),
        Gkmlpt(120, numbered=False),
        Gkmlpt(120, external=20),
        Gkmlpt(120, overcount=30),
    ],
    ids="many full one none department by-label elsewhere overcounted".split(),
)
def test_the_whole_column(site: Gkmlpt) -> None:
    with Simulator(site) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses
        assert len(asked_for(server)) == len(set(asked_for(server))) == site.requests == len(pages)
        assert failures(pages) == []


def test_what_is_asked_for() -> None:
    with Simulator(Gkmlpt(250)) as server:
        pages = listed(server)
        assert asked_for(server) == ["/gkmlpt/annualreport", page(1), page(2), page(3)]
        assert server.log[-1].headers["Referer"] == f"{server.url}/gkmlpt/annualreport"
    assert [page.fetch.detail for page in pages] == ["", *(f"{n} of 250 records by now" for n in (100, 200, 250))]


def test_a_link_in_full() -> None:
    with Simulator(Gkmlpt(1)) as server:
        (link,) = links_of(listed(server))
    assert link.url == f"{server.url}/gkmlpt/content/3/3900/post_3900001.html"
    assert (link.title, link.column) == ("示例市教育局2021年政府信息公开工作年度报告", "annual")
    assert link.listed_on == date(2022, 1, 20)  # midnight there, still the day before by UTC
    assert link.agency == "示例市教育局"


def test_the_files_that_a_record_lists() -> None:
    site = Gkmlpt(3)
    site.attached = {2}
    with Simulator(site) as simulator:
        links = links_of(listed(simulator))
        assert [link.attachments for link in links if link.attachments] == [
            (Attachment(f"{simulator.url}/attachment/0/2/2.docx", f"{site.documents[1].title}.docx"),)
        ]


def test_a_document() -> None:
    with Simulator(Gkmlpt(12)) as server:
        reading = read(server, links_of(listed(server))[0])
    assert reading.status is ReadingStatus.REPORT
    assert reading.report
    assert (reading.report.agency, reading.report.year) == ("示例市财政局", 2022)
    assert reading.report.header["index_number"] == "11440000MB2D00001X/2023-00012"


def test_records_that_lead_elsewhere_are_told_as_such() -> None:
    with Simulator(Gkmlpt(3, external=1)) as server:
        *_, link = links_of(listed(server))
        with server.session() as session:
            assert session.get(link.url).outcome is Outcome.FOREIGN


def test_a_column_that_was_moved() -> None:
    site = Gkmlpt(120)
    shell = Reply(f"<html><script>window.location.href='{site.column}';</script></html>")
    with Simulator(site, faults.only(faults.at("/old"), lambda *_: shell)) as server:
        pages = listed(server, "/old")
        assert addresses_of(server, pages) == site.addresses
    assert pages[0].fetch.detail == f"sends on to {server.url}{site.column}"


def test_a_page_lost_in_the_middle() -> None:
    site = Gkmlpt(250)
    with Simulator(site, faults.only(faults.at(page(2)), faults.missing)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses[:100] + site.addresses[200:]
    assert failures(pages) == [Outcome.SOFT_404]
    assert pages[-1].fetch.detail == "150 of 250 records by now"


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"articles": {}}', '{"articles": [1]}', "<p>" + "系统维护中 " * 20], ids=repr
)
def test_answers_that_are_no_list(body: str) -> None:
    with Simulator(Gkmlpt(250), faults.only(lambda asked: "/api/" in asked.path, lambda *_: Reply(body))) as server:
        pages = listed(server)
        assert asked_for(server)[1:] == [page(1), page(2)]  # two in a row are enough
    assert [page.fetch.outcome for page in pages[1:]] == [Outcome.STUB] * 2
    assert all(page.fetch.detail for page in pages[1:])


def test_the_first_page_for_ever() -> None:
    site = Gkmlpt(250)
    with Simulator(site, faults.only(lambda asked: "/api/" in asked.path, faults.first_again())) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses[:100]
    assert failures(pages) == [Outcome.STUB] * 2
    assert pages[-1].fetch.detail == "repeats the records of earlier pages; 100 of 250 records by now"


def test_a_total_that_nobody_says() -> None:
    site = Gkmlpt(250)
    with Simulator(site, rewritten(lambda content: content.pop("total"))) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses
        assert asked_for(server)[-1] == page(4)
    assert failures(pages) == []


def test_records_without_an_address_are_counted() -> None:
    def nameless(content: dict[str, Any]) -> None:
        content["articles"][0] |= {"url": "http://[", "date": None}
        content["articles"][1] |= {"create_time": "?", "title": " 某局\n2023年报 "}

    with Simulator(Gkmlpt(3), rewritten(nameless)) as server:
        _, only = listed(server)
    assert [(link.title, link.listed_on) for link in only.links] == [
        ("某局 2023年报", None),
        ("示例市教育局2021年政府信息公开工作年度报告", date(2022, 1, 20)),
    ]
    assert only.fetch.detail == "2 of 3 records by now; 1 without an address"


def test_a_list_without_any_address_ends() -> None:
    def nameless(content: dict[str, Any]) -> None:
        for article in content["articles"]:
            article["url"] = ""

    first_again = faults.only(lambda asked: "/api/" in asked.path, faults.first_again())
    with Simulator(Gkmlpt(250), first_again, rewritten(nameless)) as server:
        pages = listed(server)
    assert [page.fetch.outcome for page in pages[1:]] == [Outcome.FETCHED, Outcome.STUB, Outcome.STUB]
    assert pages[1].fetch.detail == "0 of 250 records by now; 100 without an address"


@pytest.mark.parametrize(
    ("page", "detail"),
    [
        ("<script>window._CONFIG = {SID: '1', TREE: []}</script>", "no category 政府信息公开年报 in the page's tree"),
        ("<script>window._CONFIG = {SID: '1', TREE: [}</script>", "no category 政府信息公开年报 in the page's tree"),
        ("<script>window._CONFIG = {TREE: []}</script>", "no window._CONFIG with a SID in the page"),
    ],
)
def test_a_page_that_does_not_say_what_to_ask_for(page: str, detail: str) -> None:
    with Simulator(Gkmlpt(numbered=False), lambda asked, answer: Reply(page)) as server:
        (only,) = listed(server)
    assert (only.fetch.outcome, only.fetch.detail, only.links) == (Outcome.STUB, detail, ())


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_categories_by_a_usual_name_and_those_below(quote: str) -> None:
    children = [{"id": 7, "name": "2023年", "children": []}]
    tree = [{"id": 5, "name": "年度报告", "children": children}, {"id": 9, "name": "政府网站年度报告", "children": []}]
    sid, nodes = f"{quote}SID{quote}: '{SID}'", f"{quote}TREE{quote}: {json.dumps(tree)}"
    config = f"<script>window._CONFIG = {{{sid}, {nodes}}};</script>"
    with Simulator(Gkmlpt(numbered=False), faults.only(faults.at("/gkmlpt/index"), lambda *_: Reply(config))) as server:
        listed(server)
        assert asked_for(server)[1:] == [f"/gkmlpt/api/all/{number}?page=1&sid={SID}" for number in (5, 7)]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [(faults.moved, Outcome.NOT_FOUND), (faults.catch_all, Outcome.STUB), (faults.ruishu, Outcome.CHALLENGE)],
)
def test_a_column_that_is_not_there(fault: Fault, outcome: Outcome) -> None:
    with Simulator(Gkmlpt(), faults.only(faults.at("/gkmlpt/annualreport"), fault)) as server:
        (only,) = listed(server)
    assert (only.fetch.outcome, only.links) == (outcome, ())
