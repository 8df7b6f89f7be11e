"""What codes are called on the pages, Chinese first, and how numbers are written there."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple


class Words(NamedTuple):
    """A name in both languages."""

    zh: str
    en: str


COVERAGE: Mapping[str, Words] = {
    "reported": Words("已公布", "reported"),
    "late": Words("逾期公布", "late"),
    "table_missing": Words("缺少统计表", "table missing"),
    "blank": Words("表格空白", "blank table"),
    "blocked": Words("网站拒绝访问", "portal refused"),
    "not_found": Words("未找到", "not found"),
}
CELLS: Mapping[str, Words] = {
    "reported": Words("已填报", "reported"),
    "blank": Words("空白", "blank"),
    "dash": Words("划线", "dash"),
    "text": Words("文字", "text"),
    "absent": Words("无此单元格", "no such cell"),
}
LEVELS: Mapping[str, Words] = {
    "central": Words("中央", "central"),
    "province": Words("省级", "province"),
    "prefecture": Words("地市级", "prefecture"),
    "county": Words("县级", "county"),
    "township": Words("乡镇级", "township"),
}
SEVERITIES: Mapping[str, Words] = {
    "error": Words("错误", "error"),
    "warning": Words("警示", "warning"),
    "info": Words("提示", "note"),
}
COMPARABLE: Mapping[str, Words] = {
    "exact": Words("完全可比", "exactly comparable"),
    "close": Words("大致可比", "closely comparable"),
    "broken": Words("不可比", "not comparable"),
    "none": Words("此前或此后无", "only on one side"),
    "": Words("未注明", "not said"),
}
HEADER: Mapping[str, Words] = {
    "index_number": Words("索引号", "index number"),
    "document_number": Words("文号", "document number"),
    "publisher": Words("发布机构", "publisher"),
    "composed_on": Words("成文日期", "composed on"),
    "published_on": Words("公开日期", "published on"),
    "openness": Words("公开方式", "openness"),
    "category": Words("主题分类", "category"),
}
SHARE = "share"
BREAKS = {2019: "2019 表式", 2021: "2021 表式"}  # first report years of new forms


def number(value: float | Decimal | None, unit: str = "") -> str:
    """A number with separators and no more digits than it has; a share as a percentage; nothing for none."""
    if value is None:
        return ""
    if unit == SHARE:
        return f"{100 * float(value):.1f}%"
    amount = float(value)
    if amount == int(amount):
        return f"{int(amount):,}"
    digits = 4 if abs(amount) < 1 else 2 if abs(amount) < 100 else 1
    return f"{amount:,.{digits}f}".rstrip("0").rstrip(".")


def without(message: str, rule: str | None) -> str:
    """What a finding says beyond the name of its rule."""
    return message.removeprefix(f"{rule}: ") if rule else message
