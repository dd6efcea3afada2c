"""XML documents from Python, with whatever characters people wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree
from lxml.builder import ElementMaker

if TYPE_CHECKING:
    from collections.abc import Mapping

XML = "http://www.w3.org/XML/1998/namespace"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Maker:
    """Makes elements of one namespace: `make("title", "Words", lang="en")`; None leaves an attribute out."""

    def __init__(self, namespace: str, names: Mapping[str | None, str] | None = None) -> None:
        """`names` are the prefixes to be declared; without a prefix it is the namespace itself."""
        self.make = ElementMaker(namespace=namespace, nsmap=names or {None: namespace})

    def __call__(self, name: str, *inside: Any, lang: str = "", **attributes: str | None) -> Any:  # noqa: ANN401 lxml has no types
        """Make an element of texts and elements."""
        element = self.make(name, *(clean(each) if isinstance(each, str) else each for each in inside))
        if lang:
            element.set(f"{{{XML}}}lang", lang)
        for key, value in attributes.items():
            if value is not None:
                element.set(key, clean(value))
        return element

    def located(self, name: str, where: str, *inside: Any, **attributes: str) -> Any:  # noqa: ANN401 lxml has no types
        """Make an element that says where its schema lies ("namespace address")."""
        element = self(name, *inside, **attributes)
        element.set(f"{{{XSI}}}schemaLocation", where)
        return element


def clean(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def written(element: Any) -> bytes:  # noqa: ANN401 lxml has no types
    """Return the document."""
    return bytes(etree.tostring(element, xml_declaration=True, encoding="utf-8"))
