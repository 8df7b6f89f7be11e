"""Which known pages are asked for on which day."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.schedule import Schedule
from schema.records import Outcome, ReadingStatus
from warehouse.ledger import PageState

SEASON = datetime(2027, 2, 10, 18, tzinfo=UTC)
SUMMER = datetime(2027, 7, 10, 18, tzinfo=UTC)
MONTH = timedelta(days=30)
REPORT, NOT_REPORT = ReadingStatus.REPORT, ReadingStatus.NOT_REPORT


def is_due(
    now: datetime, outcome: Outcome, reading: ReadingStatus | None, days: float, rest: timedelta = MONTH
) -> bool:
    state = PageState("http://h.example/1", "document", now - timedelta(days=days), outcome, reading, "", "", "", None)
    return Schedule(now, rest).is_due(state)


def test_a_page_that_nobody_has_seen_is_due() -> None:
    assert Schedule(SUMMER, MONTH).is_due(None)


@pytest.mark.parametrize("outcome", [Outcome.FETCHED, Outcome.UNCHANGED])
@pytest.mark.parametrize(
    ("now", "reading", "days", "due"),
    [
        (SEASON, REPORT, 0.9, True),
        (SEASON, ReadingStatus.NO_TABLE, 0.9, True),
        (SEASON, REPORT, 0.5, False),
        (SEASON, NOT_REPORT, 1, False),
        (SEASON, NOT_REPORT, 30, True),
        (SUMMER, REPORT, 29, False),
        (SUMMER, REPORT, 30, True),
    ],
)
def test_reports_are_visited_nightly_in_the_season_and_rarely_otherwise(
    outcome: Outcome, now: datetime, reading: ReadingStatus, days: float, due: bool
) -> None:
    assert is_due(now, outcome, reading, days) is due


@pytest.mark.parametrize(
    "outcome", [Outcome.TIMEOUT, Outcome.BLOCKED, Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.STUB, Outcome.FOREIGN]
)
def test_what_failed_is_tried_in_every_run(outcome: Outcome) -> None:
    assert is_due(SUMMER, outcome, REPORT, 0)


def test_what_is_gone_for_good_rests() -> None:
    assert not is_due(SEASON, Outcome.GONE, REPORT, 20)
    assert is_due(SEASON, Outcome.GONE, REPORT, 30)


def test_a_portal_may_want_every_run_or_no_rest_shorter_than_its_own() -> None:
    assert is_due(SUMMER, Outcome.FETCHED, REPORT, 0, timedelta(0))
    assert is_due(SEASON, Outcome.FETCHED, REPORT, 0, timedelta(0))


def test_all_are_due_when_asked_for_again() -> None:
    state = PageState("http://h.example/1", "document", SUMMER, Outcome.FETCHED, REPORT, "", "", "", None)
    assert Schedule(SUMMER, MONTH, again=True).is_due(state)


def test_the_season_is_that_of_china() -> None:
    eve = datetime(2026, 12, 31, 17, tzinfo=UTC)  # one in the morning of 1 January there
    assert is_due(eve, Outcome.FETCHED, REPORT, 1)
    assert not is_due(eve - timedelta(hours=2), Outcome.FETCHED, REPORT, 1)
