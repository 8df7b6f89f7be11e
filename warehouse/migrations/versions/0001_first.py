"""The first layout: observations with codes and labels in full, a correction in its cell's own row.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="full name"),
        sa.Column(
            "credit_code", sa.String(), nullable=True, comment="unified social credit code, when a report gave it"
        ),
        sa.Column("region", sa.String(), nullable=True, comment="GB/T 2260, six digits, when a report gave it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("name", name=op.f("uq_agency_name")),
    )
    op.create_table(
        "capture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False, comment="where it came from after redirects"),
        sa.Column("requested_url", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False, comment="HTTP status"),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes of the body, no encoding left"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the body"),
        sa.Column("file", sa.String(), nullable=False, comment="WARC file, relative to the archive"),
        sa.Column("file_offset", sa.BigInteger(), nullable=False, comment="byte where the response record begins"),
        sa.Column("record_length", sa.Integer(), nullable=False, comment="bytes of that record, compressed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture")),
        sa.UniqueConstraint("file", "file_offset", name=op.f("uq_capture_file_file_offset")),
        comment="HTTP responses that rest in the archive",
    )
    op.create_table(
        "form",
        sa.Column("name", sa.String(), nullable=False, comment="edition, named by the year of its notice"),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_report_year", sa.Integer(), nullable=False),
        sa.Column("last_report_year", sa.Integer(), nullable=True, comment="null while it is in use"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_form")),
        comment="the editions of the national statistical form",
    )
    op.create_table(
        "indicator",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("label_zh", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_zh", sa.Text(), nullable=False),
        sa.Column("value_type", sa.Text(), nullable=False, comment="count, change or money"),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=True, comment="null while forms still print it"),
        sa.ForeignKeyConstraint(
            ["parent"], ["indicator.code"], name=op.f("fk_indicator_parent"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_indicator")),
        comment="the canonical list of indicators, a copy of the schema's file",
    )
    op.create_table(
        "portal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False, comment="GB/T 2260, six digits"),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="of the registry entry: live, unverified or blocked"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("portals", sa.JSON(), nullable=False),
        sa.Column("years", sa.JSON(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column(
            "process_started",
            sa.Text(),
            nullable=False,
            comment="start of the process in kernel ticks, to know a reused pid; empty if unknown",
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "status",
            sa.Enum("running", "done", "failed", name="status", native_enum=False, create_constraint=True),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False, comment="full name"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("applicant", sa.String(), nullable=False),
        sa.Column(
            "was", sa.Text(), nullable=False, comment="the text that the page prints in the cell; empty for a blank one"
        ),
        sa.Column(
            "value",
            sa.Numeric(),
            nullable=True,
            comment="the number that is right, in the cell's unit; null where none can be known",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "expect",
            sa.Enum("printed", "fixed", name="expect", native_enum=False, create_constraint=True, length=20),
            nullable=False,
            comment="what the page that stands should print",
        ),
        sa.ForeignKeyConstraint(["indicator"], ["indicator.code"], name=op.f("fk_correction_indicator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint(
            "agency", "year", "indicator", "applicant", name=op.f("uq_correction_agency_year_indicator_applicant")
        ),
        comment="cells that are known to be wrong, a copy of the list of corrections",
    )
    op.create_table(
        "form_row",
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="order within the section"),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="header or value"),
        sa.Column("label_zh", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("unit_zh", sa.Text(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=True, comment="null on a header"),
        sa.Column(
            "column_label",
            sa.Text(),
            nullable=False,
            comment="printed head of the value column, where a section has several",
        ),
        sa.Column("comparability", sa.Text(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("optional", sa.Boolean(create_constraint=True, name="optional"), nullable=False),
        sa.ForeignKeyConstraint(["form"], ["form.name"], name=op.f("fk_form_row_form")),
        sa.ForeignKeyConstraint(["indicator"], ["indicator.code"], name=op.f("fk_form_row_indicator")),
        sa.PrimaryKeyConstraint("form", "section", "position", name=op.f("pk_form_row")),
        comment="the rows that each form prints, in order",
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portal_id", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Enum("list", "document", name="kind", native_enum=False, create_constraint=True), nullable=False
        ),
        sa.Column("title", sa.Text(), nullable=False, comment="of the link that led here"),
        sa.Column("column_id", sa.Text(), nullable=False, comment="the portal's column that the link stands in"),
        sa.Column("listed_on", sa.Date(), nullable=True, comment="date printed beside the link"),
        sa.Column(
            "outcome",
            sa.Enum(
                "fetched",
                "unchanged",
                "not_found",
                "gone",
                "soft_404",
                "stub",
                "blocked",
                "challenge",
                "robots",
                "foreign",
                "too_large",
                "timeout",
                "tls",
                "unreachable",
                "server_error",
                "empty",
                "excluded",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
            comment="of the last visit; gone after several nights",
        ),
        sa.Column("detail", sa.Text(), nullable=False, comment="of the last visit"),
        sa.Column("missing_nights", sa.Integer(), nullable=False, comment="nights in a row on which it was not there"),
        sa.Column(
            "reading",
            sa.Enum(
                "report",
                "no_table",
                "not_report",
                "blocked",
                "unreadable",
                name="reading",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
            comment="of the last body that was read",
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="why that reading gave no report"),
        sa.Column(
            "etag",
            sa.Text(),
            nullable=False,
            comment="of the last good visit, as are last_modified, digest and capture_id",
        ),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_tried", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="run of the last visit"),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_page_capture_id")),
        sa.ForeignKeyConstraint(["portal_id"], ["portal.id"], name=op.f("fk_page_portal_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_page_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("portal_id", "url", name=op.f("uq_page_portal_id_url")),
        comment="the ledger: what is known of each URL",
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False, comment="the year reported on"),
        sa.Column("form", sa.String(), nullable=True, comment="null when the document holds no table of a known form"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "index_number", sa.Text(), nullable=True, comment="from the printed header, as the columns to category"
        ),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("composed_on", sa.Text(), nullable=True, comment="ISO date"),
        sa.Column("published_on", sa.Text(), nullable=True, comment="ISO date"),
        sa.Column("openness", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("header", sa.JSON(), nullable=False, comment="every printed field; null where it is printed empty"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="from 1; counts the contents its page has shown"),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False, comment="when we first saw this content"),
        sa.Column(
            "valid_to",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when we saw the last page that showed it show another; null while one does",
        ),
        sa.Column("is_current", sa.Boolean(create_constraint=True, name="is_current"), nullable=False),
        sa.Column("reader_version", sa.Text(), nullable=False),
        sa.Column(
            "content_digest",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of what it says, wherever it was shown",
        ),
        sa.Column(
            "capture_id", sa.Integer(), nullable=False, comment="the response it was read from; cells are places in it"
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_report_agency_id")),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_report_capture_id")),
        sa.ForeignKeyConstraint(["form"], ["form.name"], name=op.f("fk_report_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(
        "uq_report_content",
        "report",
        ["agency_id", "year", "content_digest"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_index(
        "uq_report_current",
        "report",
        ["agency_id", "year"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "report",
                "cross_year",
                "pages",
                "correction",
                name="scope",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
            comment="what it rests on",
        ),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum("error", "warning", "info", name="severity", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False, comment="the [indicator, applicant] pairs it is about"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_finding_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_report_id"), "finding", ["report_id"], unique=False)
    op.create_table(
        "local_row",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="order in the document, from 1"),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("grid", sa.Integer(), nullable=False, comment="which table of the document, from 1"),
        sa.Column("grid_row", sa.Integer(), nullable=False, comment="row of the source cell in it, from 1"),
        sa.Column("grid_column", sa.Integer(), nullable=False, comment="column of the source cell in it, from 1"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_local_row_report_id")),
        sa.PrimaryKeyConstraint("report_id", "position", name=op.f("pk_local_row")),
        comment="rows of a recognised table that no form prints",
    )
    op.create_table(
        "observation",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("applicant", sa.String(), nullable=False, comment="total where the form does not split"),
        sa.Column("value", sa.Numeric(), nullable=True, comment="in unit; null unless the status is reported"),
        sa.Column(
            "status",
            sa.Enum(
                "reported", "blank", "dash", "text", name="status", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=False, comment="the cell's text"),
        sa.Column("label", sa.Text(), nullable=False, comment="the row's printed label"),
        sa.Column("grid", sa.Integer(), nullable=False, comment="which table of the document, from 1"),
        sa.Column("grid_row", sa.Integer(), nullable=False, comment="row of the source cell in it, from 1"),
        sa.Column("grid_column", sa.Integer(), nullable=False, comment="column of the source cell in it, from 1"),
        sa.Column(
            "read_value",
            sa.Numeric(),
            nullable=True,
            comment="where a correction stands in its place: the value as read",
        ),
        sa.Column(
            "read_status",
            sa.Enum(
                "reported",
                "blank",
                "dash",
                "text",
                name="read_status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
            comment="likewise; null where the page has the last word",
        ),
        sa.Column("correction_id", sa.Integer(), nullable=True, comment="the correction that gave value and status"),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name=op.f("fk_observation_correction_id")),
        sa.ForeignKeyConstraint(["indicator"], ["indicator.code"], name=op.f("fk_observation_indicator")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_observation_report_id")),
        sa.PrimaryKeyConstraint("report_id", "indicator", "applicant", name=op.f("pk_observation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portal_id", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reader_version", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_quarantine_capture_id")),
        sa.ForeignKeyConstraint(
            ["portal_id", "url"], ["page.portal_id", "page.url"], name=op.f("fk_quarantine_portal_id_url")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        comment="what could not be read or loaded; its bytes rest in the archive",
    )
    op.create_index(
        "uq_quarantine_open",
        "quarantine",
        ["portal_id", "url"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "report_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("portal_id", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "left_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when we saw this URL show another report; null while it shows this one",
        ),
        sa.ForeignKeyConstraint(
            ["portal_id", "url"], ["page.portal_id", "page.url"], name=op.f("fk_report_address_portal_id_url")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_address_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_address")),
        comment="where a report was shown",
    )
    op.create_index(op.f("ix_report_address_report_id"), "report_address", ["report_id"], unique=False)
    op.create_index(
        "uq_report_address_shown",
        "report_address",
        ["portal_id", "url"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "fetched",
                "unchanged",
                "not_found",
                "gone",
                "soft_404",
                "stub",
                "blocked",
                "challenge",
                "robots",
                "foreign",
                "too_large",
                "timeout",
                "tls",
                "unreachable",
                "server_error",
                "empty",
                "excluded",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column(
            "reading",
            sa.Enum(
                "report",
                "no_table",
                "not_report",
                "blocked",
                "unreadable",
                name="reading",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
            comment="of this body, or of the page's last one if unchanged",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "result",
            sa.String(),
            nullable=False,
            comment="what came of loading: new, revised, unchanged, address or kept",
        ),
        sa.Column("report_id", sa.Integer(), nullable=True, comment="the report that the page shows after this visit"),
        sa.Column("capture_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_visit_capture_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_visit_page_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_visit_report_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_visit_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        comment="one attempt at a page",
    )
    op.create_index(op.f("ix_visit_page_id"), "visit", ["page_id"], unique=False)
    op.create_index(op.f("ix_visit_run_id"), "visit", ["run_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_visit_run_id"), table_name="visit")
    op.drop_index(op.f("ix_visit_page_id"), table_name="visit")
    op.drop_table("visit")
    op.drop_index(
        "uq_report_address_shown",
        table_name="report_address",
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.drop_index(op.f("ix_report_address_report_id"), table_name="report_address")
    op.drop_table("report_address")
    op.drop_index(
        "uq_quarantine_open",
        table_name="quarantine",
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.drop_table("quarantine")
    op.drop_table("observation")
    op.drop_table("local_row")
    op.drop_index(op.f("ix_finding_report_id"), table_name="finding")
    op.drop_table("finding")
    op.drop_index(
        "uq_report_current",
        table_name="report",
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.drop_index(
        "uq_report_content",
        table_name="report",
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.drop_table("report")
    op.drop_table("page")
    op.drop_table("form_row")
    op.drop_table("correction")
    op.drop_table("run")
    op.drop_table("portal")
    op.drop_table("indicator")
    op.drop_table("form")
    op.drop_table("capture")
    op.drop_table("agency")
