"""The list of corrections in a crawl: applied, told, and a reason to fail when it no longer fits."""

import shutil
from pathlib import Path

import pytest

from flows.sample_portal import SamplePortal
from tests.flows.crawling import First, Place
from tests.flows.running import assert_one_line, called, nianbao

HEADER = "agency,year,indicator,applicant,was,is,reason,expect\n"
CELL = "衢州市民政局,2018,proactive.channel.weibo,total"
FIGURE = """
    SELECT value, raw, read_value, is_corrected FROM observations
    WHERE agency = '衢州市民政局' AND year = 2018 AND indicator = 'proactive.channel.weibo'
"""


def _listed(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "corrections.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(("line", "words"), [(f"{CELL},116,94", "8 fields"), (f"{CELL},116,94,prose,maybe", "expect")])
def test_a_bad_list_stops_the_crawl_before_it_begins(tmp_path: Path, line: str, words: str) -> None:
    path = _listed(tmp_path, line)
    done = called("crawl", SamplePortal.IDS[0], "--data", tmp_path, "--corrections", path)
    assert_one_line(done, 1, f"{path}:2: ", words)
    assert not (tmp_path / "archive").exists()


@pytest.mark.slow
def test_a_crawl_applies_the_list_and_fails_while_a_line_does_not_fit(
    first: First, prefect: dict[str, str], tmp_path: Path
) -> None:
    shutil.copytree(first.place.data, tmp_path / "data")
    place = Place(tmp_path / "data", first.place.portals)
    fits = f"{CELL},116,94,the prose says 94,printed"
    path = _listed(tmp_path, fits, "某市教育局,2018,proactive.total,total,1,2,a name nobody has,printed")
    crawl = ("crawl", *SamplePortal.IDS, *place.flags, "--corrections", path)
    done = nianbao(*crawl, env=prefect)
    assert done.returncode == 0, done
    assert place.ask(FIGURE) == [(94, "116", 116, 1)]
    assert "that are not here: 某市教育局 2018" in done.stdout

    _listed(tmp_path, fits.replace("116", "115"))
    done = nianbao(*crawl, env=prefect)
    assert done.returncode == 1, done
    last = done.stderr.splitlines()[-1]
    assert last.startswith("nianbao: a correction must be looked at: 衢州市民政局 2018 proactive.channel.weibo total: ")
    assert "prints '116' where '115' was expected" in last
    assert place.ask(FIGURE) == [(116, "116", 116, 0)]
