"""The words by which the tables of the three forms are known."""

from functools import cache

from extractors.labels import fold
from schema.catalog import FormRow, catalog

LIST_FORM = "2014"
MATRIX_FORMS = ("2019", "2021")
UNIT_WORDS = frozenset("条 件 次 篇 个 人 人次 万元 元 项".split())
HEADING_UNITS = frozenset({"——", "--", "—", "-", "----", "---", "————", "/"})  # in the unit cell of a heading

LABEL_HEADS = frozenset(map(fold, ("统计指标", "指标名称", "指标", "统计项目", "项目", "统计内容")))
UNIT_HEADS = frozenset({"单位", "计量单位"})
VALUE_HEADS = frozenset(map(fold, ("统计数", "统计数据", "数量", "数值", "统计数量", "数据", "统计数字")))

ITEM_HEAD = fold("信息内容")  # opens a head row of section 2
ARTICLE = fold("第二十条第")  # opens a block of section 2
CUT_HEAD = fold("本年新")  # what some copies leave of 本年新制作数量 and 本年新公开数量


@cache
def list_names() -> frozenset[str]:
    """Every spelling of a row of the 2014 form."""
    return frozenset(name for row in catalog().forms[LIST_FORM].rows for name in row.names)


@cache
def item_rows(form: str) -> dict[str, tuple[FormRow, ...]]:
    """Section 2: the value cells by folded row label, every spelling."""
    found: dict[str, tuple[FormRow, ...]] = {}
    for row in catalog().forms[form].rows:
        if row.section == "2" and row.indicator:
            for name in row.names:
                found[name] = (*found.get(name, ()), row)
    return found


@cache
def item_names() -> frozenset[str]:
    """Section 2: every spelling of a row label on either form."""
    return frozenset(name for form in MATRIX_FORMS for name in item_rows(form))


@cache
def item_heads(form: str) -> dict[str, str]:
    """Section 2: folded column head, every spelling, to its label."""
    columns = (c for c in catalog().forms[form].columns if c.section == "2")
    return {fold(name): column.label_zh for column in columns for name in (column.label_zh, *column.aliases)}


@cache
def all_item_heads() -> frozenset[str]:
    """Section 2: every spelling of a column head on either form, and what is left of cut ones."""
    return frozenset(name for form in MATRIX_FORMS for name in item_heads(form)) | {CUT_HEAD}


@cache
def applicants() -> dict[str, str]:
    """Section 3: folded column head to the applicant's code. Both forms print the same heads."""
    columns = (c for form in MATRIX_FORMS for c in catalog().forms[form].columns if c.member)
    return {fold(column.label_zh.split("/")[-1]): column.member for column in columns}


@cache
def request_names() -> frozenset[str]:
    """Section 3: every spelling of a row label on either form."""
    rows = (row for form in MATRIX_FORMS for row in catalog().forms[form].rows if row.section == "3")
    return frozenset(name for row in rows for name in row.names)


MEMBERS = tuple(dict.fromkeys(applicants().values()))  # of section 3, in the order of the form
GENERIC_NAMES = frozenset(map(fold, ("其他", "总计")))  # in section 3 both a row and a column


@cache
def own_requests() -> frozenset[str]:
    """Section 3: the row labels that no column has."""
    return request_names() - GENERIC_NAMES


@cache
def result_paths() -> dict[str, str]:
    """Section 4: folded column path (行政复议/结果维持) to its indicator. Both forms print the same."""
    rows = (row for form in MATRIX_FORMS for row in catalog().forms[form].rows if row.section == "4")
    return {fold(row.column): row.indicator for row in rows if row.column}


@cache
def result_words() -> frozenset[str]:
    """Section 4: every word of a column head."""
    return frozenset(word for path in result_paths() for word in path.split("/"))


@cache
def known_words() -> frozenset[str]:
    """Every spelling of a label or head on any form, folded, without its number."""
    heads = {fold(word) for c in catalog().forms[MATRIX_FORMS[0]].columns for word in c.label_zh.split("/")}
    return list_names() | item_names() | request_names() | all_item_heads() | result_words() | heads | {ITEM_HEAD}
