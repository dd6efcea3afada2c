"""ODT, ODS: a new package of content, styles and pictures; who wrote it, with what, and everything that acts stays behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from commonweave.files.cleaning import images, packages
from commonweave.files.cleaning.clean import Clean
from commonweave.files.cleaning.kinds import KINDS
from commonweave.files.cleaning.packages import drop, local, packed, parsed, unwrap, written
from commonweave.files.cleaning.unfit import Unfit, Why
from commonweave.files.cleaning.zips import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

MANIFEST = "META-INF/manifest.xml"
SPACE = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
WORDS = re.compile(r"^(Object \d+/)?(content|styles)\.xml$")
PICTURES = re.compile(r"^Pictures/[^/]+$")
PROGRAMS = re.compile(r"^(Basic|Scripts)/", re.IGNORECASE)
OBJECTS = re.compile(r"^Object \d+$")  # embedded in a format of its own: a program of its own would open it
GONE = frozenset(
    {
        "scripts",
        "event-listeners",
        "forms",
        "creator-initials",
        "plugin",
        "applet",
        "floating-frame",
        "object-ole",
        "settings",
    }
    | {"dde-connection-decls", "dde-links", "dde-source", "dde-connection", "cell-range-source", "table-source"}
    | {"section-source", "sound"}
)
ACTING = frozenset({"plugin", "applet", "object-ole", "floating-frame", "dde-source", "dde-connection"})
FIELDS = frozenset(
    {"author-name", "author-initials", "creator", "initial-creator", "printed-by", "file-name", "template-name"}
    | {"creation-date", "creation-time", "modification-date", "modification-time", "print-date", "print-time"}
    | {"editing-cycles", "editing-duration", "user-defined", "keywords", "subject", "description", "title"}
)
TEXT, DUBLIN, DRAWING = ":text:", "purl.org/dc/", ":svg-compatible:"
LINKS = frozenset({"href", "src"})
TELLING = re.compile(r"rsid$|^(paragraph-rsid|date-value-user|creator|initials)$")
REACHES_OUT = re.compile(r"DDE\s*\(|WEBSERVICE|HYPERLINK|EXTERNAL|file:|https?:|\\\\", re.IGNORECASE)


def warm() -> None:
    """Load what packages and the pictures in them need."""
    packages.warm()
    images.warm()


def clean(data: bytes, kind: str) -> Clean:
    """Carry over content, styles and pictures."""
    parts = parts_of(data)
    if any(PROGRAMS.match(name) for name in parts):
        raise Unfit(Why.MACRO)
    if b"encryption-data" in parts.get(MANIFEST, b""):
        raise Unfit(Why.ENCRYPTED)
    if "content.xml" not in parts:
        raise Unfit(Why.BROKEN)
    active = any(OBJECTS.match(name) for name in parts)
    kept: dict[str, tuple[bytes, str]] = {}
    for name, part in sorted(parts.items()):
        if WORDS.match(name):
            text, acts = _words(part)
            kept[name], active = (text, "text/xml"), active or acts
        elif PICTURES.match(name):
            kept[name] = _picture(part)
    mime = KINDS[kind].mime
    made = {"mimetype": mime.encode(), **{name: part for name, (part, _) in kept.items()}}
    made[MANIFEST] = _manifest(mime, ((name, found) for name, (_, found) in kept.items()))
    return Clean(packed(made, plain=("mimetype",)), kind, active=active)


def _picture(part: bytes) -> tuple[bytes, str]:
    try:
        data, kind = images.clean_inside(part)
    except (Unfit, OSError, ValueError, SyntaxError):
        data, kind = images.empty(), "png"
    return data, f"image/{kind}"


def _words(part: bytes) -> tuple[bytes, bool]:
    root, active = parsed(part), False
    for element in list(root.iter()):
        name, space = local(element.tag), str(element.tag)
        told = DUBLIN in space or (DRAWING in space and name in {"title", "desc"})
        if name in GONE or told:
            active = active or name in ACTING
            drop(element)
        elif name in FIELDS and TEXT in space:
            unwrap(element)
        else:
            active = _attributes(element) or active
    return written(root), active


def _attributes(element: etree._Element) -> bool:
    """Say whether something was there that reaches outward."""
    active = False
    for key in list(element.attrib):
        short, value = local(key), element.get(key) or ""
        outward = short in LINKS and not value.startswith(("#", "Pictures/", "./Pictures/", "./Object ", "Object "))
        if TELLING.search(short) or outward:
            del element.attrib[key]
        elif short == "formula" and REACHES_OUT.search(value):
            del element.attrib[key]
            active = True
        elif short == "name" and local(element.tag) in {"frame", "image"}:
            element.set(key, "")
    return active


def _manifest(mime: str, parts: Iterable[tuple[str, str]]) -> bytes:
    root = etree.Element(f"{{{SPACE}}}manifest", nsmap={"manifest": SPACE})
    root.set(f"{{{SPACE}}}version", "1.3")
    for path, found in (("/", mime), *parts):
        entry = etree.SubElement(root, f"{{{SPACE}}}file-entry")
        entry.set(f"{{{SPACE}}}full-path", path)
        entry.set(f"{{{SPACE}}}media-type", found)
    return written(root)
