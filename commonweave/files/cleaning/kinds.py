"""Which kinds of file are taken, told by their first bytes alone: a name or an ending proves nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import puremagic

from commonweave.files.cleaning.unfit import Unfit, Why
from commonweave.files.cleaning.zips import glance

MOST_BYTES = 25_000_000


@dataclass(frozen=True)
class Kind:
    """A kind of file: the code, what browsers call it, and the ending it gets here."""

    name: str
    mime: str
    ending: str


_OOXML, _ODF = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
KINDS = {
    kind.name: kind
    for kind in (
        Kind("jpeg", "image/jpeg", "jpg"),
        Kind("png", "image/png", "png"),
        Kind("webp", "image/webp", "webp"),
        Kind("gif", "image/gif", "gif"),
        Kind("heic", "image/heic", "heic"),
        Kind("tiff", "image/tiff", "tif"),
        Kind("pdf", "application/pdf", "pdf"),
        Kind("docx", f"{_OOXML}wordprocessingml.document", "docx"),
        Kind("xlsx", f"{_OOXML}spreadsheetml.sheet", "xlsx"),
        Kind("pptx", f"{_OOXML}presentationml.presentation", "pptx"),
        Kind("odt", f"{_ODF}text", "odt"),
        Kind("ods", f"{_ODF}spreadsheet", "ods"),
        Kind("mp3", "audio/mpeg", "mp3"),
        Kind("m4a", "audio/mp4", "m4a"),
        Kind("ogg", "audio/ogg", "ogg"),
        Kind("opus", "audio/ogg", "opus"),
        Kind("wav", "audio/wav", "wav"),
        Kind("flac", "audio/flac", "flac"),
    )
}
PICTURES = frozenset({"jpeg", "png", "webp", "gif", "heic", "tiff"})
PACKAGES = frozenset({"docx", "xlsx", "pptx", "odt", "ods"})

_STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"%PDF-", "pdf"),
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
)
_PHOTO_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B "})
_PACKAGE_MARKS = (
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"presentationml.presentation.main+xml", "pptx"),
)
# What people send by mistake or on purpose, for a sentence that says what to do; in the order it is looked for.
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"dex\n",
    b"\0asm",
)
_ARCHIVES = (b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"\x28\xb5\x2f\xfd")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_VIDEOS = (b"\x1aE\xdf\xa3", b"FLV\x01", b"\0\0\x01\xba", b"0&\xb2u")
_MARKUP = re.compile(rb"<\s*(svg|!doctype|html|script|head|body|\?xml|iframe|!--)", re.IGNORECASE)


def kind_of(data: bytes, *, most: int = MOST_BYTES) -> str:
    """Return the kind of a file. Raises Unfit with what it is instead."""
    if not data:
        raise Unfit(Why.EMPTY)
    if len(data) > most:
        raise Unfit(Why.LARGE)
    if data.startswith(b"PK\x03\x04"):
        return _package(data)
    if data[4:8] == b"ftyp":
        return _boxed(data)
    if data.startswith(b"OggS"):
        return _ogg(data)
    if data.startswith(b"RIFF"):
        return _riff(data)
    for start, name in _STARTS:
        if data.startswith(start):
            return name
    if data[0] == 0xFF and data[1:2] and data[1] & 0xE6 == 0xE2:  # a sound frame of layer III without a tag before it
        return "mp3"
    raise Unfit(_instead(data))


def _riff(data: bytes) -> str:
    if data[8:12] == b"WEBP":
        return "webp"
    if data[8:12] == b"WAVE":
        return "wav"
    raise Unfit(Why.VIDEO if data[8:12] == b"AVI " else Why.UNKNOWN)


def _boxed(data: bytes) -> str:
    size = min(max(int.from_bytes(data[:4]), 16), 256)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, size, 4))}
    if brands & _PHOTO_BRANDS and data[8:12] not in _SOUND_BRANDS:
        return "heic"
    if data[8:12] in _SOUND_BRANDS or (b"vide" not in data and b"soun" in data):
        return "m4a"
    raise Unfit(Why.VIDEO)


def _ogg(data: bytes) -> str:
    head = data[:200]
    if b"OpusHead" in head:
        return "opus"
    if b"\x01vorbis" in head:
        return "ogg"
    raise Unfit(Why.VIDEO if b"\x80theora" in head else Why.UNKNOWN)


def _package(data: bytes) -> str:
    """A package is told apart by what it says of itself; whether that is true is seen when it is taken apart."""
    mime, types = glance(data)
    for name in ("odt", "ods"):
        if mime == KINDS[name].mime.encode():
            return name
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise Unfit(Why.MACRO)
    for mark, name in _PACKAGE_MARKS:
        if mark in types:
            return name
    raise Unfit(Why.ARCHIVE)


def _instead(data: bytes) -> Why:
    """Say what a file is that is not taken, for the sentence that a person reads."""
    if data.startswith(_PROGRAMS):
        return Why.PROGRAM
    if data.startswith(_ARCHIVES) or data[257:262] == b"ustar":
        return Why.ARCHIVE
    if data.startswith(_OLD_OFFICE):
        return Why.OLD
    if data.startswith(_VIDEOS):
        return Why.VIDEO
    if _MARKUP.search(data[:4096].lstrip(b"\xef\xbb\xbf")):
        return Why.PAGE
    return _guess(data)


def _guess(data: bytes) -> Why:
    try:
        named = [match.mime_type for match in puremagic.magic_string(data[:65_536])]
    except (puremagic.PureError, ValueError, IndexError):
        named = []
    for name in named:
        if name.startswith("video/"):
            return Why.VIDEO
        if "executable" in name or name == "application/x-msdownload":
            return Why.PROGRAM
        if name in {"application/x-tar", "application/x-lzh"}:
            return Why.ARCHIVE
    return Why.UNKNOWN
