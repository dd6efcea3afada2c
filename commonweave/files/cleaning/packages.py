"""Zip packages (office files): read with limits, taken apart as XML, and written anew without dates and owners."""

from __future__ import annotations

import codecs
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from commonweave.files.cleaning.unfit import Unfit, Why
from commonweave.files.cleaning.zips import parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_XML = 80_000_000


def warm() -> None:
    """Make Python load now the tables of signs that it looks for when first needed: later nothing can be opened."""
    for name in ("cp437", "utf-16", "utf-32", "latin-1", "cp1252"):
        codecs.lookup(name)
    parts_of(packed({"a.xml": written(parsed(b"<a/>"))}))


def parsed(text: bytes) -> etree._Element:
    """Parse a part without comments, entities or anything from elsewhere. Raises Unfit."""
    if len(text) > MOST_XML:
        raise Unfit(Why.BOMB)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError:
        raise Unfit(Why.BROKEN) from None
    if root.getroottree().docinfo.doctype:
        raise Unfit(Why.BROKEN)
    return root


def written(root: etree._Element) -> bytes:
    """Write a part."""
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))


def packed(parts: Mapping[str, bytes], *, plain: tuple[str, ...] = ()) -> bytes:
    """Write a package, its parts in the order given; those named in `plain` are not compressed."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0
            info.compress_type = zipfile.ZIP_STORED if name in plain else zipfile.ZIP_DEFLATED
            package.writestr(info, data)
    return out.getvalue()


def local(name: object) -> str:
    """Return an element's or attribute's name without its namespace."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def drop(element: etree._Element) -> None:
    """Take an element out and keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Take an element out and leave what it held in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    if element.text:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.text
        else:
            parent.text = (parent.text or "") + element.text
    for child in reversed(list(element)):
        parent.insert(at, child)
    drop(element)
