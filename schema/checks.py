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
class Verdict:
    """The end of one evaluation of a rule: `holds` is None where it could not be evaluated."""

    rule: Rule
    code: str
    member: str
    holds: bool | None
    left: Decimal | None = None
    right: Decimal | None = None

    @property
    def cells(self) -> tuple[Key, ...]:
        """The (indicator, applicant) pairs of the left side."""
        terms = _compiled(self.rule)[0].left
        return tuple((self.code if t.code == "*" else t.code, t.member or self.member) for t in terms if t.code)


def check(report: Report) -> tuple[Finding, ...]:
    """Every rule of the report's form that fails on it."""
    if report.form is None:
        return ()
    return tuple(_finding(v) for v in verdicts(report.form, facts(report.observations)) if v.holds is False)


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
    scope = "report" if before is None else "cross_year"
    for rule in catalog().rules:
        if form in rule.forms and rule.scope == scope:
            for code, member in _cases(rule, form):
                yield _verdict(rule, code, member, now, before or {})


@cache
def _cases(rule: Rule, form: str) -> tuple[Key, ...]:
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


@cache
def _compiled(rule: Rule) -> tuple[Comparison, ...]:
    """The comparison of a rule; two of them for `implies`, the condition first."""
    if rule.op == "implies":
        return tuple(_comparison(side) for side in (rule.left, rule.right))
    return (Comparison(_sum(rule.left), rule.op, _sum(rule.right)),)


def _comparison(text: str) -> Comparison:
    match = _COMPARISON.fullmatch(text)
    if not match:
        raise ValueError(f"not a comparison: {text!r}")
    return Comparison(_sum(match[1]), match[2], _sum(match[3]))


def _sum(text: str) -> tuple[Term, ...]:
    return tuple(_term(part) for part in text.split(" + "))


def _term(text: str) -> Term:
    if _NUMBER.fullmatch(text):
        return Term(number=Decimal(text))
    match = _TERM.match(text)
    if not match:
        raise ValueError(f"not a term: {text!r}")
    return Term(match["code"], match["member"] or "", bool(match["prev"]))


def _verdict(rule: Rule, code: str, member: str, now: Facts, before: Facts) -> Verdict:
    compared = _compiled(rule)
    sides = [(_total(c.left, now, before, code, member), _total(c.right, now, before, code, member)) for c in compared]
    results = [_compare(left, c.op, right) for c, (left, right) in zip(compared, sides, strict=True)]
    if None in results:
        return Verdict(rule, code, member, None)
    holds = results[0] if len(results) == 1 else not results[0] or bool(results[1])
    return Verdict(rule, code, member, holds, *sides[-1])


def _total(terms: tuple[Term, ...], now: Facts, before: Facts, code: str, member: str) -> Decimal | None:
    """The value of a sum; None where it is not known."""
    total, known = Decimal(0), False
    for term in terms:
        if term.number is not None:
            total, known = total + term.number, True
            continue
        key = (code if term.code == "*" else term.code, term.member or member)
        source = before if term.prev else now
        if key not in source:
            return None
        value = source[key]
        if value is not None:
            total, known = total + value, True
        elif term.prev:
            return None
    return total if known else None


def _compare(left: Decimal | None, op: str, right: Decimal | None) -> bool | None:
    if left is None or right is None:
        return None
    if op == "=":
        return left == right
    return left <= right if op == "<=" else left >= right


def _finding(verdict: Verdict) -> Finding:
    rule = verdict.rule
    about = f" [{verdict.code or verdict.member}]" if (verdict.code or verdict.member != TOTAL) else ""
    sign = {"=": "≠", "<=": ">", ">=": "<"}.get(_compiled(rule)[-1].op, "?")
    message = f"{rule.message_en}{about}: {verdict.left:f} {sign} {verdict.right:f}"
    return Finding(rule.name, Severity(rule.severity), message, verdict.cells)
