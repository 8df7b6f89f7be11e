"""Why a document was read as it was: every row and cell of its tables with what it was taken for.

Nothing is read differently here: the same functions are asked as in `extractors/report.py`, and what they weighed
is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from extractors.agency import agency_names
from extractors.documents import read_document
from extractors.forms.list_grid import sources
from extractors.forms.reader import read_form
from extractors.forms.rows import Fate, Trace
from extractors.forms.vocabulary import (
    ARTICLE,
    CUT_HEAD,
    HEADING_UNITS,
    ITEM_HEAD,
    LABEL_HEADS,
    LIST_FORM,
    UNIT_HEADS,
    UNIT_WORDS,
    VALUE_HEADS,
)
from extractors.identity import titles_of, years
from extractors.labels import fold, plain
from extractors.report import Context, published_on, publisher, read_capture
from extractors.wording import words_of
from schema.catalog import FormRow, catalog
from schema.records import Document, Grid, Observation, Reading

_TAKEN = (Fate.TAKEN, Fate.NEAR)
_LINES = 0  # the number of the table that running text is


@dataclass(frozen=True, slots=True)
class Sources:
    """What a document says of itself, the surest first: titles, and years and agencies with where they stand."""

    titles: tuple[str, ...] = ()
    years: tuple[tuple[str, int], ...] = ()
    agencies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row, or one cell of it where columns have indicators of their own.

    `fate` is None where the reader made nothing of it; `why` is empty where the label is simply that of the form's row.
    """

    number: int
    text: str
    fate: Fate | None
    why: str
    section: str = ""
    indicator: str = ""
    figures: tuple[Observation, ...] = ()

    @property
    def is_taken(self) -> bool:
        """Whether the figures came of it."""
        return self.fate in _TAKEN


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the document; number 0 is its running text, whose rows are numbered by its lines and tables."""

    number: int
    origin: str
    width: int
    columns: tuple[str, ...]  # what each column was taken for
    rows: tuple[Row, ...]

    @property
    def is_read(self) -> bool:
        """Whether a row of it was recognised."""
        return any(row.fate for row in self.rows)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading with everything it rests on. `tables` and `sources` are empty where there is no report to explain."""

    reading: Reading
    sources: Sources = Sources()
    tables: tuple[Table, ...] = ()


def explain_capture(
    body: bytes, *, content_type: str = "", url: str = "", context: Context | None = None
) -> Explanation:
    """Read the bytes of a page as `read_capture` does, and say why they were read so."""
    reading = read_capture(body, content_type=content_type, url=url, context=context)
    if reading.report is None:
        return Explanation(reading)
    document = read_document(body, content_type=content_type, url=url)
    form = read_form(document)
    observations = reading.report.observations
    story = _Story(form.form or "", form.traces if observations else (), observations)
    sources = _sources(document, reading.report.header, context or Context())
    return Explanation(reading, sources, tuple(_tables(document, story)))


def _sources(document: Document, header: Mapping[str, str | None], context: Context) -> Sources:
    """Titles, years and agencies that the document gives, repetitions left out."""
    words = words_of(document)
    titles = titles_of(document, words, header, context.link_title)
    found = years(titles, words, header, published_on(document, context))
    names = agency_names(titles, words, publisher(document, header, context))
    return Sources(tuple(titles), tuple(dict.fromkeys(found)), tuple(dict.fromkeys(names)))


# --- rows ----------------------------------------------------------------------------------------------


class _Story:
    """The traces and figures of a reading, by where they stand."""

    def __init__(self, form: str, traces: Iterable[Trace], observations: Sequence[Observation]) -> None:
        self.form = form
        self.at: dict[tuple[int, int], list[Trace]] = defaultdict(list)
        self.figures: dict[str, list[Observation]] = defaultdict(list)
        self.values = {(o.place.table, o.place.row) for o in observations}
        self.first: dict[str, Trace] = {}  # the trace whose figures an indicator has
        for one in observations:
            self.figures[one.indicator].append(one)
        for trace in traces:
            self.at[trace.place.table, trace.place.row].append(trace)
            if trace.fate in _TAKEN:
                self.first.setdefault(trace.indicator, trace)

    def row(self, trace: Trace, printed: str) -> Row:
        """What became of a printed row; `printed` is its whole text."""
        first = self.first.get(trace.indicator)
        if trace is first:
            text = " × ".join(part for part in (*trace.path[-1:], trace.head) if part)
            figures = tuple(self.figures[trace.indicator])
            why = _why_taken(trace, self.form)
            return Row(trace.place.row, text, trace.fate, why, trace.section, trace.indicator, figures)
        fate = Fate.AGAIN if trace.fate in _TAKEN else trace.fate
        why = _again(first) if fate is Fate.AGAIN else _why_not(trace, fate, self.form)
        return Row(trace.place.row, printed, fate, why, trace.section, trace.indicator)


def _tables(document: Document, story: _Story) -> Iterator[Table]:
    if any(table == _LINES for table, _ in (*story.at, *story.values)):
        yield Table(_LINES, "lines", 1, (), tuple(_lines(document, story)))
    for grid in document.grids():
        rows = tuple(_grid_rows(grid, story))
        yield Table(grid.index, grid.origin, grid.width, tuple(_columns(grid, rows, story.form)), rows)


def _grid_rows(grid: Grid, story: _Story) -> Iterator[Row]:
    known = any(table == grid.index for table, _ in story.at)
    for number, cells in enumerate(grid.rows, 1):
        texts = [" ".join(cell.text.split()) for cell in sources(cells) if cell.row == number - 1]
        printed = " | ".join(texts)
        traces = story.at.get((grid.index, number), ())
        yield from (story.row(trace, printed) for trace in traces)
        if not traces and (grid.index, number) not in story.values:
            yield Row(number, printed, None, _unread(texts) if known else "")


def _lines(document: Document, story: _Story) -> Iterator[Row]:
    """The lines from the first to the last that holds something of a form; prose around them is left out."""
    places = {row for table, row in (*story.at, *story.values) if table == _LINES}
    label = ""
    for number in range(min(places), max(places) + 1):
        line = document.blocks[number - 1]
        traces = story.at.get((_LINES, number), ())
        for trace in traces:
            label = fold("".join(trace.path))
            yield story.row(trace, "/".join(trace.path))
        if isinstance(line, str) and not traces and (_LINES, number) not in story.values:
            text = fold(line)
            if text and text not in label and text not in UNIT_WORDS | HEADING_UNITS:
                yield Row(number, line, None, _unread([line]))


def _unread(texts: Sequence[str]) -> str:
    """Why a row of a table of the form is none of its rows."""
    words = {plain(text) for text in texts} | {fold(text) for text in texts}
    if not any(texts):
        return "blank"
    if words & _heads():
        return "heads of columns"
    if words & _headings() or any(word.startswith(ARTICLE) for word in words):
        return "heading"
    return "no row of the form: not read"


@cache
def _heads() -> frozenset[str]:
    columns = (column for form in catalog().forms.values() for column in form.columns)
    words = (fold(word) for column in columns for word in (*column.label_zh.split("/"), *column.aliases))
    return frozenset({*words, *LABEL_HEADS, *UNIT_HEADS, *VALUE_HEADS, ITEM_HEAD, CUT_HEAD, "申请人情况"})


@cache
def _headings() -> frozenset[str]:
    rows = (row for form in catalog().forms.values() for row in form.rows if row.kind == "header")
    return frozenset(name for row in rows for name in row.names)


# --- reasons -------------------------------------------------------------------------------------------


def _again(first: Trace | None) -> str:
    if first is None:
        return "printed again"
    where = f"row {first.place.row}" if first.place.table else f"line {first.place.row}"
    return f"printed again: {where} of table {first.place.table} was there first"


def _why_not(trace: Trace, fate: Fate, form: str) -> str:
    """Why no figure came of a row."""
    if fate is Fate.AMBIGUOUS:
        return f"fits {len(_named(trace, form))} rows of the form equally well: not taken"
    if fate is Fate.NO_COLUMN:
        return f"the form has no column «{trace.head}»: not taken"
    return "heading" if fate is Fate.HEADING else "on no form: kept as a row of their own"


def _why_taken(trace: Trace, form: str) -> str:
    """What made a row what it was taken for; empty for the form's own label that stands there once."""
    if plain(trace.head) == CUT_HEAD:
        return "the head is cut: told apart by position"
    own = next((row for row in _rows(form) if row.indicator == trace.indicator), None)
    if not trace.path or own is None:
        return ""
    if trace.fate is Fate.NEAR:
        return f"near the form's «{own.label_zh}»"
    reasons = []
    if plain(trace.path[-1]) != fold(own.label_zh):
        reasons.append(f"a spelling of «{own.label_zh}»")
    twins = len(_named(trace, form))
    if twins > 1 and not trace.head:
        under = f" under «{trace.path[-2]}»" if len(trace.path) > 1 else ""
        reasons.append(f"one of {twins} rows so named: told by its place{under}")
    return "; ".join(reasons)


def _named(trace: Trace, form: str) -> list[FormRow]:
    """The rows of the form, or of the trace's section since 2019, that bear the trace's label."""
    label = plain(trace.path[-1])
    rows = (row for row in _rows(form) if form == LIST_FORM or row.section == trace.section)
    return [row for row in rows if label in row.names]


def _rows(form: str) -> tuple[FormRow, ...]:
    return catalog().forms[form].rows if form else ()


# --- columns -------------------------------------------------------------------------------------------


def _columns(grid: Grid, rows: Sequence[Row], form: str) -> Iterator[str]:
    """What each column of a grid was taken for: from where the figures stand, and what stands left of them."""
    roles = _roles(grid, rows, form)
    for x in range(1, grid.width + 1) if roles else ():
        yield "/".join(roles[x]) if x in roles else _side(grid, x, max(roles))


def _roles(grid: Grid, rows: Sequence[Row], form: str) -> dict[int, dict[str, None]]:
    """The columns of the grid that hold figures: whose, where the form splits by applicant.

    A figure's place is its source cell's, which spans may have moved in the grid.
    """
    split = catalog().forms[form].split() if form else frozenset()
    columns = {(c.row + 1, c.column + 1): x for row in grid.rows for x, c in reversed(list(enumerate(row, 1)))}
    roles: dict[int, dict[str, None]] = defaultdict(dict)
    for one in (one for row in rows for one in row.figures if one.place.table == grid.index):
        column = columns.get((one.place.row, one.place.column))
        if column:  # a blank cell that running text left out has a place, but no cell
            roles[column][one.applicant if one.indicator in split else "figures"] = None
    return roles


def _side(grid: Grid, column: int, last: int) -> str:
    """A column without figures: units, labels, or nothing that was read."""
    texts = [fold(row[column - 1].text) for row in grid.rows if row[column - 1].text]
    units = sum(text in UNIT_WORDS | HEADING_UNITS | UNIT_HEADS for text in texts)
    if texts and units * 2 > len(texts):
        return "units"
    return "labels" if column < last and texts else "not read"
