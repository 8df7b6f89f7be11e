"""Document to Report: the one way from a page's bytes to a checked reading.

Pure: bytes in, dataclasses out; no network, no database, no clock. Nothing here raises for what a page holds: what
cannot be read is a status with a reason.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from extractors.agency import agency_names, full_name, of_source
from extractors.attachments import attachments_of
from extractors.documents import Format, Unreadable, format_of, read_document
from extractors.documents.errors import UNREAD
from extractors.forms.observations import observe
from extractors.forms.proof import prove
from extractors.forms.reader import read_form
from extractors.forms.rows import FormReading
from extractors.header import read_header
from extractors.identity import heading_of, headings_of, says_year, titles_of, years
from extractors.kind import is_list, not_a_report
from extractors.labels import narrow
from extractors.metas import metas
from extractors.outcomes import challenge_in
from extractors.prose import compare_prose
from extractors.regions import credit_code, region_of
from extractors.wording import Wording, words_of
from schema.checks import check
from schema.records import (
    Document,
    Finding,
    Observation,
    Reading,
    ReadingStatus,
    Report,
    Severity,
    Status,
)

VERSION = "3"  # of the reader: raised whenever the same bytes may read differently
FAULT = "a fault of the reader"  # in the reason of a page that the reader itself failed on
_log = logging.getLogger("nianbao")
_MAX_ROWS = 30  # of a table that tell what it is
_MIN_BLANK = 10  # cells of a form from which "all blank" means something


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a document beside its bytes: from the portal's registry entry and from the link.

    `region` is the portal's GB/T 2260 code, `agencies` maps names as printed there to full names,
    `column_agency` is set where the column belongs to one agency. `publisher` is whom the list names beside the link,
    `organ` the code of the agency in the document's address.
    """

    region: str = ""
    agencies: Mapping[str, str] = field(default_factory=dict)
    column_agency: str = ""
    link_title: str = ""
    listed_on: date | None = None
    publisher: str = ""
    organ: str = ""


def read_capture(body: bytes, *, content_type: str = "", url: str = "", context: Context | None = None) -> Reading:
    """Read the bytes of a page: decode, find the form, the header, the identity, and check the figures.

    A fault of the reader's own makes the page unreadable too, with `FAULT` in the reason: it rests in quarantine
    with its bytes and is read again by a better reader, and the pages after it are still read.
    """
    challenge = challenge_in(body)
    if challenge:
        return Reading(ReadingStatus.BLOCKED, reason=f"a challenge page ({challenge}), not a document")
    try:
        document = read_document(body, content_type=content_type, url=url)
        reading = read_report(document, context or Context())
        return _without_table(reading, document, body, content_type)
    except Unreadable as error:
        return Reading(ReadingStatus.UNREADABLE, reason=str(error))
    except Exception as error:
        _log.exception("the reader failed on %s", url or "a document")
        return Reading(ReadingStatus.UNREADABLE, reason=f"{FAULT}: {type(error).__name__}: {error}")


def _without_table(reading: Reading, document: Document, body: bytes, content_type: str) -> Reading:
    """A page without a table with the files that may hold it; a file whose table may be on the pages left unread."""
    if reading.status is not ReadingStatus.NO_TABLE:
        return reading
    if unread := document.meta.get(UNREAD):
        return Reading(ReadingStatus.UNREADABLE, reason=unread)
    files = attachments_of(body, content_type, document.url) if format_of(body) is Format.TEXT else ()
    return replace(reading, attachments=files)


def read_report(document: Document, context: Context) -> Reading:
    """Read a decoded document. What is no report keeps its title and header, and says of nobody's year."""
    form = read_form(document)
    read, findings = observe(form)
    observations, doubts = prove(document, form.form, read)
    words = words_of(document)
    report, identity = _identify(document, words, context, form, observations)
    status, reason = _status(document, report, words, context.link_title)
    if status is ReadingStatus.NOT_REPORT:
        return Reading(status, Report(report.title, None, None, None, report.header), (), reason)
    told = compare_prose(words.text, observations)
    found = (*identity, *form.findings, *findings, *doubts, *_of_the_whole(document, report), *told, *check(report))
    return Reading(status, report, found, reason)


def _identify(
    document: Document, words: Wording, context: Context, form: FormReading, observations: tuple[Observation, ...]
) -> tuple[Report, list[Finding]]:
    """The report with its header and identity, and the findings where the sources of these disagree."""
    header = read_header(document)
    titles = titles_of(document, words, header, context.link_title)
    code = credit_code(header.get("index_number")) or credit_code(context.organ)
    found_years = years(titles, words, header, published_on(document, context))
    names = agency_names(titles, words, publisher(document, header, context))
    agency = context.column_agency or full_name(names, region_of(code) or context.region, context.agencies)
    report = Report(
        title=titles[0] if titles else "",
        agency=agency or None,
        year=found_years[0][1] if found_years else None,
        form=form.form,
        header=header,
        observations=observations,
        local_rows=tuple(form.local_rows),
        credit_code=code,
        region=region_of(code) or context.region or None,
    )
    return report, [*_disagreements(found_years), *_unsure_agency(names, agency)]


def published_on(document: Document, context: Context) -> date | None:
    """The day of publication by what stands beside the text: the page's metadata, then the list."""
    return metas(document.meta).published_on or context.listed_on


def publisher(document: Document, header: Mapping[str, str | None], context: Context) -> str | None:
    """Who publishes the document: by its header, as its source where that is one agency, by the list."""
    sources = (header.get("source"), metas(document.meta).source)
    return header.get("publisher") or next(filter(None, map(of_source, sources)), None) or context.publisher or None


def _disagreements(found: Sequence[tuple[str, int]]) -> list[Finding]:
    """Years that contradict each other: only those the document states of its own period count."""
    stated = [(where, year) for where, year in found if where in ("period", "title", "sentence", "category")]
    findings = []
    if len({year for _, year in stated}) > 1:
        said = ", ".join(f"{where} {year}" for where, year in stated)
        findings.append(Finding("year_disagrees", Severity.WARNING, f"the document gives several years: {said}"))
    published = next((year + 1 for where, year in found if where == "publication"), None)
    if not stated and found and found[0][0] == "publication":
        message = f"no words of the document name the year {found[0][1]}: it is the one before that of publication"
        findings.append(Finding("year_inferred", Severity.INFO, message))
    if stated and published is not None and published < stated[0][1]:
        message = f"published in {published}, before the end of the year reported on, {stated[0][1]}"
        findings.append(Finding("published_early", Severity.WARNING, message))
    return findings


def _unsure_agency(names: Sequence[tuple[str, str]], agency: str | None) -> list[Finding]:
    """A name that can be cut from its sentence in two ways is nobody's, and told."""
    unsure = next((name for where, name in names if where == "unsure"), None)
    if agency or unsure is None:
        return []
    message = f"the agency may be {unsure} or 度{unsure}: nothing else in the document names it"
    return [Finding("agency_unsure", Severity.WARNING, message)]


def _status(document: Document, report: Report, words: Wording, link: str) -> tuple[ReadingStatus, str]:
    """What the document is, and why it is no report where it is none. `link` is the title it was listed under."""
    filled = any(o.status is Status.REPORTED for o in report.observations)
    heading = heading_of(document, report.header)
    text = words.text
    if not report.observations:
        text = "\n".join([text, _cells(document), *_columns(report.header)])
    if says_year(report.title):
        doubt = not_a_report(report.title, (), text)
    else:
        doubt = not_a_report(report.title, headings_of(words), text, stated=heading)
    if doubt and not (doubt.weak and filled):
        return ReadingStatus.NOT_REPORT, doubt.reason
    if report.observations and not filled and report.agency is None:
        return ReadingStatus.NOT_REPORT, "a blank form that names no agency"
    if report.observations:
        return ReadingStatus.REPORT, ""
    if not says_year(heading) and not says_year(link) and is_list(report.title, text):
        return ReadingStatus.NOT_REPORT, "a list of reports"
    return ReadingStatus.NO_TABLE, "no table of a national form was found"


def _columns(header: Mapping[str, str | None]) -> Iterator[str]:
    """Where a portal's own header puts the document."""
    return (f"{name}:{value}" for name in ("catalogue", "category") if (value := header.get(name)))


def _cells(document: Document) -> str:
    """The text of tables that are none of the form: it may tell what the document is."""
    return "\n".join(narrow(cell.text) for grid in document.grids() for row in grid.rows[:_MAX_ROWS] for cell in row)


def _of_the_whole(document: Document, report: Report) -> list[Finding]:
    """Findings about the report as a whole."""
    findings = []
    if not report.observations:
        files = ", ".join(attachment.label or attachment.url for attachment in document.attachments[:3])
        message = "no statistics table was found" + (f"; the page links to {files}" if files else "")
        findings.append(Finding("table_missing", Severity.WARNING, message))
    blank = all(o.status is Status.BLANK for o in report.observations)
    if report.observations and (unread := document.meta.get(UNREAD)):
        findings.append(Finding("pages_unread", Severity.WARNING, f"some pages could not be read: {unread}"))
    if blank and len(report.observations) >= _MIN_BLANK:
        findings.append(Finding("form_blank", Severity.WARNING, "every cell of the form is blank"))
    return findings
