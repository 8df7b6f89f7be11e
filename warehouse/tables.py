"""The tables. Every number leads back from `observation` over `report` and `capture` to a WARC record.

What lists say in words stands in an observation as a small number: a country has tens of millions of them. The views
(see `warehouse.views`) have the words.

Words are those of the design: a page is a URL of a portal as the ledger knows it, a visit is one attempt
at it, a report is one content of an agency's report for a year. Several rows of `report` may stand for
the same agency and year: revisions of a page, and pages that contradict each other. `valid_to` is null
while some page shows that content, and of those exactly one is `is_current`.

Times are UTC and say when we saw something, never when a portal claims to have changed it.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from schema.records import Severity
from warehouse.columns import Figure, StatusCode, Words, metadata, of_page, one_of, time, to, unique_where, words
from warehouse.ledger_tables import capture, host_lease, page, portal, portal_run, quarantine, run, visit
from warehouse.list_tables import (
    dimension,
    form,
    form_row,
    indicator,
    region,
    rule,
    series_boundary,
    series_definition,
    series_form,
    series_term,
)
from warehouse.results import Expect, Scope

__all__ = [
    "agency",
    "agency_alias",
    "capture",
    "corrected",
    "correction",
    "dimension",
    "finding",
    "form",
    "form_row",
    "host_lease",
    "indicator",
    "info",
    "label",
    "local_row",
    "metadata",
    "observation",
    "page",
    "portal",
    "portal_run",
    "quarantine",
    "region",
    "report",
    "report_address",
    "rule",
    "run",
    "series_boundary",
    "series_definition",
    "series_form",
    "series_term",
    "visit",
]


def _place(number: type[Integer] = Integer) -> tuple[Column[int], ...]:
    """Where a figure stands, each from 1: `table`, `row` and `column` are words of SQL."""
    return (
        Column("grid", number, nullable=False, comment="which table of the document, from 1"),
        Column("grid_row", number, nullable=False, comment="row of the source cell in it, from 1"),
        Column("grid_column", number, nullable=False, comment="column of the source cell in it, from 1"),
    )


info = Table(
    "info",
    metadata,
    Column("key", String, primary_key=True),
    words("value"),
    comment="what the warehouse knows of itself, such as the digest of its views",
)

agency = Table(
    "agency",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False, unique=True, comment="full name"),
    Column("credit_code", String, comment="unified social credit code, when a report gave it"),
    to("region", "region.code", null=True, comment="GB/T 2260, six digits: a report's, or that of the portal it is on"),
    Column("level", String, comment="central, province, prefecture, county or township; null where nothing tells"),
    Column(
        "sector", String, comment="what it is in charge of, a code of the list of sectors; null where nothing tells"
    ),
    to("parent_id", "agency.id", null=True, comment="the government that it is part of, where that is known"),
)

agency_alias = Table(
    "agency_alias",
    metadata,
    Column("agency_id", ForeignKey("agency.id"), primary_key=True),
    Column("name", Words, primary_key=True),
    words("source", comment="who calls it so: the registry, or publisher where its reports are signed so"),
    comment="other names of agencies",
)

report = Table(
    "report",
    metadata,
    Column("id", Integer, primary_key=True),
    to("agency_id", "agency.id"),
    Column("year", Integer, nullable=False, comment="the year reported on"),
    Column("form", ForeignKey("form.name"), comment="null when the document holds no table of a known form"),
    words("title"),
    Column("index_number", Words, comment="from the printed header, as the columns to category"),
    Column("document_number", Words),
    Column("publisher", Words),
    Column("composed_on", Words, comment="ISO date"),
    Column("published_on", Words, comment="ISO date"),
    Column("openness", Words),
    Column("category", Words),
    Column("header", JSON, nullable=False, comment="every printed field; null where it is printed empty"),
    Column("revision", Integer, nullable=False, comment="from 1; counts the contents its page has shown"),
    time("valid_from", comment="when we first saw this content"),
    time(
        "valid_to",
        null=True,
        comment="when we saw the last page that showed it show another; null while one does",
    ),
    Column("is_current", Boolean(create_constraint=True, name="is_current"), nullable=False),
    words("reader_version"),
    Column("content_digest", String(64), nullable=False, comment="SHA-256 of what it says, wherever it was shown"),
    Column(
        "reading_digest", String(64), nullable=False, comment="SHA-256 of all that the reader gave, cells and findings"
    ),
    Column("cells", Integer, nullable=False, comment="how many observations it has"),
    Column("reported", Integer, nullable=False, comment="how many of them are a number, as read"),
    to("capture_id", "capture.id", comment="the response it was read from; cells are places in it"),
    unique_where("uq_report_current", "agency_id", "year", where="is_current"),
    Index("ix_report_agency", "agency_id", "year"),  # all contents of a year: what the unique ones leave out as well
    unique_where("uq_report_content", "agency_id", "year", "content_digest", where="valid_to IS NULL"),
)

report_address = Table(
    "report_address",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("report.id"), nullable=False, index=True),
    Column("portal_id", String, nullable=False),
    Column("url", Words, nullable=False),
    time("first_seen"),
    time("left_at", null=True, comment="when we saw this URL show another report; null while it shows this one"),
    of_page(),
    Index("ix_report_address_page", "portal_id", "url"),  # all that a page has shown
    unique_where("uq_report_address_shown", "portal_id", "url", where="left_at IS NULL"),
    comment="where a report was shown",
)

correction = Table(
    "correction",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", Words, nullable=False, comment="full name"),
    Column("year", Integer, nullable=False),
    Column("indicator", ForeignKey("indicator.code"), nullable=False),
    Column("applicant", String, nullable=False),
    words("was", comment="the text that the page prints in the cell; empty for a blank one"),
    Column("value", Figure, comment="the number that is right, in the cell's unit; null where none can be known"),
    Column("reason", Words, nullable=False),
    Column("expect", one_of(Expect, "expect"), nullable=False, comment="what the page that stands should print"),
    UniqueConstraint("agency", "year", "indicator", "applicant"),
    comment="cells that are known to be wrong, a copy of the list of corrections",
)

label = Table(
    "label",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Words, nullable=False, unique=True),
    comment="words that agencies print again and again, labels of rows and units, each once",
)

observation = Table(
    "observation",
    metadata,
    Column("report_id", ForeignKey("report.id"), primary_key=True),
    Column("indicator_id", SmallInteger, ForeignKey("indicator.id"), primary_key=True),
    Column(
        "applicant_id",
        SmallInteger,
        ForeignKey("dimension.id"),
        primary_key=True,
        comment="total where the form does not split",
    ),
    Column("status", StatusCode, CheckConstraint("status BETWEEN 0 AND 3", name="status"), nullable=False),
    Column("unit_id", Integer, ForeignKey("label.id"), comment="the unit as printed, or as its form implies it"),
    *_place(SmallInteger),
    Column("label_id", Integer, ForeignKey("label.id"), nullable=False, comment="the row's printed label"),
    Column("value", Figure, comment="as read, in unit; null unless the status is reported"),
    words("raw", comment="the cell's text"),
    sqlite_with_rowid=False,  # the key is the table: no second copy of it in an index
    comment="cells as they were read; never changed but by a reparse",
)
# A national panel of one indicator. SQLite finds the figures in the index; PostgreSQL keeps equal keys once, and with
# the figures in it none would be equal.
Index(
    "ix_observation_figure",
    observation.c.indicator_id,
    observation.c.applicant_id,
    observation.c.report_id,
    observation.c.value,
    observation.c.status,
).ddl_if(dialect="sqlite")
Index("ix_observation_indicator", observation.c.indicator_id, observation.c.applicant_id).ddl_if(dialect="postgresql")

corrected = Table(
    "corrected",
    metadata,
    Column("report_id", Integer, primary_key=True),
    Column("indicator_id", SmallInteger, primary_key=True),
    Column("applicant_id", SmallInteger, primary_key=True),
    Column("value", Figure, comment="the number that is right, in the cell's unit; null where none can be known"),
    Column("status", StatusCode, CheckConstraint("status BETWEEN 0 AND 3", name="status"), nullable=False),
    to("correction_id", "correction.id"),
    ForeignKeyConstraint(
        ["report_id", "indicator_id", "applicant_id"],
        ["observation.report_id", "observation.indicator_id", "observation.applicant_id"],
        name="fk_corrected_cell",
    ),
    comment="value and status that stand in place of those of an observation",
)

local_row = Table(
    "local_row",
    metadata,
    Column("report_id", ForeignKey("report.id"), primary_key=True),
    Column("position", Integer, primary_key=True, comment="order in the document, from 1"),
    words("label"),
    Column("cells", JSON, nullable=False),
    *_place(),
    comment="rows of a recognised table that no form prints",
)

finding = Table(
    "finding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("report.id"), nullable=False, index=True),
    Column("scope", one_of(Scope, "scope"), nullable=False, comment="what it rests on"),
    Column("rule", String, nullable=False),
    Column("severity", one_of(Severity, "severity"), nullable=False),
    words("message"),
    Column("cells", JSON, nullable=False, comment="the [indicator, applicant] pairs it is about"),
)
