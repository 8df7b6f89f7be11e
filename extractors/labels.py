"""Printed labels made comparable: width, blanks, quotes, Traditional characters, sounds written in.

Only comparison goes through here; what an agency printed is kept as it is.
"""

import re
import unicodedata
from functools import lru_cache

from schema import labels

_TRADITIONAL = str.maketrans(
    "佈來個備傳價億償內別劃動務勞區參員單國圍圖執報實審專對導屬廢強後徑從復徵應採擊據數於時會條業構標機權決沒況減濟瀏為無熱爲"
    "獲現環當療發監眾確祕種稱穩範糾納級組結絡統經維網線編總織繳繼續罰聞職舉萬藥處號衆衛衞補製複覆規覽計訓訟訪設許訴詞詢認語談"
    "請議護讀負財貧責費資購載輯輿轉辦這週過醫錄錯鍵門開間閱閲關隱項預題額類駁體髮點鎮鄉廳縣黨處協聯",
    "布来个备传价亿偿内别划动务劳区参员单国围图执报实审专对导属废强后径从复征应采击据数于时会条业构标机权决没况减济浏为无热为"
    "获现环当疗发监众确秘种称稳范纠纳级组结络统经维网线编总织缴继续罚闻职举万药处号众卫卫补制复复规览计训讼访设许诉词询认语谈"
    "请议护读负财贫责费资购载辑舆转办这周过医录错键门开间阅阅关隐项预题额类驳体发点镇乡厅县党处协联",
)
_ANY_TRADITIONAL = re.compile(f"[{''.join(map(chr, _TRADITIONAL))}]")  # a search costs a tenth of a translation
_FOOTNOTE = re.compile(r"\^?\[\d{1,2}\]$")
_SOUND = re.compile(r"(?<=[\u4e00-\u9fff])\([a-z\u00e0-\u024f]+\)")  # 數(shù): copies on foreign hosts

_MAX_LABEL = 200  # characters
_YEAR_IN_WORDS = re.compile(r"二[〇○零OoΟ一二三四五六七八九]{3}(?=年)")
_DIGITS = str.maketrans("〇○零OoΟ一二三四五六七八九", "000000123456789")

bare = labels.bare
lead = labels.lead


def fold(text: str) -> str:
    """Fold a printed text for comparison with the spellings of `schema/`, which are folded alike."""
    return _fold_label(text) if len(text) <= _MAX_LABEL else _fold(text)  # prose would fill the memory


def _fold(text: str) -> str:
    folded = labels.fold(text)
    if folded.isascii():
        return folded
    folded = _FOOTNOTE.sub("", folded) if folded[-1] == "]" else folded
    return _SOUND.sub("", folded).translate(_TRADITIONAL).replace("其它", "其他")


def plain(text: str) -> str:
    """Fold a label and drop its number and its closing remark."""
    return _plain_label(text) if len(text) <= _MAX_LABEL else bare(_fold(text))


_fold_label = lru_cache(maxsize=16384)(_fold)
_plain_label = lru_cache(maxsize=16384)(lambda text: bare(_fold_label(text)))


def narrow(text: str) -> str:
    """Narrow a text and drop its blanks and the sounds written in, but keep its characters: for names."""
    return drop_sounds("".join(unicodedata.normalize("NFKC", text).split()))


def drop_sounds(text: str) -> str:
    """Drop the sounds that copies on foreign hosts write behind characters: 數(shù)."""
    return _SOUND.sub("", text) if "(" in text else text


def simple(text: str) -> str:
    """Simplify the Traditional characters that labels and titles use; every position stays."""
    return _ANY_TRADITIONAL.sub(lambda match: match[0].translate(_TRADITIONAL), text)


def arabic_years(text: str) -> str:
    """Write years in Chinese numerals (二〇一八年) in digits; every position stays."""
    return _YEAR_IN_WORDS.sub(lambda match: match[0].translate(_DIGITS), text)
