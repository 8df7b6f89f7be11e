"""The list of corrections is read strictly: a slip must not become a correction that never applies."""

from decimal import Decimal
from pathlib import Path

import pytest

from warehouse.corrections_file import Correction, read_corrections
from warehouse.errors import WarehouseError
from warehouse.results import Expect

HEADER = "agency,year,indicator,applicant,was,is,reason,expect\n"
GOOD = "衢州市民政局,2018,proactive.total,total,81010010,8101,the prose says 8101,printed\n"


def _read(tmp_path: Path, text: str | bytes) -> tuple[Correction, ...]:
    path = tmp_path / "corrections.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_corrections(path)


def test_the_list_of_the_project_is_good_and_described():
    data = Path(__file__).resolve().parents[2] / "data"
    read_corrections(data / "corrections.csv")
    told = (data / "corrections.md").read_text(encoding="utf-8")
    for word in (*HEADER.strip().split(","), *Expect):
        assert f"`{word}`" in told


def test_a_correction_has_eight_fields(tmp_path):
    unknown = '某局,2021,request.received,natural_person,,,"blank, and the prose is silent",fixed\n'
    first, second = _read(tmp_path, HEADER + GOOD + unknown)
    reason = "the prose says 8101"
    assert first == Correction(
        "衢州市民政局", 2018, "proactive.total", "total", "81010010", Decimal(8101), reason, Expect.PRINTED
    )
    assert (second.was, second.value, second.reason) == ("", None, "blank, and the prose is silent")
    assert second.expect is Expect.FIXED


def test_the_header_alone_is_an_empty_list(tmp_path):
    assert _read(tmp_path, HEADER) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the first line must be agency,"),
        (GOOD, "the first line must be"),
        ("\ufeff" + HEADER, "the first line must be"),
        (HEADER + "a,b\n", ":2: 8 fields expected, not 2"),
        (HEADER + GOOD + "\n", ":3: 8 fields"),
        (HEADER + GOOD.replace("2018", "18"), ":2: year: '18'"),
        (HEADER + GOOD.replace("2018", "２０１８"), "year"),
        (HEADER + GOOD.replace("proactive.total", "proactive.totl"), "indicator: there is no 'proactive.totl'"),
        (HEADER + GOOD.replace(",total,", ",all,"), "applicant: there is no 'all'"),
        (HEADER + GOOD.replace(",8101,", ",8.101,5,"), "9"),
        (HEADER + GOOD.replace(",8101,", ",约8101,"), "is: '约8101'"),
        (HEADER + GOOD.replace(",8101,", ",NaN,"), "is: 'NaN'"),
        (HEADER + GOOD.replace("the prose says 8101", ""), "reason: empty"),
        (HEADER + GOOD.replace("衢州市民政局", " 衢州市民政局"), "agency: empty, or blanks"),
        (HEADER + GOOD.replace("printed", "source"), "expect: 'source' is neither of printed, fixed"),
        (HEADER + GOOD + GOOD.replace("8101,", "9,"), ":3: a second correction of 衢州市民政局 2018"),
        (HEADER + '"open', "not CSV"),
        (HEADER.encode() + GOOD.encode("gb18030"), "UTF-8"),
    ],
)
def test_what_is_not_understood_is_refused_in_one_line(tmp_path, text, words):
    with pytest.raises(WarehouseError) as error:
        _read(tmp_path, text)
    assert words in str(error.value)
    assert "corrections.csv" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_list_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(WarehouseError, match=r"nowhere\.csv: cannot be read: No such file"):
        read_corrections(tmp_path / "nowhere.csv")
