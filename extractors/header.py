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
from extractors.labels import fold, narrow, simple
from extractors.wording import numbers_of_lines
from schema.records import Document, Grid

_MAX_LINE = 160  # characters of a header line; a longer one is prose
_MAX_LINES = 600  # lines of menus that may stand above a header
_MAX_CELL = 400
_MAX_KEY = 20  # characters of a key, with the blanks in it
_REACH = 4  # lines from a key on that may be its value: blank ones may stand between
_MIN_LINEAR = 3  # lines that are a key alone from which the header has one cell a line
_BULLET = re.compile(r"^[\s•·●◆■\-*]+")
_DOCUMENT_NUMBER = re.compile(r"\(?[\u4e00-\u9fff]{2,14}[〔\[(]\d{4}[〕\])]\s*\d+\s*号\)?")
_INDEX_NUMBER = re.compile(r"[\w-]{6,24}/\d{4,6}-\d{3,7}")
_TIME = r"\s+\d{1,2}:\s*\d{2}(?::\d{2})?"
_PLAIN_DATE = re.compile(
    rf"\d{{4}}(?P<sign>[-/])\s*\d{{1,2}}(?P=sign)\s*\d{{1,2}}(?:{_TIME})?|\d{{4}}年\d{{1,2}}月\d{{1,2}}日{_TIME}"
)
_FULL_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")  # without a time of day it may be that of a signature
_TRAILING_DATE = re.compile(rf"(?:^|\s)(?P<date>{_PLAIN_DATE.pattern}|{_FULL_DATE.pattern})$")
_WIDE = dict(zip("：（）　", ":() ", strict=True))
_BRACKETED = re.compile(rf"[【\[(（]\s*({KEY.pattern})\s*(?:[】\])）]\s*[:：]?|([:：][^【】\[\]]*?)[】\])）])")
_OTHER_KEY = re.compile(r"\s(?:[\u4e00-\u9fff]{2,6})\s?[:：]")  # a key we do not know ends a value all the same
_WORDY = frozenset({"title", "summary", "keywords"})  # values in which words with a colon may stand
_TITLES = frozenset({"title", "summary"})  # below which the title of the report may stand
_MARKUP = re.compile(r"^[ :：]*(?:\*{1,2}(?=\s|$))?[ :：]*")  # a colon, and what marks bold text in some copies
_VALUE_LINE = re.compile(r"[^。，；]{1,40}(?<!报告)(?<!年报)")
_FOUR_DIGITS = re.compile(r"\d(?=\d{3})")  # what a date or a number has at least
_PART = r"[^/>、;,。:]"
_TITLE_LINE = re.compile(  # the title of a report, not the name of a column such as 政府信息公开工作年度报告
    rf"(?=.*(?:19|20)\d\d|{_PART}{{15}}){_PART}*(?:信息|政务)公开{_PART}{{0,12}}(?:报告|年报)(?:\([^()]*\))?"
)
_TITLE_ENDS = re.compile(r"(?:报告|年报|报表|统计表|总结|通知)(?:[(（][^()（）]*)?[》」)）]*$")
_TITLE_REST = re.compile(r"(?:政府信息公开|信息公开|政务公开)?(?:工作)?(?:情况)?的?(?:年度)?(?:报告|年报)(?:\(.*\))?")
_SHORT_VALUE = re.compile(r"[^。,:]{1,40}")
_SHORT_WORDS = re.compile(r"[^。:]{1,80}")
_BROKEN = re.compile(rf"^(?=[^\n]{{1,5}}\n[^\n])[\s•·]*(?P<key>{KEY.pattern})(?=[ ]*(?::|$))", re.MULTILINE)
_NEVER_INSIDE = frozenset({"文号", "标题", "体裁"})  # short keys that are the end of no other word
_VALUE_ENDS = re.compile(r"(?:\d[日号]?|报告|年报|有效|其他)$")
_FUSED = {  # values that may follow a key at the beginning of a line without anything between
    "index_number": re.compile(r"[A-Z]{0,4}\d[\w/-]{5,}"),
    "publisher": re.compile(r"[\u4e00-\u9fff()]{4,30}$"),
    **dict.fromkeys(("composed_on", "published_on", "issued_on"), re.compile(r"\d{4}[-年/.]\s*\d{1,2}[-月/.]")),
}


@dataclass(slots=True)
class _Header:
    """The fields found so far. A field printed twice keeps its first value that is one."""

    fields: dict[str, str | None] = field(default_factory=dict)
    pending: str | None = None  # the field whose key came last and has no value yet
    keys: int = 0
    dates: list[str] = field(default_factory=list)  # dates without a key
    last: str = ""  # the field that got a value last

    def key(self, name: str) -> None:
        self.drop()
        self.pending = name
        self.keys += 1

    def value(self, text: str, *, beside_key: bool = False) -> None:
        if self.pending:
            self._put(self.pending, text)
        elif self.pending is None:
            self._unlabelled(text, beside_key=beside_key)
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
            self._unlabelled(late["date"], beside_key=True)
        if self.fields.get(name) is None:
            self.fields[name] = clean(name, text)
            self.last = name

    def _unlabelled(self, text: str, *, beside_key: bool = False) -> None:
        text = text.strip(" []()【】（）")
        date = _TRAILING_DATE.search(text) if beside_key else _PLAIN_DATE.fullmatch(text)
        if date:
            self.dates.append(date[0])
        elif _DOCUMENT_NUMBER.fullmatch(text) and not KEY.match(text):
            self.fields.setdefault("document_number", clean("document_number", text.strip("()")))
        elif _INDEX_NUMBER.fullmatch(text):
            self.fields.setdefault("index_number", text)

    def complete_title(self, line: str) -> bool:
        """Add a line to the title before it, where that is cut and the line can be nothing but its end."""
        title = self.fields.get("title") or ""
        cut = self.last == "title" and title and not _TITLE_ENDS.search(title)
        if cut and _TITLE_REST.fullmatch(narrow(line)):
            self.fields["title"] = title + line.strip()
            return True
        return False

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
    """Whether a table is one of statistics. 其他 is a label of the form, and the value of many a 主题分类 too."""
    if len(grid.rows) > len(FIELDS):
        return True
    labels = count_labels(grid)
    return labels > 1 and labels > sum(_starts_with_key(cell.text) for row in grid.rows for cell in sources(row))


def _read_grid(grid: Grid, header: _Header) -> None:
    """A table that holds at least one key as a cell's beginning, beside its value or above it."""
    rows = [[cell.text for cell in sources(row) if cell.row == row[0].row] for row in grid.rows]
    for y, texts in enumerate(rows):
        if _is_head(texts, rows[y + 1 : y + 2]):
            texts = [text for pair in zip(texts, rows[y + 1], strict=True) for text in pair]
        if any(_starts_with_key(text) for text in texts):
            for text in texts:
                _read_cell(text, header, whole_cell=True)
            header.drop()


def _is_head(texts: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row is keys and nothing else, and the row below it as many cells that are none."""
    return (
        len(texts) >= _MIN_LINEAR
        and len(below) == 1
        and len(below[0]) == len(texts)
        and all(_key_alone(text) for text in texts)
        and any(below[0])
        and not any(_starts_with_key(text) for text in below[0])
    )


def _read_lines(lines: Sequence[str], header: _Header) -> None:
    """Lines of text: cells between separators, or whole lines; one cell a line where keys stand alone."""
    lines, text = _with_whole_keys(lines)
    telling = {*numbers_of_lines(KEY, text), *numbers_of_lines(_FOUR_DIGITS, text)}  # digits: a date or a number
    alone = [n for n in sorted(telling) if _key_alone(lines[n])]
    led = {n for n in telling if _is_led(lines[n])}
    linear = _is_linear(lines, alone)
    spaced = linear and not any(n + 1 < len(lines) and lines[n + 1].strip() and n + 1 not in alone for n in alone)
    titled = -1  # the line before, where it gave the title
    reach = {m for n in telling for m in range(n, n + _REACH)}  # all else is menus
    for n in sorted(reach & set(range(len(lines)))):
        line = lines[n]
        if (n - 1 == titled and header.complete_title(line)) or not (n in telling or header.pending is not None):
            continue
        _read_line(_unbracketed(line), header, near=not led.isdisjoint((n - 2, n - 1, n + 1, n + 2)))
        titled = n if header.last == "title" else titled
        if not linear or not (n in alone or (spaced and n - 1 in alone and not line.strip())):
            header.drop()
    header.drop()


def _with_whole_keys(lines: Sequence[str]) -> tuple[Sequence[str], str]:
    """The lines with each key in one piece that is broken over two: 信息分 / 类：. Two keys that make a third stay.

    Beside them all of it as one text, half-width and simplified.
    """
    text = "\n".join(lines)
    comparable = simple(_half_width(text))
    broken = [match for match in _BROKEN.finditer(comparable) if not _is_two_keys(match["key"])]
    if not broken:
        return lines, comparable
    for match in reversed(broken):  # from the end, so that positions stay
        start, end = match.span("key")
        text = text[:start] + text[start:end].replace("\n", "") + text[end:]
    return text.split("\n"), simple(_half_width(text))


def _is_two_keys(text: str) -> bool:
    return all(KEY.fullmatch(part.strip()) for part in text.split("\n"))


def _read_line(line: str, header: _Header, *, near: bool) -> None:
    cells = line.strip("| ").split("|") if "|" in line else [line]
    for cell in cells:
        _read_cell(_BULLET.sub("", cell), header, whole_cell=len(cells) > 1, near=near)


def _is_linear(lines: Sequence[str], alone: Sequence[int]) -> bool:
    """Whether keys and values stand on lines of their own: many such keys, or two that both have a value below."""
    if len(alone) != _MIN_LINEAR - 1:
        return len(alone) >= _MIN_LINEAR
    below = [lines[n + 1].strip() if n + 1 < len(lines) else "" for n in alone]
    return all(_VALUE_LINE.fullmatch(text) and not KEY.match(text) for text in below)


def _unbracketed(line: str) -> str:
    """A line without the brackets around its keys or pairs: 【来源】x, 【来源：x】, （来源：x 日期：y）."""
    if not any(bracket in line for bracket in "【[（("):
        return line
    return _BRACKETED.sub(lambda match: f" {match[1]}{match[2] or ':'} ", line)


def _is_led(line: str) -> bool:
    """Whether a line begins with a key that is no everyday word."""
    match = KEY.match(_simple(_half_width(line[: _MAX_KEY * 2]).lstrip(" •·●◆■-*【[(|")))
    return bool(match and field_of(match[0]) and _is_sure(match[0]))


def _key_alone(line: str) -> bool:
    text = _half_width(line).strip("【】[]() ").rstrip(": ") if len(line) <= _MAX_KEY else ""
    return bool(text and KEY.fullmatch(simple(text)))


def _starts_with_key(text: str) -> bool:
    narrow = _half_width(text[:_MAX_LINE]).strip()
    match = KEY.match(_simple(narrow))
    return bool(match and (match.end() == len(narrow) or narrow[match.end() :].lstrip().startswith(":")))


def _read_cell(text: str, header: _Header, *, whole_cell: bool, near: bool = False) -> None:
    """Cut a cell at its keys. A blank cell is the blank value of the key before it; so is the title of the report."""
    if len(text) > _MAX_CELL:
        header.drop()
        return
    keys = list(_keys(text, whole_cell=whole_cell, in_header=header.keys > 0, near=near))
    head = text[: keys[0][0]] if keys else text
    may_be_title = _WORDY if whole_cell else _TITLES
    if header.pending and header.pending not in may_be_title and _TITLE_LINE.fullmatch(narrow(head)):
        header.drop()
    if head.strip() or (not keys and whole_cell):
        header.value(head, beside_key=bool(keys))
    ends = [*(start for start, _, _ in keys[1:]), len(text)]
    for (_, end, name), until in zip(keys, ends, strict=False):  # no keys, no pairs
        header.key(name)
        value = _MARKUP.sub("", text[end:until])
        if name not in _WORDY:
            value = _OTHER_KEY.split(value, maxsplit=1)[0]
        if value.strip():
            header.value(value)


def _keys(text: str, *, whole_cell: bool, in_header: bool, near: bool) -> Iterator[tuple[int, int, str]]:
    """The keys in a cell: start, end, field. A key without a colon must stand alone, or next to another key."""
    narrow = _simple(_half_width(text))
    free = 0  # where the last key ended, if nothing but blanks came since
    matches = list(KEY.finditer(narrow))
    for n, match in enumerate(matches):
        after = narrow[match.end() :]
        colon = after.lstrip().startswith(":") and not _inside_word(match[0], narrow, match.start())
        opened = not narrow[free : match.start()].strip() or narrow[match.start() - 1].isspace()
        next_start = matches[n + 1].start() if n + 1 < len(matches) else -1
        closed = not after.strip() or after[0].isspace() or match.end() == next_start
        alone = whole_cell and not after.strip() and not narrow[: match.start()].strip()
        bare = opened and closed and (free > 0 or _fits_without_colon(match[0], narrow, match.start()))
        fused = match.start() == 0 and _is_fused(match[0], after, in_header=in_header, near=near)
        if colon or alone or bare or fused:
            free = match.end()
            yield match.start(), match.end(), field_of(match[0])


def _is_fused(key: str, after: str, *, in_header: bool, near: bool) -> bool:
    """Whether a value follows a key directly: one that can be nothing else, a name only where keys came before.

    `near` other lines that begin with keys, a short value of any kind follows a key that is no everyday word.
    """
    name = field_of(key)
    short = _SHORT_WORDS if name in _WORDY else _SHORT_VALUE
    if near and name and _is_sure(key) and short.fullmatch(after):
        return True
    return name in _FUSED and bool(_FUSED[name].match(after)) and (in_header or name != "publisher")


def _is_sure(key: str) -> bool:
    """Whether a key is no everyday word, or is printed as none is: 分　类."""
    return len(key.strip()) > len("来源") or fold(key) in _NEVER_INSIDE


def _inside_word(key: str, text: str, start: int) -> bool:
    """Whether an everyday word is the end of a longer one, and not after a value's end: 采集时间 is not 时间."""
    before = text[start - 1] if start else " "
    everyday = field_of(key) not in ("", "views") and len(key) <= len("来源") and key not in _NEVER_INSIDE
    return everyday and "\u4e00" <= before <= "\u9fff" and not _VALUE_ENDS.search(text[:start])


def _fits_without_colon(key: str, text: str, start: int) -> bool:
    """Everyday words such as 时间 or 来源 are keys without a colon only where they open a line."""
    return len(fold(key)) > len("来源") or not text[:start].strip() or any(c.isspace() for c in key)


def _half_width(text: str) -> str:
    """Narrow what stands between keys and values; every position stays."""
    for wide, slim in _WIDE.items():
        text = text.replace(wide, slim)
    return text


def _simple(text: str) -> str:
    """Simplify Traditional characters one by one, so that positions stay."""
    return text if text.isascii() else text.translate(_SIMPLE)


class _Simple(dict[int, str]):
    """What each character is folded to, as far as that is one character; filled as characters come."""

    def __missing__(self, code: int) -> str:
        one = fold(chr(code))
        self[code] = one if len(one) == 1 else chr(code)
        return self[code]


_SIMPLE = _Simple()
