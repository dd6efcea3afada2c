"""PDF: pages are carried over into a new document; what acts, hides or tells about its makers stays behind."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from commonweave.files.cleaning.clean import Clean
from commonweave.files.cleaning.jpeg_parts import stripped, stripped_2000
from commonweave.files.cleaning.unfit import Unfit, Why

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PAGES = 2_000
MOST_PICTURE = 60_000_000
DEEPEST = 40
PAGE_KEEPS = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Contents", "/Resources", "/UserUnit", "/Group"}
)
TELLING = (
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/PTEX.FileName",
    "/PTEX.InfoDict",
    "/PTEX.PageNumber",
    "/OPI",
    "/Alternates",
    "/StructParent",
    "/StructParents",
    "/Measure",
    "/AF",
    "/JS",
    "/AA",
)
ACTING = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie", "/Sound"})
ACTING_KEYS = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/RichMediaSettings")


def clean(data: bytes, kind: str) -> Clean:
    """Make a new document of the pages alone."""
    try:
        with pikepdf.open(BytesIO(data)) as given:
            if given.is_encrypted:
                raise Unfit(Why.ENCRYPTED)
            if not 0 < len(given.pages) <= MOST_PAGES:
                raise Unfit(Why.BROKEN)
            active = any(_acts(thing) for thing in given.objects)
            return Clean(_made_of(given), kind, active=active)
    except pikepdf.PasswordError:
        raise Unfit(Why.ENCRYPTED) from None
    except pikepdf.PdfError:
        raise Unfit(Why.BROKEN) from None


def _acts(thing: Any) -> bool:  # noqa: ANN401 - any object of a PDF
    if not isinstance(thing, (Dictionary, Stream)):
        return False
    if any(key in thing for key in ACTING_KEYS):
        return True
    return any(_is_action(inner) for inner in (thing, *_values(thing)))


def _values(thing: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    for key in thing.keys():  # noqa: SIM118 - no mapping
        value = thing[key]
        if isinstance(value, Dictionary) and not value.is_indirect:
            yield value


def _is_action(thing: Any) -> bool:  # noqa: ANN401 - as above
    return "/S" in thing and isinstance(thing["/S"], Name) and str(thing["/S"]) in ACTING


def _made_of(given: Pdf) -> bytes:
    """What is written in forms and drawn by notes becomes part of the page; forms and notes themselves go."""
    given.generate_appearance_streams()
    given.flatten_annotations("all")
    with pikepdf.new() as made:
        made.pages.extend(given.pages)
        for page in made.pages:
            for key in [key for key in page.obj.keys() if key not in PAGE_KEEPS]:  # noqa: SIM118 - no mapping
                del page.obj[key]
        for thing in list(made.objects):
            _scrub(thing, 0)
        made.remove_unreferenced_resources()
        out = BytesIO()
        made.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _scrub(thing: Any, depth: int) -> None:  # noqa: ANN401 - any object of a PDF
    """Take what tells out of an object and of what is written inside it; what it refers to has its own turn."""
    if depth > DEEPEST:
        raise Unfit(Why.BOMB)
    if isinstance(thing, (Dictionary, Stream)):
        for key in TELLING:
            if key in thing:
                del thing[key]
        for key in list(thing.keys()):
            _scrub_inside(thing[key], depth)
    elif isinstance(thing, Array):
        for inner in thing:
            _scrub_inside(inner, depth)
    if isinstance(thing, Stream):
        _scrub_picture(thing)


def _scrub_inside(value: Any, depth: int) -> None:  # noqa: ANN401 - as above
    if isinstance(value, (Dictionary, Array)) and not value.is_indirect:
        _scrub(value, depth + 1)


def _scrub_picture(thing: Stream) -> None:
    names = thing.get("/Filter")
    filters = [str(name) for name in names] if isinstance(names, Array) else [str(names)] if names is not None else []
    if not filters or filters[-1] not in {"/DCTDecode", "/JPXDecode"}:
        return
    data = _through(thing.read_raw_bytes(), filters[:-1])
    parms = thing.get("/DecodeParms")
    last = parms[len(parms) - 1] if isinstance(parms, Array) and len(parms) else parms
    if filters[-1] == "/DCTDecode":
        thing.write(stripped(data), filter=Name.DCTDecode, decode_parms=last if isinstance(last, Dictionary) else None)
    else:
        thing.write(stripped_2000(data), filter=Name.JPXDecode)


def _through(data: bytes, filters: list[str]) -> bytes:
    """Undo what was done to a picture after it was made a JPEG."""
    for name in filters:
        if name != "/FlateDecode":
            raise Unfit(Why.BROKEN)
        undone = zlib.decompressobj()
        data = undone.decompress(data, MOST_PICTURE)
        if undone.unconsumed_tail:
            raise Unfit(Why.BOMB)
    return data
