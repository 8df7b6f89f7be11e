"""The metadata header of a disclosure page: 索引号, 发布机构, 成文日期 ...

Pages print it as a table, as `key: value` lines with several pairs a line, with bullets, without colons, or
glued; blank values collapse, so that a key follows a key. So each row is cut at its keys: what stands after
a key and before the next is its value, and nothing is its value when the next key comes first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extractors.forms.list_grid import count_labels, sources
from extractors.header_keys import FIELDS, KEY, clean, field_of, iso_date
from extractors.labels import fold
from schema.records import Document, Grid

_MAX_LINE = 160  # characters of a header line; a longer one is prose
_MAX_LINES = 600  # lines of menus that may stand above a header
_MAX_CELL = 400
_MIN_LINEAR = 3  # lines that are a key alone from which the header has one cell a line
_BULLET = re.compile(r"^[\s•·●◆■\-*]+")
_DOCUMENT_NUMBER = re.compile(r"\(?[\u4e00-\u9fff]{2,14}[〔\[(]\d{4}[〕\])]\s*\d+\s*号\)?")
_INDEX_NUMBER = re.compile(r"[\w-]{6,24}/\d{4,6}-\d{3,7}")
_PLAIN_DATE = re.compile(r"\d{4}-\s*\d{1,2}-\s*\d{1,2}(?:\s+\d{1,2}:\s*\d{2}(?::\d{2})?)?")
_TRAILING_DATE = re.compile(rf"\s(?P<date>{_PLAIN_DATE.pattern})$")
_NARROW = str.maketrans("：（）　", ":() ")


@dataclass(slots=True)
class _Header:
    """The fields found so far. A field printed twice keeps its first value that is one."""

    fields: dict[str, str | None] = field(default_factory=dict)
    pending: str | None = None  # the field whose key came last and has no value yet
    keys: int = 0
    dates: list[str] = field(default_factory=list)  # dates without a key

    def key(self, name: str) -> None:
        self.drop()
        self.pending = name
        self.keys += 1

    def value(self, text: str) -> None:
        if self.pending:
            self._put(self.pending, text)
        elif self.pending is None:
            self._unlabelled(text)
        self.pending = None

    def drop(self) -> None:
        """The key that waits gets no value."""
        if self.pending:
            self._put(self.pending, "")
        self.pending = None

    def _put(self, name: str, text: str) -> None:
        late = _TRAILING_DATE.search(text) if name == "source" else None
        if late:
            text = text[: late.start()]
            self._unlabelled(late["date"])
        if self.fields.get(name) is None:
            self.fields[name] = clean(name, text)

    def _unlabelled(self, text: str) -> None:
        text = text.strip()
        if _PLAIN_DATE.fullmatch(text):
            self.dates.append(text)
        elif _DOCUMENT_NUMBER.fullmatch(text):
            self.fields.setdefault("document_number", clean("document_number", text.strip("()")))
        elif _INDEX_NUMBER.fullmatch(text):
            self.fields.setdefault("index_number", text)

    def close(self) -> None:
        """Take a date without a key for that of publication where it is the only one and none is printed."""
        date = iso_date(self.dates[0]) if len(set(self.dates)) == 1 else None
        if date and self.fields.get("published_on") is None:
            self.fields["published_on"] = date


def read_header(document: Document) -> dict[str, str | None]:
    """The printed metadata by field, in the order of `FIELDS`; a field printed without a value is None."""
    header = _Header()
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, str):
            if _is_prose(block) or len(lines) > _MAX_LINES:
                break
            lines.append(block)
        elif not _is_form(block):
            _read_lines(lines, header)
            lines = []
            _read_grid(block, header)
        elif header.keys:
            break
    _read_lines(lines, header)
    header.close()
    return {name: header.fields[name] for name in FIELDS if name in header.fields}


def _is_prose(line: str) -> bool:
    return len(line) > _MAX_LINE or ("。" in line and not KEY.match(line))


def _is_form(grid: Grid) -> bool:
    return len(grid.rows) > len(FIELDS) or count_labels(grid) > 1


def _read_grid(grid: Grid, header: _Header) -> None:
    """A table that holds at least one key as a cell's beginning."""
    for row in grid.rows:
        texts = [cell.text for cell in sources(row) if cell.row == row[0].row]
        if any(_starts_with_key(text) for text in texts):
            for text in texts:
                _read_cell(text, header, whole_cell=True)
            header.drop()


def _read_lines(lines: Sequence[str], header: _Header) -> None:
    """Lines of text: cells between separators, or whole lines; one cell a line where keys stand alone."""
    alone = sum(_key_alone(line) for line in lines)
    for line in lines:
        cells = line.strip("| ").split("|") if "|" in line else [line]
        for cell in cells:
            _read_cell(_BULLET.sub("", cell), header, whole_cell=len(cells) > 1)
        if alone < _MIN_LINEAR or not _key_alone(line):
            header.drop()


def _key_alone(line: str) -> bool:
    text = line.strip().translate(_NARROW).rstrip(": ")
    return bool(text and KEY.fullmatch(text))


def _starts_with_key(text: str) -> bool:
    narrow = text.translate(_NARROW).strip()
    match = KEY.match(_simple(narrow))
    return bool(match and (match.end() == len(narrow) or narrow[match.end() :].lstrip().startswith(":")))


def _read_cell(text: str, header: _Header, *, whole_cell: bool) -> None:
    """Cut a cell at its keys. A blank cell is the blank value of the key before it."""
    if len(text) > _MAX_CELL:
        header.drop()
        return
    keys = list(_keys(text, whole_cell=whole_cell))
    head = text[: keys[0][0]] if keys else text
    if head.strip() or (not keys and whole_cell):
        header.value(head)
    ends = [*(start for start, _, _ in keys[1:]), len(text)]
    for (_, end, name), until in zip(keys, ends, strict=False):  # no keys, no pairs
        header.key(name)
        value = text[end:until].lstrip(" :：")
        if value.strip():
            header.value(value)


def _keys(text: str, *, whole_cell: bool) -> Iterator[tuple[int, int, str]]:
    """The keys in a cell: start, end, field. A key without a colon must stand alone, or next to another key."""
    narrow = _simple(text.translate(_NARROW))
    free = 0  # where the last key ended, if nothing but blanks came since
    matches = list(KEY.finditer(narrow))
    for n, match in enumerate(matches):
        after = narrow[match.end() :]
        colon = after.lstrip().startswith(":") and not _inside_word(match[0], narrow, match.start())
        opened = not narrow[free : match.start()].strip() or narrow[match.start() - 1].isspace()
        next_start = matches[n + 1].start() if n + 1 < len(matches) else -1
        closed = not after.strip() or after[0].isspace() or match.end() == next_start
        alone = whole_cell and not after.strip() and not narrow[: match.start()].strip()
        if colon or alone or (opened and closed and _fits_without_colon(match[0], narrow, match.start())):
            free = match.end()
            yield match.start(), match.end(), field_of(match[0])


def _inside_word(key: str, text: str, start: int) -> bool:
    """Whether an everyday word is the end of a longer one: 采集时间 is not 时间."""
    before = text[start - 1] if start else " "
    return field_of(key) != "" and len(key) <= len("来源") and "\u4e00" <= before <= "\u9fff"


def _fits_without_colon(key: str, text: str, start: int) -> bool:
    """Everyday words such as 时间 or 来源 are keys without a colon only where they open a line."""
    return len(fold(key)) > len("来源") or not text[:start].strip() or any(c.isspace() for c in key)


def _simple(text: str) -> str:
    """Simplify Traditional characters one by one, so that positions stay."""
    return "".join(simple if len(simple := fold(c)) == 1 else c for c in text) if not text.isascii() else text
