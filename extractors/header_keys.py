"""The words that name the fields of a metadata header, and what their values must look like."""

import re
from collections.abc import Iterable
from datetime import date

from extractors.labels import arabic_years, fold

_KEYS = {
    "index_number": "索引号 信息索引号 信息索取号 索取号",
    "document_number": "文号 发布文号 发文字号 备注/文号 发文文号 文件文号 文件编号 公文字号 文件字号",
    "publisher": "发布机构 发文机关 发布部门 发文机构 发布单位 发布机关 发文单位 公开责任部门 信息公开责任部门 "
    "公开机构 公开单位 发文部门 信息发布机构",
    "composed_on": "成文日期 生成日期 公文生成日期 成文时间 生成时间",
    "published_on": "发布日期 发布时间 公开日期 公开时间 发表时间 日期 时间",
    "issued_on": "发文日期 发文时间",
    "openness": "公开方式 公开形式",
    "category": "组配分类 分类 信息分类 信息类别",
    "topic": "主题分类 主题导航",
    "genre": "体裁分类 体裁",
    "audience": "服务对象分类 服务对象",
    "lifecycle": "生命周期分类",
    "catalogue": "公开目录 目录名称",
    "title": "名称 标题 信息名称 文件名称 信息标题 文件标题",
    "valid": "有效性 文件有效性 时效 时效性 效力属性 文件时效 公文时效 是否有效 效力状态 效力",
    "keywords": "关键词 关键字 主题词",
    "summary": "内容概述 内容概要 信息概述",
    "source": "来源 信息来源 来自 稿件来源 文章来源",
    "author": "作者",
    "editor": "编辑 责任编辑",
    "views": "点击数 点击量 点击率 点击次数 点击 浏览次数 浏览量 浏览数 浏览 阅读次数 阅读量 阅读数 阅读 访问次数 "
    "访问量",
    "format": "信息格式/语种 信息格式",
    "download": "文件下载",
    "effective_on": "生效日期 实施日期 生效时间 实施时间 施行日期",
    "repealed_on": "废止日期 废止时间 失效日期 失效时间",
    "force_level": "效力级别",
    "law_category": "法规类别",
    "": "字体 字号 字体大小 选择阅读字号 浏览字号 视力保护色 背景色 打印 打印本页 保存 收藏 分享 分享到 "
    "所属机构 统一编号",
}
FIELDS = tuple(field for field in _KEYS if field)
KEYS = {fold(key): field for field, keys in _KEYS.items() for key in keys.split()}
_DATES = frozenset(field for field in FIELDS if field.endswith("_on"))
_SOUND = r"(?:\([a-z\u00e0-\u024f]+\))?"  # 發(fā)布, in copies on foreign hosts
_BETWEEN = rf"[\s?？]*{_SOUND}[\s?？]*"  # 索 引 号, 索??引??號


def _tree(endings: Iterable[str]) -> str:
    """A pattern of all keys that branches at each character, the longest key first: a list of them is slow to try."""
    branches: dict[str, list[str]] = {}
    for ending in endings:
        branches.setdefault(ending[0], []).append(ending[1:])
    found = []
    for character, rest in branches.items():
        longer = [ending for ending in rest if ending]
        tail = [_BETWEEN + _tree(longer)] if longer else []
        found.append(re.escape(character) + f"(?:{'|'.join([*tail, *([_SOUND] if '' in rest else [])])})")
    return f"(?:{'|'.join(found)})"


KEY = re.compile(_tree(KEYS))

_DATE = re.compile(r"(\d{4})\s*[-/年.]\s*(\d{1,2})\s*[-/月.]\s*(\d{1,2})(?!\d)")
_ONLY_DATE = re.compile(rf"{_DATE.pattern}日?(?:\s*\d\d?:\d\d(?::\d\d)?)?")
_DIGITS = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\d)")  # 20220120
_NO_DATE = "1970-01-01"  # what a program prints for a date that is not there
_NUMERALS = "零一二三四五六七八九"
_IN_WORDS = re.compile(r"(?<=[年月])(?:[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日])")
_NO_NUMBER = re.compile(r"(?:无|暂无|无号|无文号|无?〔〕号|-+|/)$")
_OPEN_BRACKET = re.compile(r"[〔\[(][^〕\])]*$")
_LONG_PREFIX = 40


def field_of(printed: str) -> str:
    """The field that a printed key names; `""` for words of the page's furniture. Raises KeyError."""
    return KEYS[re.sub(r"[?？]", "", fold(printed)).rstrip(":")]


def clean(field: str, value: str) -> str | None:
    """A value as it may stand in a header, None where what is printed cannot be one.

    Dates become ISO, without their time of day. A masked value, `无` as a document number, a status under
    公开方式 and the like are None: printed, but not a value of that field.
    """
    text = " ".join(value.split()).strip(" :：|·•")
    if not text or ("***" in text and field != "title"):
        return None
    if field in _DATES:
        return iso_date(text)
    if _ONLY_DATE.fullmatch(text):
        return None  # a date under the wrong key
    check = _CHECKS.get(field)
    return check(text) if check else text


def iso_date(text: str) -> str | None:
    """The date a text begins with (a few words may stand before it unless it is 20220120), as YYYY-MM-DD, or None.

    A date with the day of the week is that of the visit, written by the page.
    """
    match = _DATE.search(_IN_WORDS.sub(_number, arabic_years(text[:_LONG_PREFIX]))) or _DIGITS.match(text)
    if not match or "星期" in text:
        return None
    try:
        found = date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None
    return found if found != _NO_DATE else None


def _number(match: re.Match[str]) -> str:
    """A number below 100 in Chinese numerals, in digits: 十一 is 11, 二十 is 20."""
    tens, ten, ones = match[0].rpartition("十")
    if not ten:
        return str(_NUMERALS.index(ones))
    return str(10 * (_NUMERALS.index(tens) if tens else 1) + (_NUMERALS.index(ones) if ones else 0))


def _document_number(text: str) -> str | None:
    text = re.sub(r"\s", "", text)
    whole = not _NO_NUMBER.match(text) and not _OPEN_BRACKET.search(text)
    return text if whole and any(c.isdigit() for c in text) else None


def _index_number(text: str) -> str | None:
    return text if any(c.isdigit() for c in text) and len(text) <= _LONG_PREFIX * 2 else None


def _openness(text: str) -> str | None:
    return None if re.search(r"有效|失效|废止", text) else text


def _views(text: str) -> str | None:
    match = re.match(r"\d+(?:,\d{3})*", text)
    return match[0] if match else None


def _body(text: str) -> str | None:
    return None if _DATE.match(text) or text.isdigit() else text


_CHECKS = {
    "document_number": _document_number,
    "index_number": _index_number,
    "openness": _openness,
    "views": _views,
    "publisher": _body,
    "source": _body,
}
