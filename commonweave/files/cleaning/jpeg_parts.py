"""JPEG and JPEG 2000 inside other files: what is not the picture is cut out, the picture is not touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commonweave.files.cleaning.unfit import Unfit, Why

if TYPE_CHECKING:
    from collections.abc import Callable

START, SCAN, END, ADOBE, COMMENT = 0xD8, 0xDA, 0xD9, 0xEE, 0xFE
TELLING = frozenset({*range(0xE0, 0xF0), COMMENT}) - {ADOBE}  # Adobe's says how colours are meant
ALONE = frozenset({0x01, *range(0xD0, 0xDA)})
TABLES, QUANTA, RESTARTS, LINES = 0xC4, 0xDB, 0xDD, 0xDC
FRAMES = frozenset(range(0xC0, 0xD0)) - {TABLES, 0xC8, 0xCC}  # C8 and CC are no frames
BOXES = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})


def stripped(data: bytes) -> bytes:
    """Return a JPEG without what programs write beside the picture, and without what follows it. Raises Unfit."""
    if data[:2] != b"\xff\xd8":
        raise Unfit(Why.BROKEN)
    kept, at = [data[:2]], 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise Unfit(Why.BROKEN)
        mark = data[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        if mark in ALONE:
            kept.append(data[at : at + 2])
            at += 2
            if mark == END:
                return b"".join(kept)
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        fits = _fits(mark, data[at + 4 : end], end - at - 4)
        if not fits and mark not in TELLING and mark != ADOBE:
            raise Unfit(Why.BROKEN)
        if mark == SCAN:
            end = _after_scan(data, end)
        if fits:
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, b"\xff\xd9"])


def _fits(mark: int, part: bytes, length: int) -> bool:
    """Say whether a part is one that a picture needs, and holds what it must and no more (ITU-T T.81, annex B).

    A damaged length would take what follows the picture for a part of it.
    """
    if len(part) != length or length <= 0:
        return False
    if mark in FRAMES:
        return length > 5 and length == 6 + 3 * part[5]
    if mark == SCAN:
        return length == 4 + 2 * part[0]
    if mark == QUANTA:
        return _filled(part, lambda at: 1 + 64 * (1 + (part[at] >> 4 & 1)))
    if mark == TABLES:
        return _filled(part, lambda at: 17 + sum(part[at + 1 : at + 17]))
    if mark == ADOBE:
        return length == 12 and part.startswith(b"Adobe")
    return mark in {RESTARTS, LINES} and length == 2  # nothing else is a part of the picture


def _filled(part: bytes, size: Callable[[int], int]) -> bool:
    at = 0
    while at < len(part):
        at += size(at)
    return at == len(part)


def _after_scan(data: bytes, at: int) -> int:
    """Return where the points of a scan end: at the next mark that is neither stuffing nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
    return len(data)


def stripped_2000(data: bytes) -> bytes:
    """Return a JPEG 2000 file with the boxes that make the picture, and no others. A bare stream stays."""
    if data[4:8] != b"jP  ":
        return data
    kept, at = [], 0
    while at + 8 <= len(data):
        size, name, head = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16]), 16
        size = size or len(data) - at
        if size < head:
            raise Unfit(Why.BROKEN)
        if name in BOXES:
            kept.append(data[at : at + size])
        at += size
    return b"".join(kept)
