"""What `nianbao explain` prints: a reading with what each row and column was taken for, and what the rules say."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Console
from rich.table import Table as Printed
from rich.text import Text

from extractors.explain import Explanation, Row, Sources, Table
from extractors.forms.rows import Fate
from extractors.regions import place_names
from flows.explained_rules import rule_lines
from flows.json_lines import number
from flows.output import shown
from schema.catalog import catalog
from schema.records import Finding, Observation, Report, Status

_FEW = 3  # tables without figures up to which each has a line
_INDENT = "  "
_NARROW = 8  # columns of a figure; more are folded
_CODE = 30  # characters of a code; a longer one is broken at a dot
_CODE_BELOW = 38  # the same where it stands below its label
_LONG = 120  # characters of a row that are shown: a line of prose may be endless
_CELL = 40
_LEGEND = "·: blank.  a → b: printed a, read as b.  ?: not a number.  !: see findings.  §: section of form."

Flags = dict[tuple[str, str], list[str]]  # (indicator, applicant) -> rules of the findings about it


@dataclass(frozen=True, slots=True)
class View:
    """What of an explanation is asked for: `table` by number (None: all), `rows` all, taken or skipped."""

    table: int | None = None
    rows: str = "all"

    def has(self, row: Row) -> bool:
        """Whether a row is to be shown."""
        return self.rows == "all" or row.is_taken is (self.rows == "taken")


def print_explanation(console: Console, source: str, told: Explanation, view: View) -> None:
    """Print everything that is known of how a document was read, in the order in which a person doubts it."""
    reading, report = told.reading, told.reading.report
    _say(console, f"{source}: {reading.status}{': ' * bool(reading.reason)}{reading.reason}", "bold")
    if report is None:
        return
    if view.table is None:
        _lines(console, "identity", _identity(report, told.sources))
        _lines(console, "header", (f"{key}: {shown(value) or '(blank)'}" for key, value in report.header.items()))
    _print_tables(console, told.tables, view, _flags(reading.findings))
    if view.table is None:
        _lines(console, "findings", (f"{f.severity} {f.rule}: {f.message}" for f in reading.findings))
        _lines(console, "rules", rule_lines(report))


def _say(console: Console, line: str, style: str = "") -> None:
    console.print(Text(shown(line), style), soft_wrap=False)


def _lines(console: Console, title: str, lines: Iterable[str]) -> None:
    """A block of lines under a title; one that is too long goes on with an indent."""
    console.print()
    _say(console, title, "bold")
    for line in list(lines) or ["none"]:
        depth = len(line) - len(line.lstrip())
        grid = Printed.grid()
        grid.add_row(" " * (depth + len(_INDENT)), Text(shown(line.lstrip()), overflow="fold"))
        console.print(grid)


# --- identity --------------------------------------------------------------------------------------------


def _identity(report: Report, sources: Sources) -> Iterator[str]:
    yield f"form: {report.form or 'none recognised'}"
    yield f"agency: {report.agency or 'not said'}"
    yield from _kept(report.agency, sources.agencies)
    yield f"year: {report.year or 'not said'}"
    yield from _kept(report.year, sources.years)
    yield f"title: {report.title or 'none'}"
    yield from (f"  also: {title}" for title in sources.titles if title != report.title)
    yield f"credit code: {report.credit_code or 'none in the index number'}"
    places = "".join(place_names(report.region)) if report.region else ""
    yield f"region: {report.region or 'not known'} {places}".rstrip()


def _kept(taken: object, found: Sequence[tuple[str, object]]) -> Iterator[str]:
    """The sources of a fact, the surest first: the one that says what was taken, else the first, completed, decided."""
    first = next((n for n, (_, said) in enumerate(found) if said == taken), 0)
    for n, (where, said) in enumerate(found):
        mark = "" if n != first or taken is None else "  (decided)" if said == taken else "  (completed)"
        yield f"  {where}: {said}{mark}"


# --- tables ----------------------------------------------------------------------------------------------


def _flags(findings: Iterable[Finding]) -> Flags:
    flags: Flags = defaultdict(list)
    for finding in findings:
        for cell in finding.cells:
            flags[cell].append(finding.rule)
    return flags


def _print_tables(console: Console, tables: Sequence[Table], view: View, flags: Flags) -> None:
    if view.table is not None:
        tables = [table for table in tables if table.number == view.table]
    console.print()
    _say(console, _LEGEND, "dim")
    for is_read, group in groupby(tables, key=lambda table: table.is_read or view.table is not None):
        some = list(group)
        if is_read:
            for table in some:
                _print_table(console, table, view, flags)
        else:
            _name_unread(console, some)


def _name_unread(console: Console, tables: Sequence[Table]) -> None:
    if len(tables) > _FEW:
        console.print()
        _say(console, f"tables {tables[0].number} to {tables[-1].number}: no figures taken (--table N shows one)")
        return
    for table in tables:
        words = next((row.text for row in table.rows if row.text.strip(" |")), "blank")
        console.print()
        _say(console, f"{_name(table)}: no figures taken: {_short(words, _CELL)}")


def _name(table: Table) -> str:
    if table.number == 0:
        return "running text, by its lines"
    return f"table {table.number} ({table.origin}, {max((r.number for r in table.rows), default=0)} × {table.width})"


def _print_table(console: Console, table: Table, view: View, flags: Flags) -> None:
    console.print()
    _say(console, _name(table), "bold")
    if table.columns:
        _say(console, "columns of the grid: " + "; ".join(_ranges(table.columns)))
    rows = [row for row in table.rows if view.has(row)]
    taken = sum(row.is_taken for row in table.rows)
    counts = f"{taken} rows or cells taken, {len(table.rows) - taken} not"
    _say(console, counts if table.is_read else "no figures taken", "dim")
    for split, group in groupby(_shaped(rows), key=lambda pair: pair[0]):
        some = [row for _, row in group]
        console.print(_by_applicant(some, flags) if split else _one_by_one(some, flags))


def _ranges(columns: Sequence[str]) -> Iterator[str]:
    """Columns of one role in one piece: `1-3 labels`."""
    for role, group in groupby(enumerate(columns, 1), key=lambda pair: pair[1]):
        numbers = [n for n, _ in group]
        yield f"{numbers[0]}-{numbers[-1]} {role}" if len(numbers) > 1 else f"{numbers[0]} {role}"


def _shaped(rows: Sequence[Row]) -> Iterator[tuple[bool, Row]]:
    """Rows with whether they have a cell for each applicant; one without figures goes with the next that has some."""
    following = False
    shaped = []
    for row in reversed(rows):
        following = len({one.place for one in row.figures}) > 1 if row.figures else following
        shaped.append((following, row))
    yield from reversed(shaped)


def _one_by_one(rows: Sequence[Row], flags: Flags) -> Printed:
    """Rows of one cell each. Where columns could not be told apart, that cell is all that is left of a row."""
    table = _frame({"printed": 5, "§": 0, "taken for": 5, "cell": 2, "read as": 3})
    for row in rows:
        label, taken = _words(row, _CODE)
        if not row.figures:
            table.add_row(str(row.number), label, row.section, taken)
            continue
        one = row.figures[0]
        place = f"{one.place.row}:{one.place.column}"
        several = f"for {len(row.figures)} columns" if len(row.figures) > 1 else ""
        read = [_read_as(one), several, *flags.get((one.indicator, one.applicant), ())]
        table.add_row(place, label, row.section, taken, Text(_raw(one)), Text("\n".join(filter(None, read))))
    return table


def _by_applicant(rows: Sequence[Row], flags: Flags) -> Printed:
    """Rows of one cell for each applicant; label and code in one column, so that neither is broken much."""
    members = [d for d in catalog().dimensions if d.dimension == "applicant"]
    table = _frame({"printed, taken for": 1, "§": 0}, *(member.label_zh for member in members))
    for row in rows:
        cells = {one.applicant: _cell(one, flags) for one in row.figures}
        texts = (Text(cells.get(member.code, "")) for member in members)
        table.add_row(str(row.number), Text("\n").join(_words(row, _CODE_BELOW)), row.section, *texts)
    return table


def _frame(wide: Mapping[str, int], *narrow: str) -> Printed:
    """A table of rows by their place: columns that share the room as told, and narrow ones for figures."""
    table = Printed(box=None, padding=(0, 1, 0, 0), expand=True, header_style="underline")
    table.add_column("row", no_wrap=True)
    for column, ratio in wide.items():
        table.add_column(Text(column), overflow="fold", ratio=ratio or None)
    for column in narrow:
        table.add_column(Text(column), overflow="fold", max_width=_NARROW)
    return table


def _words(row: Row, room: int) -> tuple[Text, Text]:
    """A row's printed label, and what it was taken for with why below; for one that was not taken, why."""
    printed = Text(_short(row.text, _LONG), "" if row.is_taken else "dim")
    if not row.is_taken:
        return printed, Text(shown(row.why), "yellow" if row.fate not in (None, Fate.HEADING) else "dim")
    taken = Text("\n".join(_pieces(row.indicator, room)))
    return printed, taken.append(f"\n{shown(row.why)}", "dim") if row.why else taken


def _pieces(code: str, room: int) -> tuple[str, ...]:
    """A code, in two pieces where it is longer than its room."""
    at = code.rfind(".", 0, room) + 1 if len(code) > room else 0
    return (code[:at], code[at:]) if at else (code,)


def _short(text: str, size: int) -> str:
    one_line = " ".join(shown(text).split())
    return one_line if len(one_line) <= size else f"{one_line[:size]}…"


def _raw(one: Observation) -> str:
    return _short(one.raw, _CELL) or "·"


def _changed(one: Observation) -> str:
    """The number that was read, where it is not spelt as it is printed."""
    read = "" if one.value is None else number(one.value)
    return "" if read == one.raw.strip() else read


def _read_as(one: Observation) -> str:
    if one.status in (Status.DASH, Status.TEXT):
        return "dash" if one.status is Status.DASH else "? no number"
    changed = _changed(one)
    return f"→ {changed} {one.unit or ''}".rstrip() if changed else ""


def _cell(one: Observation, flags: Flags) -> str:
    """A cell among others, in as few characters as can be."""
    changed = _changed(one)
    text = f"{_raw(one)} → {changed}" if changed else _raw(one)
    unread = "?" * (one.status is Status.TEXT)
    return text + unread + "!" * bool(flags.get((one.indicator, one.applicant)))
