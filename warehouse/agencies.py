"""Who agencies are: region, level, sector, the government they are part of, other names. Told anew from what is there.

Nothing here depends on the order in which reports were loaded: region and level follow from the agency's name, from
the credit code that a report gave, and from the portals that show its reports; parents from all agencies that there
are. So one agency is told whenever one of its reports changes, and parents when a run ends.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Select, bindparam, delete, func, literal, select, update

from schema.agencies import level_of, sector_of
from warehouse.dialect import upsert
from warehouse.regions import ensure_region, governed_above, within
from warehouse.regions import level_of as level_of_region
from warehouse.tables import agency, agency_alias, portal, report, report_address

_GOVERNMENT = "government"
_CHUNK = 500  # ids that one statement names; engines limit how many a statement may

Row = dict[str, Any]


class _Agency(NamedTuple):
    """An agency's row, as far as it matters here, and the least code of the portals that show its reports."""

    id: int
    name: str
    credit_code: str | None
    region: str | None
    level: str | None
    sector: str | None
    portal_region: str | None


def identify(connection: Connection, agency_ids: Collection[int] | None = None) -> None:
    """Tell region, level, sector and other names of these agencies, or of all. Their rows must be locked."""
    chosen = None if agency_ids is None else sorted(agency_ids)
    changed = [told for one in _agencies(connection, chosen) if (told := _told(one))]
    for code in sorted({row["region"] for row in changed if row["region"]}):
        ensure_region(connection, code)
    if changed:
        values: Row = {name: bindparam(name) for name in ("region", "level", "sector")}
        connection.execute(update(agency).where(agency.c.id == bindparam("key")).values(values), changed)
    _put_publishers(connection, chosen)


def settle_agencies(connection: Connection) -> None:
    """Tell everything of all agencies, parents included. For the end of a run, since one report may make many parents.

    All rows are locked first and in order, as loaders lock theirs.
    """
    connection.execute(select(agency.c.id).order_by(agency.c.id).with_for_update())
    identify(connection)
    rows = connection.execute(select(agency).order_by(agency.c.id)).mappings().all()
    governments = _governments(rows)
    changed = [
        {"key": row["id"], "parent": parent}
        for row in rows
        if (parent := _parent(row, governments)) != row["parent_id"]
    ]
    if changed:
        moved = update(agency).where(agency.c.id == bindparam("key")).values(parent_id=bindparam("parent"))
        connection.execute(moved, changed)


def name_agencies(connection: Connection, names: Mapping[str, str]) -> None:
    """Enter the agencies that the registry knows by full name, with the names that portals print for them."""
    for printed, name in names.items():
        connection.execute(upsert(connection, agency).values(name=name).on_conflict_do_nothing())
        if printed != name:
            of_name = select(agency.c.id, literal(printed), literal("registry")).where(agency.c.name == name)
            _put_aliases(connection, of_name)


def _agencies(connection: Connection, chosen: list[int] | None) -> Iterable[_Agency]:
    least = func.min(portal.c.region).label("portal_region")
    shown = select(report.c.agency_id, least).join(report_address, report_address.c.report_id == report.c.id)
    shown = shown.join(portal, portal.c.id == report_address.c.portal_id).group_by(report.c.agency_id)
    columns = (agency.c[name] for name in ("id", "name", "credit_code", "region", "level", "sector"))
    for some in _chunks(chosen):
        regions = (shown if some is None else shown.where(report.c.agency_id.in_(some))).subquery()
        query = select(*columns, regions.c.portal_region).outerjoin(regions, regions.c.agency_id == agency.c.id)
        rows = connection.execute(query if some is None else query.where(agency.c.id.in_(some))).all()
        yield from (_Agency(*row) for row in rows)


def _chunks(chosen: list[int] | None) -> list[list[int] | None]:
    if chosen is None:
        return [None]
    return [chosen[start : start + _CHUNK] for start in range(0, len(chosen), _CHUNK)]


def _told(one: _Agency) -> Row | None:
    """What is to be written of an agency; None where it stands there already."""
    code, rest = within(_of_credit_code(one.credit_code) or one.portal_region, one.name)
    level = level_of(one.name, rest, level_of_region(code) if code else None)
    told = (code, level, sector_of(one.name))
    same = told == (one.region, one.level, one.sector)
    return None if same else {"key": one.id, **dict(zip(("region", "level", "sector"), told, strict=True))}


def _of_credit_code(code: str | None) -> str | None:
    """The region in a unified social credit code, digits 3 to 8 (GB 32100-2015); none for those of the centre."""
    return code[2:8] if code and code[2:8].isdigit() and code[2:4] > "10" else None


def _put_publishers(connection: Connection, chosen: list[int] | None) -> None:
    """The names by which reports are signed, where they are others."""
    signed = select(report.c.agency_id, report.c.publisher, literal("publisher")).distinct()
    signed = signed.join(agency, agency.c.id == report.c.agency_id)
    signed = signed.where(report.c.publisher != agency.c.name, report.c.publisher != "")
    same = report.c.agency_id == agency_alias.c.agency_id, report.c.publisher == agency_alias.c.name
    unsigned = delete(agency_alias).where(
        agency_alias.c.source == "publisher", ~select(report.c.id).where(*same).exists()
    )
    for some in _chunks(chosen):
        connection.execute(unsigned if some is None else unsigned.where(agency_alias.c.agency_id.in_(some)))
        _put_aliases(connection, signed if some is None else signed.where(agency.c.id.in_(some)))


def _put_aliases(connection: Connection, names: Select[Any]) -> None:
    statement = upsert(connection, agency_alias).from_select(["agency_id", "name", "source"], names)
    connection.execute(statement.on_conflict_do_nothing())


def _governments(rows: Iterable[RowMapping]) -> Mapping[tuple[str, str], Mapping[str, int]]:
    """The governments of counties and above, as place and id, by where they stand: region and level."""
    found: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row["sector"] == _GOVERNMENT and row["region"] and row["level"]:
            place = row["name"].removesuffix("人民政府").removesuffix("政府")
            found[row["region"], row["level"]].setdefault(place, row["id"])
    return found


def _parent(row: RowMapping, governments: Mapping[tuple[str, str], Mapping[str, int]]) -> int | None:
    """The id of the government that an agency is part of; None where it is not there, or not sure."""
    if not row["region"] or not row["level"]:
        return None
    seat = _seat_above(row["region"], row["level"], is_government=row["sector"] == _GOVERNMENT)
    there = governments.get(seat, {})
    named = max((place for place in there if row["name"].startswith(place)), key=len, default=None)
    if named is None and len(there) == 1 and seat[1] == level_of_region(seat[0]):
        (named,) = there
    return there[named] if named is not None and there[named] != row["id"] else None


def _seat_above(region: str, level: str, *, is_government: bool) -> tuple[str, str]:
    """Region and level of the government that an agency of this region and level is part of."""
    own = level_of_region(region)
    if level == "township" or (is_government and level != own):
        return region, own
    if not is_government:
        return region, level
    above = governed_above(region)
    return above, level_of_region(above)
