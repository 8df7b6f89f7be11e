"""The registry: what it reads, and every way in which a file can be wrong."""

import tomllib
from pathlib import Path

import pytest

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
    def test_all_but_the_blocked(self) -> None:
        assert [portal.id for portal in pick(PORTALS, [])] == ["quzhou", "lishui"]

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


def test_the_registry_we_ship_is_right() -> None:
    portals = load_portals(REAL)
    assert {"quzhou", "jiangsu"} <= set(portals)
    assert portals["quzhou"].platform == "hanweb_jpaas"
    for name in ("quzhou", "jiangsu"):
        assert portals[name].status == "unverified"
        assert not portals[name].private


def test_what_the_notes_tell_a_person_to_write_is_right(tmp_path: Path) -> None:
    text = (REAL / "quzhou.toml").read_text(encoding="utf-8")
    notes = tomllib.loads(text)["notes"]
    example = "\n".join(line.strip() for line in notes.splitlines() if line.startswith("    "))
    filled = text.replace("columns = []\n", "") + example.replace("colN", "col1")
    assert load(tmp_path, filled)["quzhou"].columns[0].agency == "衢州市民政局"
