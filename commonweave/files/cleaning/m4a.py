"""Sound in MP4 boxes (ISO/IEC 14496-12): one track is put together anew; telephones write places and dates beside it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from commonweave.files.cleaning.unfit import Unfit, Why

if TYPE_CHECKING:
    from collections.abc import Iterator

SOUNDS = frozenset({b"mp4a", b"alac"})
INSIDE_ENTRY = frozenset({b"esds", b"alac", b"wave", b"chan"})
TABLES = (b"stts", b"ctts", b"stsc", b"stsz", b"stss")
MOST_CHUNKS = 2_000_000
HEAD = 8


def box(name: bytes, *parts: bytes) -> bytes:
    """Return a box."""
    body = b"".join(parts)
    return (HEAD + len(body)).to_bytes(4) + name + body


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the boxes of a level: name and what is in it. Raises Unfit."""
    at = 0
    while at + HEAD <= len(data):
        size, name, head = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], HEAD
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16]), 16
        size = size or len(data) - at
        if size < head or at + size > len(data):
            raise Unfit(Why.BROKEN)
        yield name, data[at + head : at + size]
        at += size


def only(data: bytes, *path: bytes) -> bytes:
    """Return what is in the first box of that name, level by level. Raises Unfit."""
    for name in path:
        data = next((body for found, body in boxes(data) if found == name), b"")
        if not data:
            raise Unfit(Why.BROKEN)
    return data


def clean_m4a(data: bytes) -> bytes:
    """Return a file with one track of sound and nothing else."""
    top = list(boxes(data))
    if any(name == b"moof" for name, _ in top):
        raise Unfit(Why.BROKEN)
    movie = next((body for name, body in top if name == b"moov"), b"")
    tracks = [body for name, body in boxes(movie) if name == b"trak"]
    track = next((one for one in tracks if only(one, b"mdia", b"hdlr")[8:12] == b"soun"), b"")
    if not track or any(only(one, b"mdia", b"hdlr")[8:12] == b"vide" for one in tracks):
        raise Unfit(Why.VIDEO if tracks else Why.BROKEN)
    sound = only(track, b"mdia", b"minf", b"stbl")
    chunks = list(_chunks(data, sound))
    first = box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom")
    length = len(_movie(movie, track, sound, [0] * len(chunks)))
    offsets, at = [], len(first) + length + HEAD
    for chunk in chunks:
        offsets.append(at)
        at += len(chunk)
    return first + _movie(movie, track, sound, offsets) + box(b"mdat", *chunks)


def _movie(movie: bytes, track: bytes, sound: bytes, offsets: list[int]) -> bytes:
    media = only(track, b"mdia")
    edits = next(
        (box(b"edts", box(b"elst", only(body, b"elst"))) for name, body in boxes(track) if name == b"edts"), b""
    )
    table = b"".join(box(name, body) for name, body in boxes(sound) if name in TABLES)
    places = box(b"stco", struct.pack(">II", 0, len(offsets)), struct.pack(f">{len(offsets)}I", *offsets))
    samples = box(b"stbl", _entry(only(sound, b"stsd")), table, places)
    here = box(b"dinf", box(b"dref", b"\0\0\0\0\0\0\0\1", box(b"url ", b"\0\0\0\1")))
    inside = box(b"minf", box(b"smhd", b"\0" * 8), here, samples)
    handler = box(b"hdlr", b"\0" * 8 + b"soun" + b"\0" * 13)
    return box(
        b"moov",
        box(b"mvhd", _undated(only(movie, b"mvhd"))),
        box(
            b"trak",
            box(b"tkhd", _undated(only(track, b"tkhd"))),
            edits,
            box(b"mdia", box(b"mdhd", _undated(only(media, b"mdhd"))), handler, inside),
        ),
    )


def _undated(body: bytes) -> bytes:
    """Blank when it was made and changed (two numbers, of four bytes or of eight)."""
    size = 16 if body[:1] == b"\1" else 8
    return body[:4] + b"\0" * size + body[4 + size :]


def _entry(table: bytes) -> bytes:
    """Return the one description of how to decode, with what a decoder needs and nothing else."""
    name, body = next(iter(boxes(table[8:])), (b"", b""))
    if name not in SOUNDS or len(body) < 28:
        raise Unfit(Why.BROKEN)
    fixed = 28 + (16 if body[8:10] == b"\0\1" else 36 if body[8:10] == b"\0\2" else 0)  # QuickTime's longer ones
    inside = b"".join(box(found, more) for found, more in boxes(body[fixed:]) if found in INSIDE_ENTRY)
    return box(b"stsd", b"\0\0\0\0\0\0\0\1", box(name, body[:fixed], inside))


def _chunks(data: bytes, sound: bytes) -> Iterator[bytes]:
    """Yield the bytes of each chunk of the sound, by its own tables."""
    sizes = _sizes(only(sound, b"stsz"))
    runs = list(struct.iter_unpack(">III", only(sound, b"stsc")[8:]))
    offsets = _offsets(sound)
    if len(offsets) > MOST_CHUNKS or not runs or runs[0][0] != 1:
        raise Unfit(Why.BROKEN)
    run, sample = 0, 0
    for number, offset in enumerate(offsets, 1):
        while run + 1 < len(runs) and runs[run + 1][0] <= number:
            run += 1
        count = runs[run][1]
        length = sizes.total(sample, sample + count)
        sample += count
        if offset + length > len(data):
            raise Unfit(Why.BROKEN)
        yield data[offset : offset + length]


class _Sizes:
    """How long samples are: one length for all, or a list."""

    def __init__(self, one: int, each: tuple[int, ...]) -> None:
        self.one = one
        self.sums = [0]
        for size in each:
            self.sums.append(self.sums[-1] + size)

    def total(self, start: int, end: int) -> int:
        """Return the length of some samples together."""
        if self.one:
            return self.one * (end - start)
        last = len(self.sums) - 1
        return self.sums[min(end, last)] - self.sums[min(start, last)]


def _sizes(body: bytes) -> _Sizes:
    one, count = struct.unpack(">II", body[4:12])
    if not one and len(body) < 12 + 4 * count:
        raise Unfit(Why.BROKEN)
    return _Sizes(one, () if one else struct.unpack(f">{count}I", body[12 : 12 + 4 * count]))


def _offsets(sound: bytes) -> list[int]:
    for name, body in boxes(sound):
        if name in {b"stco", b"co64"}:
            sign, width = ("I", 4) if name == b"stco" else ("Q", 8)
            count = int.from_bytes(body[4:8])
            return list(struct.unpack(f">{count}{sign}", body[8 : 8 + count * width]))
    raise Unfit(Why.BROKEN)
