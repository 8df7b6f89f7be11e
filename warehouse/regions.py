"""The table of regions: administrative divisions by their codes of GB/T 2260.

Names and years come from the package gb2260, whose revisions go from 2002 to 2013. A code that was made later is
entered when something lies there, without a name.
"""

from functools import cache
from typing import Any

from gb2260.data import data
from sqlalchemy import Connection, func, select

from warehouse.dialect import upsert
from warehouse.tables import region

_COUNTRY = "000000"


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


def parent_of(code: str) -> str | None:
    """The code of the division above; None for the country."""
    above = {"country": None, "province": _COUNTRY, "prefecture": f"{code[:2]}0000", "county": f"{code[:4]}00"}
    return above[level_of(code)]


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
