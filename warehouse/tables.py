"""The tables. Every number leads back from `observation` over `report` and `capture` to a WARC record.

Words are those of the design: a page is a URL of a portal as the ledger knows it, a visit is one attempt
at it, a report is one content of an agency's report for a year. Several rows of `report` may stand for
the same agency and year: revisions of a page, and pages that contradict each other. `valid_to` is null
while some page shows that content, and of those exactly one is `is_current`.

Times are UTC and say when we saw something, never when a portal claims to have changed it.
"""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from schema.records import Outcome, ReadingStatus, Severity, Status
from warehouse.columns import Figure, UtcTime, Words, one_of
from warehouse.results import Expect, Scope

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _words(name: str, *, comment: str | None = None) -> Column[str]:
    """A text that is there but may be empty: no null to think of where nothing is meant by it."""
    return Column(name, Words, nullable=False, default="", comment=comment)


def _time(name: str, *, null: bool = False, comment: str | None = None) -> Column[datetime]:
    return Column(name, UtcTime, nullable=null, comment=comment)


def _to(name: str, target: str, *, null: bool = False, comment: str | None = None) -> Column[int]:
    return Column(name, ForeignKey(target), nullable=null, comment=comment)


def _of_page() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["portal_id", "url"], ["page.portal_id", "page.url"])


def _unique_where(name: str, *columns: str, where: str) -> Index:
    """Unique among the rows that `where` picks; both engines know such an index."""
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


def _place() -> tuple[Column[int], ...]:
    """Where a figure stands, each from 1: `table`, `row` and `column` are words of SQL."""
    return (
        Column("grid", Integer, nullable=False, comment="which table of the document, from 1"),
        Column("grid_row", Integer, nullable=False, comment="row of the source cell in it, from 1"),
        Column("grid_column", Integer, nullable=False, comment="column of the source cell in it, from 1"),
    )


indicator = Table(
    "indicator",
    metadata,
    Column("code", String, primary_key=True),
    # Deferred: the list may print a part before its whole.
    Column("parent", ForeignKey("indicator.code", deferrable=True, initially="DEFERRED")),
    _words("label_zh"),
    _words("label_en"),
    _words("unit"),
    _words("unit_zh"),
    _words("value_type", comment="count, change or money"),
    _words("definition"),
    Column("first_year", Integer, nullable=False),
    Column("last_year", Integer, comment="null while forms still print it"),
    comment="the canonical list of indicators, a copy of the schema's file",
)

form = Table(
    "form",
    metadata,
    Column("name", String, primary_key=True, comment="edition, named by the year of its notice"),
    _words("notice"),
    _words("title"),
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
    _words("kind", comment="header or value"),
    _words("label_zh"),
    _words("number"),
    _words("remark"),
    _words("unit_zh"),
    Column("indicator", ForeignKey("indicator.code"), comment="null on a header"),
    _words("column_label", comment="printed head of the value column, where a section has several"),
    _words("comparability"),
    Column("aliases", JSON, nullable=False),
    Column("optional", Boolean(create_constraint=True, name="optional"), nullable=False),
    comment="the rows that each form prints, in order",
)

portal = Table(
    "portal",
    metadata,
    Column("id", String, primary_key=True),
    _words("name"),
    _words("region", comment="GB/T 2260, six digits"),
    _words("platform"),
    _words("base_url"),
    _words("status", comment="of the registry entry: live, unverified or blocked"),
)

agency = Table(
    "agency",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False, unique=True, comment="full name"),
    Column("credit_code", String, comment="unified social credit code, when a report gave it"),
    Column("region", String, comment="GB/T 2260, six digits, when a report gave it"),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("command", String, nullable=False),
    Column("portals", JSON, nullable=False),
    Column("years", JSON, nullable=False),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    _words(
        "process_started",
        comment="start of the process in kernel ticks, to know a reused pid; empty if unknown",
    ),
    _time("started_at"),
    _time("finished_at", null=True),
    Column("status", Enum("running", "done", "failed", name="status", native_enum=False, create_constraint=True)),
)

capture = Table(
    "capture",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Words, nullable=False, comment="where it came from after redirects"),
    Column("requested_url", Words, nullable=False),
    _time("fetched_at"),
    Column("status", Integer, nullable=False, comment="HTTP status"),
    _words("content_type"),
    Column("size", Integer, nullable=False, comment="bytes of the body, no encoding left"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the body"),
    Column("file", String, nullable=False, comment="WARC file, relative to the archive"),
    Column("file_offset", BigInteger, nullable=False, comment="byte where the response record begins"),
    Column("record_length", Integer, nullable=False, comment="bytes of that record, compressed"),
    UniqueConstraint("file", "file_offset"),
    comment="HTTP responses that rest in the archive",
)

page = Table(
    "page",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("portal_id", ForeignKey("portal.id"), nullable=False),
    Column("url", Words, nullable=False),
    Column(
        "kind",
        Enum("list", "document", name="kind", native_enum=False, create_constraint=True),
        nullable=False,
    ),
    _words("title", comment="of the link that led here"),
    _words("column_id", comment="the portal's column that the link stands in"),
    Column("listed_on", Date, comment="date printed beside the link"),
    Column(
        "outcome", one_of(Outcome, "outcome"), nullable=False, comment="of the last visit; gone after several nights"
    ),
    _words("detail", comment="of the last visit"),
    Column("missing_nights", Integer, nullable=False, default=0, comment="nights in a row on which it was not there"),
    Column("reading", one_of(ReadingStatus, "reading"), comment="of the last body that was read"),
    _words("reason", comment="why that reading gave no report"),
    _words("etag", comment="of the last good visit, as are last_modified, digest and capture_id"),
    _words("last_modified"),
    _words("digest"),
    _to("capture_id", "capture.id", null=True),
    _time("first_seen"),
    _time("last_tried"),
    _to("run_id", "run.id", comment="run of the last visit"),
    UniqueConstraint("portal_id", "url"),
    comment="the ledger: what is known of each URL",
)

report = Table(
    "report",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("agency_id", "agency.id"),
    Column("year", Integer, nullable=False, comment="the year reported on"),
    Column("form", ForeignKey("form.name"), comment="null when the document holds no table of a known form"),
    _words("title"),
    Column("index_number", Words, comment="from the printed header, as the columns to category"),
    Column("document_number", Words),
    Column("publisher", Words),
    Column("composed_on", Words, comment="ISO date"),
    Column("published_on", Words, comment="ISO date"),
    Column("openness", Words),
    Column("category", Words),
    Column("header", JSON, nullable=False, comment="every printed field; null where it is printed empty"),
    Column("revision", Integer, nullable=False, comment="from 1; counts the contents its page has shown"),
    _time("valid_from", comment="when we first saw this content"),
    _time(
        "valid_to",
        null=True,
        comment="when we saw the last page that showed it show another; null while one does",
    ),
    Column("is_current", Boolean(create_constraint=True, name="is_current"), nullable=False),
    _words("reader_version"),
    Column("content_digest", String(64), nullable=False, comment="SHA-256 of what it says, wherever it was shown"),
    _to("capture_id", "capture.id", comment="the response it was read from; cells are places in it"),
    _unique_where("uq_report_current", "agency_id", "year", where="is_current"),
    _unique_where("uq_report_content", "agency_id", "year", "content_digest", where="valid_to IS NULL"),
)

report_address = Table(
    "report_address",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("report.id"), nullable=False, index=True),
    Column("portal_id", String, nullable=False),
    Column("url", Words, nullable=False),
    _time("first_seen"),
    _time("left_at", null=True, comment="when we saw this URL show another report; null while it shows this one"),
    _of_page(),
    _unique_where("uq_report_address_shown", "portal_id", "url", where="left_at IS NULL"),
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
    _words("was", comment="the text that the page prints in the cell; empty for a blank one"),
    Column("value", Figure, comment="the number that is right, in the cell's unit; null where none can be known"),
    Column("reason", Words, nullable=False),
    Column("expect", one_of(Expect, "expect"), nullable=False, comment="what the page that stands should print"),
    UniqueConstraint("agency", "year", "indicator", "applicant"),
    comment="cells that are known to be wrong, a copy of the list of corrections",
)

observation = Table(
    "observation",
    metadata,
    Column("report_id", ForeignKey("report.id"), primary_key=True),
    Column("indicator", ForeignKey("indicator.code"), primary_key=True),
    Column("applicant", String, primary_key=True, comment="total where the form does not split"),
    Column("value", Figure, comment="in unit; null unless the status is reported"),
    Column("status", one_of(Status, "status"), nullable=False),
    Column("unit", String),
    _words("raw", comment="the cell's text"),
    _words("label", comment="the row's printed label"),
    *_place(),
    Column("read_value", Figure, comment="where a correction stands in its place: the value as read"),
    Column("read_status", one_of(Status, "read_status"), comment="likewise; null where the page has the last word"),
    _to("correction_id", "correction.id", null=True, comment="the correction that gave value and status"),
    sqlite_with_rowid=False,  # the key is the table: no second copy of it in an index
)

local_row = Table(
    "local_row",
    metadata,
    Column("report_id", ForeignKey("report.id"), primary_key=True),
    Column("position", Integer, primary_key=True, comment="order in the document, from 1"),
    _words("label"),
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
    _words("message"),
    Column("cells", JSON, nullable=False, comment="the [indicator, applicant] pairs it is about"),
)

visit = Table(
    "visit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True),
    Column("page_id", ForeignKey("page.id"), nullable=False, index=True),
    _time("visited_at"),
    Column("outcome", one_of(Outcome, "outcome"), nullable=False),
    _words("detail"),
    Column(
        "reading",
        one_of(ReadingStatus, "reading"),
        comment="of this body, or of the page's last one if unchanged",
    ),
    _words("reason"),
    Column(
        "result",
        String,
        nullable=False,
        comment="what came of loading: new, revised, unchanged, address or kept",
    ),
    _to("report_id", "report.id", null=True, comment="the report that the page shows after this visit"),
    _to("capture_id", "capture.id", null=True),
    comment="one attempt at a page",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("portal_id", String, nullable=False),
    Column("url", Words, nullable=False),
    _to("capture_id", "capture.id"),
    Column("reason", Words, nullable=False),
    _words("reader_version"),
    _time("first_seen"),
    _time("resolved_at", null=True),
    _of_page(),
    _unique_where("uq_quarantine_open", "portal_id", "url", where="resolved_at IS NULL"),
    comment="what could not be read or loaded; its bytes rest in the archive",
)
