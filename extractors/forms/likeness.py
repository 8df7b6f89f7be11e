"""Whether a label is a known one but for a slip: 予以公开数 for 予以公开."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

_NEAR = 0.8  # similarity from which an unknown spelling is near a known one
POINTS = ".,:、)"  # what a label begins with that was cut from its number
_DIGIT = re.compile(r"\d")
_MIN_NEAR = 5  # characters below which no two labels are "near"


def is_near(label: str, names: Iterable[str]) -> bool:
    """Whether a folded label is long enough to tell, and near one of the names.

    One that begins with a point or comma is cut from its number, which then stands among figures: it is none. Nor is
    one with digits, which no label of the forms has: they are the row's figures.
    """
    if len(label) < _MIN_NEAR or label[0] in POINTS or _DIGIT.search(label):
        return False
    return any(_as_long(label, name) and _similar(label, name) for name in names)


def _as_long(label: str, name: str) -> bool:
    return abs(len(label) - len(name)) <= max(len(label), len(name)) * (1 - _NEAR) * 2


@lru_cache(maxsize=65536)
def _similar(label: str, name: str) -> bool:
    matcher = SequenceMatcher(None, label, name, autojunk=False)
    return matcher.quick_ratio() >= _NEAR and matcher.ratio() >= _NEAR
