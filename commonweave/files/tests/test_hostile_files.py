"""Files that were made to harm: nobody who opens what we hand out, and nothing that runs here, may suffer from them."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from commonweave.files.cleaning import ask, child
from commonweave.files.cleaning.ask import clean
from commonweave.files.cleaning.kinds import KINDS, kind_of
from commonweave.files.cleaning.shut import can_shut
from commonweave.files.cleaning.unfit import Unfit, Why
from commonweave.files.refusals import SENTENCES
from commonweave.files.tests.samples import MARK, SAMPLES, jpeg, pdf
from commonweave.files.tests.samples.office import docx, packed

TOP = Path(__file__).resolve().parents[3]


def why(data: bytes) -> Why:
    """Return why a file is refused."""
    with pytest.raises(Unfit) as refused:
        clean(data)
    return refused.value.why


def zipped(**parts: bytes) -> bytes:
    return packed({name.replace("__", "/"): part for name, part in parts.items()})


def png_that_claims(width: int, height: int) -> bytes:
    """Return a few bytes that say they are an enormous picture."""
    body = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + bytes((8, 2, 0, 0, 0))

    def chunk(part: bytes) -> bytes:
        return (len(part) - 4).to_bytes(4) + part + zlib.crc32(part).to_bytes(4)

    return b"\x89PNG\r\n\x1a\n" + chunk(body) + chunk(b"IDAT" + zlib.compress(bytes(1000))) + chunk(b"IEND")


def bomb() -> bytes:
    """Return a document of which a part grows ten thousandfold."""
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/media/big.xml", bytes(300_000_000))
    return out.getvalue()


def bomb_at_a_glance(way: int = zipfile.ZIP_BZIP2) -> bytes:
    """Return a package whose own description of itself grows a hundred thousandfold."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", way) as package:
        package.writestr("[Content_Types].xml", bytes(50_000_000))
    return out.getvalue()


def long_list(entries: int = 5_000) -> bytes:
    """Return a package that is nothing but a list of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for number in range(entries):
            package.writestr(f"{number}", b"")
    return out.getvalue()


def laughs() -> bytes:
    """Return a document whose words name words that name words."""
    told = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE x [<!ENTITY a0 "ha">{told}]><x>&a11;</x>'
    with zipfile.ZipFile(io.BytesIO(docx())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return packed({**parts, "word/document.xml": text})


REFUSED = {
    "nothing": (b"", Why.EMPTY),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", Why.PAGE),
    "html": (b"\xef\xbb\xbf <!DOCTYPE html><script>alert(1)</script>", Why.PAGE),
    "windows program": (b"MZ" + bytes(200), Why.PROGRAM),
    "linux program": (b"\x7fELF" + bytes(200), Why.PROGRAM),
    "script": (b"#!/bin/sh\nrm -rf /", Why.PROGRAM),
    "zip": (zipped(a__txt=b"x"), Why.ARCHIVE),
    "gzip": (b"\x1f\x8b" + bytes(20), Why.ARCHIVE),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Why.OLD),
    "video": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"vide" + bytes(50), Why.VIDEO),
    "matroska": (b"\x1aE\xdf\xa3" + bytes(50), Why.VIDEO),
    "text": (b"just words", Why.UNKNOWN),
    "cut picture": (jpeg()[:300], Why.BROKEN),
    "cut document": (pdf()[:200], Why.BROKEN),
    "enormous picture": (png_that_claims(60_000, 60_000), Why.POINTS),
    "zip bomb": (bomb(), Why.BOMB),
    "bzip2 bomb": (bomb_at_a_glance(), Why.BROKEN),
    "LZMA bomb": (bomb_at_a_glance(zipfile.ZIP_LZMA), Why.BROKEN),
    "list of parts": (long_list(), Why.BOMB),
    "words that name words": (laughs(), Why.BROKEN),
    "too large": (b"\xff\xd8\xff" + bytes(25_000_000), Why.LARGE),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_is_refused_with_what_to_do_instead(name: str) -> None:
    data, expected = REFUSED[name]
    found = why(data)
    assert found == expected
    assert str(SENTENCES[found])


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED])
def test_a_glance_at_a_package_takes_no_memory(way: int) -> None:
    """It is taken in the web server's own process: a few hundred bytes must not grow to what a machine has."""
    made = bomb_at_a_glance(way)
    tracemalloc.start()
    try:
        with pytest.raises(Unfit):
            kind_of(made)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_every_reason_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Why)


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_macros_are_refused(kind: str) -> None:
    """A program in a document runs on the computer of whoever helps."""
    with zipfile.ZipFile(io.BytesIO(SAMPLES[kind](0))) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    if kind == "odt":
        parts["Basic/Standard/Module1.xml"] = b"<x/>"
    else:
        types = bytes(parts["[Content_Types].xml"])  # type: ignore[arg-type]  # read above
        more = b'<Default Extension="vba" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
        parts["[Content_Types].xml"] = types.replace(b"</Types>", more)
    assert why(packed(parts, first="mimetype")) == Why.MACRO


def test_a_password_is_refused() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="x", user="y"))
    assert why(out.getvalue()) == Why.ENCRYPTED


def test_a_picture_that_is_a_program_too_becomes_a_picture() -> None:
    """Two files in one: what comes out is made anew, so only the picture is left."""
    made = clean(jpeg() + zipped(evil__js=b"alert(1)") + b"<script>alert(1)</script>")
    assert b"PK\x03\x04" not in made.data
    assert b"script" not in made.data
    Image.open(io.BytesIO(made.data)).load()


@settings(max_examples=25)
@example("mp3", 141, 22)  # a table of contents that is none any more, with the program's name behind it
@example("pdf", 349, 14)  # a part of the picture's JPEG whose damaged length reached behind the picture
@given(st.sampled_from(sorted(SAMPLES)), st.integers(0, 2**32), st.integers(1, 40))
def test_damaged_files_are_refused_or_clean(kind: str, seed: int, bites: int) -> None:
    """In the process itself: whatever happens is an exception, never a fault of a library that nobody catches."""
    luck, data = random.Random(seed), bytearray(SAMPLES[kind](seed % 4))  # noqa: S311 - repeatable
    for _ in range(bites):
        data[luck.randrange(len(data))] = luck.randrange(256)
    if luck.random() < 0.5:
        del data[luck.randrange(len(data)) :]
    try:
        made = clean(bytes(data))
    except Unfit as unfit:
        assert unfit.why in SENTENCES  # noqa: PT017 - refusing is as good as cleaning
    else:
        assert MARK.encode() not in made.data


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_junk_is_told_by_its_first_bytes(junk: bytes) -> None:
    """Nothing but a reason or a kind ever comes out."""
    try:
        assert kind_of(junk) in KINDS
    except Unfit as unfit:
        assert unfit.why in SENTENCES  # noqa: PT017 - as good an end


PROBE = """
import os, socket, sys
from commonweave.files.cleaning.shut import shut_in
sys.path
shut_in()
found = []
for name, deed in (
    ("reads a file", lambda: open("/etc/passwd").read()),
    ("writes a file", lambda: open(sys.argv[1], "w").write("x")),
    ("opens a socket", lambda: socket.socket()),
    ("starts a program", lambda: os.execv("/bin/true", ["true"])),
    ("makes a process", lambda: os.fork()),
    ("signals its parent", lambda: os.kill(os.getppid(), 0)),
    ("lists a folder", lambda: os.listdir("/")),
    ("takes all memory", lambda: bytearray(3_000_000_000)),
):
    try:
        deed()
        found.append(name)
    except (OSError, MemoryError):
        pass
sys.stdout.write(",".join(found))
"""


@pytest.mark.skipif(not can_shut(), reason="The filter of system calls is for Linux on x86-64 and AArch64.")
def test_the_child_reaches_nothing(tmp_path: Path) -> None:
    """A file that takes the child over finds itself in a room without doors."""
    words = [sys.executable, "-sP", "-c", PROBE, str(tmp_path / "x")]
    done = subprocess.run(words, env={"PYTHONPATH": str(TOP)}, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert not (tmp_path / "x").exists()


def test_a_child_that_lies_is_not_believed() -> None:
    """What it says is looked at again: it may not be ours any more."""
    for answer in (
        b'{"kind": "jpeg", "active": false, "preview": 0, "size": 5}\n<html',
        b'{"kind": "html", "active": false, "preview": 0, "size": 5}\n<html',
        b'{"kind": "jpeg", "active": false, "preview": 0, "size": 900000000}\n\xff\xd8\xff',
        b'{"kind": "jpeg", "active": false, "preview": -1, "size": 3}\n\xff\xd8\xff',
        b"[]\n",
        b"[" * 990 + b"\n",
        b'{"refused": []}\n',
        b'{"kind": [], "active": false, "preview": 0, "size": 5}\n<html',
        b"junk",
        b"",
        b'{"refused": "<script>"}\n',
    ):
        with pytest.raises(Unfit):
            ask._read(io.BytesIO(answer))


def test_every_kind_has_its_cleaner() -> None:
    told = [kind for name, kinds in child.CLEANERS.items() for kind in kinds if name != "reading"]  # it cleans nothing
    assert sorted(told) == sorted(KINDS)
    assert len(told) == len(SAMPLES)
