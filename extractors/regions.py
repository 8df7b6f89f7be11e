"""Places by their GB/T 2260 codes, and the region and body that a unified social credit code names.

Names come from the package gb2260, whose revisions end in 2013; a code made later has no name here.
"""

import re
from functools import lru_cache

from gb2260 import Division
from gb2260.data import data
from stdnum.cn import uscc

_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}", re.IGNORECASE)
_PLACEHOLDERS = ("市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划", "县")


def credit_code(index_number: str | None) -> str | None:
    """The unified social credit code that an index number (索引号) begins with, if its check digit holds.

    GB 32100-2015: 18 characters, the region in digits 3 to 8.
    """
    match = _CODE.match(index_number or "")
    code = match[0].upper() if match else ""
    return code if code and uscc.is_valid(code) else None


def region_of(code: str | None) -> str | None:
    """The GB/T 2260 region in a unified social credit code."""
    return code[2:8] if code else None


@lru_cache(maxsize=4096)
def place_names(region: str) -> tuple[str, ...]:
    """The names of a region from the province down; empty for a code that is not known."""
    try:
        names = tuple(division.name for division in Division.get(region).stack())
    except ValueError:
        return ()
    return tuple(name for name in names if name not in _PLACEHOLDERS)


def begins_with_place(name: str) -> bool:
    """Whether a name begins with what a region is or was called."""
    return any(name[:length] in _all_names() for length in range(2, len(name) + 1))


@lru_cache(maxsize=1)
def _all_names() -> frozenset[str]:
    return frozenset(name for revision in data.values() for name in revision.values())
