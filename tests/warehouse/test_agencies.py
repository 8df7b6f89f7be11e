"""Region, level, sector, parent and other names of agencies, in whatever order they come."""

from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import select, text

from tests.warehouse.build import PORTALS, reading, report, visit
from warehouse.agencies import settle_agencies
from warehouse.engine import writing
from warehouse.ledger import finish_run, register_portals
from warehouse.load import store
from warehouse.regions import governed_above, within
from warehouse.tables import agency, agency_alias

CITY, DISTRICT, OFFICE, STREET = (
    "衢州市人民政府",
    "衢州市柯城区人民政府",
    "衢州市柯城区教育局",
    "衢州市柯城区双港街道办事处",
)


def _load(engine, run_id, names, **more):
    for name in names:
        url = f"http://www.qz.gov.cn/{name}"
        store(engine, visit(run_id, reading(report(agency=name, title=f"{name}2018年年报", **more)), url))


def _known(engine):
    above = agency.alias("above")
    told = select(agency.c.name, agency.c.region, agency.c.level, agency.c.sector, above.c.name)
    with engine.connect() as connection:
        rows = connection.execute(told.outerjoin(above, above.c.id == agency.c.parent_id).order_by(agency.c.name))
        return {row[0]: tuple(row[1:]) for row in rows}


TOLD = {
    CITY: ("330800", "prefecture", "government", None),
    DISTRICT: ("330802", "county", "government", CITY),
    OFFICE: ("330802", "county", "education", DISTRICT),
    STREET: ("330802", "township", "street", DISTRICT),
}


@pytest.mark.parametrize("order", [*permutations(TOLD)][::5])
def test_what_is_told_does_not_depend_on_the_order(engine, run_id, order):
    _load(engine, run_id, order)
    finish_run(engine, run_id, status="done")
    assert _known(engine) == TOLD
    with writing(engine) as connection:
        settle_agencies(connection)
    assert _known(engine) == TOLD


def test_a_credit_code_says_where_an_agency_is_and_the_portal_where_none_does(engine, run_id):
    of_jiaxing = "11330400002618103X"
    _load(engine, run_id, ["市民政局"], credit_code=of_jiaxing)
    _load(engine, run_id, ["市财政局"])
    assert {name: row[0] for name, row in _known(engine).items()} == {"市民政局": "330400", "市财政局": "330800"}


def test_of_two_credit_codes_the_order_does_not_choose(engine, run_id):
    codes = ["113308000026181032", "11330400002618103X"]
    for n, code in enumerate(codes):
        _load(engine, run_id, ["市民政局"], credit_code=code, year=2017 + n)
        _load(engine, run_id, ["市财政局"], credit_code=codes[1 - n], year=2017 + n)
    with engine.connect() as connection:
        assert set(connection.scalars(select(agency.c.credit_code))) == {min(codes)}
    assert {row[0] for row in _known(engine).values()} == {"330400"}


def test_an_agency_without_its_government_has_no_parent(engine, run_id):
    _load(engine, run_id, [OFFICE, CITY])
    finish_run(engine, run_id, status="done")
    assert _known(engine)[OFFICE][3] is None, "the city's government is not the district's"


def test_other_names_come_from_the_registry_and_from_those_who_sign(engine, run_id):
    register_portals(engine, [replace(PORTALS[0], agencies={"市局": OFFICE, OFFICE: OFFICE})])
    _load(engine, run_id, [OFFICE], header={"publisher": "柯城区教体局"})
    _load(engine, run_id, [CITY], header={"publisher": CITY})
    with engine.connect() as connection:
        names = connection.execute(select(agency_alias.c.name, agency_alias.c.source)).tuples().all()
    assert sorted(names) == [("市局", "registry"), ("柯城区教体局", "publisher")]
    _load(engine, run_id, [OFFICE], header={"publisher": OFFICE})
    with engine.connect() as connection:  # the earlier content is still there, and so is who signed it
        assert connection.scalar(text("SELECT COUNT(*) FROM agency_alias WHERE source = 'publisher'")) == 1


@pytest.mark.parametrize(
    ("region", "name", "found"),
    [
        ("330800", "衢州市民政局", ("330800", "民政局")),
        ("330800", "江山市教育局", ("330881", "教育局")),
        ("330000", "衢州市柯城区民政局", ("330802", "民政局")),
        (None, "河北省教育厅", ("130000", "教育厅")),
        (None, "市民政局", (None, "市民政局")),
        ("500000", "重庆市九龙坡区财政局", ("500107", "财政局")),
        ("110000", "北京市通州区人民政府", ("110112", "人民政府")),
        (None, "鼓楼区财政局", (None, "鼓楼区财政局")),  # several are called so
        ("330800", "国家税务总局衢州市税务局", ("330800", "国家税务总局衢州市税务局")),
    ],
)
def test_a_name_begins_with_a_division(region, name, found):
    assert within(region, name) == found


def test_above_a_district_of_a_municipality_is_the_municipality():
    assert [governed_above(code) for code in ("110112", "330802", "330800", "330000")] == [
        "110000",
        "330800",
        "330000",
        "000000",
    ]
