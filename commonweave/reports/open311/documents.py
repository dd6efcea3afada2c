"""The standard's documents as XML and as JSON; the same data, named as the standard names it. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree

ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What one item of a list is called in XML; in JSON it has no name."""

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(root: str, document: dict[str, Any] | list[Any], form: str) -> bytes:
    """Return a document in the form that its address names."""
    if form == "json":
        return json.dumps(document, ensure_ascii=False).encode()
    return bytes(etree.tostring(_element(root, document), xml_declaration=True, encoding="utf-8"))


def _element(name: str, value: Any) -> Any:  # noqa: ANN401 any JSON; lxml has no types
    element = etree.Element(name)
    if isinstance(value, dict):
        element.extend(_element(key, inside) for key, inside in value.items())
    elif isinstance(value, (list, tuple)):
        element.extend(_element(ITEMS[name], item) for item in value)
    elif value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        element.text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return element
