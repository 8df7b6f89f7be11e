"""The bytes decide the encoding, whatever the page or the server says of it."""

import codecs

import pytest

from extractors.documents.decode import decode

TEXT = "国务院总理朱镕基、哲学家陶喆之喆，政府信息公开"  # 镕 and 喆 are not in GB2312


@pytest.mark.parametrize("label", ["", "gb2312", "utf-8", "iso-8859-1", "no-such-charset"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_utf8_and_gb18030_are_told_apart_under_any_label(encoding: str, label: str):
    page = f'<meta charset="{label}">{TEXT}'.encode(encoding)
    assert decode(page, f"text/html; charset={label}") == (page.decode(encoding), encoding)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_obeyed(encoding: str):
    assert decode(TEXT.encode(encoding))[0] == TEXT


def test_one_broken_byte_does_not_cost_the_page():
    text, encoding = decode(TEXT.encode() * 20 + b"\xff" + TEXT.encode())
    assert encoding == "utf-8"
    assert text.count("政府信息公开") == 21
    assert text.count("\ufffd") == 1


def test_a_page_cut_in_the_middle_of_a_character():
    assert decode(TEXT.encode()[:-1])[0].startswith("国务院总理")
    assert decode(TEXT.encode("gb18030")[:-1])[1] == "gb18030"


def test_a_known_other_encoding_is_taken_where_it_fits_better():
    body = b'<meta charset="big5">' + "臺北市政府資訊公開".encode("big5") + b"\xa1"
    text, encoding = decode(body)
    assert text.count("\ufffd") <= 1
    assert encoding in ("big5", "gb18030")


def test_nothing_is_nothing():
    assert decode(b"") == ("", "utf-8")
    assert decode(codecs.BOM_UTF8) == ("", "utf-8-sig")
