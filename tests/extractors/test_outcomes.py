"""What a response is worth, from its bytes alone."""

from datetime import UTC, datetime

import pytest

from extractors.outcomes import classify, jump_target
from schema.records import Capture, Fetch, Outcome

URL = "http://www.example.gov.cn/art/2019/3/15/art_1_2.html"
ARTICLE = "<p>" + "本机关依照条例的规定编制本报告，现予公布。" * 20 + "</p>"


def capture(body: str | bytes, status: int = 200, kind: str = "text/html", url: str = URL) -> Capture:
    raw = body.encode() if isinstance(body, str) else body
    return Capture(URL, url, datetime(2026, 1, 1, tzinfo=UTC), status, "", (("Content-Type", kind),), raw)


def outcome(body: str | bytes, status: int = 200, kind: str = "text/html", url: str = URL) -> Outcome:
    return classify(capture(body, status, kind, url))[0]


CHALLENGES = {
    "ruishu": "<html><head><script>$_ts=window['$_ts']||{};$_ts.nsd=1</script></head><body></body></html>",
    "jiasule": "<script>document.cookie='__jsl_clearance_s=1';location.href=location.pathname</script>",
    "acw": "<html><script>var arg1='1';setCookie('acw_sc__v2',x);</script></html>",
    "wzws": "<html><script>var wzwschallenge='x';location='/WZWSRELw==';</script>正在检查</html>",
    "c3vk": '<html><script>document.cookie="C3VK=1a2b; max-age=300";window.location.reload()</script></html>',
    "edgeone": "<script>document.cookie='EO_Bot_Ssid=1';WTKkN=2</script>",
}


class TestChallenges:
    @pytest.mark.parametrize("status", [200, 202, 403, 412, 503, 521])
    @pytest.mark.parametrize("kind", CHALLENGES)
    def test_recognised_under_any_status(self, kind: str, status: int) -> None:
        got, detail = classify(capture(CHALLENGES[kind], status))
        assert got is Outcome.CHALLENGE
        assert kind in detail

    @pytest.mark.parametrize("kind", CHALLENGES)
    def test_a_good_page_may_carry_the_same_script(self, kind: str) -> None:
        assert outcome(CHALLENGES[kind] + ARTICLE) is Outcome.FETCHED
        assert outcome(CHALLENGES[kind] + f"<!--{'x' * 12_000}-->") is not Outcome.CHALLENGE

    def test_text_that_names_a_challenge_is_none(self) -> None:
        assert outcome("__jsl_clearance " * 3, kind="text/plain") is Outcome.FETCHED


class TestStatuses:
    def test_body_does_not_matter(self) -> None:
        assert outcome(ARTICLE, 404) is Outcome.NOT_FOUND
        assert outcome(ARTICLE, 410) is Outcome.NOT_FOUND
        assert outcome(ARTICLE, 403) is Outcome.BLOCKED
        assert outcome(ARTICLE, 503) is Outcome.SERVER_ERROR
        assert outcome(ARTICLE, 302) is Outcome.SERVER_ERROR
        assert outcome("", 304) is Outcome.UNCHANGED
        assert outcome("", 204) is Outcome.STUB


class TestSoft404:
    @pytest.mark.parametrize(
        "body",
        [
            "<html><title>404</title><body>出错了</body></html>",
            "<html><title>页面不存在</title><body>" + ARTICLE + "</body></html>",
            "<html><body>您访问的页面不存在或已删除，请返回首页</body></html>",
            "<html><body><p>对不起，您要查看的信息已被删除！</p></body></html>",
            "<html><body>该信息不存在</body></html>",
            "<html><body><h1>404 Not Found</h1><hr>nginx</body></html>",
            "<html><body>抱歉，找不到您要的页面</body></html>",
            '<html><head><meta http-equiv="refresh" content="0;url=./"></head><body></body></html>',
            '<html><head><meta http-equiv=refresh content="0; url=/index.html"></head></html>',
        ],
    )
    def test_the_page_says_so(self, body: str) -> None:
        assert outcome(body) is Outcome.SOFT_404

    def test_in_gb18030_too(self) -> None:
        assert outcome("<html><body>您访问的页面不存在</body></html>".encode("gb18030")) is Outcome.SOFT_404

    def test_the_words_in_a_report_mean_nothing(self) -> None:
        assert outcome(f"<html><title>2018年度报告</title>{ARTICLE}<td>该信息不存在</td></html>") is Outcome.FETCHED

    @pytest.mark.parametrize("home", ["http://www.example.gov.cn/", "http://www.example.gov.cn/index.html"])
    def test_sent_to_the_home_page(self, home: str) -> None:
        assert outcome(ARTICLE, url=home) is Outcome.SOFT_404

    def test_sent_elsewhere_is_fine(self) -> None:
        assert outcome(ARTICLE, url="https://www.example.gov.cn/art/2019/3/15/art_1_3.html") is Outcome.FETCHED


class TestStubs:
    @pytest.mark.parametrize(
        "body",
        [
            "",
            "  \r\n",
            "<html></html>",
            "<html><body><div id=app></div><script src=/js/app.js></script></body></html>",
            f"<!DOCTYPE html><html><title>政府网</title><script>{'x' * 900}</script><body></body></html>",
            "<html><script>window.location.href='/other/page.html';</script></html>",
        ],
    )
    def test_nothing_to_see(self, body: str) -> None:
        assert outcome(body) is Outcome.STUB

    @pytest.mark.parametrize(
        "body",
        [
            "<html><body><iframe src='/report.pdf'></iframe></body></html>",
            "<html><body><img src='/page1.jpg'></body></html>",
            "<script type='text/xml'><datastore><recordset></recordset></datastore></script>",
            """<script parsetype="bulidstatic" queryData="{'webId':'1'}"></script>""",
            "<html><body>" + "2018年度政府信息公开工作年度报告见附件，请下载后查看。" * 2 + "</body></html>",
        ],
    )
    def test_small_but_something(self, body: str) -> None:
        assert outcome(body) is Outcome.FETCHED

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"%PDF-1.4\x00", "application/pdf"),
            (b'{"success":true}', "application/json"),
            (b"<datastore><recordset></recordset></datastore>", "text/xml"),
        ],
    )
    def test_what_is_no_page_is_not_judged(self, body: bytes, kind: str) -> None:
        assert outcome(body, kind=kind) is Outcome.FETCHED


class TestJumps:
    @staticmethod
    def jump(body: str, ended: Outcome = Outcome.STUB) -> str:
        return jump_target(Fetch(URL, ended, "", capture(body)))

    def test_by_script_and_by_refresh(self) -> None:
        to = "http://www.example.gov.cn/col/col2/index.html"
        assert self.jump("<script>window.location.href='/col/col2/index.html';</script>") == to
        assert self.jump('<html><script>location.replace("../../../../col/col2/index.html")</script>') == to
        refresh = '<html><meta http-equiv="refresh" content="0; url=/col/col2/index.html?a=1&amp;b=2">'
        assert self.jump(refresh) == f"{to}?a=1&b=2"

    def test_not_from_a_page_with_content_or_a_challenge(self) -> None:
        script = "<script>location.href='/col/col2/index.html'</script>"
        assert self.jump(ARTICLE + script, Outcome.FETCHED) == ""
        assert self.jump(script + f"<!--{'x' * 4000}-->") == ""
        assert self.jump(script, Outcome.CHALLENGE) == ""
        assert self.jump("<script>location.href='http://[bad'</script>") == ""
