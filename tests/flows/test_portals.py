"""`nianbao portals` and `nianbao portals probe`, as a person calls them."""

from pathlib import Path

import pytest

from extractors.registry import load_portals
from tests.extractors.loopback import Loopback, Reply, page
from tests.flows.running import called
from tests.simulators.home import Home
from tests.simulators.site import Simulator
from tests.simulators.trs import Trs

ENTRY = """
id = "{id}"
name = "{id}人民政府"
region = "{region}"
platform = "{platform}"
base_url = "http://www.{id}.gov.cn"
status = "{status}"
columns = [{{id = "a", url = "/nb/", title = "年报"}}]
"""
PORTALS = (
    ("hz", "330100", "hanweb_jpaas", "live"),
    ("qz", "330800", "hanweb", "unverified"),
    ("km", "530100", "trs", "blocked"),
)


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    directory = tmp_path / "portals"
    directory.mkdir()
    for name, region, platform, status in PORTALS:
        text = ENTRY.format(id=name, region=region, platform=platform, status=status)
        (directory / f"{name}.toml").write_text(text, encoding="utf-8")
    return directory


@pytest.mark.parametrize(
    ("flags", "shown", "counted"),
    [
        ([], {"hz", "qz", "km"}, "3 portals in 2 provinces"),
        (["--province", "33"], {"hz", "qz"}, "2 portals in 1 provinces: hanweb_jpaas 1, hanweb 1"),
        (["--province", "云南"], {"km"}, "1 portals in 1 provinces: trs 1"),
        (["--province", "浙江省", "--platform", "hanweb"], {"qz"}, "1 portals"),
        (["--platform", "hanweb", "--platform", "trs"], {"qz", "km"}, "2 portals"),
        (["--status", "live", "--status", "blocked"], {"hz", "km"}, "2 portals"),
        (["--status", "live", "--platform", "vsb"], set(), "0 portals in 0 provinces"),
    ],
)
def test_the_list_and_its_filters(
    registry: Path, tmp_path: Path, flags: list[str], shown: set[str], counted: str
) -> None:
    done = called("portals", *flags, "--portals", registry, "--data", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {name for name, *_ in PORTALS if f" {name} " in done.stdout} == shown
    assert done.stdout.splitlines()[-1].startswith(counted)


def test_a_probe_prints_an_entry_that_can_be_kept(tmp_path: Path) -> None:
    site = Trs()
    with Simulator(Home(site)) as server:
        done = called("portals", "probe", server.url, "--contact", "probe@example.org")
    assert done.returncode == 0
    (tmp_path / "p.toml").write_text(done.stdout, encoding="utf-8")
    (portal,) = load_portals(tmp_path).values()
    assert (portal.platform, portal.status) == ("trs", "unverified")
    assert portal.address(portal.columns[0]) == server.url + site.column
    assert {"platform: trs", "column: 政府信息公开年报"} <= {
        line.partition(",")[0] for line in done.stderr.splitlines()
    }
    assert all("probe@example.org" in asked.headers["User-Agent"] for asked in server.log)


def test_the_contact_may_be_told_before_the_probe() -> None:
    with Simulator(Home(Trs())) as server:
        called("--contact", "one@example.org", "portals", "--contact", "two@example.org", "probe", server.url)
    assert all("two@example.org" in asked.headers["User-Agent"] for asked in server.log)


def test_a_probe_without_a_column_leaves_it_to_a_person() -> None:
    with Loopback({"/": page("欢迎访问示例市人民政府门户网站")}) as server:
        done = called("portals", "probe", server.url)
    assert done.returncode == 1
    assert "columns = []" in done.stdout
    assert "in doubt: no link is called as columns of annual reports are" in done.stderr
    assert "region: not known" in done.stderr


def test_a_probe_of_nothing_prints_no_entry() -> None:
    with Loopback({"/": Reply("", 403)}) as server:
        done = called("portals", "probe", server.url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "blocked" in done.stderr


def test_a_probe_wants_a_web_address() -> None:
    done = called("portals", "probe", "www.example.gov.cn")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no web address" in done.stderr
