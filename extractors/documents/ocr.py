"""Characters in pictures, by rapidocr, whose models come with it: nothing is loaded from anywhere.

A figure is read twice, once as it stands in its cell and once cut out along its ink, since what is not clear reads
differently the second time.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import cv2
import numpy as np
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_rec import TextRecInput

from extractors.documents.scan_grid import Picture, Region

_THREADS = 1  # readers are as many as processors
_PARAMETERS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,
    "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
    "Rec.rec_img_shape": [3, 48, 96],  # the least width: a figure is not padded to that of a line
    "Rec.rec_batch_num": 16,
}


class Read(NamedTuple):
    """What a picture says, and how sure that is, from 0 to 1."""

    text: str
    confidence: float


def read(pictures: Sequence[Picture]) -> list[Read]:
    """The text of each picture of one line."""
    if not pictures:
        return []
    found = _engine()._load_rec_model()(TextRecInput(img=[_colours(one) for one in pictures]))
    pairs = zip(found.txts or (), found.scores, strict=True)
    return [Read(" ".join(text.split()), float(score)) for text, score in pairs]


def lines(picture: Picture) -> Iterator[Region]:
    """Where lines of text stand in a picture, from its top down."""
    found: Any = _engine()(_colours(picture), use_det=True, use_cls=False, use_rec=False).boxes
    for corners in sorted((np.asarray(one) for one in (found if found is not None else ())), key=_height):
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        if right - left >= 2 and bottom - top >= 2:
            yield Region(max(int(top), 0), max(int(left), 0), int(bottom) + 1, int(right) + 1)


def _height(corners: Any) -> float:
    return float(corners[:, 1].mean())


def _colours(picture: Picture) -> Any:
    return cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)


@cache
def _engine() -> Any:
    return RapidOCR(params=_PARAMETERS)
