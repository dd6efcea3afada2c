"""Sound: only the frames that are heard are carried over; tags, pictures, notes and whatever lies between stay behind."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from mutagen.flac import FLAC
from mutagen.ogg import OggPage

from commonweave.files.cleaning.clean import Clean
from commonweave.files.cleaning.m4a import clean_m4a
from commonweave.files.cleaning.unfit import Unfit, Why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def clean(data: bytes, kind: str) -> Clean:
    """Take a sound file apart and put together what is heard."""
    return Clean(BUILDERS[kind](data), kind)


# MPEG audio, ISO/IEC 11172-3 and 13818-3: a frame's length follows from its first four bytes.
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
FAST = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
SLOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
FEWEST_FRAMES = 3
ENCODERS = (b"Xing", b"Info", b"VBRI")
PROGRAM = re.compile(rb"(?:LAME[\d. ]|Lav[cf]\d)[ -~]*")  # written into whatever room a frame leaves


def mp3(data: bytes) -> bytes:
    """Keep the frames. Two have to follow each other, so that bytes of a picture in a tag are not taken for one."""
    kept, at = [], _after_id3(data)
    while at + 4 <= len(data):
        length = _frame_length(data, at)
        following = at + length
        if not length or following > len(data) or (following + 4 <= len(data) and not _may_follow(data, following)):
            at += 1
            continue
        kept.append(_without_encoder(data[at:following]))
        at = following
    if len(kept) < FEWEST_FRAMES:
        raise Unfit(Why.BROKEN)
    return b"".join(kept)


def _after_id3(data: bytes) -> int:
    """Return where the tag in front ends (its size is in four bytes of seven bits)."""
    at = 0
    while data[at : at + 3] == b"ID3" and len(data) >= at + 10:
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    return at


def _frame_length(data: bytes, at: int) -> int:
    """Return the length of a frame of layer III, or 0 where there is none."""
    if data[at] != 0xFF or data[at + 1] & 0xE6 != 0xE2:
        return 0
    version, bits, rate, padding = (
        data[at + 1] >> 3 & 3,
        data[at + 2] >> 4,
        data[at + 2] >> 2 & 3,
        data[at + 2] >> 1 & 1,
    )
    if version == 1 or bits in {0, 15} or rate == 3:
        return 0
    thousands = (FAST if version == 3 else SLOW)[bits]
    return (144 if version == 3 else 72) * thousands * 1000 // RATES[version][rate] + padding


def _may_follow(data: bytes, at: int) -> bool:
    """Say whether a frame is followed by another, or by one of the tags that stand at the end."""
    return _frame_length(data, at) > 0 or data[at : at + 3] in {b"TAG", b"APE", b"LYR", b"ID3"} or data[at] == 0


def _without_encoder(frame: bytes) -> bytes:
    """Blank the program's name and habits in the frame that holds the table of contents; the table stays."""
    mark = next((found for name in ENCODERS if (found := frame.find(name, 4, 60)) >= 0), -1)
    if mark < 0:
        return PROGRAM.sub(lambda found: bytes(len(found[0])), frame)
    if frame[mark : mark + 4] == b"VBRI":
        return frame
    flags = int.from_bytes(frame[mark + 4 : mark + 8]) & 7  # frames, bytes, table; the scale of quality goes
    size = 8 + 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1)
    head = frame[: mark + 4] + flags.to_bytes(4) + frame[mark + 8 : mark + size]
    return head.ljust(len(frame), b"\0")


WAVE_PARTS = (b"fmt ", b"fact", b"data")


def wav(data: bytes) -> bytes:
    """Keep the three chunks that are heard; recorders write names, dates and places into others."""
    kept: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name in WAVE_PARTS and name not in kept:
            kept[name] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    form = kept.get(b"fmt ", b"")
    if len(form) < 16 or not kept.get(b"data"):
        raise Unfit(Why.BROKEN)
    kept[b"fmt "] = form[: 40 if form[:2] == b"\xfe\xff" else 16 if form[:2] == b"\1\0" else len(form)][:50]
    body = b"".join(
        name + len(kept[name]).to_bytes(4, "little") + kept[name] + b"\0" * (len(kept[name]) % 2)
        for name in WAVE_PARTS
        if name in kept
    )
    return b"RIFF" + (4 + len(body)).to_bytes(4, "little") + b"WAVE" + body


STREAM_INFO, SEEK_TABLE = 0, 3


def flac(data: bytes) -> bytes:
    """Keep how it is to be read and where to find places in it; the rest of what stands in front goes."""
    out = BytesIO(_without_tail(data))
    file = FLAC(out)
    file.metadata_blocks = [block for block in file.metadata_blocks if block.code in {STREAM_INFO, SEEK_TABLE}]
    file.tags = None
    out.seek(0)
    file.save(out, deleteid3=True, padding=lambda _info: 0)
    return out.getvalue()


def _without_tail(data: bytes) -> bytes:
    return data[:-128] if data[-128:-125] == b"TAG" else data


def ogg(data: bytes) -> bytes:
    """Keep the pages of one sound; its second packet, which holds words about it, is written anew and empty."""
    pages = list(_pages(data))
    serial = pages[0].serial
    packets = OggPage.to_packets([page for page in pages if page.serial == serial], strict=True)
    kept = [page for page in pages if page.serial == serial]
    opus = packets[0].startswith(b"OpusHead")
    empty = b"OpusTags" + b"\0" * 8 if opus else b"\3vorbis" + b"\0" * 8 + b"\1"
    if not packets[1].startswith(empty[:7]):
        raise Unfit(Why.BROKEN)
    heads = [packets[0], empty] + ([] if opus else [packets[2]])
    return b"".join(page.write() for page in _rebuilt(kept, heads, serial))


def _pages(data: bytes) -> Iterator[OggPage]:
    stream = BytesIO(data)
    while stream.tell() < len(data):
        try:
            page = OggPage(stream)
        except EOFError:
            return
        yield page


def _rebuilt(pages: list[OggPage], heads: list[bytes], serial: int) -> Iterator[OggPage]:
    """Yield pages for the new headers, then those of the sound with new numbers. Sound begins on a page of its own."""
    number = 0
    first = OggPage()
    first.first, first.serial, first.packets = True, serial, heads[:1]
    heading = [first, *OggPage.from_packets(heads[1:], sequence=1)]
    for page in heading:
        page.serial, page.position, page.sequence = serial, 0, number
        number += 1
        yield page
    for page in pages[_heard_from(pages, len(heads)) :]:
        page.sequence = number
        number += 1
        yield page


def _heard_from(pages: list[OggPage], heads: int) -> int:
    """Return the first page after the headers."""
    finished = 0
    for at, page in enumerate(pages):
        finished += len(page.packets) - (not page.complete)
        if finished == heads:
            return at + 1
        if finished > heads:
            break
    raise Unfit(Why.BROKEN)


BUILDERS: dict[str, Callable[[bytes], bytes]] = {
    "mp3": mp3,
    "wav": wav,
    "flac": flac,
    "ogg": ogg,
    "opus": ogg,
    "m4a": clean_m4a,
}
