"""When a run counts as done: nothing found is never success."""

import signal
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from flows.summary import Ending, changed, exit_code, problems
from schema.records import Outcome, ReadingStatus
from warehouse.ledger import PortalSummary, Run, RunSummary
from warehouse.results import LoadResult

GOOD = PortalSummary(
    portal="here",
    links=3,
    lists={Outcome.FETCHED: 1},
    visits={Outcome.FETCHED: 2, Outcome.NOT_FOUND: 1},
    readings={ReadingStatus.REPORT: 2},
    reports={LoadResult.NEW: 2, LoadResult.KEPT: 1},
    observations=154,
    findings={},
    refused=(),
)


def ending(failures: Mapping[str, str] | None = None, **changes: Any) -> Ending:
    return Ending(Run(1, False, 0), RunSummary(1, (replace(GOOD, **changes),)), failures or {})


def test_a_run_that_loads_reports_is_done_though_a_page_is_gone() -> None:
    assert problems(ending()) == []
    assert exit_code(ending()) == 0


@pytest.mark.parametrize(
    "outcome", [Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.ROBOTS, Outcome.FOREIGN, Outcome.EXCLUDED]
)
def test_an_answer_is_no_failure(outcome: Outcome) -> None:
    assert exit_code(ending(visits={Outcome.FETCHED: 1, outcome: 1})) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"links": 0, "visits": {}, "reports": {}}, "no link"),
        ({"reports": {LoadResult.KEPT: 3}}, "no report"),
        ({"lists": {Outcome.FETCHED: 1, Outcome.TIMEOUT: 1}}, "list is not complete: 1 timeout"),
        ({"visits": {Outcome.FETCHED: 1, Outcome.BLOCKED: 2}}, "could not be had: 2 blocked"),
    ],
)
def test_what_failed_is_named_with_its_portal(changes: dict[str, Any], words: str) -> None:
    (problem,) = problems(ending(**changes))
    assert problem.startswith("here: ")
    assert words in problem
    assert exit_code(ending(**changes)) == 1


def test_a_correction_that_no_longer_fits_fails_the_run() -> None:
    stale = replace(ending(), summary=replace(ending().summary, stale=("衢州市民政局 2018 not applied",)))
    assert problems(stale) == ["a correction must be looked at: 衢州市民政局 2018 not applied"]
    assert exit_code(stale) == 1


def test_a_correction_that_waits_for_its_report_is_no_failure() -> None:
    assert problems(replace(ending(), summary=replace(ending().summary, waiting=("某局 2018",)))) == []


def test_a_portal_that_broke_off_is_named_with_the_error() -> None:
    assert problems(ending({"there": "the disk is full"})) == ["there: broke off: the disk is full"]


def test_only_documents_that_brought_something_count_as_changes() -> None:
    assert changed(ending()) == 2
    assert changed(ending(reports={LoadResult.UNCHANGED: 2, LoadResult.KEPT: 1})) == 0


def test_a_signal_decides_the_exit_code() -> None:
    assert exit_code(replace(ending(), signal=signal.SIGINT)) == 130
    assert exit_code(replace(ending(), signal=signal.SIGTERM)) == 143
