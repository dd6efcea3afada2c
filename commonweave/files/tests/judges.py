"""Who says that nothing is left: our own search for what was planted, and exiftool and mat2, which others wrote."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from commonweave.files.cleaning.kinds import KINDS, PACKAGES
from commonweave.files.tests.samples import MARK

if TYPE_CHECKING:
    from pathlib import Path

EXIFTOOL, MAT2 = shutil.which("exiftool"), shutil.which("mat2")

OF_ITS_FORM = re.compile(
    r"^(ExifTool|System|File|Composite|ZIP):"
    r"|^JFIF:(JFIFVersion|ResolutionUnit|[XY]Resolution)$"
    r"|^PNG:(ImageWidth|ImageHeight|BitDepth|ColorType|Compression|Filter|Interlace|Animation(Frames|Plays))$"
    r"|^PDF:(PDFVersion|Linearized|PageCount|EmbeddedImage(ColorSpace|Filter|Height|Width)?)$"
    r"|^(SourceFile)$"
    r"|^RIFF:(Encoding|NumChannels|SampleRate|AvgBytesPerSec|BitsPerSample)$"
    r"|^FLAC:(BlockSize(Min|Max)|FrameSize(Min|Max)|SampleRate|Channels|BitsPerSample|TotalSamples|MD5Signature|Padding)$"
    r"|^MPEG:(MPEGAudioVersion|AudioLayer|AudioBitrate|SampleRate|ChannelMode|MSStereo|IntensityStereo|CopyrightFlag"
    r"|OriginalMedia|Emphasis|VBR(Frames|Bytes|Scale))$"
    r"|^(Vorbis|Opus):((Vorbis|Opus)Version|AudioChannels|SampleRate|OutputGain|(Minimum|Nominal|Maximum)Bitrate)$"
    r"|^(QuickTime|Track\d+|ItemList):(HandlerVendorID|MajorBrand|MinorVersion|CompatibleBrands|MediaDataSize|MediaDataOffset|MovieHeaderVersion"
    r"|TimeScale|Duration|Preferred(Rate|Volume)|(Preview|Poster|Selection|Current)(Time|Duration)|NextTrackID|TrackHeaderVersion"
    r"|Track(Duration|Layer|Volume|ID)|MatrixStructure|Media(HeaderVersion|TimeScale|Duration|LanguageCode)|HandlerType"
    r"|Balance|MediaData|TimeToSampleTable|SampleToChunk|SampleSizes|ChunkOffset|Unknown_esds|Audio(Format|Channels|BitsPerSample|SampleRate))$"
)
"""What says how a file is built (sizes, rates, versions) and nothing about who, when, where or with what."""


def planted_in(data: bytes, kind: str) -> list[str]:
    """Return where something that was planted can still be found, also under compression."""
    found = ["the bytes"] if _is_in(data) else []
    if kind in PACKAGES:
        with zipfile.ZipFile(BytesIO(data)) as package:
            found += [info.filename for info in package.infolist() if _is_in(package.read(info)) or info.comment]
    if kind == "pdf":
        with pikepdf.open(BytesIO(data)) as document:
            for thing in document.objects:
                text = str(thing.unparse() if not isinstance(thing, pikepdf.Stream) else thing.keys()).encode()
                if isinstance(thing, pikepdf.Stream):
                    text += thing.read_raw_bytes() + _undone(thing)
                found += ["an object"] * _is_in(text)
    return found


def _undone(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return b""


def _is_in(data: bytes) -> bool:
    dresses = (MARK.encode(), MARK.encode("utf-16-le"), MARK.encode("utf-16-be"), MARK.encode().hex().encode())
    return any(dress in data for dress in dresses) or any(dress in _inflated(data) for dress in dresses)


def _inflated(data: bytes) -> bytes:
    """Return what a compressed text chunk of a PNG holds."""
    found = b""
    for at in (match.end() for match in re.finditer(rb"zTXt|iTXt", data)):
        try:
            found += zlib.decompressobj().decompress(data[data.index(b"\0", at) + 2 :])
        except (zlib.error, ValueError):
            continue
    return found


def judged(data: bytes, kind: str, folder: Path) -> list[str]:
    """Return what the judges that this machine has still find in a clean file."""
    path = folder / f"clean.{KINDS[kind].ending}"
    path.write_bytes(data)
    return [*_by_exiftool(path), *_by_mat2(path)]


def _by_exiftool(path: Path) -> list[str]:
    if EXIFTOOL is None:
        return []
    done = subprocess.run(  # noqa: S603 - a judge on this machine
        [EXIFTOOL, "-json", "-G1", "-a", "-ee", "-u", str(path)],
        capture_output=True,
        check=False,
    )
    tags = json.loads(done.stdout)[0]
    told = [(name, str(value)) for name, value in tags.items() if not OF_ITS_FORM.search(name)]
    return [f"exiftool: {name} = {value[:60]}" for name, value in told if value not in SAYS_NO_TIME]


SAYS_NO_TIME = frozenset({"", "0000:00:00 00:00:00"})
SAYS_NOTHING = re.compile(r"No metadata found|: (-1|PDF-\d\.\d)$|Animation(Frames|Plays): |^\s*$|Metadata for")


def _by_mat2(path: Path) -> list[str]:
    if MAT2 is None:
        return []
    words = [MAT2, "--no-sandbox", "--show", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - a judge on this machine
    if "is not supported" in done.stdout + done.stderr:
        return []
    return [f"mat2: {line.strip()}" for line in done.stdout.splitlines() if not SAYS_NOTHING.search(line)]
