"""Every golden page is read as its expectation says."""

from pathlib import Path

import pytest

from tests.golden import build, write
from tests.golden.pages import HERE, OWN, SITES, differences, expected_file, golden_pages, load, name_of, read

REAL = SITES / "sample-jpaas/www/col/col1229561001/art/2019/art_bf497b48e0256687c2450252b297b4ec.html"


@pytest.mark.parametrize("page", golden_pages(), ids=name_of)
def test_page_is_read_as_expected(page: Path) -> None:
    file = expected_file(page)
    if not file.exists():
        pytest.fail(f"no expected reading; write one with: python -m tests.golden.write {name_of(page)}")
    expected = load(file)
    assert expected["reviewed"] is True, f"compare {name_of(file)} with the page, then set reviewed to true"
    assert differences(expected, read(page, expected["context"])) == []


def test_no_expectation_is_left_of_a_page_that_is_gone() -> None:
    wanted = {expected_file(page) for page in golden_pages()}
    assert wanted == {*(HERE / "sample").rglob("*.json"), *OWN.rglob("*.json")}


def test_the_built_pages_are_those_of_their_figures(tmp_path: Path) -> None:
    build.build(tmp_path)
    built, kept = ({file.name: file.read_bytes() for file in each.iterdir()} for each in (tmp_path, build.FOLDER))
    assert built == kept, "figures.toml was changed, or a page: python -m tests.golden.build"


def test_a_written_expectation_waits_for_review_and_stays(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_bytes(REAL.read_bytes())
    file = write.write(page)
    expected = load(file)
    assert expected["reviewed"] is False
    assert differences(expected, read(page, expected["context"])) == []
    with pytest.raises(FileExistsError):
        write.write(page)


@pytest.mark.parametrize(
    ("printed", "altered"),
    [
        ("<td>3457</td>", "<td>3456</td>"),
        ("<td>3457</td>", "<td></td>"),
        ("113308000026181032/2019-102271", "113308000026181032/2019-102272"),
        ("2018年度政府信息公开年度报告", "2017年度政府信息公开年度报告"),
        ("<td>1224</td>", "<td>—</td>"),
    ],
)
def test_an_altered_page_is_told(tmp_path: Path, printed: str, altered: str) -> None:
    text = REAL.read_text(encoding="utf-8")
    assert printed in text
    page = tmp_path / "altered.html"
    page.write_text(text.replace(printed, altered), encoding="utf-8")
    assert differences(load(expected_file(REAL)), read(page, {}))
