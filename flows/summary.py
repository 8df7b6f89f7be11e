"""How a run ended, in words: the figures, what was refused and why, what failed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from flows.output import shown
from flows.settings import Settings
from schema.records import Outcome
from warehouse.engine import Engine, describe, parse_url
from warehouse.ledger import PortalSummary, Run, RunSummary
from warehouse.portal_runs import portal_runs
from warehouse.results import LoadResult

# The ends after which the run is not complete: asking again later, or a person, may still get the page.
# What is gone, excluded, foreign or forbidden by robots.txt is an answer.
_FAILED = frozenset(
    {
        Outcome.BLOCKED,
        Outcome.CHALLENGE,
        Outcome.TIMEOUT,
        Outcome.TLS,
        Outcome.UNREACHABLE,
        Outcome.SERVER_ERROR,
    }
)
_IN_FULL = 10  # portals that are printed one by one; of more the page that compares runs says enough
_LISTED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED, Outcome.EMPTY})
_CHANGES = (LoadResult.NEW, LoadResult.REVISED, LoadResult.ADDRESS)
_REPORTS = (*_CHANGES, LoadResult.UNCHANGED)
_NAMES = {LoadResult.ADDRESS: "at another address", LoadResult.UNCHANGED: "known"}


@dataclass(frozen=True, slots=True)
class Ending:
    """What is left when a run is over.

    `failures` has an error by portal id where a portal's crawl broke off, `repairs` what was done to the
    archive of an earlier run, `signal` the number of the signal that stopped the run, 0 if none did; `resting` the
    links of a portal that were found and are not due.
    """

    run: Run
    summary: RunSummary
    failures: Mapping[str, str]
    repairs: tuple[str, ...] = ()
    signal: int = 0
    resting: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of_ledger(cls, engine: Engine, run_id: int, told: RunSummary) -> "Ending":
        """The end of a run as the ledger has it, for one that another process ran."""
        ends = portal_runs(engine, run_id)
        failures = {end.portal_id: end.failure for end in ends if end.failure}
        return cls(Run(run_id, False, 0), told, failures, resting={end.portal_id: end.found - end.due for end in ends})


def exit_code(ending: Ending) -> int:
    """0 done, 1 something failed and is named, 128 and the signal's number when stopped by one."""
    return 128 + ending.signal if ending.signal else int(bool(problems(ending)))


def problems(ending: Ending) -> list[str]:
    """Everything for which the run does not count as done, a line each. Nothing found is never success."""
    found = [f"{portal}: broke off: {why}" for portal, why in ending.failures.items()]
    whole = (portal for portal in ending.summary.portals if portal.portal not in ending.failures)
    for portal in whole:
        found.extend(f"{portal.portal}: {what}" for what in _problems(portal, ending.resting.get(portal.portal, 0)))
    return [*found, *(f"a correction must be looked at: {what}" for what in ending.summary.stale)]


def standing(ending: Ending, portal: PortalSummary) -> str:
    """How a portal fared, in a word or two; every portal fares in one way."""
    if portal.portal in ending.failures:
        return "broke off"
    outcomes = portal.visits.keys() | portal.lists.keys()
    if outcomes & {Outcome.BLOCKED, Outcome.CHALLENGE}:
        return "blocked"
    found = list(_problems(portal, ending.resting.get(portal.portal, 0)))
    return "complete" if not found else "with gaps" if portal.links else "without links"


def changed(ending: Ending) -> int:
    """How many documents brought something new to the warehouse."""
    return sum(portal.reports.get(result, 0) for portal in ending.summary.portals for result in _CHANGES)


def print_ending(ending: Ending, settings: Settings) -> None:
    """Print the summary to stdout and the problems to stderr."""
    _print_start(ending)
    for portal in ending.summary.portals if len(ending.summary.portals) <= _IN_FULL else ():
        _print_portal(portal, ending.resting.get(portal.portal, 0))
    _print_refused(ending.summary)
    if waiting := ending.summary.waiting:
        click.echo(f"Reports to be corrected that are not here: {shown(', '.join(waiting))}")
    if not (changed(ending) or ending.signal or problems(ending)):
        click.echo("Nothing changed: the warehouse had every report that was found.")
    click.echo(f"warehouse {describe(parse_url(settings.warehouse))}\narchive   {settings.archive}")
    _print_problems(ending)


def _print_start(ending: Ending) -> None:
    for repair in ending.repairs:
        click.echo(f"archive: {repair}")
    if ending.run.resumed:
        click.echo(f"An earlier run that broke off was continued; {ending.run.done} documents were done already.")


def _print_portal(portal: PortalSummary, resting: int) -> None:
    reports = {_NAMES.get(result, result): portal.reports.get(result, 0) for result in _REPORTS}
    rest = f", {resting} more that are not due" if resting else ""
    click.echo(f"{portal.portal}: {portal.links} links visited{rest}, {sum(reports.values())} reports")
    click.echo(f"  links         {_counts(portal.visits)}")
    click.echo(f"  reports       {_counts(reports)}")
    click.echo(f"  observations  {portal.observations} in the new and revised ones")
    click.echo(f"  findings      {_counts(portal.findings)}")


def _print_refused(summary: RunSummary) -> None:
    refused = [(portal.portal, one) for portal in summary.portals for one in portal.refused]
    if refused:
        click.echo(f"No figures came of {len(refused)} pages:")
    for portal, one in refused:
        click.echo(f"  {one.status}: {shown(one.reason)}: {shown(one.title)}\n    {portal} {shown(one.url)}")


def _print_problems(ending: Ending) -> None:
    if ending.signal:
        click.echo("nianbao: stopped; the same command goes on from here", err=True)
        return
    for problem in problems(ending):
        click.echo(f"nianbao: {shown(problem)}", err=True)


def _problems(portal: PortalSummary, resting: int) -> Iterator[str]:
    if broken := _counts({end: count for end, count in portal.lists.items() if end not in _LISTED}, ""):
        yield f"its list is not complete: {broken}"
    if emptied := portal.lists.get(Outcome.EMPTY):
        yield f"{emptied} columns without a link, where there were some before"
    if not portal.links and not resting:
        yield "no link was found in its columns"
    elif portal.links and not resting and not any(portal.reports.get(result) for result in _REPORTS):
        yield f"{portal.links} links, and no report behind any of them"
    if missing := _failed(portal.visits):
        yield f"some documents could not be had: {missing}"


def _failed(outcomes: Mapping[Outcome, int]) -> str:
    failed = {outcome: count for outcome, count in outcomes.items() if outcome in _FAILED}
    return _counts(failed) if failed else ""


def _counts(counted: Mapping[Any, int], none: str = "none") -> str:
    """Counts in words, the largest first, without the zeros."""
    return ", ".join(f"{count} {what}" for what, count in Counter(counted).most_common() if count) or none
