"""Real files of every kind that is taken, made here, with what betrays people planted wherever a format has room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commonweave.files.tests.samples import office, pictures, sound
from commonweave.files.tests.samples.pictures import MARK, jpeg, pdf, picture

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MARK", "SAMPLES", "jpeg", "pdf", "picture"]

SAMPLES: dict[str, Callable[[int], bytes]] = {
    "jpeg": jpeg,
    "png": pictures.png,
    "webp": pictures.webp,
    "gif": pictures.gif,
    "heic": pictures.heic,
    "tiff": pictures.tiff,
    "pdf": pdf,
    "docx": office.docx,
    "xlsx": office.xlsx,
    "pptx": office.pptx,
    "odt": office.odt,
    "ods": office.ods,
    "mp3": sound.mp3,
    "m4a": sound.m4a,
    "ogg": sound.ogg,
    "opus": sound.opus,
    "wav": sound.wav,
    "flac": sound.flac,
}
