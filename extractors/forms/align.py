"""Align printed rows with the rows of a form, as sequences.

A label alone decides nothing: 被依法纠错数 and 其他情形数 stand twice on the 2014 form, 总计 and 其他 often. So the
best order-preserving assignment is sought, in which labels, numbers, units and parents count; where two
assignments are equally good, the row is ambiguous and is left unassigned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from extractors.forms.likeness import is_near
from extractors.forms.rows import PrintedRow
from extractors.labels import bare, fold, lead
from schema.catalog import FormRow, catalog

_SAME, _ALIKE = 100, 30  # a spelling of the form; a spelling near it
_NUMBER, _PARENT, _UNIT = 12, 20, 6  # what else agrees
_MAX_UNKNOWN = 400  # rows that no form has: a table with more is none of ours, and comparing takes long
_MAX_REMEMBERED = 10_000  # characters of labels; the longest form has a fifth of them


class Name(NamedTuple):
    """All that the place of a printed row depends on: its labels from the outermost to its own, and its unit."""

    labels: tuple[str, ...]
    unit: str | None

    @property
    def label(self) -> str:
        """The row's own label."""
        return self.labels[-1] if self.labels else ""


@dataclass(frozen=True, slots=True, eq=False)
class FormIndex:
    """The rows of a form, or of one of its sections, by the spellings of their labels."""

    rows: tuple[FormRow, ...]
    names: tuple[frozenset[str], ...]
    numbers: tuple[str, ...]
    by_name: Mapping[str, tuple[int, ...]]
    above: tuple[frozenset[str], ...]  # the spellings of all rows that a row stands under


@cache
def form_index(form: str, section: str = "") -> FormIndex:
    """Index a form by name; of one section only where that is given."""
    rows = tuple(row for row in catalog().forms[form].rows if section in ("", row.section))
    names = tuple(row.names for row in rows)
    by_name: dict[str, tuple[int, ...]] = {}
    for j, spellings in enumerate(names):
        for name in spellings:
            by_name[name] = (*by_name.get(name, ()), j)
    return FormIndex(rows, names, tuple(fold(row.number) for row in rows), by_name, _above(rows, names))


def _above(rows: Sequence[FormRow], names: Sequence[frozenset[str]]) -> tuple[frozenset[str], ...]:
    path: list[int] = []
    above = []
    for j, row in enumerate(rows):
        path = [parent for parent in path if rows[parent].level < row.level]
        above.append(frozenset(name for parent in path for name in names[parent]))
        path.append(j)
    return tuple(above)


@dataclass(slots=True)
class Alignment:
    """`rows[i]` is the index of the form row that printed row i is, or None.

    `ambiguous`: printed rows with two equally good places. `competing`: printed row -> the form row that
    another printed row has taken. `near`: printed rows taken on a spelling that the form does not list.
    `copies[i]` counts which print of the form, from 0, row i belongs to.
    """

    rows: list[int | None]
    ambiguous: set[int] = field(default_factory=set)
    competing: dict[int, int] = field(default_factory=dict)
    near: set[int] = field(default_factory=set)
    score: int = 0
    copies: list[int] = field(default_factory=list)


def align(printed: Sequence[PrintedRow], form: FormIndex) -> Alignment:
    """Assign printed rows to form rows. Neither sequence need be complete; a form printed again is aligned anew.

    The same labels stand in thousands of reports, so their alignment is remembered: nobody may change what this gives.
    """
    names = tuple(Name(row.labels, row.unit) for row in printed)
    size = sum(len(label) for name in names for label in name.labels)
    return _aligned_before(names, form) if size <= _MAX_REMEMBERED else _aligned(names, form)


def _aligned(printed: tuple[Name, ...], form: FormIndex) -> Alignment:
    if _is_the_form(printed, form):
        return Alignment(list(range(len(form.rows))), score=_SAME * len(form.rows), copies=[0] * len(printed))
    options = _all_options(printed, form)
    result = Alignment([None] * len(printed))
    starts = _copies(options)
    for copy, (start, end) in enumerate(zip(starts, [*starts[1:], len(options)], strict=False)):
        _assign(result, start, options[start:end], len(form.rows))
        result.copies += [copy] * (end - start)
    _settle(result, options)
    return result


_aligned_before = lru_cache(maxsize=256)(_aligned)


def _copies(options: Sequence[dict[int, int]]) -> list[int]:
    """Where each print of the form begins: at a row that can only be one that this print has had already.

    Rows of two prints (two years, two bodies) in one sequence would mix where labels repeat.
    """
    starts = [0]
    seen: set[int] = set()
    for i, option in enumerate(options):
        (only, score), *others = option.items() if option else ((-1, 0),)
        if others or score < _SAME - _UNIT:
            continue
        if only in seen:
            starts.append(i)
            seen = set()
        seen.add(only)
    return starts


def _assign(result: Alignment, start: int, options: Sequence[dict[int, int]], size: int) -> None:
    """Assign the rows of one print, which begins at row `start`: the best assignment, where it is the only one."""
    forward = _best_before(options)
    backward = _best_after(options, size)
    best = max((forward[i][j] + backward[i][j] - s for i, o in enumerate(options) for j, s in o.items()), default=0)
    result.score = max(result.score, best)
    for i, option in enumerate(options):
        top = [j for j, score in option.items() if forward[i][j] + backward[i][j] - score == best]
        if len(top) == 1:
            result.rows[start + i] = top[0]
        elif top:
            result.ambiguous.add(start + i)


def _is_the_form(printed: Sequence[Name], form: FormIndex) -> bool:
    """Whether every row of the form is printed, in order, and nothing else: then nothing is open."""
    return len(printed) == len(form.rows) and all(
        bare(fold(row.label)) in names for row, names in zip(printed, form.names, strict=True)
    )


def _all_options(printed: Sequence[Name], form: FormIndex) -> list[dict[int, int]]:
    """The form rows that each printed row may be. Near spellings are sought for so many rows and no more."""
    options = []
    unknown = 0
    for row in printed:
        options.append(_options(row, form, near=unknown < _MAX_UNKNOWN))
        unknown += not form.by_name.get(bare(fold(row.label)))
    return options


def _options(row: Name, form: FormIndex, *, near: bool) -> dict[int, int]:
    """The form rows that a printed row may be, with how well they fit."""
    folded = fold(row.label)
    label, number = bare(folded), lead(folded)
    fits = dict.fromkeys(form.by_name.get(label, ()), _SAME)
    if not fits and near:
        fits = {j: _ALIKE for j, names in enumerate(form.names) if is_near(label, names)}
    parents = {bare(fold(parent)) for parent in row.labels[:-1]}
    for j in fits:
        unit = form.rows[j].unit_zh
        fits[j] += _NUMBER * bool(number and number == form.numbers[j])
        fits[j] += _PARENT * bool(parents & form.above[j])
        fits[j] -= _UNIT * bool(row.unit and unit and fold(row.unit) != fold(unit))
    return fits


def _best_before(options: Sequence[dict[int, int]]) -> list[dict[int, int]]:
    """The best score of an assignment that ends with (row i, form row j)."""
    chains: dict[int, int] = {}  # form row -> best score of a chain ending there, over the rows so far
    table = []
    for option in options:
        ends = {j: s + max((score for end, score in chains.items() if end < j), default=0) for j, s in option.items()}
        table.append(ends)
        for j, score in ends.items():
            chains[j] = max(score, chains.get(j, 0))
    return table


def _best_after(options: Sequence[dict[int, int]], size: int) -> list[dict[int, int]]:
    """The best score of an assignment that begins with (row i, form row j): the same, read backwards."""
    mirrored = [{size - 1 - j: s for j, s in option.items()} for option in reversed(options)]
    table = _best_before(mirrored)
    return [{size - 1 - j: score for j, score in ends.items()} for ends in reversed(table)]


def _settle(result: Alignment, options: Sequence[dict[int, int]]) -> None:
    """Tell rows that compete for one form row, and rows taken on a near spelling only.

    Two printed rows may each be best alone at one form row (the table is printed twice): the first keeps
    it, the others compete.
    """
    taken: dict[int, int] = {}
    for i, j in enumerate(result.rows):
        if j is None:
            continue
        if j in taken:
            result.rows[i] = None
            result.competing[i] = j
        else:
            taken[j] = i
            if options[i][j] < _SAME - _UNIT:
                result.near.add(i)
    for i, option in enumerate(options):
        if result.rows[i] is None and i not in result.ambiguous and i not in result.competing:
            exact = [j for j, score in option.items() if score >= _SAME - _UNIT and j in taken]
            if exact:
                result.competing[i] = exact[0]
