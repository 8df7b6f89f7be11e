"""Layouts of the warehouse: the migrations lead where a new one begins, and carry the data there and back."""

from typing import Any

import pytest
from sqlalchemy import inspect, select, text, update

from schema.records import Finding, LocalRow, Place, Severity, Status
from tests.warehouse.build import AGENCY, PORTALS, observation, reading, report, visit
from tests.warehouse.content import content
from warehouse import tables
from warehouse.corrections import put_corrections
from warehouse.corrections_file import Correction
from warehouse.engine import migrate_warehouse, open_warehouse, writing
from warehouse.errors import WarehouseError
from warehouse.ledger import register_portals, start_run
from warehouse.load import store
from warehouse.results import Expect
from warehouse.views import drop_views

CORRECTION = Correction(AGENCY, 2018, "proactive.total", "total", "3457", None, "two figures in one", Expect.PRINTED)


@pytest.fixture
def filled(warehouse_url: str) -> Any:
    """A warehouse with a correction, a revision, a local row, an odd unit, text in a cell and a figure without unit."""
    engine = open_warehouse(warehouse_url)
    register_portals(engine, PORTALS)
    run = start_run(engine, command="crawl", portals=["quzhou"], years=[])
    put_corrections(engine, [CORRECTION])
    cells = (
        observation(),
        observation("procurement.amount", "0.37", unit="元", applicant="natural_person", place=Place(2, 1, 4)),
        observation("request.received", None, status=Status.TEXT, raw="无", unit=None),
    )
    rows = (LocalRow("其他行", ("1", ""), Place(1, 9, 2)),)
    told = Finding("sum", Severity.ERROR, "55", (("proactive.total", "total"),))
    read = report(observations=cells, local_rows=rows, region="330802", credit_code="113308000026181032")
    store(engine, visit(run.id, reading(read, findings=(told,))))
    store(engine, visit(run.id, reading(report({"proactive.total": "3457"})), day=1))
    yield engine
    engine.dispose()


def _shape(engine: Any) -> dict[str, Any]:
    """Tables, columns, keys, checks and indexes; their comments and the order of columns do not count."""
    seen = inspect(engine)
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)),
            seen.get_pk_constraint(table)["constrained_columns"],
            sorted(str({**key, "comment": ""}) for key in seen.get_foreign_keys(table)),
            sorted(str({**key, "comment": ""}) for key in seen.get_unique_constraints(table)),
            sorted(str((check["name"], check["sqltext"])) for check in seen.get_check_constraints(table)),
            sorted(str((i["name"], i["column_names"], i["unique"], _where(i))) for i in seen.get_indexes(table)),
        )
        for table in seen.get_table_names()
    }


def _where(index: Any) -> list[str]:
    return [str(option) for name, option in index.get("dialect_options", {}).items() if name.endswith("_where")]


def _known(engine: Any) -> list[str]:
    """What the first layout can hold."""
    with writing(engine) as connection:
        connection.execute(update(tables.report).values(reading_digest=""))
        connection.execute(update(tables.page).values(agency="", organ="", attached_to="", year=None))
    return content(engine)


def test_the_migrations_lead_to_the_tables_as_they_are_made_new(warehouse_url):
    engine = open_warehouse(warehouse_url)
    made = _shape(engine)
    assert migrate_warehouse(engine, "0001") == ("0004", "0001")
    assert _shape(engine).keys() < made.keys()
    assert migrate_warehouse(engine) == ("0001", "0004")
    assert _shape(engine) == made


def test_the_data_go_down_and_up_again(filled):
    before = _known(filled)
    migrate_warehouse(filled, "0001")
    with filled.connect() as connection:
        rows = connection.execute(
            text("SELECT indicator, status, raw, read_status, correction_id IS NULL FROM observation ORDER BY 1, 2, 3")
        ).all()
    assert ("proactive.total", "text", "3457", "reported", False) in [tuple(row) for row in rows]
    assert ("request.received", "text", "无", None, True) in [tuple(row) for row in rows]
    migrate_warehouse(filled)
    assert _known(open_warehouse(filled.url.render_as_string(hide_password=False))) == before


def test_a_warehouse_from_before_the_migrations_is_brought_up_when_it_is_opened(filled):
    before, url = _known(filled), filled.url.render_as_string(hide_password=False)
    migrate_warehouse(filled, "0001")
    with writing(filled) as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(WarehouseError, match=r"layout 0001, not 0004.*nianbao migrate"):
        open_warehouse(url, create=False)
    assert _known(open_warehouse(url)) == before
    open_warehouse(url, create=False)


def test_what_a_later_version_made_is_left_alone(warehouse_url):
    engine = open_warehouse(warehouse_url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for create in (True, False):
        with pytest.raises(WarehouseError, match="9999"):
            open_warehouse(warehouse_url, create=create)


def test_there_is_no_such_layout(warehouse_url):
    with pytest.raises(WarehouseError, match="no layout 0042; there are 0001, 0002, 0003, 0004"):
        migrate_warehouse(open_warehouse(warehouse_url), "0042")


def test_tables_of_somebody_else_are_left_alone(warehouse_url):
    engine = open_warehouse(warehouse_url)
    with writing(engine) as connection:
        drop_views(connection)
        for table in ("corrected", "observation", "alembic_version"):
            connection.execute(text(f"DROP TABLE {table}"))
    with pytest.raises(WarehouseError, match="other tables of the same names"):
        open_warehouse(warehouse_url)


def test_a_migration_that_fails_changes_nothing(filled):
    migrate_warehouse(filled, "0001")
    shape = _shape(filled)
    with writing(filled) as connection:
        connection.execute(text("CREATE TABLE label (id INTEGER)"))
    with pytest.raises(Exception, match="label"):
        migrate_warehouse(filled)
    with writing(filled) as connection:
        connection.execute(text("DROP TABLE label"))
    assert _shape(filled) == shape
    migrate_warehouse(filled)
    with filled.connect() as connection:
        assert connection.scalar(select(tables.report.c.cells).where(tables.report.c.revision == 1)) == 3
