"""Evaluate `rules.csv` on a report: sums, inequalities and the balance that the forms print.

A rule has three ends: it holds, it fails, or it cannot be evaluated; the last is not the first. A blank or a
dash counts as 0 beside a number; a side of blanks only, a cell whose text is no number, or a row that is not
printed makes the rule not evaluable (schema/README.md, Rules).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from schema.catalog import Form, Rule, catalog
from schema.records import TOTAL, Finding, Observation, Report, Severity, Status

_TERM = re.compile(r"^(?P<code>\*|[a-z0-9_.]*[a-z][a-z0-9_.]*)(?:\[(?P<member>[a-z_.]+)\])?(?P<prev>@prev)?$")
_COMPARISON = re.compile(r"(.+) (=|<=|>=) (.+)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NOT_NEGATIVE = frozenset({"count", "money"})  # a change may be negative

Key = tuple[str, str]
Facts = Mapping[Key, Decimal | None]  # None: blank or dash. A cell that is no number, or not printed, is absent


class Term(NamedTuple):
    """One term of a sum: a number, or an indicator of this year's or the previous report."""

    code: str = ""
    member: str = ""
    prev: bool = False
    number: Decimal | None = None


class Comparison(NamedTuple):
    """`left op right`, each side a sum."""

    left: tuple[Term, ...]
    op: str
    right: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One evaluation that a rule asks for: for the indicator `code` (where it has `*`) and an applicant."""

    rule: Rule
    code: str
    member: str
    comparisons: tuple["Sides", ...]  # two for `implies`, the condition first

    @property
    def cells(self) -> tuple[Key, ...]:
        """The (indicator, applicant) pairs of the left side."""
        return (*self.comparisons[0].left.keys, *self.comparisons[0].left.before)


@dataclass(frozen=True, slots=True)
class Side:
    """A sum: a constant, cells of this report, and cells of the report of the year before."""

    constant: Decimal | None
    keys: tuple[Key, ...]
    before: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """`left op right` for one case."""

    left: Side
    op: str
    right: Side


class Verdict(NamedTuple):
    """The end of one case: `holds` is None where it could not be evaluated. The figures are the last comparison's."""

    case: Case
    holds: bool | None
    left: Decimal | None = None
    right: Decimal | None = None


def check(report: Report) -> tuple[Finding, ...]:
    """Every rule of the report's form that fails on it."""
    if report.form is None:
        return ()
    now = facts(report.observations)
    least = min((value for value in now.values() if value), default=0)
    sought = cases(report.form, "report") if least < 0 else _failing_above_zero(report.form)
    return tuple(_finding(v) for v in (_verdict(case, now, {}) for case in sought) if v.holds is False)


@cache
def _failing_above_zero(form: str) -> tuple[Case, ...]:
    """The cases within a report that may fail where no figure is negative: a sixth of them."""
    return tuple(case for case in cases(form, "report") if not _holds_above_zero(case.comparisons))


def _holds_above_zero(sides: tuple["Sides", ...]) -> bool:
    """Whether a case only asks that a sum of figures be no less than zero."""
    (left, op, right), *others = ((each.left, each.op, each.right) for each in sides)
    return not others and op == ">=" and right == Side(Decimal(0), (), ()) and not left.before


def check_years(report: Report, previous: Report) -> tuple[Finding, ...]:
    """Every rule over two consecutive years that fails, given the same agency's report of the year before."""
    if report.form is None:
        return ()
    now, before = facts(report.observations), facts(previous.observations)
    return tuple(_finding(v) for v in verdicts(report.form, now, before) if v.holds is False)


def facts(observations: Iterable[Observation]) -> dict[Key, Decimal | None]:
    """Values by (indicator, applicant); a cell whose text is no number is left out."""
    return {(o.indicator, o.applicant): o.value for o in observations if o.status is not Status.TEXT}


def verdicts(form: str, now: Facts, before: Facts | None = None) -> Iterator[Verdict]:
    """Evaluate each rule of a form: those within one report, or, given the year before, those across years."""
    for case in cases(form, "report" if before is None else "cross_year"):
        yield _verdict(case, now, before or {})


@cache
def cases(form: str, scope: str) -> tuple[Case, ...]:
    """Every case of the rules of a form, within a report or across years."""
    rules = (rule for rule in catalog().rules if form in rule.forms and rule.scope == scope)
    return tuple(_case(rule, code, member) for rule in rules for code, member in _subjects(rule, form))


def _subjects(rule: Rule, form: str) -> tuple[Key, ...]:
    """The (indicator for `*`, applicant) pairs that a rule is evaluated for."""
    printed: Form = catalog().forms[form]
    members = catalog().members("applicant")
    if rule.per == "member":
        return tuple(("", member) for member in members)
    if rule.per == "row":
        return tuple((code, TOTAL) for code in sorted(printed.split()))
    if rule.per == "cell":
        split = printed.split()
        codes = (c for c in sorted(printed.indicators()) if catalog().indicators[c].value_type in _NOT_NEGATIVE)
        return tuple((code, member) for code in codes for member in (members if code in split else (TOTAL,)))
    return (("", TOTAL),)


def _case(rule: Rule, code: str, member: str) -> Case:
    def side(terms: tuple[Term, ...]) -> Side:
        numbers = [term.number for term in terms if term.number is not None]
        keys = [((code if t.code == "*" else t.code, t.member or member), t.prev) for t in terms if t.code]
        now = tuple(key for key, prev in keys if not prev)
        return Side(sum(numbers, Decimal(0)) if numbers else None, now, tuple(key for key, prev in keys if prev))

    return Case(rule, code, member, tuple(Sides(side(c.left), c.op, side(c.right)) for c in comparisons(rule)))


def comparisons(rule: Rule) -> tuple[Comparison, ...]:
    """The comparison of a rule; two of them for `implies`, the condition first. Raises ValueError."""
    if rule.op == "implies":
        return tuple(_comparison(side) for side in (rule.left, rule.right))
    return (Comparison(parse_sum(rule.left), rule.op, parse_sum(rule.right)),)


def _comparison(text: str) -> Comparison:
    match = _COMPARISON.fullmatch(text)
    if not match:
        raise ValueError(f"not a comparison: {text!r}")
    return Comparison(parse_sum(match[1]), match[2], parse_sum(match[3]))


def parse_sum(text: str) -> tuple[Term, ...]:
    """Parse `code + code[member] + code@prev + 12`. Raises ValueError for anything else."""
    return tuple(_term(part) for part in text.split(" + "))


def _term(text: str) -> Term:
    if _NUMBER.fullmatch(text):
        return Term(number=Decimal(text))
    match = _TERM.match(text)
    if not match:
        raise ValueError(f"not a term: {text!r}")
    return Term(match["code"], match["member"] or "", bool(match["prev"]))


def _verdict(case: Case, now: Facts, before: Facts) -> Verdict:
    holds: bool | None = None
    left = right = None
    for number, sides in enumerate(case.comparisons):
        left, right = _total(sides.left, now, before), _total(sides.right, now, before)
        if left is None or right is None:
            return Verdict(case, None)
        met = _compare(left, sides.op, right)
        holds = met or (number > 0 and holds is False)  # a condition that is not met implies anything
    return Verdict(case, holds, left, right)


def _total(side: Side, now: Facts, before: Facts) -> Decimal | None:
    """The value of a sum; None where it is not known."""
    total = side.constant
    for key in side.keys:
        try:
            value = now[key]
        except KeyError:
            return None
        if value is not None:
            total = value if total is None else total + value
    for key in side.before:
        value = before.get(key)
        if value is None:
            return None
        total = value if total is None else total + value
    return total


def _compare(left: Decimal, op: str, right: Decimal) -> bool:
    if op == "=":
        return left == right
    return left <= right if op == "<=" else left >= right


def _finding(verdict: Verdict) -> Finding:
    case = verdict.case
    about = f" [{case.code or case.member}]" if (case.code or case.member != TOTAL) else ""
    sign = {"=": "≠", "<=": ">", ">=": "<"}[case.comparisons[-1].op]
    message = f"{case.rule.message_en}{about}: {verdict.left:f} {sign} {verdict.right:f}"
    return Finding(case.rule.name, Severity(case.rule.severity), message, case.cells)
