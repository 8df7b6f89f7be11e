"""The small numbers by which an observation knows what the lists say in words, and the way back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool, select

from warehouse.chunks import chunks
from warehouse.dialect import upsert
from warehouse.tables import dimension, indicator, label

# By the pool of connections: an engine with options of its own, such as every writer's, is another engine each time.
_known: WeakKeyDictionary[Pool, "Codes"] = WeakKeyDictionary()


@dataclass(frozen=True)
class Codes:
    """Numbers by code. They differ from one warehouse to the next, and never change within one."""

    indicators: Mapping[str, int]
    applicants: Mapping[str, int]

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """Read them, once an engine. What another process adds later is of a newer list than ours."""
        pool = connection.engine.pool
        known = _known.get(pool)
        if known is None:
            known = _known[pool] = _read(connection)
        return known  # type: ignore[return-value]

    @cached_property
    def indicator_codes(self) -> Mapping[int, str]:
        """Indicator codes by number."""
        return {number: code for code, number in self.indicators.items()}

    @cached_property
    def applicant_codes(self) -> Mapping[int, str]:
        """Applicant codes by number."""
        return {number: code for code, number in self.applicants.items()}


def _read(connection: Connection) -> Codes:
    indicators = dict(connection.execute(select(indicator.c.code, indicator.c.id)).tuples().all())
    members = select(dimension.c.code, dimension.c.id).where(dimension.c.dimension == "applicant")
    return Codes(indicators, dict(connection.execute(members).tuples().all()))


def label_ids(connection: Connection, texts: Iterable[str]) -> dict[str, int]:
    """The numbers of printed labels and units, by text as it is stored; new ones are entered.

    In order, or two loaders on PostgreSQL that enter the same labels would wait for each other for ever.
    """
    wanted = sorted(set(texts))
    found = _find_labels(connection, wanted)
    absent = [text for text in wanted if text not in found]
    if absent:
        rows = [{"text": text} for text in absent]
        connection.execute(upsert(connection, label).on_conflict_do_nothing(), rows)
        found |= _find_labels(connection, absent)
    return found


def _find_labels(connection: Connection, texts: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in chunks(texts):
        known = select(label.c.text, label.c.id).where(label.c.text.in_(some))
        found.update(connection.execute(known).tuples().all())
    return found
