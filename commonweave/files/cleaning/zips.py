"""Reading zip packages within limits, before anything inside is believed."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from commonweave.files.cleaning.unfit import Unfit, Why

MOST_PARTS = 4_000
MOST_BYTES = 200_000_000
GLANCE = 500_000
ENCRYPTED = 1
ENTRY = b"PK\1\2"  # stands in front of each part's entry in the list at the end
PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What office files use. Others of zip's ways (bzip2, LZMA) are undone by Python without any limit."""
FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)
"""What zipfile raises where a package is damaged; of a version or a way of packing that it does not know it says NotImplementedError."""


def glance(data: bytes) -> tuple[bytes, bytes]:
    """Return what a package says of itself: the `mimetype` of ODF and the content types of OOXML. Raises Unfit."""
    try:
        with _opened(data) as package:
            names = set(package.namelist())
            return tuple(  # type: ignore[return-value]  # two names, two texts
                _read(package, package.getinfo(name), GLANCE) if name in names else b""
                for name in ("mimetype", "[Content_Types].xml")
            )
    except FAULTS:
        raise Unfit(Why.BROKEN) from None


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return every part by its name. Raises Unfit for bombs, encrypted and broken ones."""
    try:
        with _opened(data) as package:
            found = [info for info in package.infolist() if not info.is_dir()]
            if sum(info.file_size for info in found) > MOST_BYTES:
                raise Unfit(Why.BOMB)
            if len({info.filename for info in found}) != len(found):
                raise Unfit(Why.BROKEN)
            return {info.filename: _read(package, info, info.file_size) for info in found}
    except FAULTS:
        raise Unfit(Why.BROKEN) from None


def _opened(data: bytes) -> zipfile.ZipFile:
    """Open a package. Its list is counted first: reading a list of half a million takes half a minute."""
    if data.count(ENTRY) > MOST_PARTS:
        raise Unfit(Why.BOMB)
    return zipfile.ZipFile(BytesIO(data))


def _read(package: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    if info.flag_bits & ENCRYPTED:
        raise Unfit(Why.ENCRYPTED)
    if info.compress_type not in PACKED:
        raise Unfit(Why.BROKEN)
    with package.open(info) as part:
        return part.read(min(most, MOST_BYTES))
