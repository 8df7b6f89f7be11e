"""What an agency's name tells: what it is in charge of, and how high it stands.

Names are full names as reports have them (衢州市柯城区民政局). Where a name and the place that it begins with do not
tell, nothing is guessed: None.
"""

import re
from functools import cache

from schema.catalog import catalog

LEVELS = ("central", "province", "prefecture", "county", "township")

_TOWNSHIP = re.compile(r"(?:街道(?:办事处|办)?|(?:镇|乡|苏木)(?:人民政府|政府)?)$")
_CENTRAL = re.compile(r"(?:国家|国务院|中华人民共和国|中国|海关总署|最高人民)[^省市县区州盟旗]*$")
# A district or county that the standard came to know after 2013; a zone (开发区) is none.
_LATER = re.compile(
    r"[\u4e00-\u9fff]{1,6}?(?:(?<!开发)(?<!园)(?<!新)(?<!示范)(?<!高新)(?<!度假)(?<!保税)(?<!景)(?<!社)(?<!库)(?<!矿)"
    r"(?<!林)(?<!工业)(?<!试验)(?<!实验)(?<!合作)(?<!功能)(?<!管理)(?<!集聚)(?<!风景)(?<!牧)(?<!辖)(?<!地)(?<!市)区|县|旗)"
    r"(?=[\u4e00-\u9fff]{2})"
)
_LEVEL_OF_REGION = {"country": "central", "province": "province", "prefecture": "prefecture", "county": "county"}


def sector_of(name: str) -> str | None:
    """The code of the sector: of several whose words are in the name, the first of the list."""
    return next((code for code, pattern in _patterns() if pattern.search(name)), None)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sector.code, re.compile(sector.pattern)) for sector in catalog().sectors if sector.pattern)


def level_of(name: str, rest: str, region_level: str | None) -> str | None:
    """One of `LEVELS`, given the level of the region that the agency is of, and what follows the region's name in its.

    The districts of the municipalities directly under the central government are counties, as their codes are.
    """
    if _TOWNSHIP.search(name):
        return "township"
    if _CENTRAL.match(name):
        return "central"
    if region_level == "prefecture" and _LATER.match(rest):
        return "county"
    return _LEVEL_OF_REGION.get(region_level or "")
