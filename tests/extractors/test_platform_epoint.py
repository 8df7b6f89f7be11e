"""Lists from an interface in JSON, and static ones of one agency each."""

import json
from datetime import date

import pytest

from schema.records import Outcome, ReadingStatus
from tests.extractors.loopback import Asked, Reply, page
from tests.simulators import faults
from tests.simulators.epoint import CATEGORY, GUID, INTERFACE, ORGAN, Epoint
from tests.simulators.site import Answer, Fault, Simulator
from tests.simulators.visits import addresses_of, asked_for, failures, links_of, listed, read

OLD = "01407968-8"


def is_interface(asked: Asked) -> bool:
    return asked.path.endswith(INTERFACE)


def interface_page(number: int) -> faults.When:
    return lambda asked: is_interface(asked) and json.loads(asked.body)["pageIndex"] == number


def said(reply: str) -> Fault:
    """The interface gives this answer to whatever it is asked."""
    return faults.only(is_interface, lambda *_: Reply(reply, content_type="application/json"))


@pytest.mark.parametrize(
    "site",
    [
        Epoint(250),
        Epoint(40),
        Epoint(3),
        Epoint(0),
        Epoint(45, project="/EpointWebBuilder"),
        Epoint(45, script="/js/ajaxReq.js"),
        Epoint(45, organ="001001"),
        Epoint(45, "static"),
        Epoint(50, "static"),
        Epoint(3, "static"),
        Epoint(45, "scripted"),
    ],
    ids="many full few none project script department static partial one-page scripted".split(),
)
def test_the_whole_column(site: Epoint) -> None:
    with Simulator(site) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses
        assert len(asked_for(server)) == len(set(asked_for(server))) == site.requests == len(pages)
    failed = [Outcome.NOT_FOUND] if site.script == "/js/ajaxReq.js" else []
    assert failures(pages) == failed


def test_words_that_are_wanted_wrapped() -> None:
    site = Epoint(45, project="/EWB_YK_Mid", wrapped=True)
    with Simulator(site) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses
        bodies = [json.loads(asked.body) for asked in server.log if is_interface(asked)]
    assert len(pages) == site.requests
    assert ["params" in body for body in bodies] == [False, True, True, True]
    assert failures(pages) == [Outcome.STUB]


def test_what_is_asked_for() -> None:
    with Simulator(Epoint(45)) as server:
        pages = listed(server)
        asked = [request for request in server.log if request.path != "/robots.txt"]
    assert [request.path for request in asked] == ["/js/webBuilderCommon.js", *[f"/EWB-FRONT/{INTERFACE}"] * 3]
    words = {"deptcode": ORGAN, "categorynum": CATEGORY, "pageSize": 20, "siteGuid": GUID}
    assert [json.loads(request.body) for request in asked[1:]] == [{**words, "pageIndex": n} for n in range(3)]
    assert {request.headers["Content-Type"] for request in asked[1:]} == {"application/json"}
    assert len({page.fetch.url for page in pages}) == 4  # what is remembered of one page must not be taken for another
    assert pages[-1].fetch.detail == "45 of 45 records by now"


@pytest.mark.parametrize("kind", ["interface", "static", "scripted"])
@pytest.mark.parametrize(("organ", "code"), [(ORGAN, ORGAN), (OLD, OLD), ("001001", ""), ("11411002005750994X", "")])
def test_a_link_in_full(kind: str, organ: str, code: str) -> None:
    with Simulator(Epoint(1, kind, organ=organ)) as server:
        (link,) = links_of(listed(server))
    assert link.url == f"{server.url}/govxxgk/{organ}/2022-01-20/00000000-0000-0001-0000-000000000000.html"
    assert (link.title, link.column) == ("示例市教育局2021年政府信息公开工作年度报告", "annual")
    assert (link.listed_on, link.organ) == (date(2022, 1, 20), code)


def test_a_document() -> None:
    with Simulator(Epoint(12)) as server:
        reading = read(server, links_of(listed(server))[0])
    assert reading.status is ReadingStatus.REPORT
    assert reading.report
    assert (reading.report.agency, reading.report.year) == ("示例市财政局", 2022)
    assert reading.report.credit_code == ORGAN


def test_a_static_column_that_was_moved() -> None:
    site = Epoint(45, "static")
    shell = Reply(f"<html><script>window.location.href='{site.list}';</script></html>")
    with Simulator(site, faults.only(faults.at("/old"), lambda *_: shell)) as server:
        pages = listed(server, "/old")
        assert addresses_of(server, pages) == site.addresses
    assert pages[0].fetch.detail == f"sends on to {server.url}{site.list}"


def test_a_page_lost_in_the_middle() -> None:
    site = Epoint(100)
    with Simulator(site, faults.only(interface_page(2), faults.failing)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses[:40] + site.addresses[60:]
    assert failures(pages) == [Outcome.SERVER_ERROR]
    assert pages[-1].fetch.detail == "80 of 100 records by now"


def test_a_static_page_lost_in_the_middle_ends_the_list_by_name() -> None:
    site = Epoint(45, "static")
    with Simulator(site, faults.only(lambda asked: asked.path.endswith("/2.html"), faults.cut)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses[:15]
    assert failures(pages) == [Outcome.UNREACHABLE]
    assert pages[-1].fetch.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize(
    "answer", ["", "[]", '{"custom": ""}', '{"custom": {"data": "无"}}', '{"custom": {"data": [1], "total": 1}}']
)
def test_answers_that_are_no_list(answer: str) -> None:
    with Simulator(Epoint(45), said(answer)) as server:
        pages = listed(server)
        assert len(asked_for(server)) == 3  # the script, and one page in each shape
    assert failures(pages) == [Outcome.STUB] * 2


def test_records_by_other_names() -> None:
    records = [
        {"infourl": "", "linkurl": "/a.pdf", "title": " 某局\n2023年报 ", "handsdate": "2024年1月16日"},
        {"visiturl": "http://elsewhere.test/1", "title": "某局2022年报", "infodate": "近日"},
        {"infourl": "http://[", "title": "某局2021年报"},
        {"infourl": "/govxxgk/1/2021-02-03/1.html", "title": "某局2020年报"},
    ]
    custom = json.dumps({"total": "4", "data": records})
    with Simulator(Epoint(3), said(json.dumps({"custom": custom}))) as server:
        pages = listed(server)
    found = [(link.url.removeprefix(server.url), link.title, link.listed_on) for link in links_of(pages)]
    assert found == [
        ("/a.pdf", "某局 2023年报", date(2024, 1, 16)),
        ("http://elsewhere.test/1", "某局2022年报", None),
        ("/govxxgk/1/2021-02-03/1.html", "某局2020年报", date(2021, 2, 3)),
    ]
    assert pages[-1].fetch.detail == "3 of 4 records by now; 1 without an address"


def test_the_first_page_for_ever() -> None:
    with Simulator(Epoint(45), faults.only(is_interface, faults.first_again())) as server:
        pages = listed(server)
    assert failures(pages) == [Outcome.STUB] * 2
    assert len(links_of(pages)) == 20


def test_a_site_without_a_number() -> None:
    scripts = ("/js/webBuilderCommon.js", "/js/ajaxReq.js")
    with Simulator(
        Epoint(), faults.only(faults.at(*scripts), lambda *_: Reply("var a = 1", content_type="text/javascript"))
    ) as server:
        pages = listed(server)
        assert asked_for(server) == list(scripts)
    assert failures(pages) == [Outcome.STUB] * 2
    assert pages[-1].fetch.detail == "no siteGuid in the script"


def test_documents_of_a_static_page_in_another_layout() -> None:
    name = "a5971934-d5bb-4ab4-b9dd-f3f47dd162a1"
    rows = f'<a href="/001/001001/20240116/{name}.html">某局2023年年报</a><a href="/001/subPage.html">政务公开</a>'
    site = Epoint()
    site.column = "/001/001001/subPage.html"
    with Simulator(site, lambda asked, answer: page(rows)) as server:
        (link,) = links_of(listed(server))
    assert link.url == f"{server.url}/001/001001/20240116/{name}.html"


def test_a_file_stands_among_rows_without_a_mark() -> None:
    name = "a5971934-d5bb-4ab4-b9dd-f3f47dd162a1"
    rows = f'<li><a href="/a/{name}.html">甲局2023年年报</a></li><li><a href="/b/2.pdf">乙局2023年年报</a></li>'
    site = Epoint()
    site.column = "/001/001001/subPage.html"
    with Simulator(site, lambda asked, answer: page(f"<ul>{rows}</ul>")) as server:
        assert addresses_of(server, listed(server)) == [f"/a/{name}.html", "/b/2.pdf"]


def test_static_pages_that_a_script_turns() -> None:
    def numbered(asked: Asked, _: object) -> Reply:
        name = asked.path.rpartition("/")[2]
        at = 1 if name == "govlist.html" else int(name.removesuffix(".html"))
        row = f'<li><a href="/govxxgk/1/2024-01-16/{at}.html">某局2023年年报</a></li>'
        pager = f'<a href="javascript:void(0)" onclick="ShowAjaxNewPage({at + 1})">下页</a><span>{at}/3</span>'
        return page(f'<ul id="govinfolist">{row}</ul><div class="ewb-page">{pager}</div>')

    with Simulator(Epoint(kind="static"), faults.only(lambda asked: "/category/" in asked.path, numbered)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == [f"/govxxgk/1/2024-01-16/{at}.html" for at in (1, 2, 3)]
    assert (len(pages), failures(pages)) == (3, [])


@pytest.mark.parametrize("said", [30, 60])
def test_a_total_that_is_wrong(said: int) -> None:
    site = Epoint(45)

    def answer(asked: Asked, reply: Answer) -> Reply:
        told = json.loads(str(reply(asked).body))
        return Reply(json.dumps({"custom": {**told["custom"], "total": said}}), content_type="application/json")

    with Simulator(site, faults.only(is_interface, answer)) as server:
        assert addresses_of(server, listed(server)) == site.addresses


def test_a_static_page_that_is_nothing_but_a_script() -> None:
    shell = Reply('<html><body><ul id="govinfolist"></ul><script src="/js/govlist.js"></script></body></html>')
    site = Epoint(45, "scripted")
    with Simulator(site, faults.only(faults.at(site.list), lambda *_: shell)) as server:
        pages = listed(server)
        assert addresses_of(server, pages) == site.addresses
    assert failures(pages) == [Outcome.STUB]


def test_a_static_page_without_records_and_without_words_for_the_interface() -> None:
    site = Epoint()
    site.column = "/001/001001/subPage.html"
    with Simulator(site, lambda asked, answer: page("")) as server:
        (only,) = listed(server)
    assert (only.fetch.detail, only.links) == ("no records in the page", ())


@pytest.mark.parametrize(("fault", "outcome"), [(faults.moved, Outcome.NOT_FOUND), (faults.ruishu, Outcome.CHALLENGE)])
def test_a_static_column_that_is_not_there(fault: Fault, outcome: Outcome) -> None:
    with Simulator(Epoint(45, "static"), fault) as server:
        (only,) = listed(server)
    assert (only.fetch.outcome, only.links) == (outcome, ())
