"""In which order the columns of sections 3 and 4 stand, told from their heads in running text.

A converter writes a head of two levels row by row: 自然人, 法人或其他组织, 总计, and then the columns under the second.
Copies swap columns, so the order is read and not assumed; where the heads do not tell it, None.
"""

from collections.abc import Sequence
from functools import lru_cache

from extractors.forms.vocabulary import MEMBERS, applicants, result_paths
from extractors.labels import fold

GROUP = fold("法人或其他组织")  # the head over the five kinds of organisation
_NATURAL, TOTAL_HEAD = fold("自然人"), fold("总计")
RESULTS = tuple(result_paths())
ENDS = tuple(fold(word) for word in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"))
_REVIEW, _SUIT = "行政复议", "行政诉讼"
_SUITS = ("未经复议直接起诉", "复议后起诉")


@lru_cache(maxsize=256)
def applicant_order(heads: tuple[str, ...]) -> tuple[str, ...] | None:
    """The applicants of section 3 in the order of their columns; without any head the form's own order."""
    upper = [head for head in heads if head in (_NATURAL, GROUP, TOTAL_HEAD)]
    lower = [head for head in heads if head not in (_NATURAL, GROUP, TOTAL_HEAD)]
    order = [name for head in upper for name in (lower if head == GROUP else [head])] if GROUP in heads else list(heads)
    members = tuple(applicants()[name] for name in order)
    if sorted(members) == sorted(MEMBERS):
        return members
    complete = tuple(member for member in MEMBERS if member in members)  # some heads were lost
    return MEMBERS if members == complete else None


@lru_cache(maxsize=256)
def result_order(heads: tuple[str, ...]) -> tuple[str, ...] | None:
    """The column paths of section 4 in the order of their columns."""
    tops = [head for head in heads if head in (_REVIEW, _SUIT)]
    suits = [head for head in heads if head in _SUITS]
    ends = [head for head in heads if head in ENDS]
    if len(tops) == 1 and len(ends) == len(ENDS) * len(suits or tops):
        return _alone(tops[0], suits, ends)
    suits = suits or list(_SUITS)
    groups = _groups(ends)
    if groups is None or tops[:2] != [_REVIEW, _SUIT][: len(tops[:2])] or sorted(suits[:2]) != sorted(_SUITS):
        return None
    stems = (_REVIEW, f"{_SUIT}/{suits[0]}", f"{_SUIT}/{suits[1]}")
    return tuple(f"{stem}/{end}" for stem, group in zip(stems, groups, strict=True) for end in group)


def _alone(top: str, suits: Sequence[str], ends: Sequence[str]) -> tuple[str, ...] | None:
    """The columns of a table of 行政复议 alone, or of 行政诉讼 alone."""
    stems = [f"{top}/{suit}" for suit in suits] or [top]
    paths = tuple(f"{stems[n // len(ENDS)]}/{end}" for n, end in enumerate(ends))
    return paths if set(paths) <= set(RESULTS) and len(set(paths)) == len(paths) else None


def _groups(ends: Sequence[str]) -> list[tuple[str, ...]] | None:
    """The columns under each of the three heads; where a copy lost repeated words, one group stands for all."""
    size = len(ENDS)
    if len(ends) == size * 3:
        groups = [tuple(ends[at : at + size]) for at in range(0, size * 3, size)]
    elif len(ends) == size:
        groups = [tuple(ends)] * 3
    else:
        return None
    return groups if all(sorted(group) == sorted(ENDS) for group in groups) else None
