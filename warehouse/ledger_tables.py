"""The tables of the ledger: portals, runs, who asks a host, what came, what is known of a page, what is quarantined."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    Enum,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from schema.records import Outcome, ReadingStatus
from warehouse.columns import Words, index_where, metadata, of_page, one_of, time, to, unique_where, words

portal = Table(
    "portal",
    metadata,
    Column("id", String, primary_key=True),
    words("name"),
    to("region", "region.code", null=True, comment="GB/T 2260, six digits"),
    words("platform"),
    words("base_url"),
    words("status", comment="of the registry entry: live, unverified or blocked"),
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
    words(
        "process_started",
        comment="start of the process in kernel ticks, to know a reused pid; empty if unknown",
    ),
    time("started_at"),
    time("finished_at", null=True),
    time("alive_at", null=True, comment="last sign of life; a run of another machine without one is dead"),
    Column("status", Enum("running", "done", "failed", name="status", native_enum=False, create_constraint=True)),
)

portal_run = Table(
    "portal_run",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("portal_id", ForeignKey("portal.id"), primary_key=True),
    Column("found", Integer, nullable=False, comment="links that its columns and the ledger gave"),
    Column("due", Integer, nullable=False, comment="how many of them were to be visited"),
    Column("requests", Integer, nullable=False, comment="what was asked, robots.txt and retries included"),
    Column("received", BigInteger, nullable=False, comment="bytes of the answers, no encoding left"),
    Column("seconds", Integer, nullable=False, comment="how long it took, waiting included"),
    words("failure", comment="why its crawl broke off; empty where it did not"),
    time("ended_at"),
    comment="one portal in one run: what was found, and what it cost",
)

host_lease = Table(
    "host_lease",
    metadata,
    Column("host", String, primary_key=True, comment="name and port, as in an address"),
    Column("run_id", Integer, nullable=False),
    Column("machine", String, nullable=False),
    Column("pid", Integer, nullable=False),
    words("process_started", comment="as of a run"),
    time("until", comment="when it lapses unless it is renewed"),
    comment="who may ask a host now: one run at a time, over all machines",
)

capture = Table(
    "capture",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Words, nullable=False, comment="where it came from after redirects"),
    Column("requested_url", Words, nullable=False),
    time("fetched_at"),
    Column("status", Integer, nullable=False, comment="HTTP status"),
    words("content_type"),
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
    words("title", comment="of the link that led here"),
    words("column_id", comment="the portal's column that the link stands in"),
    Column("listed_on", Date, comment="date printed beside the link"),
    words("agency", comment="the publisher by the name that the list prints"),
    words("organ", comment="the publisher's public code in the link"),
    words("attached_to", comment="address of the page that this file is attached to; empty for a page of its own"),
    Column("year", Integer, comment="report year that the link's title or date suggests"),
    Column(
        "outcome", one_of(Outcome, "outcome"), nullable=False, comment="of the last visit; gone after several nights"
    ),
    words("detail", comment="of the last visit"),
    Column("missing_nights", Integer, nullable=False, default=0, comment="nights in a row on which it was not there"),
    Column("reading", one_of(ReadingStatus, "reading"), comment="of the last body that was read"),
    words("reason", comment="why that reading gave no report"),
    words("etag", comment="of the last good visit, as are last_modified, digest and capture_id"),
    words("last_modified"),
    words("digest"),
    to("capture_id", "capture.id", null=True),
    time("first_seen"),
    time("last_tried"),
    to("run_id", "run.id", comment="run of the last visit"),
    UniqueConstraint("portal_id", "url"),
    Index("ix_page_year", "portal_id", "year"),  # what there is in place of a report that is missing
    index_where("ix_page_attached", "portal_id", "attached_to", where="attached_to <> ''"),
    comment="the ledger: what is known of each URL",
)

visit = Table(
    "visit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True),
    Column("page_id", ForeignKey("page.id"), nullable=False, index=True),
    time("visited_at"),
    Column("outcome", one_of(Outcome, "outcome"), nullable=False),
    words("detail"),
    Column(
        "reading",
        one_of(ReadingStatus, "reading"),
        comment="of this body, or of the page's last one if unchanged",
    ),
    words("reason"),
    Column(
        "result",
        String,
        nullable=False,
        comment="what came of loading: new, revised, unchanged, address or kept",
    ),
    to("report_id", "report.id", null=True, comment="the report that the page shows after this visit"),
    to("capture_id", "capture.id", null=True),
    Index("ix_visit_report", "report_id"),  # without it, to delete a report is to look through all visits
    comment="one attempt at a page",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("portal_id", String, nullable=False),
    Column("url", Words, nullable=False),
    to("capture_id", "capture.id"),
    Column("reason", Words, nullable=False),
    words("reader_version"),
    time("first_seen"),
    time("resolved_at", null=True),
    of_page(),
    unique_where("uq_quarantine_open", "portal_id", "url", where="resolved_at IS NULL"),
    comment="what could not be read or loaded; its bytes rest in the archive",
)
