"""What counts as well, and what a monitor must hear of."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.health import State, judged, sick
from schema.records import Outcome
from tests.flows.crawling import First
from tests.flows.running import called
from warehouse.health import PortalFacts

SEASON, SUMMER = datetime(2026, 3, 10, 4, tzinfo=UTC), datetime(2026, 7, 10, 4, tzinfo=UTC)
LIST = "http://a.example/list"


def facts(now: datetime = SEASON, **changes: Any) -> PortalFacts:
    good: dict[str, Any] = {
        "portal_id": "a",
        "last_try": now,
        "last_success": now - timedelta(hours=20),
        "failure": "",
        "found": (100, 101, 99),
        "lists": (),
        "young": 10,
        "odd": 2,
        "new_labels": 0,
        "labels": (),
    }
    return PortalFacts(**good | changes)


def test_a_portal_that_is_as_before_is_well() -> None:
    told = judged(facts(), SEASON)
    assert (told.state, told.links, told.reasons) == (State.WELL, 100, ())
    assert sick([told]) == []


@pytest.mark.parametrize(
    ("changes", "state", "words"),
    [
        ({"last_try": None, "last_success": None, "found": ()}, State.NEVER, "no crawl yet"),
        ({"failure": "the disk is full"}, State.FAILING, "its last crawl broke off: the disk is full"),
        ({"lists": ((LIST, Outcome.BLOCKED),)}, State.FAILING, f"1 list pages do not answer: blocked at {LIST}"),
        ({"last_success": SEASON - timedelta(days=3)}, State.STALE, "no success for 3 days"),
        ({"last_success": None}, State.STALE, "no success yet"),
        ({"found": (79, 100, 101, 99)}, State.DRIFT, "79 links, 100 before"),
        ({"found": (0, 100)}, State.DRIFT, "0 links, 100 before"),
        ({"lists": ((LIST, Outcome.EMPTY),)}, State.DRIFT, f"1 columns without a link: {LIST}"),
        ({"new_labels": 4, "labels": ("新行", "又一")}, State.DRIFT, "4 new rows that no form has: 新行, 又一"),
        ({"odd": 3}, State.DRIFT, "3 of 10 new reports contradict other years"),
    ],
)
def test_what_a_monitor_must_hear_of(changes: dict[str, Any], state: State, words: str) -> None:
    told = judged(facts(**changes), SEASON)
    assert told.state is state
    assert words in told.reasons
    assert sick([told]) == [f"a: {state}: {'; '.join(told.reasons)}"]


def test_a_few_links_less_or_a_first_run_are_no_drift() -> None:
    assert judged(facts(found=(85, 100)), SEASON).state is State.WELL
    assert judged(facts(found=(5,)), SEASON).state is State.WELL


def test_out_of_the_season_a_week_without_success_is_well() -> None:
    assert judged(facts(SUMMER, last_success=SUMMER - timedelta(days=8)), SUMMER).state is State.WELL
    assert judged(facts(SUMMER, last_success=SUMMER - timedelta(days=10)), SUMMER).state is State.STALE


@pytest.mark.slow
def test_the_crawled_portals_are_well_and_another_was_never_crawled(first: First) -> None:
    done = called("health", "sample-jpaas", "sample-classic", "--json", *first.place.flags)
    assert done.returncode == 0, done
    told = json.loads(done.stdout)
    assert [(one["portal"], one["state"]) for one in told] == [("sample-jpaas", "well"), ("sample-classic", "well")]
    assert all(one["links"] > 10 for one in told)
    entry = (first.place.portals / "sample-jpaas.toml").read_text(encoding="utf-8")
    other = first.place.portals / "other.toml"
    other.write_text(entry.replace('"sample-jpaas"', '"other"'), encoding="utf-8")
    try:
        done = called("health", "other", "sample-classic", *first.place.flags)
    finally:
        other.unlink()
    assert done.returncode == 1
    assert "never" in done.stdout
