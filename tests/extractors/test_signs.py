"""What a page says of its system and its column: pieces of pages, real in their scripts and addresses."""

import pytest

from extractors.signs import columns_in, hubs_in, own_label, recognise, site_name, site_region

HOST = "http://www.example.gov.cn"


@pytest.mark.parametrize(
    ("platform", "markup"),
    [
        ("hanweb_jpaas", '<script url="/api-gateway/jpaas-publish-server/front/page/build/unit">'),
        ("hanweb_xxgk", '<iframe src="/module/xxgk/tree.jsp?standardXxgk=1&area=A">'),
        ("hanweb", "<script>proxyUrl:'/module/web/jpage/dataproxy.jsp'</script>"),
        ("hanweb", '<script type="text/xml"><datastore><recordset></recordset></datastore></script>'),
        ("epoint", "<script>var url = '/EWB-FRONT/rest/lightfrontaction/getgovinfolist'</script>"),
        ("gkmlpt", "<script>window._CONFIG = {TREE: [{\"id\":1}], SID: '755041'}</script>"),
        ("lonsun", "<script>load('/site/label/8888?labelName=publicInfoList')</script>"),
        ("ucap", "<script>createPageHTML('page_div',8, 1,'list','shtml',118);</script>"),
        ("trs", '<!--<script>createPageHTML(56, 0, "index", "html");</script>-->'),
        ("trs", "<script>var countPage = 56//共多少页</script>"),
        ("trs", "<script>createPage(5, 0, 'index', 'html')</script>"),
        ("vsb", '<span class="p_next p_fun"><a href="zfxxgknb/10.htm">下页</a></span>'),
        ("vsb", "<script>function a1_gopage_fun(){_simple_list_gotopage_fun(1,'a1GOPAGE',2)}</script>"),
        ("vsb", '<td nowrap id="fanye134388">共45条&nbsp;&nbsp;1/3</td>'),
        ("lonsun", '<div class="pagination" id="page_public_info"></div>'),
    ],
)
def test_a_systems_own_scripts_tell_it_without_doubt(platform: str, markup: str) -> None:
    told = recognise(f"<html><body>{markup}</body></html>", HOST)
    assert (told.platform, told.doubts) == (platform, ())


@pytest.mark.parametrize(
    ("platform", "markup"),
    [
        ("hanweb_jpaas", "/zfxxgk/zfxxgknb/art/2026/art_2c2f3df6ceb9427e87ef3a508e4ba624.html"),
        ("hanweb", "/art/2021/3/9/art_18829_979565.html"),
        ("trs", "./202202/t20220218_698433.shtml"),
        ("ucap", "/xjwqx/c112125/202201/abdcf8e8b10e46bb82321fbabeed4c5a.shtml"),
        ("ucap", "/hebdlq/c111239/202301/c01_868731.shtml"),
        ("vsb", "../info/1033/8120.htm"),
        ("epoint", "/govxxgk/11411002005750994L/2024-01-20/0d7e6a1c-7d9e-4b0e-a3d5-5a9c6f1b2c3d.html"),
    ],
)
def test_addresses_tell_it_with_a_doubt(platform: str, markup: str) -> None:
    told = recognise(f'<a href="{markup}">某局2021年政府信息公开工作年度报告</a>', HOST)
    assert told.platform == platform
    assert "shape of addresses alone" in told.doubts[0]


class TestLookAlikes:
    def test_both_call_create_page_html(self) -> None:
        """UCAP names a div first, TRS the number of pages."""
        assert recognise("createPageHTML ( 'page_div', 8, 1 )", HOST).platform == "ucap"
        assert recognise("createPageHTML ( 8, 1, 'index' )", HOST).platform == "trs"

    def test_the_definition_of_the_function_is_no_call(self) -> None:
        assert recognise("function createPageHTML(_nCount, _nCurr){}", HOST).platform == "generic"

    def test_nfcms_stands_beside_gkmlpt_and_is_not_it(self) -> None:
        page = '<a href="/gkmlpt/index">政府信息公开目录</a><a href="/zwgk/nb/content/post_94.html">一</a>'
        told = recognise(page, HOST)
        assert told.platform == "generic"
        assert "NFCMS" in told.evidence

    def test_lonsuns_addresses_without_its_label(self) -> None:
        told = recognise('<a href="/zwgk/public/column/6616760?type=4&catId=1">目录</a>', HOST)
        assert told.platform == "generic"
        assert "Lonsun" in told.doubts[0]

    def test_a_classic_hanweb_page_with_a_link_to_the_disclosure_module(self) -> None:
        page = '<a href="/module/xxgk/tree.jsp?area=A">目录</a><datastore></datastore>'
        told = recognise(page, HOST)
        assert told.platform == "hanweb_xxgk"
        assert "(hanweb)" in told.doubts[0]

    def test_true_cms_has_records_like_hanwebs(self) -> None:
        told = recognise("/truecms/messageController/getMessage.do?startrecord=1", HOST)
        assert (told.platform, bool(told.doubts)) == ("generic", True)

    def test_hex_names_of_other_systems(self) -> None:
        for address in ("/nw12344/20230331/4a03b5fa47ae4c73b7ec42801de6be66.html", "/doc/2024/01/20/12.shtml"):
            assert recognise(f'<a href="{address}">一</a>', HOST).platform == "generic"

    def test_nothing_at_all(self) -> None:
        told = recognise("<html><body>你好</body></html>", HOST)
        assert (told.platform, told.doubts) == ("generic", ("the system is not known",))


@pytest.mark.parametrize(
    ("platform", "address"),
    [
        ("hanweb_xxgk", "/col/col1/index.html?vc_xxgkarea=A&number=B"),
        ("epoint", "/dynamic/zwgk/govInfoPub.html?categorynum=003006"),
        ("epoint", "/govxxgk/A/openSubPage.html?specialurl=/govxxgk/A/category/035/035001/govlist.html"),
    ],
)
def test_the_address_may_say_what_the_page_does_not(platform: str, address: str) -> None:
    told = recognise("<div id=div4></div>", HOST + address)
    assert (told.platform, told.doubts) == (platform, ())


NAMES = """政府信息公开年报 政府信息公开年度报告 政府信息公开工作年度报告 信息公开年报 信息公开年度报告 公开年报
    市政府信息公开年报 部门信息公开年报 政务公开年报 政府信息公开工作年报""".split()


@pytest.mark.parametrize("name", NAMES)
def test_the_names_of_columns(name: str) -> None:
    (found,) = columns_in(f'<ul><li><a href="nb/"> · {name} &gt;</a></li></ul>', f"{HOST}/zwgk/")
    assert (found.url, found.title, found.is_plain) == (f"{HOST}/zwgk/nb/", name, False)


@pytest.mark.parametrize("name", ["年报", "年度报告"])
def test_a_name_that_says_too_little(name: str) -> None:
    assert [one.is_plain for one in columns_in(f'<a href="/nb/">{name}</a>', HOST)] == [True]


@pytest.mark.parametrize(
    "name",
    """政府网站年度报表 政府网站工作年度报表 网站信息公开年报 法治政府建设年度报告 部门决算 政府公报 政府信息公开指南
    信息公开制度 统计年报 企业年报 工作报告 年报解读 政府信息公开年报解读 依申请公开年度报告
    2023年政府信息公开工作年度报告 示例市教育局2023年政府信息公开年报""".split(),
)
def test_what_is_called_almost_so(name: str) -> None:
    assert columns_in(f'<a href="/x/">{name}</a>', HOST) == []


def test_the_plain_name_comes_last_and_the_shortest_first() -> None:
    named = {"a": "年报", "b": "部门政府信息公开年报", "c": "政府信息公开年报"}
    page = "".join(f'<a href="/{folder}/">{name}</a>' for folder, name in named.items()) + '<a href="/c/">公开年报</a>'
    assert [one.url[-3:] for one in columns_in(page, HOST)] == ["/c/", "/b/", "/a/"]


def test_the_tree_of_gkmlpt_holds_its_columns() -> None:
    tree = '[{"id":5,"name":"政策"},{"id": "2629", "name": "\\u653f\\u5e9c\\u4fe1\\u606f\\u516c\\u5f00\\u5e74\\u62a5"}]'
    page = f"<script>window._CONFIG = {{TREE: {tree}, SID: '2'}}</script>"
    assert [one.url for one in columns_in(page, f"{HOST}/gkmlpt/index")] == [f"{HOST}/gkmlpt/index#2629"]


def test_what_leads_to_the_disclosure() -> None:
    page = '<a href="/a/">政务公开</a><a href="/b/">政府信息公开</a><a href="/c/">要闻</a>'
    assert hubs_in(page, HOST) == [f"{HOST}/b/", f"{HOST}/a/"]


@pytest.mark.parametrize(
    ("markup", "label"),
    [
        ("<title>政府信息公开年报_示例市人民政府</title>", "政府信息公开年报"),
        ("<title>示例市人民政府 - 信息公开年报</title>", "信息公开年报"),
        ('<meta name="ColumnName" content="政府信息公开年报"><title>示例市</title>', "政府信息公开年报"),
        ("<title>示例市人民政府</title>", ""),
        ("<title>2021年政府信息公开工作年度报告-政府信息公开年报</title>", ""),
        ('<meta name="ArticleTitle" content="报告"><meta name="ColumnName" content="政府信息公开年报">', ""),
        ("<title>年报</title>", ""),
    ],
)
def test_a_page_names_the_column_that_it_is(markup: str, label: str) -> None:
    assert own_label(markup) == label


@pytest.mark.parametrize(
    ("markup", "region"),
    [
        ('<meta name="SiteIDCode" content="3311000022">', "331100"),
        ("<p>网站标识码：<a href='#'>3308000001</a></p>", "330800"),
        ("<p>网站标识码：bm01000001</p>", ""),
        ('<meta name="SiteIDCode" content="9999990022">', ""),
        ("<p>浙ICP备3308000001号</p>", ""),
    ],
)
def test_the_region_in_the_sites_number(markup: str, region: str) -> None:
    assert site_region(markup) == region


def test_the_sites_own_name() -> None:
    assert site_name('<META NAME="SiteName" CONTENT=" 丽水市人民政府 ">') == "丽水市人民政府"
    assert site_name("<title>丽水</title>") == ""
