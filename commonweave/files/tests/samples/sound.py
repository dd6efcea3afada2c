"""Sound as telephones and programs write it, made by hand, with names, places and pictures planted."""

from __future__ import annotations

import struct
from io import BytesIO

from mutagen.apev2 import APEv2
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, COMM, GEOB, ID3, TIT2, TPE1
from mutagen.ogg import OggPage

from commonweave.files.cleaning.m4a import box
from commonweave.files.tests.samples.pictures import MARK, jpeg

MP3_FRAME = b"\xff\xfb\x90\x64" + b"\0" * 413  # 128 kbit/s at 44.1 kHz: 417 bytes of silence


def mp3(number: int = 0) -> bytes:
    """Return frames with ID3v2 (names, a cover, a file), a LAME header, ID3v1 and APEv2."""
    names = b"LAME3.100" + MARK.encode()
    header = MP3_FRAME[:36] + b"Xing" + (7).to_bytes(4) + (30).to_bytes(4) + (12510).to_bytes(4) + bytes(100) + names
    whole = BytesIO(header.ljust(417, b"\0") + MP3_FRAME * (28 + number % 3))
    tags = ID3()
    tags.add(TIT2(encoding=3, text=[f"{MARK} title"]))
    tags.add(TPE1(encoding=1, text=[f"{MARK} artist {number}"]))
    tags.add(COMM(encoding=3, lang="eng", desc="", text=[f"{MARK} comment"]))
    tags.add(GEOB(encoding=3, mime="x/y", filename=MARK, desc=MARK, data=MARK.encode()))
    tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc=MARK, data=jpeg(number)))
    tags.save(whole, v1=2)
    ape = APEv2()
    ape["Artist"] = f"{MARK} ape"
    whole.seek(0)
    ape.save(whole)
    return whole.getvalue()


def wav(number: int = 0) -> bytes:
    """Return samples with a broadcaster's chunk, a list of names and an ID3 tag."""
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    told = b"INFO" + b"IART" + struct.pack("<I", len(MARK) + 1) + MARK.encode() + b"\0"
    parts = [
        (b"bext", MARK.encode().ljust(602, b"\0")),
        (b"fmt ", form),
        (b"LIST", told),
        (b"data", struct.pack("<2000h", *(((each * (number + 3)) % 2000) - 1000 for each in range(2000)))),
        (b"iXML", f"<BWFXML><NOTE>{MARK}</NOTE></BWFXML>".encode()),
    ]
    body = b"".join(name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2) for name, part in parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    value, top = 0, 1 << (bits - 1)
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & ((1 << bits) - 1)
    return value


def flac(number: int = 0) -> bytes:
    """Return one frame of one tone with names, a cover and an application's own block."""
    info = struct.pack(">HH", 4096, 4096) + b"\0" * 6 + ((44100 << 44) | (15 << 36) | 4096).to_bytes(8) + b"\0" * 16
    head = b"\xff\xf8\xc9\x08\0"
    frame = head + bytes([_crc(head, 8, 0x07)]) + b"\0" + struct.pack(">h", 100 + number)
    frame += struct.pack(">H", _crc(frame, 16, 0x8005))
    whole = BytesIO(b"fLaC" + b"\x80" + len(info).to_bytes(3) + info + frame)
    file = FLAC(whole)
    file.add_tags()
    file["artist"], file["location"] = f"{MARK} artist", f"{MARK} place"
    cover = Picture()
    cover.data, cover.mime, cover.desc = jpeg(number), "image/jpeg", MARK
    file.add_picture(cover)
    whole.seek(0)
    file.save(whole)
    return whole.getvalue()


def _ogg(heads: list[bytes], sound: list[bytes]) -> bytes:
    first = OggPage()
    first.first, first.serial, first.packets = True, 7, heads[:1]
    pages = [first, *OggPage.from_packets(heads[1:], sequence=1)]
    last = OggPage()
    last.packets, last.sequence, last.position, last.last = sound, len(pages), 960 * len(sound), True
    pages.append(last)
    for page in pages:
        page.serial = 7
    return b"".join(page.write() for page in pages)


def _words(number: int) -> bytes:
    told = [f"ARTIST={MARK} artist {number}", f"LOCATION={MARK} place", f"METADATA_BLOCK_PICTURE={MARK}"]
    vendor = f"{MARK} program".encode()
    found = b"".join(struct.pack("<I", len(each)) + each.encode() for each in told)
    return struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(told)) + found


def opus(number: int = 0) -> bytes:
    """Return a voice message of silence."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48000, 0, 0)
    return _ogg([head, b"OpusTags" + _words(number)], [b"\xf8\xff\xfe"] * 20)


def ogg(number: int = 0) -> bytes:
    """Return Vorbis pages; nobody decodes them, so the third header and the sound are made up."""
    head = b"\1vorbis" + struct.pack("<IBIIIIB", 0, 1, 44100, 0, 80000, 0, 0xB8) + b"\1"
    return _ogg([head, b"\3vorbis" + _words(number) + b"\1", b"\5vorbis" + bytes(200)], [b"\0" * 30] * 20)


def m4a(number: int = 0) -> bytes:
    """Return a telephone's voice memo: silence, with dates, a place, names and a free box."""
    frames = [b"\x21\x10\x04\x60\x8c\x1c"] * (20 + number % 5)
    dated = struct.pack(">II", 3852540896, 3852540896)
    entry = box(b"mp4a", b"\0" * 6 + struct.pack(">HHHIHHHHHH", 1, 0, 0, 0, 1, 16, 0, 0, 44100, 0), _esds())
    first = box(b"ftyp", b"M4A \0\0\0\0M4A mp42")

    def movie(offset: int) -> bytes:
        table = [
            box(b"stsd", struct.pack(">II", 0, 1), entry),
            box(b"stts", struct.pack(">IIII", 0, 1, len(frames), 1024)),
            box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(frames), 1)),
            box(b"stsz", struct.pack(f">III{len(frames)}I", 0, 0, len(frames), *map(len, frames))),
            box(b"stco", struct.pack(">III", 0, 1, offset)),
        ]
        inside = box(b"minf", box(b"smhd", bytes(8)), box(b"stbl", *table))
        media = box(
            b"mdia",
            box(b"mdhd", bytes(4), dated, struct.pack(">IIHH", 44100, 1024 * len(frames), 0x55C4, 0)),
            box(b"hdlr", bytes(8) + b"soun" + bytes(12) + MARK.encode() + b"\0"),
            inside,
        )
        track = box(b"tkhd", b"\0\0\0\7", dated, struct.pack(">II", 1, 0), struct.pack(">I", 464), bytes(60))
        place = f"+53.7900-001.5400/{MARK}".encode()
        beside = box(
            b"udta", box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7), place), box(b"meta", MARK.encode())
        )
        head = box(b"mvhd", bytes(4), dated, struct.pack(">II", 1000, 464), bytes(80))
        return box(b"moov", head, box(b"trak", track, media), beside)

    start = len(first) + len(movie(0)) + 8
    return first + movie(start) + box(b"mdat", *frames) + box(b"free", MARK.encode())


def _esds() -> bytes:
    specific = b"\x05\x02\x12\x08"
    decoder = b"\x04" + bytes([13 + len(specific)]) + b"\x40\x15" + bytes(11) + specific
    whole = b"\0\1\0" + decoder + b"\x06\x01\x02"
    return box(b"esds", bytes(4), b"\x03" + bytes([len(whole)]) + whole)
