"""Observations in small numbers, corrections beside them; regions, code lists, series; what lists say of publishers.

A report's `reading_digest` is left empty: the next reparse sees that it does not know what the reader gave.

Revision ID: 0002
Revises: 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATUSES = ("reported", "blank", "dash", "text")
_CODE = "CASE {} " + " ".join(f"WHEN '{word}' THEN {n}" for n, word in enumerate(_STATUSES)) + " END"
_WORD = "CASE {} " + " ".join(f"WHEN {n} THEN '{word}'" for n, word in enumerate(_STATUSES)) + " END"
_LIST_TABLES = ("series_boundary", "series_definition", "rule", "dimension", "label", "info", "agency_alias", "region")

_INDEXES = (
    ("ix_form_row_indicator", "form_row", ["indicator", "form"]),
    ("ix_page_year", "page", ["portal_id", "year"]),
    ("ix_report_agency", "report", ["agency_id", "year"]),
    ("ix_report_address_page", "report_address", ["portal_id", "url"]),
    ("ix_visit_report", "visit", ["report_id"]),
)


def upgrade() -> None:
    _make_lists()
    _number_the_lists()
    _widen_the_others()
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    _put_aside("observation")
    _make_observation()
    op.execute(
        f"""
        INSERT INTO observation (report_id, indicator_id, applicant_id, status, unit_id, grid, grid_row, grid_column,
            label_id, value, raw)
        SELECT o.report_id, i.id, a.id, {_CODE.format("COALESCE(o.read_status, o.status)")}, u.id, o.grid, o.grid_row,
            o.grid_column, l.id, CASE WHEN o.correction_id IS NULL THEN o.value ELSE o.read_value END, o.raw
        FROM observation_old o JOIN indicator i ON i.code = o.indicator JOIN label l ON l.text = o.label
        JOIN dimension a ON a.dimension = 'applicant' AND a.code = o.applicant
        LEFT JOIN label u ON u.text = o.unit
        """
    )
    op.execute(
        f"""
        INSERT INTO corrected (report_id, indicator_id, applicant_id, value, status, correction_id)
        SELECT o.report_id, i.id, a.id, o.value, {_CODE.format("o.status")}, o.correction_id
        FROM observation_old o JOIN indicator i ON i.code = o.indicator
        JOIN dimension a ON a.dimension = 'applicant' AND a.code = o.applicant
        WHERE o.correction_id IS NOT NULL
        """
    )
    op.drop_table("observation_old")
    if _is_sqlite():
        figure = ["indicator_id", "applicant_id", "report_id", "value", "status"]
        op.create_index("ix_observation_figure", "observation", figure)
    else:
        op.create_index("ix_observation_indicator", "observation", ["indicator_id", "applicant_id"])


def downgrade() -> None:
    _put_aside("observation")
    _make_first_observation()
    op.execute(
        f"""
        INSERT INTO observation (report_id, indicator, applicant, value, status, unit, raw, label, grid, grid_row,
            grid_column, read_value, read_status, correction_id)
        SELECT o.report_id, i.code, a.code, CASE WHEN c.correction_id IS NULL THEN o.value ELSE c.value END,
            {_WORD.format("COALESCE(c.status, o.status)")}, u.text, o.raw, l.text, o.grid, o.grid_row, o.grid_column,
            CASE WHEN c.correction_id IS NOT NULL THEN o.value END,
            CASE WHEN c.correction_id IS NOT NULL THEN {_WORD.format("o.status")} END, c.correction_id
        FROM observation_old o JOIN indicator i ON i.id = o.indicator_id JOIN dimension a ON a.id = o.applicant_id
        JOIN label l ON l.id = o.label_id LEFT JOIN label u ON u.id = o.unit_id
        LEFT JOIN corrected c ON c.report_id = o.report_id AND c.indicator_id = o.indicator_id
            AND c.applicant_id = o.applicant_id
        """
    )
    op.drop_table("corrected")
    op.drop_table("observation_old")
    _narrow_the_others()
    for table in _LIST_TABLES:
        op.drop_table(table)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _put_aside(table: str) -> None:
    op.rename_table(table, f"{table}_old")
    if not _is_sqlite():  # there, names of indexes are the whole schema's
        op.execute(f"ALTER INDEX pk_{table} RENAME TO pk_{table}_old")


def _make_lists() -> None:
    op.create_table(
        "info",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_info"),
    )
    op.create_table(
        "dimension",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label_zh", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dimension"),
        sa.UniqueConstraint("dimension", "code", name="uq_dimension_dimension_code"),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(6)),
        sa.Column("first_year", sa.Integer()),
        sa.Column("last_year", sa.Integer()),
        sa.PrimaryKeyConstraint("code", name="pk_region"),
        sa.ForeignKeyConstraint(
            ["parent"], ["region.code"], name="fk_region_parent", deferrable=True, initially="DEFERRED"
        ),
    )
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_label"),
        sa.UniqueConstraint("text", name="uq_label_text"),
    )
    op.create_table(
        "agency_alias",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "name", name="pk_agency_alias"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_agency_alias_agency_id"),
    )


def _number_the_lists() -> None:
    """Give every code, member and label that observations have a number; the lists are filled when they are loaded."""
    op.add_column("indicator", sa.Column("id", sa.SmallInteger()))
    op.execute("UPDATE indicator SET id = (SELECT COUNT(*) FROM indicator other WHERE other.code <= indicator.code)")
    with op.batch_alter_table("indicator") as batch:
        batch.alter_column("id", existing_type=sa.SmallInteger(), nullable=False)
        batch.create_unique_constraint("uq_indicator_id", ["id"])
    op.execute(
        """
        INSERT INTO dimension (id, dimension, code, parent, position, label_zh, label_en, note)
        SELECT ROW_NUMBER() OVER (ORDER BY code), 'applicant', code, '', 0, '', '', ''
        FROM (SELECT DISTINCT applicant AS code FROM observation) AS used
        """
    )
    op.execute(
        "INSERT INTO label (text)"
        " SELECT label FROM observation UNION SELECT unit FROM observation WHERE unit IS NOT NULL"
    )
    op.create_table(
        "series_definition",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("label_zh", "label_en")),
        *(sa.Column(f"formula_{form}", sa.Text(), nullable=False) for form in (2014, 2019, 2021)),
        *(sa.Column(f"comparability_{years}", sa.Text(), nullable=False) for years in ("2018_2019", "2020_2021")),
        sa.Column("do_not_join", sa.Boolean(create_constraint=True, name="do_not_join"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_series_definition"),
    )
    key = ("series", "form", "alternative", "part", "indicator_id")
    op.create_table(
        "series_term",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("alternative", sa.SmallInteger(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("is_split", sa.Boolean(create_constraint=True, name="is_split"), nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_series_term"),
        sa.ForeignKeyConstraint(["series"], ["series_definition.code"], name="fk_series_term_series"),
        sa.ForeignKeyConstraint(["form"], ["form.name"], name="fk_series_term_form"),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name="fk_series_term_indicator_id"),
    )
    op.create_table(
        "series_form",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("is_share", sa.Boolean(create_constraint=True, name="is_share"), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", "form", name="pk_series_form"),
        sa.ForeignKeyConstraint(["series"], ["series_definition.code"], name="fk_series_form_series"),
        sa.ForeignKeyConstraint(["form"], ["form.name"], name="fk_series_form_form"),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name="fk_series_form_indicator_id"),
    )
    op.create_table(
        "series_boundary",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("series", "form_before", "form")),
        sa.Column("comparability", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("series", "form_before", "form", name="pk_series_boundary"),
        sa.ForeignKeyConstraint(["series"], ["series_definition.code"], name="fk_series_boundary_series"),
        sa.ForeignKeyConstraint(["form_before"], ["form.name"], name="fk_series_boundary_form_before"),
        sa.ForeignKeyConstraint(["form"], ["form.name"], name="fk_series_boundary_form"),
    )
    op.create_table(
        "rule",
        sa.Column("name", sa.String(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scope", "formula", "basis", "label_zh", "label_en")),
        sa.PrimaryKeyConstraint("name", name="pk_rule"),
    )


def _widen_the_others() -> None:
    op.execute(
        """
        INSERT INTO region (code, name, level)
        SELECT region, '', '' FROM portal WHERE region <> '' UNION SELECT region, '', '' FROM agency WHERE region <> ''
        """
    )
    with op.batch_alter_table("portal") as batch:
        batch.alter_column("region", existing_type=sa.Text(), type_=sa.String(6), nullable=True)
    op.execute("UPDATE portal SET region = NULL WHERE region = ''")
    with op.batch_alter_table("portal") as batch:
        batch.create_foreign_key("fk_portal_region", "region", ["region"], ["code"])
    with op.batch_alter_table("agency") as batch:
        batch.add_column(sa.Column("level", sa.String()))
        batch.add_column(sa.Column("sector", sa.String()))
        batch.add_column(sa.Column("parent_id", sa.Integer()))
        batch.create_foreign_key("fk_agency_region", "region", ["region"], ["code"])
        batch.create_foreign_key("fk_agency_parent_id", "agency", ["parent_id"], ["id"])
    _add_filled("page", agency=sa.Text(), organ=sa.Text(), attached_to=sa.Text())
    op.add_column("page", sa.Column("year", sa.Integer()))
    _add_filled("report", reading_digest=sa.String(64), cells=sa.Integer(), reported=sa.Integer())
    cells = "SELECT COUNT(*) FROM observation o WHERE o.report_id = report.id"
    as_number = f"{cells} AND COALESCE(o.read_status, o.status) = 'reported'"
    op.execute(f"UPDATE report SET cells = ({cells}), reported = ({as_number})")


def _add_filled(table: str, **columns: sa.types.TypeEngine[Any]) -> None:
    """Add columns that are empty, or nothing, in the rows that are there."""
    with op.batch_alter_table(table) as batch:
        for name, kind in columns.items():
            nothing = "0" if isinstance(kind, sa.Integer) else ""
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=nothing))
    with op.batch_alter_table(table) as batch:
        for name, kind in columns.items():
            batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)


def _narrow_the_others() -> None:
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
    for table, columns in (
        ("report", ("reading_digest", "cells", "reported")),
        ("page", ("agency", "organ", "attached_to", "year")),
    ):
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)
    with op.batch_alter_table("agency") as batch:
        for constraint in ("fk_agency_region", "fk_agency_parent_id"):
            batch.drop_constraint(constraint, type_="foreignkey")
        for name in ("level", "sector", "parent_id"):
            batch.drop_column(name)
    with op.batch_alter_table("portal") as batch:
        batch.drop_constraint("fk_portal_region", type_="foreignkey")
    op.execute("UPDATE portal SET region = '' WHERE region IS NULL")
    with op.batch_alter_table("portal") as batch:
        batch.alter_column("region", existing_type=sa.String(6), type_=sa.Text(), nullable=False)
    op.drop_table("series_form")
    op.drop_table("series_term")
    with op.batch_alter_table("indicator") as batch:
        batch.drop_constraint("uq_indicator_id", type_="unique")
        batch.drop_column("id")


def _make_observation() -> None:
    key = ("report_id", "indicator_id", "applicant_id")
    op.create_table(
        "observation",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("applicant_id", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("unit_id", sa.Integer()),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in ("grid", "grid_row", "grid_column")),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric()),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_observation"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_observation_report_id"),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name="fk_observation_indicator_id"),
        sa.ForeignKeyConstraint(["applicant_id"], ["dimension.id"], name="fk_observation_applicant_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["label.id"], name="fk_observation_unit_id"),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_observation_label_id"),
        sa.CheckConstraint("status BETWEEN 0 AND 3", name=op.f("ck_observation_status")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "corrected",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("applicant_id", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Numeric()),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_corrected"),
        sa.ForeignKeyConstraint(key, [f"observation.{name}" for name in key], name="fk_corrected_cell"),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name="fk_corrected_correction_id"),
        sa.CheckConstraint("status BETWEEN 0 AND 3", name=op.f("ck_corrected_status")),
    )


def _make_first_observation() -> None:
    status = {"native_enum": False, "create_constraint": True, "length": 20}
    op.create_table(
        "observation",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("applicant", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric()),
        sa.Column("status", sa.Enum(*_STATUSES, name="status", **status), nullable=False),
        sa.Column("unit", sa.String()),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("grid", "grid_row", "grid_column")),
        sa.Column("read_value", sa.Numeric()),
        sa.Column("read_status", sa.Enum(*_STATUSES, name="read_status", **status)),
        sa.Column("correction_id", sa.Integer()),
        sa.PrimaryKeyConstraint("report_id", "indicator", "applicant", name="pk_observation"),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name="fk_observation_correction_id"),
        sa.ForeignKeyConstraint(["indicator"], ["indicator.code"], name="fk_observation_indicator"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_observation_report_id"),
        sqlite_with_rowid=False,
    )
