"""Which agency a report is of: every name the document gives, and the full one of them.

A page names its agency in the title, in the sentence that announces the report, as 填报单位 under the table, as
发布机构 in the header. The publisher comes last, since a government office publishes for others. A short name
(市民政局) is completed by another that ends like it, by the portal's list, or by the region. A name that can be cut
from its sentence in two ways (2021年度 门街道 or 2021年 度门街道) is left to the other names, or to nobody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from extractors.labels import arabic_years, narrow, simple
from extractors.regions import begins_with_place, place_names
from extractors.wording import Wording, numbers_of_lines

_BODY = (
    "人民政府办公厅 人民政府办公室 政府办公厅 政府办公室 街道办事处 人民政府 管理委员会 管委会 委员会 办公厅 办公室 "
    "政府办 政府 街道办 街道 领导小组 人民法院 检察院 合作社 供销社 联合会 总工会 共青团 监狱 学校 大学 学院 中学 医院 "
    "银行 公司 集团 总队 支队 大队 中心 分局 总局 监局 执法局 委 局 厅 部 署 司 办 院 社 会 站 所 馆 处 室 库 台 园 "
    "镇 乡 街 区 县 市 省 旗 盟 州 苏木 海关 公署 指挥部 调查队 分行 支行 残联 "
    "妇联 工商联 文联 侨联 科协 林场 农场 牧场"
).split()
_ENDS = "|".join(
    [
        *sorted((word for word in _BODY if len(word) > 1), key=len, reverse=True),
        f"[{''.join(word for word in _BODY if len(word) == 1)}]",
    ]
)
_TITLE_ENDS = re.compile(rf"(?:{_ENDS}|[联协会队行师团场村校厂])$")  # words too common to end a name in prose
_NAME = rf"[\u4e00-\u9fff、]{{1,40}}?(?:{_ENDS})"
_CENTURIES = ("19", "20")  # with which a year begins
_YEAR = r"(?:19|20)\d{2}年?度?"
_TOPIC = r"(?:的)?(?:关于)?(?:政府|政务)?(?:信息|政务)公开"
_REPORT = r"[^。，,]{0,14}?(?:报告|年报|报表|总结|情况)"
_OPENING = re.compile(  # not 将, 由, 特 or 现 alone: 将乐县, 由旺镇, 特克斯县, 现代农业示范区 begin so
    r"^(?:现就|现将|现(?!代)|特此|特将|特(?=[向编])|由(?=.*(?:编制|编写|制作))|向社会|公布|公开|发布|编制|编写|印发|转发|附件\d*[:.]?|关于|汇总|[《「【(])+"
)
_DATED = re.compile(r"^(?:(?:19|20)\d{2}年?度?(?:\d{1,2}月)?(?:\d{1,2}日)?)+")
_TAG = re.compile(r"^[【\[(][^】\])]{2,10}[】\])]")  # 【年度报告】 before a title
_OF_TITLE = re.compile(rf"{_TOPIC}{_REPORT}")
_MAX_BEFORE = 60  # characters from the beginning of a name to its topic
_IN_TITLE = (
    re.compile(rf"(?P<name>[^。，,:]{{2,40}}?)[:—|·]{{0,2}}(?:关于)?{_YEAR}{_TOPIC}{_REPORT}"),
    re.compile(rf"{_YEAR}[，,]?(?P<name>[^。，,:]{{2,40}}?){_TOPIC}{_REPORT}"),
    re.compile(rf"(?P<name>[^。，,:]{{2,40}}?){_TOPIC}{_REPORT}"),
    re.compile(rf"{_TOPIC}{_REPORT}\((?P<name>{_NAME})\)$"),
)
_MADE_BY = re.compile(
    rf"由(?P<name>{_NAME})(?:\([^()]*\))?(?:(?:负责|按照|根据|依据)[^。由]{{0,60}}?)?(?:编制|编写|制作)"
)
_UNIT = re.compile(
    r"(?:填报|报告|编制|填表|报送)(?:单位|机关)(?:名称)?(?:\((?:盖章|公章|章)\))?:(?P<name>[\u4e00-\u9fff]{2,30}?)"
    r"(?=填[报表]|报告?[日时]|日期|时间|单位负责|负责人|审核|联系|制表|$|[^\u4e00-\u9fff])"
    r"|^单位名称:(?P<body>[\u4e00-\u9fff]{2,30})$"
)
_AFTER_YEAR = re.compile(rf"^{_YEAR}[,，]?(?P<name>{_NAME})(?:认真|按照|在|严格|坚持|深入|政府网站|[,，]|$)")
_ALONE = re.compile(rf"^\(?(?P<name>{_NAME})(?:\([^()]*\)|\))?(?=联系电话|政府规范性文件|全年|到20\d\d年|$)")
_LAST = frozenset({body[-1] for body in _BODY} | {")"})
_RUN_ON_WORDS = ("联系电话", "政府规范性文件", "全年", "到20")
_RUN_ON = re.compile("|".join(_RUN_ON_WORDS))
_LEVEL = "省市县区州旗盟镇乡局委办厅院处部级街单机"
_SELF = re.compile(  # words of a sentence; 全椒县, 全州县, 本溪市, 和田市, 对青山镇, 各莫镇, 统计局 are none
    rf"^(?:我|(?:本|该|各|其|全(?!州[县镇]|区域))[{_LEVEL}国]|其[他余中]|(?:和|对|与|及|以)(?=[省市区上国本我各全该《])"
    r"|为(?![\u4e00-\u9fff]{1,3}(?:街道|镇|乡|村)(?:办事处|人民政府)?$)|围绕|统计(?!局)|数据(?!局|资源|管理|中心)|[×xX*]{2})"
)
_MENU = re.compile(r"^(?:走进|走近|印象|魅力|美丽|认识|了解|今日|感知|关于|最美|幸福)")
_MENU_WORD = re.compile(
    r"(?!.*(?:报告|年报))[^\d:。]{1,8}"
)  # what stands beside a name in a menu, not at a report's end
_OF_PLACE = re.compile(r"[省市县区州旗盟镇乡道府处会局厅院]$")  # what ends the longer name's beginning
_STUMP = re.compile(r"[\u4e00-\u9fff](?:街道|镇|乡|村|区|县|旗|苏木|农场|林场)")  # too short a place to be sure of
_GROUP = re.compile(  # that compiles the report of the body it belongs to
    r"(?<=[省市县区州旗盟镇乡局委厅院])(?:人民)?(?:政府)?(?:政府信息|政务|信息)(?:与政务)?公开(?:工作)?(?:领导|协调)小组(?:办公室)?$"
)
_BEFORE_NAME = re.compile(r"^(?:\d{1,3}[、.]|.*[|>])")  # its number in a list, the column it stands in
_SECOND = re.compile(r"\([^()]*\)$")
_SOURCE = re.compile(r"[\u4e00-\u9fff]{4,30}(?:局|委|委员会|管委会|厅|(?:街道|办事处|镇|乡)(?:人民政府)?)")
_SHORT = re.compile(r"^(?:省|自治区|市|区|县|旗|州|盟)(?=[\u4e00-\u9fff]{2,})")
_NO_NAME = frozenset({"政府", "人民政府", "单位", "机关"})
_LEVELS = {"省": 0, "自治区": 0, "市": 1, "州": 1, "盟": 1, "区": 2, "县": 2, "旗": 2}


def agency_names(titles: Sequence[str], words: Wording, publisher: str | None) -> list[tuple[str, str]]:
    """Every agency name a document gives, the surest first, as (where it stands, name as printed)."""
    text = "".join(words.simple)  # a sentence may be broken over lines
    whole = "".join(words.narrow)
    found = [("title", name) for title in titles if (name := in_title(title))]
    found += [("maker", _trim(match["name"])) for match in _MADE_BY.finditer(text)]
    found += [("sentence", name) for line in words.simple if _announces(line) and (name := _in_title(line))]
    found += [
        ("unit", _trim(m["name"] or m["body"])) for line in words.simple if ":" in line for m in _UNIT.finditer(line)
    ]
    found += [
        ("opening", m["name"])
        for line in words.simple
        if line.startswith(_CENTURIES) and (m := _AFTER_YEAR.match(line))
    ]
    found += _alone(words)
    named = [(where, _as_printed(name, text, whole)) for where, name in found if _is_name(name)]
    named += [("publisher", publisher)] if publisher else []
    said = "\n".join([*map(narrow, titles), text, publisher or ""])
    return [_settled(where, _GROUP.sub("", name), said) for where, name in named]


def _settled(where: str, name: str, text: str) -> tuple[str, str]:
    """The name that the rest of the document confirms where 度 before it may be its first character; else `unsure`."""
    stump = _STUMP.match(name)
    if not stump or f"年度{name}" not in text:
        return where, name
    if re.search(f"(?<!年)度{stump[0]}", text):
        return where, f"度{name}"
    sure = re.search(f"(?<!度){stump[0]}", text) or begins_with_place(name)
    return (where, name) if sure else ("unsure", name)


def in_title(title: str) -> str | None:
    """The agency that a title such as `X2018年政府信息公开工作年度报告` is of, as printed."""
    text = narrow(title)
    simplified = arabic_years(simple(text))
    name = _in_title(simplified)
    return _as_printed(name, simplified, text) if name else None


def _in_title(text: str) -> str | None:
    topics = [match.span() for match in _OF_TITLE.finditer(text)]
    if not topics:
        return None
    start = max(topics[0][0] - _MAX_BEFORE, 0)  # a sentence may be long before its topic, and after it
    end = len(text) if text.endswith(")") else topics[-1][1]
    for pattern in _IN_TITLE:
        for match in pattern.finditer(text, start, end):
            name = _trim(match["name"])
            if name.endswith("人民") and text.startswith("政府", match.end("name")):
                name += "政府"  # the topic of 罗山县人民政府信息公开 begins within the name
            if _is_name(name) and _TITLE_ENDS.search(name):
                return name
    return None


def _is_name(name: str) -> bool:
    return len(name) > 1 and name not in _NO_NAME and not _SELF.match(name)


def _as_printed(name: str, simplified: str, printed: str) -> str:
    """The characters that stand where a simplified name was found; the texts have equal positions."""
    at = simplified.find(name)
    return printed[at : at + len(name)] if at >= 0 else name


def full_name(names: Sequence[tuple[str, str]], region: str | None, known: Mapping[str, str]) -> str | None:
    """The full name of the agency: the first name, completed.

    `known` maps names as printed on a portal to full names; `region` is a GB/T 2260 code.
    """
    source, first = next((found for found in names if found[0] != "menu"), ("", ""))
    if not first or (source == "unsure" and first not in known):
        return None  # the name in a menu may complete another; alone it is any page's
    if first in known:
        return known[first]
    short = _SHORT.match(first)
    if not short and len(first) > len("管委会"):
        return first
    printed = _longer(first, [name for where, name in names if where != "menu"])
    placed = _with_place(first, region) if short else first
    if printed or placed != first:
        return printed or placed
    return _longer(first, [name for _, name in names]) or first


def _longer(short: str, names: Sequence[str]) -> str:
    """The longest name that completes a short one; empty where two do that are not the same, as those of a list."""
    found = sorted({name for name in names if _completes(name, short)}, key=len)
    return found[-1] if found and all(found[-1].endswith(name) for name in found) else ""


def _completes(name: str, short: str) -> bool:
    """Whether a name is the short one after its place: 衢州市民政局 for 市民政局, but not 走进示例区 for 示例区."""
    place = name.removesuffix(short)
    return bool(place) and place != name and bool(_SHORT.match(short) or _OF_PLACE.search(place))


def _with_place(name: str, region: str | None) -> str:
    """市民政局 in region 330800 is 衢州市民政局; a name whose level the region does not have stays as it is."""
    match = _SHORT.match(name)
    places = place_names(region) if region else ()
    if not match or _LEVELS[match[0]] >= len(places):
        return name
    place = places[_LEVELS[match[0]]]
    return place + name[match.end() :] if place.endswith(match[0]) else name


def _alone(words: Wording) -> Iterator[tuple[str, str]]:
    """Names that are lines, or begin them where a copy has run two together. Those among words of menus are `menu`."""
    lines = words.simple
    run_on = set(numbers_of_lines(_RUN_ON, words.text)) if any(word in words.text for word in _RUN_ON_WORDS) else ()
    for n, line in enumerate(lines):
        match = _ALONE.match(line) if line[-1:] in _LAST or n in run_on else None
        if match and not _MENU.match(line):
            beside = [*lines[n - 1 : n], *lines[n + 1 : n + 2]]
            yield "menu" if any(map(_MENU_WORD.fullmatch, beside)) else "line", match["name"]


def of_source(source: str | None) -> str | None:
    """The agency that a page's source (来源) names: none that publishes for others, as the government of a county."""
    return source if source and _SOURCE.fullmatch(narrow(source)) and not _SHORT.match(source) else None


def _announces(line: str) -> bool:
    return "报告" in line and bool(re.search(r"(?:公布|发布|公开|编制|汇总|《|我局|本单位)", line))


def _trim(name: str) -> str:
    """Drop what stands before and after a name in its sentence, and a second name in brackets."""
    name = _BEFORE_NAME.sub("", name)
    tag = _TAG.match(name)
    if tag and tag.end() < len(name):
        name = name[tag.end() :]
    name = _OPENING.sub("", _DATED.sub("", name.strip("《》「」【】[]").lstrip(")")))
    name = _SECOND.sub("", name)
    name = re.sub(r"(?:关于|印发|发布|公布|的|编制|(?:20)?\d\d(?:[-—~至](?:20)?\d\d)?学?年度?)+$", "", name)
    return re.sub(r"^.*(?:公布|公开发布|印发|[《》])", "", name)
