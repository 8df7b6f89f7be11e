"""The tables of what things mean: copies of the schema's lists, for a query to join labels, units and definitions."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, UniqueConstraint

from warehouse.columns import metadata, words

dimension = Table(
    "dimension",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False, comment="what observations know it by"),
    Column("dimension", String, nullable=False, comment="the code list: applicant, unit, value_type, level or sector"),
    Column("code", String, nullable=False),
    words("parent", comment="code of the whole that it is a part of; empty for none"),
    Column("position", Integer, nullable=False, comment="order in its list"),
    words("label_zh"),
    words("label_en"),
    words("note"),
    UniqueConstraint("dimension", "code"),
    comment="the members of the code lists",
)

region = Table(
    "region",
    metadata,
    Column("code", String(6), primary_key=True, comment="GB/T 2260, six digits"),
    words("name", comment="the latest; empty for a code that the list of regions does not have"),
    words("level", comment="province, prefecture or county; country for 000000"),
    Column("parent", ForeignKey("region.code", deferrable=True, initially="DEFERRED")),
    Column("first_year", Integer, comment="of the first revision of the standard that has it"),
    Column("last_year", Integer, comment="of the last one; null where the last revision that we know still has it"),
    comment="administrative divisions",
)

indicator = Table(
    "indicator",
    metadata,
    Column("code", String, primary_key=True),
    Column("id", SmallInteger, nullable=False, unique=True, comment="what observations know it by, in this warehouse"),
    # Deferred: the list may print a part before its whole.
    Column("parent", ForeignKey("indicator.code", deferrable=True, initially="DEFERRED")),
    words("label_zh"),
    words("label_en"),
    words("unit"),
    words("unit_zh"),
    words("value_type", comment="count, change or money"),
    words("definition"),
    Column("first_year", Integer, nullable=False),
    Column("last_year", Integer, comment="null while forms still print it"),
    comment="the canonical list of indicators, a copy of the schema's file",
)

form = Table(
    "form",
    metadata,
    Column("name", String, primary_key=True, comment="edition, named by the year of its notice"),
    words("notice"),
    words("title"),
    Column("first_report_year", Integer, nullable=False),
    Column("last_report_year", Integer, comment="null while it is in use"),
    comment="the editions of the national statistical form",
)

form_row = Table(
    "form_row",
    metadata,
    Column("form", ForeignKey("form.name"), primary_key=True),
    Column("section", String, primary_key=True),
    Column("position", Integer, primary_key=True, comment="order within the section"),
    Column("level", Integer, nullable=False),
    words("kind", comment="header or value"),
    words("label_zh"),
    words("number"),
    words("remark"),
    words("unit_zh"),
    Column("indicator", ForeignKey("indicator.code"), comment="null on a header"),
    words("column_label", comment="printed head of the value column, where a section has several"),
    words("comparability"),
    Column("aliases", JSON, nullable=False),
    Column("optional", Boolean(create_constraint=True, name="optional"), nullable=False),
    comment="the rows that each form prints, in order",
)
Index("ix_form_row_indicator", form_row.c.indicator, form_row.c.form)  # which forms print it, for the view `panel`

rule = Table(
    "rule",
    metadata,
    Column("name", String, primary_key=True),
    words("scope", comment="report or cross_year for a rule in sums; empty where code looks for it"),
    words("formula", comment="left side, operator, right side; empty where code looks for it"),
    words("basis", comment="printed on the form, or inferred from it; empty where code looks for it"),
    words("label_zh", comment="what a finding of it says"),
    words("label_en"),
    comment="what findings are named by",
)

series_definition = Table(
    "series_definition",
    metadata,
    Column("code", String, primary_key=True),
    Column("position", Integer, nullable=False, comment="order in the list"),
    words("label_zh"),
    words("label_en"),
    words("formula_2014", comment="in indicators; empty where the form has nothing to give, as the next two"),
    words("formula_2019"),
    words("formula_2021"),
    words("comparability_2018_2019", comment="exact, close, broken or none, between report years 2018 and 2019"),
    words("comparability_2020_2021", comment="likewise between 2020 and 2021"),
    Column("do_not_join", Boolean(create_constraint=True, name="do_not_join"), nullable=False),
    words("note"),
    comment="the long series over the forms, a copy of the schema's file",
)

series_term = Table(
    "series_term",
    metadata,
    Column("series", ForeignKey("series_definition.code"), primary_key=True),
    Column("form", ForeignKey("form.name"), primary_key=True),
    Column(
        "alternative", SmallInteger, primary_key=True, comment="from 1: the first with a value is the one that counts"
    ),
    Column("part", String, primary_key=True, comment="numerator or denominator; numerator where nothing is divided"),
    Column("indicator_id", SmallInteger, ForeignKey("indicator.id"), primary_key=True),
    Column(
        "is_split",
        Boolean(create_constraint=True, name="is_split"),
        nullable=False,
        comment="whether the form splits the indicator by applicant, so that a blank total has parts",
    ),
    comment="the formulas of the series, a row for each indicator in a sum",
)

series_form = Table(
    "series_form",
    metadata,
    Column("series", ForeignKey("series_definition.code"), primary_key=True),
    Column("form", ForeignKey("form.name"), primary_key=True),
    Column("is_share", Boolean(create_constraint=True, name="is_share"), nullable=False, comment="it divides two sums"),
    Column(
        "indicator_id",
        SmallInteger,
        ForeignKey("indicator.id"),
        nullable=False,
        comment="the formula's first, in whose unit a sum is",
    ),
    comment="the forms that have something to give for a series",
)

series_boundary = Table(
    "series_boundary",
    metadata,
    Column("series", ForeignKey("series_definition.code"), primary_key=True),
    Column("form_before", ForeignKey("form.name"), primary_key=True, comment="form of an agency's earlier report"),
    Column("form", ForeignKey("form.name"), primary_key=True, comment="form of its later report"),
    words("comparability", comment="same (form), exact, close or broken"),
    comment="how a series goes on from one form to another, for each two that have something to give",
)
