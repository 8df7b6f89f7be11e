"""The page of the morning: how portals fared, beside the run before; and who is told when something failed."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.after import tell
from flows.night import Night, night
from flows.settings import Settings, settle
from flows.summary import Ending, standing
from schema.records import Outcome
from tests.flows.test_alerts import Box, box
from tests.flows.test_summary import GOOD, ending
from tests.warehouse.build import PORTALS, failed, reading, report, visit
from warehouse.engine import open_warehouse
from warehouse.figures import run_before
from warehouse.ledger import finish_run, register_portals, start_run, summary
from warehouse.load import store
from warehouse.portal_runs import PortalRun, put_portal_run

__all__ = ["box"]  # a fixture

IDS = ["quzhou", "jiaxing"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settle({"data": str(tmp_path), "warehouse": f"sqlite:///{tmp_path / 'warehouse.db'}"}, {})


@pytest.fixture
def two_nights(settings: Settings) -> Ending:
    """A first night that loads a report, and a second in which it has changed and the other portal refuses us."""
    engine = open_warehouse(settings.warehouse)
    register_portals(engine, PORTALS)
    first = start_run(engine, command="nightly", portals=IDS, years=[])
    store(engine, visit(first.id, reading(report({"proactive.total": "1"}))))
    put_portal_run(engine, PortalRun(first.id, "quzhou", 1, 1, 4, 2_000_000, 9))
    put_portal_run(engine, PortalRun(first.id, "jiaxing", 0, 0, 1, 0, 3, "the disk is full"))
    finish_run(engine, first.id, status="failed")
    other = start_run(engine, command="crawl", portals=IDS, years=[])
    finish_run(engine, other.id, status="done")
    second = start_run(engine, command="nightly", portals=IDS, years=[])
    store(engine, visit(second.id, reading(report({"proactive.total": "2"})), day=1))
    refused = replace(failed(second.id, Outcome.BLOCKED, "http://www.jiaxing.gov.cn/1"), portal_id="jiaxing")
    store(engine, refused)
    put_portal_run(engine, PortalRun(second.id, "quzhou", 1, 1, 3, 1_000_000, 7))
    told = Ending(second, summary(engine, second.id), {})
    finish_run(engine, second.id, status="failed")
    assert run_before(engine, second.id) == first.id
    engine.dispose()
    return told


def test_a_run_stands_beside_the_last_one_of_its_kind(two_nights: Ending, settings: Settings) -> None:
    page = night(settings.warehouse, two_nights)
    rows = {label: (now, before) for label, now, before in page.rows}
    assert (page.run_id, page.before) == (3, 1)
    assert rows["portals complete"] == ("1", "1")
    assert rows["portals blocked"] == ("1", "0")
    assert rows["portals broke off"] == ("0", "1")
    assert rows["reports new"] == ("0", "1")
    assert rows["reports changed"] == ("1", "0")
    assert rows["pages refused"] == ("1", "0")
    assert rows["requests"] == ("3", "5")
    assert rows["megabytes received"] == ("1.0", "2.0")


def test_as_an_artifact_the_words_of_a_portal_are_no_markup() -> None:
    page = Night(3, 1, (("reports new", "1", "2"),), ("a: **bold** [x](http://h.example) <b>",))
    text = page.markdown()
    assert "| reports new | 1 | 2 |" in text
    assert r"\*\*bold\*\* \[x\]\(http://h.example\) \<b\>" in text


def test_whoever_is_to_be_told_hears_what_failed(two_nights: Ending, settings: Settings, box: Box) -> None:
    kept: list[Night] = []
    assert tell(two_nights, replace(settings, alerts=box.url), "nightly", kept.append) == 1
    (one,) = box.posted
    assert one["title"] == "nianbao nightly: run 3 failed"
    assert "jiaxing: some documents could not be had: 1 blocked" in one["message"]
    assert [page.run_id for page in kept] == [3]


def test_of_a_run_that_was_stopped_nobody_is_told(two_nights: Ending, settings: Settings, box: Box) -> None:
    assert tell(replace(two_nights, signal=15), replace(settings, alerts=box.url), "nightly") == 143
    assert box.posted == []


def test_every_portal_fares_in_one_way() -> None:
    assert standing(ending(), GOOD) == "complete"
    assert standing(ending({"here": "the disk is full"}), GOOD) == "broke off"
    blocked = replace(GOOD, visits={Outcome.FETCHED: 2, Outcome.BLOCKED: 1})
    assert standing(ending(), blocked) == "blocked"
    assert standing(ending(), replace(GOOD, visits={Outcome.TIMEOUT: 1, Outcome.FETCHED: 2})) == "with gaps"
    assert standing(ending(), replace(GOOD, links=0, visits={}, reports={})) == "without links"
