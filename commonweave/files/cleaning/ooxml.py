"""DOCX, XLSX, PPTX: a new package of the parts that are known, without links outward, programs, and names of people.

Parts are told by their content type (ECMA-376); what is not on the list is left out, and so is every reference to it.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from commonweave.files.cleaning import images, packages
from commonweave.files.cleaning.clean import Clean
from commonweave.files.cleaning.packages import drop, local, packed, parsed, unwrap, written
from commonweave.files.cleaning.unfit import Unfit, Why
from commonweave.files.cleaning.zips import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPES = "[Content_Types].xml"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
FORMAT = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": f"{FORMAT}wordprocessingml.document.main+xml",
    "xlsx": f"{FORMAT}spreadsheetml.sheet.main+xml",
    "pptx": f"{FORMAT}presentationml.presentation.main+xml",
}
KNOWN = frozenset(
    {
        *MAIN.values(),
        f"{FORMAT}theme+xml",
        f"{FORMAT}drawing+xml",
        *(f"{FORMAT}drawingml.{name}+xml" for name in ("chart", "chartshapes", "diagramData", "diagramLayout")),
        *(f"{FORMAT}drawingml.{name}+xml" for name in ("diagramStyle", "diagramColors")),
        *(
            f"{FORMAT}wordprocessingml.{name}+xml"
            for name in ("styles", "settings", "fontTable", "numbering", "header")
        ),
        *(f"{FORMAT}wordprocessingml.{name}+xml" for name in ("footer", "footnotes", "endnotes", "comments")),
        *(
            f"{FORMAT}spreadsheetml.{name}+xml"
            for name in ("worksheet", "chartsheet", "styles", "sharedStrings", "table")
        ),
        f"{FORMAT}spreadsheetml.comments+xml",
        f"{FORMAT}vmlDrawing",
        *(f"{FORMAT}presentationml.{name}+xml" for name in ("slide", "slideLayout", "slideMaster", "notesSlide")),
        *(
            f"{FORMAT}presentationml.{name}+xml"
            for name in ("notesMaster", "handoutMaster", "presProps", "tableStyles")
        ),
        *(f"{FORMAT}presentationml.{name}+xml" for name in ("commentAuthors", "comments")),
    }
)
PICTURE_TYPES = re.compile(r"image/(jpeg|jpg|png|gif|tiff|x-tiff|bmp|x-emf|x-wmf|emf|wmf|webp)")
ACTING = re.compile(r"oleObject|activeX|control|externalLink|attachedTemplate|frame|mailMerge|connections")

TELLING_ATTRIBUTES = frozenset(
    {"author", "initials", "userId", "userName", "providerId", "lastModifiedBy", "refreshedBy", "date", "dt", "dT"}
    | {"paraId", "textId"}
)
NAMED = frozenset({"cNvPr", "docPr"})
GONE = frozenset(
    {"rsids", "docVars", "attachedTemplate", "mailMerge", "dataBinding", "ffData", "fileSharing", "fileRecoveryPr"}
    | {
        "absPath",
        "extLst",
        "custDataLst",
        "customShowLst",
        "webPublishing",
        "oleObjects",
        "controls",
        "saveThroughXslt",
    }
    | {"docId", "documentId", "personId", "revisionPtr", "userInfo", "writeProtection", "modifyVerifier", "smartTagPr"}
    | {
        "externalReferences",
        "pivotCaches",
        "smartTagTypes",
        "hlinkClick",
        "hlinkHover",
        "hlinkMouseOver",
        "externalData",
    }
    | {
        "altChunk",
        "subDoc",
        "legacyDrawingHF",
        "OLEObject",
        "embedRegular",
        "embedBold",
        "embedItalic",
        "embedBoldItalic",
    }
    | {"movie", "audioFile", "videoFile", "wavAudioFile", "quickTimeFile", "audioCd", "ddeLink", "timing", "FmlaMacro"}
)
WRAPPERS = frozenset({"smartTag", "customXml"})
LOSES_LINK_ONLY = frozenset({"hyperlink", "pageSetup", "blip", "imagedata", "fill", "sldId", "background"})
FIELDS = frozenset(
    {"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "TOC", "REF", "PAGEREF", "SEQ", "STYLEREF", "NOTEREF", "TC", "XE"}
    | {"FORMTEXT", "SYMBOL", "EQ", "QUOTE", "INDEX", "="}
)
FORMULAS = frozenset({"f", "definedName", "formula", "formula1", "formula2"})
REACHES_OUT = re.compile(
    r"\||\[\d+\]|WEBSERVICE|HYPERLINK|CALL\s*\(|REGISTER|EXEC|RTD|FILTERXML|IMAGE\s*\(", re.IGNORECASE
)


def warm() -> None:
    """Load what packages and the pictures in them need."""
    packages.warm()
    images.warm()


@dataclass
class Package:
    """A package on its way: what is kept, as what, and whether something that acts was found."""

    parts: dict[str, bytes]
    types: dict[str, str]
    active: bool = False
    kept: dict[str, bytes] = field(default_factory=dict)


def clean(data: bytes, kind: str) -> Clean:
    """Follow the references from the main part, and carry over what is known."""
    parts = parts_of(data)
    package = Package(parts, dict(_types(parts)))
    if any("macro" in found.lower() or "vbaProject" in found for found in package.types.values()):
        raise Unfit(Why.MACRO)
    main = next((name for name, found in package.types.items() if found == MAIN[kind]), None)
    if main is None or main not in parts:
        raise Unfit(Why.BROKEN)
    _carry(package, main, set())
    root = _relationships([("rId1", f"{RELATED}/officeDocument", main)])
    made = {TYPES: _content_types(package), "_rels/.rels": root, **dict(sorted(package.kept.items()))}
    return Clean(packed(made), kind, active=package.active)


def _types(parts: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield each part with its content type: its own, or that of its ending."""
    if TYPES not in parts:
        raise Unfit(Why.BROKEN)
    endings: dict[str, str] = {}
    own: dict[str, str] = {}
    for element in parsed(parts[TYPES]):
        words = element.attrib
        if local(element.tag) == "Default":
            endings[words.get("Extension", "").lower()] = words.get("ContentType", "")
        else:
            own[words.get("PartName", "").lstrip("/")] = words.get("ContentType", "")
    for name in parts:
        yield name, own.get(name) or endings.get(name.rpartition(".")[2].lower(), "")


def _carry(package: Package, name: str, seen: set[str]) -> None:
    """Carry a part over, and what it refers to."""
    seen.add(name)
    if PICTURE_TYPES.fullmatch(package.types[name]):
        _carry_picture(package, name)
        return
    root = parsed(package.parts[name])
    links, lost = [], set()
    for pk, what, target in _references(package, name):
        if target is None:
            lost.add(pk)
            continue
        links.append((pk, what, f"/{target}"))
        if target not in seen:
            _carry(package, target, seen)
    _scrub(package, root, lost)
    package.kept[name] = written(root)
    if links:
        package.kept[_rels_of(name)] = _relationships(links)


def _references(package: Package, name: str) -> Iterator[tuple[str, str, str | None]]:
    """Yield each reference of a part: its id, its kind, and the part it leads to, or None where it must not lead."""
    rels = package.parts.get(_rels_of(name))
    for element in parsed(rels) if rels else ():
        words = element.attrib
        what, target = words.get("Type", ""), words.get("Target", "")
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(name), target)).lstrip("/")
        if target.startswith("/"):
            inside = posixpath.normpath(target).lstrip("/")
        found = package.types.get(inside, "")
        known = found in KNOWN or PICTURE_TYPES.fullmatch(found) is not None
        if words.get("TargetMode") == "External" or not known:
            package.active = package.active or bool(ACTING.search(what.rpartition("/")[2]))
            yield words.get("Id", ""), what, None
        else:
            yield words.get("Id", ""), what, inside


def _rels_of(name: str) -> str:
    folder, _, last = name.rpartition("/")
    return f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels"


def _carry_picture(package: Package, name: str) -> None:
    """Make a picture anew; where that cannot be done, an empty one stands in its place."""
    try:
        data, kind = images.clean_inside(package.parts[name])
    except (Unfit, OSError, ValueError, SyntaxError):
        data, kind = images.empty(), "png"
    package.kept[name], package.types[name] = data, f"image/{kind}"


def _scrub(package: Package, root: etree._Element, lost: set[str]) -> None:
    """Take out who wrote it and when, what reaches outward, and references that lead nowhere now."""
    for element in list(root.iter()):
        name = local(element.tag)
        if name in GONE:
            package.active = package.active or name in {"OLEObject", "oleObjects", "controls", "ddeLink", "altChunk"}
            drop(element)
        elif name in WRAPPERS:
            unwrap(element)
        elif name in {"instrText", "fldSimple"}:
            _scrub_field(package, element, name)
        elif name in FORMULAS and REACHES_OUT.search(element.text or ""):
            package.active = True
            drop(element)
        else:
            _scrub_attributes(element, name, lost)


def _scrub_field(package: Package, element: etree._Element, name: str) -> None:
    """Keep fields that count pages and the like; what they showed last stays in any case."""
    attribute = next((key for key in element.attrib if local(key) == "instr"), "")
    words = (element.get(attribute, "") if name == "fldSimple" else element.text or "").split()
    if words and words[0].upper() in FIELDS:
        return
    if words and words[0].upper().startswith(("DDE", "INCLUDE", "LINK", "IMPORT", "MACRO", "DATABASE")):
        package.active = True
    if name == "fldSimple":
        unwrap(element)
    else:
        element.text = ""


def _scrub_attributes(element: etree._Element, name: str, lost: set[str]) -> None:
    for key in list(element.attrib):
        short = local(key)
        if short.startswith("rsid"):
            del element.attrib[key]
        elif short in TELLING_ATTRIBUTES:
            _forget(element, key, short)
        elif name in NAMED and short in {"descr", "title", "name"}:
            element.set(key, "")
        elif name == "cmAuthor" and short in {"name", "initials"}:
            element.set(key, "-")
        elif key.startswith("{" + RELATED + "}") and element.get(key) in lost:
            if name in LOSES_LINK_ONLY:
                del element.attrib[key]
            else:
                drop(element)
                return
        elif short in {"src", "href", "relationtable", "macro", "onclick"} and "://" in (element.get(key) or ""):
            del element.attrib[key]
    if name == "author" and element.text:
        element.text = "-"


def _forget(element: etree._Element, key: str, short: str) -> None:
    """Some of these must be there; they say nothing then."""
    if short in {"author", "initials"}:
        element.set(key, "-")
    else:
        del element.attrib[key]


def _relationships(links: list[tuple[str, str, str]]) -> bytes:
    root = etree.Element(f"{{{PACKAGE}relationships}}Relationships", nsmap={None: f"{PACKAGE}relationships"})
    for pk, what, target in links:
        etree.SubElement(root, f"{{{PACKAGE}relationships}}Relationship", Id=pk, Type=what, Target=target)
    return written(root)


def _content_types(package: Package) -> bytes:
    space = f"{PACKAGE}content-types"
    root = etree.Element(f"{{{space}}}Types", nsmap={None: space})
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    etree.SubElement(root, f"{{{space}}}Default", Extension="rels", ContentType=rels)
    etree.SubElement(root, f"{{{space}}}Default", Extension="xml", ContentType="application/xml")
    for name in sorted(package.kept):
        if not name.endswith(".rels"):
            etree.SubElement(root, f"{{{space}}}Override", PartName=f"/{name}", ContentType=package.types[name])
    return written(root)
