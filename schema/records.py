"""The frozen values that cross rooms: Link, Capture, Document, Grid, Report, Observation, Finding.

Every arrow of the pipeline takes some of these and gives others. They hold no behaviour beyond what
follows from their own fields, and nothing in them depends on the clock or on chance, except
`Capture.fetched_at`, which no digest covers.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

TOTAL = "total"  # the applicant where the form does not split by applicant
IN_ATTACHMENT = "table in an attachment"  # the reason of a page whose report was read from a file attached to it


class Status(StrEnum):
    """What a cell of the form holds. A blank is not a zero and never becomes one."""

    REPORTED = "reported"
    BLANK = "blank"
    DASH = "dash"
    TEXT = "text"


class Severity(StrEnum):
    """How much a finding matters: an `error` breaks the form's own arithmetic or the reading."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Outcome(StrEnum):
    """How a visit to a page ended. Every visit ends in exactly one of these."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    NOT_FOUND = "not_found"  # 404 or 410; one night of it proves nothing
    GONE = "gone"  # of a page: not found, or soft_404, on several nights in a row
    SOFT_404 = "soft_404"  # status 200, and the text says that the page does not exist
    STUB = "stub"  # status 200, and nothing in it: a shell, an empty body
    BLOCKED = "blocked"  # 403, 412, 429, 521 ...: the portal refuses us
    CHALLENGE = "challenge"  # a page that wants a browser to prove itself; never solved
    ROBOTS = "robots"  # robots.txt forbids it; nothing was requested
    FOREIGN = "foreign"  # the address leads where the portal's registry entry does not allow
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    TLS = "tls"
    UNREACHABLE = "unreachable"  # no connection, or it broke off
    SERVER_ERROR = "server_error"  # 5xx that retries did not cure, or any other unforeseen status
    EMPTY = "empty"  # a column without a link, where there were some on earlier nights
    EXCLUDED = "excluded"  # the title alone says that it is no such report; nothing was requested


class ReadingStatus(StrEnum):
    """What a document turned out to be."""

    REPORT = "report"
    NO_TABLE = "no_table"
    NOT_REPORT = "not_report"
    BLOCKED = "blocked"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a document links to: absolute URL and the words of the link."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """A candidate report found in a portal's column (栏目).

    `agency` is the publisher by the name that the list prints, `organ` the agency's public code in the address:
    a unified social credit code, or an organisation code of the old kind. Both are empty where a portal gives none.
    `attachments` are the files that the list names beside the page. A link to such a file, or to one that a page names,
    says in `attached_to` to which page that is attached.
    """

    url: str
    title: str
    column: str  # id of the column in the portal's registry entry
    listed_on: date | None = None
    agency: str = ""
    organ: str = ""
    attachments: tuple[Attachment, ...] = ()
    attached_to: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP response as it came. `url` is where it came from after redirects.

    `body` has no transfer or content encoding left, but is otherwise byte for byte what was sent.
    """

    requested_url: str
    url: str
    fetched_at: datetime  # UTC, when the response began
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    method: str = "GET"
    request_body: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hex."""
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str:
        """The first response header of that name, whatever its case; empty if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Fetch:
    """How a request ended, and what came of it. `capture` is there whenever a response was."""

    url: str
    outcome: Outcome
    detail: str = ""
    capture: Capture | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a column: the fetch it came from and the links that stand on it, in order."""

    fetch: Fetch
    links: tuple[Link, ...]


class Cell(NamedTuple):
    """A place in a grid: its text and the row and column (from 0) of the source cell that covers it."""

    text: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a full rectangle of cells, spans expanded: `rows[i]` are all of one length.

    A place covered by a spanning cell repeats that cell, so `Cell.row, Cell.column` differ from its place.
    `index` counts the document's grids from 1; `origin` says what held the table: html, pipes (text), word, excel,
    pdf or scan.
    """

    rows: tuple[tuple[Cell, ...], ...]
    index: int
    origin: str = "html"

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0


@dataclass(frozen=True, slots=True)
class Document:
    """A decoded capture. `blocks` are its lines of text and its grids in reading order.

    `meta` holds what the page says of itself beside its text: `<meta name=...>` by lower-case name.
    `truncated` is True where a page ends inside a table, or a text within a number: the last cell may be cut.
    """

    url: str
    title: str
    blocks: tuple[str | Grid, ...]
    meta: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    encoding: str = "utf-8"
    truncated: bool = False

    def grids(self) -> Iterator[Grid]:
        """The grids in order."""
        return (block for block in self.blocks if isinstance(block, Grid))

    def lines(self) -> Iterator[str]:
        """The lines of text outside grids, in order."""
        return (block for block in self.blocks if isinstance(block, str))


class Place(NamedTuple):
    """Where a figure stands: table, row and column, each from 1, of the source cell."""

    table: int
    row: int
    column: int


class Observation(NamedTuple):
    """One indicator (and applicant type) of one report, as the agency printed it.

    `value` is in `unit`; it is None unless `status` is `reported`. `raw` is the cell's text, `label` the
    printed row label (with its column's, where the form has several), untouched but for white space.
    """

    indicator: str
    applicant: str
    value: Decimal | None
    status: Status
    unit: str | None
    raw: str
    label: str
    place: Place


@dataclass(frozen=True, slots=True)
class LocalRow:
    """A row of a recognised table that no form prints: kept by name, never mapped."""

    label: str
    cells: tuple[str, ...]
    place: Place


class Finding(NamedTuple):
    """What a check says of a report. `cells` are the (indicator, applicant) it is about."""

    rule: str
    severity: Severity
    message: str
    cells: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One agency's report for one year.

    `form` is the edition by its year (`2014`, `2019`, `2021`), None when no table was recognised.
    `header` has the printed metadata by field name (see `extractors/header.py`); a field that is
    printed without a value is None, dates are ISO. `agency` and `year` are None when the document
    does not say them surely.
    """

    title: str
    agency: str | None
    year: int | None
    form: str | None
    header: Mapping[str, str | None]
    observations: tuple[Observation, ...] = ()
    local_rows: tuple[LocalRow, ...] = ()
    credit_code: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a document ended in; `reason` says in one line why it is no report with figures.

    `report` is None where nothing could be read. That of a `not_report` has only title and header. A page without a
    table has the `attachments` that may hold it.
    """

    status: ReadingStatus
    report: Report | None = None
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    attachments: tuple[Attachment, ...] = ()
