"""The page that an operator reads in the morning: what the run came to, beside the run before."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from flows.summary import Ending, problems, standing
from schema.records import Outcome, Severity
from warehouse.engine import Engine, open_warehouse
from warehouse.figures import Figures, figures, run_before
from warehouse.ledger import summary
from warehouse.results import LoadResult

Row = tuple[str, str, str]
_T = TypeVar("_T")

_REFUSED = (Outcome.BLOCKED, Outcome.CHALLENGE, Outcome.ROBOTS)
_SHOWN_PROBLEMS = 50  # in an artifact; all of them are in the log


@dataclass(frozen=True, slots=True)
class Night:
    """A run and the one before: rows of label, now, before (empty where there was none)."""

    run_id: int
    before: int | None
    rows: tuple[Row, ...]
    problems: tuple[str, ...]

    def markdown(self) -> str:
        """The page as an artifact of Prefect has it."""
        before = f"run {self.before}" if self.before else ""
        table = [f"| | run {self.run_id} | {before} |", "|---|---:|---:|", *map(_markdown_row, self.rows)]
        shown = [f"- {_escaped(problem)}" for problem in self.problems[:_SHOWN_PROBLEMS]]
        more = len(self.problems) - len(shown)
        named = ["", "**What failed**", "", *shown, *([f"- and {more} more"] if more else [])] if shown else []
        return "\n".join([*table, *named])


def night(url: str, ending: Ending) -> Night:
    """What to tell of a run that has just ended in the warehouse at `url`."""
    engine = open_warehouse(url, create=False)
    try:
        return _night(engine, ending)
    finally:
        engine.dispose()


def _night(engine: Engine, ending: Ending) -> Night:
    now, previous = figures(engine, ending.run.id), run_before(engine, ending.run.id)
    before = _texts(figures(engine, previous), _standings(engine, previous)) if previous else {}
    rows = _texts(now, Counter(standing(ending, portal) for portal in ending.summary.portals))
    labels = dict.fromkeys([*rows, *before])
    told = tuple((label, rows.get(label, "0"), before.get(label, "0" if before else "")) for label in labels)
    return Night(ending.run.id, previous, told, tuple(problems(ending)))


def _standings(engine: Engine, run_id: int) -> Counter[str]:
    told = Ending.of_ledger(engine, run_id, summary(engine, run_id))
    return Counter(standing(told, portal) for portal in told.summary.portals)


def _texts(told: Figures, portals: Mapping[str, int]) -> dict[str, str]:
    counts = {**{f"portals {what}": count for what, count in sorted(portals.items())}, **dict(_counts(told))}
    texts = {label: f"{count:,}" for label, count in counts.items()}
    texts["megabytes received"] = f"{told.received / 1e6:,.1f}"
    if told.lasted is not None:
        texts["took"] = str(timedelta(seconds=round(told.lasted)))
    return texts


def _counts(told: Figures) -> Iterator[tuple[str, int]]:
    yield "pages visited", sum(told.visits.values())
    yield "reports new", told.results.get(LoadResult.NEW, 0)
    yield "reports changed", told.results.get(LoadResult.REVISED, 0)
    yield "reports unchanged", _sum(told.results, (LoadResult.UNCHANGED, LoadResult.ADDRESS))
    yield "pages refused", _sum(told.visits, _REFUSED)
    yield "quarantined", told.quarantined
    for severity in (Severity.ERROR, Severity.WARNING):
        yield f"findings: {severity}", told.findings.get(severity, 0)
    yield "requests", told.requests


def _sum(counted: Mapping[_T, int], names: Iterable[_T]) -> int:
    return sum(counted.get(name, 0) for name in names)


def _markdown_row(row: Row) -> str:
    return f"| {row[0]} | {row[1]} | {row[2]} |"


def _escaped(text: str) -> str:
    """Words of a portal as text: no markup, no address that becomes a link."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+!|<>" else sign for sign in " ".join(text.split()))
