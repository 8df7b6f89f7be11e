"""The rules of a form on one report, in words: which fail on which figures, and which cannot be evaluated and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from flows.json_lines import number
from schema.checks import Facts, Key, Side, Verdict, cases, facts, verdicts
from schema.records import TOTAL, Observation, Report

_SHOWN = 4  # cells named before "and N more"
_ALL_TERMS = 6  # terms of a sum up to which zeros and blanks are listed too
_OPPOSITE = {"=": "≠", "<=": ">", ">=": "<"}

Printed = Mapping[Key, Observation]


def rule_lines(report: Report) -> Iterator[str]:
    """What the form's rules say of a report, a line each; a line that goes on from another is indented."""
    if report.form is None:
        return
    printed = {(one.indicator, one.applicant): one for one in report.observations}
    found = facts(report.observations)
    ended = list(verdicts(report.form, found))
    failed = [verdict for verdict in ended if verdict.holds is False]
    unknown = [verdict for verdict in ended if verdict.holds is None]
    yield f"{len(ended) - len(failed) - len(unknown)} hold, {len(failed)} fail, {len(unknown)} cannot be evaluated"
    later = {case.rule.name for case in cases(report.form, "cross_year")}
    if later:
        yield f"{len(later)} more compare two years: they are evaluated where the year before is in the warehouse"
    for verdict in failed:
        yield from _failed(verdict, printed)
    for name, some in groupby(unknown, key=lambda verdict: verdict.case.rule.name):
        yield from _unknown(name, list(some), found, printed)


# --- rules that fail -----------------------------------------------------------------------------------


def _failed(verdict: Verdict, printed: Printed) -> Iterator[str]:
    case, sides = verdict.case, verdict.case.comparisons[-1]
    about = f" [{case.code or case.member}]" if case.code or case.member != TOTAL else ""
    yield f"FAILS {case.rule.name}{about} ({case.rule.severity}): {case.rule.message_en}"
    for condition in case.comparisons[:-1]:
        yield from (f"  where {line}" for side in (condition.left, condition.right) for line in _terms(side, printed))
    yield from (f"  left  {line}" for line in _terms(sides.left, printed))
    yield from (f"  right {line}" for line in _terms(sides.right, printed))
    yield f"  so    {verdict.left:f} {_OPPOSITE[sides.op]} {verdict.right:f}"


def _terms(side: Side, printed: Printed) -> Iterator[str]:
    """The figures of a sum with their places; of a long one those that count."""
    if side.constant is not None:
        yield f"{side.constant:f}"
    terms = [printed[key] for key in side.keys]
    some = terms if len(terms) <= _ALL_TERMS else [one for one in terms if one.value]
    for one in some:
        code = one.indicator if one.applicant == TOTAL else f"{one.indicator}[{one.applicant}]"
        value = "·" if one.value is None else number(one.value)
        yield f"{value} {code} {one.label} ({one.place.table}:{one.place.row}:{one.place.column})"
    if len(some) < len(terms):
        yield f"and {len(terms) - len(some)} cells that are 0 or blank"


# --- rules that cannot be evaluated ----------------------------------------------------------------------


def _unknown(name: str, some: Sequence[Verdict], found: Facts, printed: Printed) -> Iterator[str]:
    """A rule with the cells for want of which its cases have no end."""
    yield f"not evaluated: {name}" + (f", {len(some)} cases" if len(some) > 1 else "")
    wanting: dict[str, dict[Key, None]] = {"not printed": {}, "not read as numbers": {}, "blank": {}}
    for verdict in some:
        absent = [key for side in _sides(verdict) for key in side.keys if key not in found]
        for key in absent:
            wanting["not read as numbers" if key in printed else "not printed"][key] = None
        if not absent:
            wanting["blank"].update(dict.fromkeys(_blank(verdict, found)))
    yield from (f"  {why}: {_list(keys)}" for why, keys in wanting.items() if keys)


def _sides(verdict: Verdict) -> Iterator[Side]:
    for sides in verdict.case.comparisons:
        yield from (sides.left, sides.right)


def _blank(verdict: Verdict, found: Facts) -> Iterator[Key]:
    """The cells of the sides that are blank as a whole: beside a number a blank counts as 0."""
    for side in _sides(verdict):
        if side.constant is None and all(found[key] is None for key in side.keys):
            yield from side.keys


def _list(keys: Iterable[Key]) -> str:
    names = [code if member == TOTAL else f"{code}[{member}]" for code, member in keys]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
