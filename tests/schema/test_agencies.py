"""What names of agencies tell."""

import re

import pytest

from schema.agencies import LEVELS, level_of, sector_of
from schema.catalog import catalog

SECTORS = {
    "衢州市民政局": "civil_affairs",
    "河北省教育厅": "education",
    "嘉兴市财政局": "finance",
    "公安县水利局": "water",
    "公安县公安局": "public_security",
    "浙江省卫生健康委员会": "health",
    "衢州市自然资源和规划局": "natural_resources",
    "某县住房和城乡建设局": "housing",
    "某县交通运输局": "transport",
    "某县农业农村局": "agriculture",
    "某市市场监督管理局": "market",
    "某市食品药品监督管理局": "market",
    "某市生态环境局": "ecology",
    "某市人力资源和社会保障局": "human_resources",
    "某市审计局": "audit",
    "国家统计局某市调查队": "statistics",
    "某市司法局": "justice",
    "某市文化广电旅游体育局": "culture_tourism",
    "某市应急管理局": "emergency",
    "国家税务总局某市税务局": "tax",
    "某市气象局": "meteorology",
    "山海关区人民政府": "government",
    "上海市人民政府办公厅": "government_office",
    "新华街道办事处": "street",
    "岑巩县龙田镇": "township",
    "定兴县肖村乡人民政府": "township",
    "某经济技术开发区管理委员会": "zone",
    "某经济技术开发区财政局": "finance",
    "某旅游度假区管理委员会": "zone",
    "某市医疗保障局": "health_security",
    "某市烟草专卖局": "market",
    "某某会": None,
}


@pytest.mark.parametrize(("name", "sector"), SECTORS.items())
def test_the_sector_follows_from_the_name(name, sector):
    assert sector_of(name) == sector


LEVEL = [
    ("衢州市民政局", "民政局", "prefecture", "prefecture"),
    ("衢州市柯城区民政局", "民政局", "county", "county"),
    ("河北省教育厅", "教育厅", "province", "province"),
    ("杭州市临安区民政局", "临安区民政局", "prefecture", "county"),  # a district that is younger than the list
    ("杭州经济技术开发区管理委员会", "杭州经济技术开发区管理委员会", "prefecture", "prefecture"),
    ("衢州市市区河道管理处", "市区河道管理处", "prefecture", "prefecture"),
    ("某市社区工作局", "社区工作局", "prefecture", "prefecture"),
    ("双港街道办事处", "双港街道办事处", "county", "township"),
    ("岑巩县龙田镇", "龙田镇", "county", "township"),
    ("景德镇市民政局", "民政局", "prefecture", "prefecture"),
    ("国家税务总局", "国家税务总局", None, "central"),
    ("国家税务总局衢州市税务局", "国家税务总局衢州市税务局", "prefecture", "prefecture"),
    ("某局", "某局", None, None),
]


@pytest.mark.parametrize(("name", "rest", "region_level", "level"), LEVEL)
def test_the_level_follows_from_name_and_region(name, rest, region_level, level):
    assert level_of(name, rest, region_level) == level


def test_levels_are_members_of_the_code_list():
    assert catalog().members("level") == LEVELS


def test_sectors_are_codes_with_labels_and_the_last_takes_no_name():
    sectors = catalog().sectors
    assert len({one.code for one in sectors}) == len(sectors)
    assert all(one.code.isidentifier() and one.label_zh and one.label_en for one in sectors)
    assert [one.code for one in sectors if not one.pattern] == ["other"]
    for one in sectors:
        re.compile(one.pattern)
