"""The table of regions: administrative divisions by their codes of GB/T 2260.

Names and years come from the package gb2260, whose revisions go from 2002 to 2013. A code that was made later is
entered when something lies there, without a name.
"""

from collections import defaultdict
from functools import cache
from typing import Any

from gb2260.data import data
from sqlalchemy import Connection, func, select

from warehouse.dialect import upsert
from warehouse.tables import region

_COUNTRY = "000000"
_LONGEST = 15  # characters of the longest name
# Divisions of codes and of nothing else: the districts of a municipality stand in the code of its 市辖区.
_PLACEHOLDERS = frozenset({"", "市辖区", "县", "市", "省直辖县级行政区划", "自治区直辖县级行政区划", "中华人民共和国"})


def load_regions(connection: Connection) -> None:
    """Enter every division that the standard has or had; done once, for no revision ever changes."""
    if connection.execute(select(func.count()).select_from(region)).scalar_one() < len(_divisions()):
        statement = upsert(connection, region)
        written = {name: statement.excluded[name] for name in ("name", "first_year", "last_year")}
        connection.execute(statement.on_conflict_do_update(index_elements=["code"], set_=written), _divisions())


def ensure_region(connection: Connection, code: str) -> None:
    """Let there be a row for a code that the standard did not have when we last knew it."""
    for one in (parent_of(code), code):
        if one:
            row = {"code": one, "level": level_of(one), "parent": parent_of(one)}
            connection.execute(upsert(connection, region).values(row).on_conflict_do_nothing())


def level_of(code: str) -> str:
    """What the zeros at a code's end say: 330000 is a province, 330800 a prefecture, 330802 a county."""
    if code == _COUNTRY:
        return "country"
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def within(code: str | None, name: str) -> tuple[str | None, str]:
    """The smallest division of a region (None: of the country) that a name begins with, and what follows in the name.

    The region itself, or None, where the name begins with none of its divisions, or with what several are called.
    """
    code, rest = code or _COUNTRY, name
    for above in _upwards(code):
        rest = rest.removeprefix(_names().get(above, "") or " ")
    while smaller := _beginning(code, rest):
        code, length = smaller
        rest = rest[length:]
    return (None if code == _COUNTRY else code), rest


def _upwards(code: str) -> list[str]:
    """The divisions around a region from the province down, and the region itself."""
    return sorted({f"{code[:2]}0000", f"{code[:4]}00", code} - {_COUNTRY})


def _beginning(code: str, rest: str) -> tuple[str, int] | None:
    """The division of a region whose name a text begins with, the longest one's, and the length of its name."""
    stem = "" if code == _COUNTRY else code.removesuffix("00").removesuffix("00")
    for length in range(min(_LONGEST, len(rest)), 1, -1):
        named = [one for one in _codes().get(rest[:length], ()) if one.startswith(stem) and one != code]
        if named:
            return (named[0], length) if len(named) == 1 else None
    return None


@cache
def _names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in _divisions()}


@cache
def _codes() -> dict[str, list[str]]:
    """The codes by name; those in force where one of them is, for a name often went from one code to another."""
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for row in sorted(_divisions(), key=lambda row: row["last_year"] is not None):
        known = codes[row["name"]]
        if row["name"] not in _PLACEHOLDERS and (row["last_year"] is None or not known):
            known.append(row["code"])
    return codes


def parent_of(code: str) -> str | None:
    """The code of the division above; None for the country."""
    above = {"country": None, "province": _COUNTRY, "prefecture": f"{code[:2]}0000", "county": f"{code[:4]}00"}
    return above[level_of(code)]


def governed_above(code: str) -> str:
    """The code of the next division above that has a government; the country's for a province and the country."""
    above = parent_of(code) or _COUNTRY
    is_only_code = above != _COUNTRY and _names().get(above) in _PLACEHOLDERS
    return governed_above(above) if is_only_code else above


@cache
def _divisions() -> list[dict[str, Any]]:
    """A row for each division, those above before those within."""
    rows: dict[str, dict[str, Any]] = {}
    for revision in sorted((one for one in data if one is not None), key=str):
        year, names = int(str(revision)[:4]), data[revision]
        for number, name in names.items():
            row = rows.setdefault(str(number), _row(str(number), first_year=year))
            row |= {"name": name, "last_year": year}
    for number, name in data[None].items():  # the latest, which names no year
        row = rows.setdefault(str(number), _row(str(number)))
        row |= {"name": name, "last_year": None}
    above = {parent_of(code) for code in rows} - rows.keys() - {None}
    return sorted([*rows.values(), *(_row(str(code)) for code in above)], key=lambda row: str(row["code"]))


def _row(code: str, first_year: int | None = None) -> dict[str, Any]:
    name = "中华人民共和国" if code == _COUNTRY else ""
    levels = {"level": level_of(code), "parent": parent_of(code)}
    return {"code": code, "name": name, "first_year": first_year, "last_year": None, **levels}
