"""The formulas of `series.csv`: what a long series is made of on each form, and what joins one form to the next.

`a + b` is a sum of indicators at `applicant = total`; `sum / sum` divides one by another; `x | y` takes the first
that has a value. So `|` binds least and `+` most: `a | b + c` is a, or else the sum of b and c.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from schema.catalog import Series, catalog

_CODE = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
_MARKS = ("exact", "close", "broken")  # from one line to not one line


class Alternative(NamedTuple):
    """One way to a value: the codes of a sum, divided by those of another where there is a denominator."""

    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()


def parse_formula(text: str) -> tuple[Alternative, ...]:
    """The alternatives of a formula in order; none for an empty one. Raises ValueError for what is no formula."""
    return tuple(_alternative(part) for part in text.split(" | ")) if text else ()


def _alternative(text: str) -> Alternative:
    sides = [tuple(side.split(" + ")) for side in text.split(" / ")]
    codes = [code for side in sides for code in side]
    if len(sides) > 2 or not all(map(_CODE.fullmatch, codes)) or any(len(set(side)) < len(side) for side in sides):
        raise ValueError(f"not a formula: {text!r}")
    return Alternative(*sides)


def boundaries(series: Series) -> Mapping[tuple[str, str], str]:
    """How the figures of one form compare with those of another, for each two that the series has a formula on.

    Keys are (form of the earlier report, form of the later one), whichever form is the older: agencies use old ones
    late. Over several boundaries the worst mark counts. `same` where the form is the same.
    """
    forms = list(catalog().forms)
    marks = (series.comparability_2018_2019, series.comparability_2020_2021)
    having = [form for form in forms if series.formulas.get(form)]
    return {(a, b): _between(forms.index(a), forms.index(b), marks) for a in having for b in having}


def _between(one: int, other: int, marks: Sequence[str]) -> str:
    crossed = [mark for mark in marks[min(one, other) : max(one, other)] if mark in _MARKS]
    return max(crossed, key=_MARKS.index) if crossed else "same"


def codes_of(formula: tuple[Alternative, ...]) -> Iterator[tuple[int, str, str]]:
    """Each term of a formula: the alternative it stands in (from 1), the part of it, and the indicator."""
    for number, alternative in enumerate(formula, 1):
        yield from ((number, "numerator", code) for code in alternative.numerator)
        yield from ((number, "denominator", code) for code in alternative.denominator)
