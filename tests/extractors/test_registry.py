"""The registry: what it reads, and every way in which a file can be wrong."""

import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from extractors.platforms import PLATFORMS
from extractors.regions import place_names
from extractors.registry import Column, Portal, RegistryError, load_portals, pick

REAL = Path(__file__).parents[2] / "data" / "portals"
GOOD = """
id = "a"
name = "甲市人民政府"
region = "330800"
platform = "hanweb"
base_url = "https://www.a.gov.cn"
status = "live"
gap = 3
hosts = ["files.a.gov.cn", "old.a.gov.cn:8080"]
weak_tls = ["old.a.gov.cn:8080"]
http_fallback = true
notes = "一"
[agencies]
"市民政局" = "甲市民政局"
[[columns]]
id = "one"
url = "/col/col1/index.html"
title = "年报"
agency = "甲市民政局"
"""


def load(directory: Path, text: str) -> dict[str, Portal]:
    (directory / "a.toml").write_text(text, encoding="utf-8")
    return load_portals(directory)


def test_a_portal_is_read_in_full(tmp_path: Path) -> None:
    portal = load(tmp_path, GOOD)["a"]
    column = Column("one", "/col/col1/index.html", "年报", "甲市民政局")
    assert portal == Portal(
        id="a",
        name="甲市人民政府",
        region="330800",
        platform="hanweb",
        base_url="https://www.a.gov.cn",
        columns=(column,),
        gap=3,
        agencies={"市民政局": "甲市民政局"},
        status="live",
        notes="一",
        hosts=("files.a.gov.cn", "old.a.gov.cn:8080"),
        weak_tls=("old.a.gov.cn:8080",),
        http_fallback=True,
    )
    assert portal.address(column) == "https://www.a.gov.cn/col/col1/index.html"
    assert not portal.private


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('id = "a"', "", "id", "missing"),
        ('name = "甲市人民政府"', 'name = ""', "name", "missing"),
        ('region = "330800"', 'region = "3308"', "region", "GB/T 2260"),
        ('region = "330800"', "region = 330800", "region", "str expected"),
        ('"hanweb"', '"hanwep"', "platform", "did you mean hanweb"),
        ('"live"', '"alive"', "status", "none of live, unverified, blocked"),
        ("gap = 3", "gap = -1", "gap", "between 0 and"),
        ("gap = 3", "gap = nan", "gap", "between 0 and"),
        ("gap = 3", "gap = true", "gap", "expected"),
        ("gap = 3", "gab = 3", "gab", "did you mean gap"),
        ("gap = 3", "private = true", "private", "only for a portal on loopback"),
        ("https://www", "ftp://www", "base_url", "no http(s) address"),
        ('"/col/col1/index.html"', '"javascript:x"', "columns", "one: 'javascript:x'"),
        ('"files.a.gov.cn"', '"http://files.a.gov.cn/"', "hosts", "is no host"),
        ('"files.a.gov.cn"', "7", "hosts", "no text"),
        ('weak_tls = ["old', 'weak_tls = [7, "old', "weak_tls", "no text"),
        ('weak_tls = ["old', 'weak_tls = ["new', "weak_tls", "new.a.gov.cn:8080: neither the host of base_url"),
        ("http_fallback = true", 'http_fallback = "yes"', "http_fallback", "bool expected"),
        ('= "甲市民政局"\n[[', "= 7\n[[", "agencies", "no text"),
        ('title = "年报"', "", "columns[1]: title", "missing"),
        ('title = "年报"', 'titel = "年报"', "columns[1]: titel", "did you mean title"),
        ("[[columns]]", "[columns]", "columns", "list expected"),
        ('status = "live"', "status = live", "not TOML", ""),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, old: str, new: str, key: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(RegistryError) as raised:
        load(tmp_path, GOOD.replace(old, new))
    message = str(raised.value)
    assert message.startswith(f"{tmp_path / 'a.toml'}: {key}")
    assert says in message
    assert "\n" not in message


def test_ids_are_unique(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="column id twice: one"):
        load(tmp_path, GOOD + '[[columns]]\nid = "one"\nurl = "/b"\ntitle = "t"\n')
    (tmp_path / "b.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "a.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(RegistryError, match=r"b\.toml: id: 'a' is taken"):
        load_portals(tmp_path)


def test_columns_may_wait_until_somebody_has_looked(tmp_path: Path) -> None:
    without = GOOD[: GOOD.index("[[columns]]")]
    with pytest.raises(RegistryError, match="a live portal needs at least one"):
        load(tmp_path, without)
    assert load(tmp_path, without.replace('"live"', '"unverified"'))["a"].columns == ()


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="no portal file"):
        load_portals(tmp_path / "nowhere")
    (tmp_path / "a.toml").write_bytes("甲".encode("gb18030"))
    with pytest.raises(RegistryError, match="cannot be read"):
        load_portals(tmp_path)


def test_private_on_loopback(tmp_path: Path) -> None:
    for host in ("127.0.0.1:80", "localhost", "[::1]:8000"):
        text = GOOD.replace("https://www.a.gov.cn", f"http://{host}").replace("gap = 3", "private = true")
        assert load(tmp_path, text)["a"].private


PORTALS = {
    name: Portal(name, "", "330800", "hanweb", "http://a", status=status)
    for name, status in (("quzhou", "live"), ("lishui", "unverified"), ("hefei", "blocked"))
}


class TestPick:
    def test_without_ids_only_the_live_ones(self) -> None:
        assert [portal.id for portal in pick(PORTALS, [])] == ["quzhou"]

    def test_by_id_in_order_and_once(self) -> None:
        assert [portal.id for portal in pick(PORTALS, ["hefei", "quzhou", "hefei"])] == [
            "hefei",
            "quzhou",
        ]

    def test_an_unknown_one_names_its_likes(self) -> None:
        with pytest.raises(RegistryError, match=r"no portal 'quzhuo'.*did you mean quzhou"):
            pick(PORTALS, ["quzhuo"])
        with pytest.raises(RegistryError, match="there are: hefei, lishui, quzhou"):
            pick(PORTALS, ["x"])


PREFECTURE = """
id = "kunming"
name = "昆明市"
region = "530100"
platform = "trs"
status = "unverified"
gap = 3
notes = "一"
[agencies]
"市财政局" = "昆明市财政局"
[[sites]]
id = "czj"
name = "昆明市财政局"
base_url = "https://czj.km.gov.cn"
notes = "二"
[[sites.columns]]
id = "nb"
url = "/zfxxgk/zfxxgknb/"
title = "年报"
[[sites]]
id = "luquan"
name = "禄劝县人民政府"
region = "530128"
platform = "generic"
gap = 9
base_url = "http://lq.km.gov.cn"
"""


class TestPrefecture:
    def test_a_site_is_a_portal_that_inherits(self, tmp_path: Path) -> None:
        portals = load(tmp_path, PREFECTURE)
        assert list(portals) == ["kunming-czj", "kunming-luquan"]
        assert portals["kunming-czj"] == Portal(
            id="kunming-czj",
            name="昆明市财政局",
            region="530100",
            platform="trs",
            base_url="https://czj.km.gov.cn",
            columns=(Column("nb", "/zfxxgk/zfxxgknb/", "年报"),),
            gap=3,
            agencies={"市财政局": "昆明市财政局"},
            notes="一\n二",
            group="kunming",
        )
        county = portals["kunming-luquan"]
        assert (county.region, county.platform, county.gap, county.notes) == ("530128", "generic", 9, "一")

    def test_its_id_picks_all_of_its_sites(self, tmp_path: Path) -> None:
        portals = load(tmp_path, PREFECTURE)
        assert [portal.id for portal in pick(portals, ["kunming-luquan", "kunming"])] == [
            "kunming-luquan",
            "kunming-czj",
        ]

    @pytest.mark.parametrize(
        ("old", "new", "key", "says"),
        [
            ('id = "czj"', "", "sites[1]: id", "missing"),
            ('name = "昆明市财政局"', "", "sites[1]: name", "missing"),
            ('base_url = "http://lq', 'base_uri = "http://lq', "sites[2]: base_uri", "did you mean base_url"),
            ('base_url = "http://lq', 'base_url = "ftp://lq', "sites[2]: base_url", "no http(s) address"),
            ('region = "530128"', 'region = "510128"', "sites[2]: region", "not in 530100"),
            ('platform = "generic"', 'platform = "genric"', "sites[2]: platform", "did you mean generic"),
            ('status = "unverified"', "", "sites[1]: status", "missing"),
            ('title = "年报"', 'titel = "年报"', "sites[1]: columns[1]: titel", "did you mean title"),
            ('id = "luquan"', 'id = "czj"', "sites", "twice"),
            ("gap = 3", 'base_url = "http://km.gov.cn"', "base_url", "each of the [[sites]]"),
            ("gap = 3", "gab = 3", "gab", "did you mean gap"),
        ],
    )
    def test_what_is_wrong_is_said_with_its_site(self, tmp_path: Path, old: str, new: str, key: str, says: str) -> None:
        assert old in PREFECTURE
        with pytest.raises(RegistryError) as raised:
            load(tmp_path, PREFECTURE.replace(old, new, 1))
        message = str(raised.value)
        assert message.startswith(f"{tmp_path / 'a.toml'}: {key}:")
        assert says in message
        assert "\n" not in message

    @pytest.mark.parametrize("sites", ["[]", '"x"', '["x"]'])
    def test_sites_are_tables(self, tmp_path: Path, sites: str) -> None:
        with pytest.raises(RegistryError, match=r"sites.*table"):
            load(tmp_path, PREFECTURE[: PREFECTURE.index("[agencies]")] + f"sites = {sites}\n")

    def test_its_id_is_nobody_elses(self, tmp_path: Path) -> None:
        (tmp_path / "b.toml").write_text(GOOD.replace('id = "a"', 'id = "kunming"'), encoding="utf-8")
        with pytest.raises(RegistryError, match=r"b\.toml: id: 'kunming' is taken"):
            load(tmp_path, PREFECTURE)


class TestTheRegistryWeShip:
    real = tuple(portal for portal in load_portals(REAL).values() if not portal.private)

    def test_it_is_wide(self) -> None:
        assert len(self.real) >= 40
        assert len({portal.region[:2] for portal in self.real}) >= 15
        assert {portal.platform for portal in self.real} == set(PLATFORMS)
        assert len({portal.group for portal in self.real} - {""}) >= 3
        assert sum(bool(portal.columns) for portal in self.real) >= 40

    def test_nothing_is_claimed_that_was_not_seen(self) -> None:
        for portal in self.real:
            assert portal.status == "unverified", portal.id
            assert "Has never met the live site" in portal.notes, portal.id
            assert "Seen: " in portal.notes, portal.id
            assert bool(portal.columns) or "Not known: " in portal.notes, portal.id

    def test_a_region_is_the_place_in_the_name(self) -> None:
        """Of a district made after 2013 the code is in no list that we have; its prefecture or province is."""
        for portal in self.real:
            names = place_names(portal.region)
            around = place_names(f"{portal.region[:4]}00") or place_names(f"{portal.region[:2]}0000")
            assert names or around, portal.id
            assert not names or names[-1][:2] in portal.name, (portal.id, names)

    def test_no_column_is_entered_twice(self) -> None:
        addresses = Counter(
            urlsplit(portal.address(column))._replace(scheme="").geturl()
            for portal in self.real
            for column in portal.columns
        )
        assert [address for address, count in addresses.items() if count > 1] == []


def test_what_the_notes_tell_a_person_to_write_is_right(tmp_path: Path) -> None:
    text = (REAL / "quzhou.toml").read_text(encoding="utf-8")
    notes = tomllib.loads(text)["notes"]
    example = "\n".join(line.strip() for line in notes.splitlines() if line.startswith("    "))
    filled = text.replace("columns = []\n", "") + example.replace("colN", "col1")
    assert load(tmp_path, filled)["quzhou"].columns[0].agency == "衢州市民政局"
