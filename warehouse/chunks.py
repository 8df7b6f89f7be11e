"""Long lists in pieces that one statement can name: engines limit how many values it may."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

SIZE = 500

_Item = TypeVar("_Item")


def chunks(items: Iterable[_Item], size: int = SIZE) -> Iterator[list[_Item]]:
    """The items in order, so many at a time."""
    source = iter(items)
    while some := list(islice(source, size)):
        yield some
