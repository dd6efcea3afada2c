"""Pictures and PDFs, with what betrays people planted wherever a format has room for it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageDraw, PngImagePlugin

MARK = "zqplanted"
XMP = (
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    f'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>{MARK} xmp</rdf:li>'
    f"</rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
).encode()


def picture(number: int = 0, size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Draw something that can be told from its mirror and from lying on its side."""
    image = Image.new("RGB", size, (200, (number * 37) % 256, 40))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 2), fill=(10, 20, (number * 11) % 256))
    return image


def exif(number: int = 0, *, turned: int = 1) -> Image.Exif:
    """Plant a maker, a serial number, a comment and a place."""
    found = Image.Exif()
    found[0x010E], found[0x010F], found[0x013B] = f"{MARK} description", f"{MARK} maker", f"{MARK} artist {number}"
    found[0x0112], found[0x0132] = turned, "2026:01:31 12:34:56"
    found.get_ifd(0x8769).update({0x9003: "2026:01:31 12:34:56", 0xA431: f"{MARK} serial {number}"})
    found.get_ifd(0x8825).update({1: "N", 2: (53.0, 47.0, 58.0 + number % 2), 3: "W", 4: (1.0, 32.0, 57.0)})
    return found


def _saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def _segment(mark: int, data: bytes) -> bytes:
    return bytes((0xFF, mark)) + (len(data) + 2).to_bytes(2) + data


def iptc() -> bytes:
    """Return a JPEG segment with a by-line and a city, as press photographers' programs write it."""
    records = b"".join(
        b"\x1c\x02" + bytes([number]) + len(text).to_bytes(2) + text
        for number, text in ((80, f"{MARK} byline".encode()), (90, f"{MARK} city".encode()))
    )
    block = b"8BIM\x04\x04\0\0" + len(records).to_bytes(4) + records + b"\0" * (len(records) % 2)
    return _segment(0xED, b"Photoshop 3.0\0" + block)


def jpeg(number: int = 0, *, turned: int = 1) -> bytes:
    """Return a photograph with EXIF, GPS, XMP, IPTC, a comment, a small picture of itself and something behind its end."""
    whole = _saved(picture(number), "JPEG", exif=exif(number, turned=turned), xmp=XMP, comment=f"{MARK} com".encode())
    return whole[:2] + iptc() + whole[2:] + f"{MARK} trailer".encode()


def png(number: int = 0) -> bytes:
    """Return a picture with text chunks, EXIF, XMP and a date."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", f"{MARK} author {number}")
    words.add_itxt("XML:com.adobe.xmp", XMP.decode())
    words.add(b"tIME", b"\x07\xea\x01\x1f\x0c\x22\x38")
    image = picture(number).convert("RGBA" if number % 2 else "RGB")
    return _saved(image, "PNG", pnginfo=words, exif=exif(number))


def webp(number: int = 0) -> bytes:
    """Return a picture with EXIF and XMP."""
    return _saved(picture(number), "WEBP", exif=exif(number), xmp=XMP)


def gif(number: int = 0) -> bytes:
    """Return a moving picture with a comment."""
    more = [picture(number + 1), picture(number + 2)] if number % 2 else []
    return _saved(picture(number), "GIF", comment=f"{MARK} comment".encode(), save_all=True, append_images=more)


def heic(number: int = 0) -> bytes:
    """Return a telephone's photograph with EXIF and XMP."""
    image = pillow_heif.from_pillow(picture(number))
    out = BytesIO()
    image.save(out, exif=exif(number).tobytes(), xmp=XMP, quality=40)
    return out.getvalue()


def tiff(number: int = 0) -> bytes:
    """Return a scan with a description, an artist, a place and XMP."""
    found = exif(number)
    found[700] = XMP
    return _saved(picture(number).convert("L" if number % 2 else "RGB"), "TIFF", exif=found)


def pdf(number: int = 0, *, active: bool = True) -> bytes:
    """Return a document with an author, XMP, a note, a form, a hidden file, a script and a photograph that knows its place."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 200))
    image = Stream(
        made,
        jpeg(number),
        {"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 96, "/Height": 64, "/BitsPerComponent": 8},
    )
    image.ColorSpace, image.Filter = Name.DeviceRGB, Name.DCTDecode
    image.Metadata = Stream(made, XMP)
    page.obj.Resources = Dictionary(XObject=Dictionary(Im0=image))
    page.obj.Contents = Stream(made, b"q 100 0 0 100 0 0 cm /Im0 Do Q")
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 20, 20], T=String(f"{MARK} writer"))
    note.Contents, note.M = String(f"{MARK} note"), String("D:20260131123456Z")
    page.obj.Annots = Array([made.make_indirect(note)])
    page.obj.PieceInfo = Dictionary(Maker=Dictionary(Private=String(f"{MARK} piece"), LastModified=String("D:2026")))
    made.docinfo["/Author"], made.docinfo["/Producer"] = f"{MARK} author {number}", f"{MARK} producer"
    with made.open_metadata() as meta:
        meta["dc:creator"] = [f"{MARK} creator"]
    if active:
        page.obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{MARK}')")))
        made.attachments["hidden.txt"] = f"{MARK} attachment".encode()
    out = BytesIO()
    made.save(out)
    return out.getvalue()
