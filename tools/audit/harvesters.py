"""Harvest a node with a client that others wrote: `python harvesters.py CLIENT ADDRESS`, a line "identifier time gone" each.

Runs in an environment of its own (see `harvests.py`), so nothing of ours is imported.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Line = tuple[str, str, int]


def sickle(address: str) -> Iterator[Line]:
    """Harvest with sickle."""
    from sickle import Sickle  # noqa: PLC0415 - an optional part

    for each in Sickle(address).ListRecords(metadataPrefix="oai_datacite"):
        yield each.header.identifier, each.header.datestamp, int(each.header.deleted)


def scythe(address: str) -> Iterator[Line]:
    """Harvest with oaipmh-scythe."""
    from oaipmh_scythe import Scythe  # noqa: PLC0415 - an optional part

    with Scythe(address) as client:
        for each in client.list_records(metadata_prefix="datacite"):
            yield each.header.identifier, each.header.datestamp, int(each.header.deleted)


def pyoai(address: str) -> Iterator[Line]:
    """Harvest with oaipmh, which goes back to pyoai."""
    from oaipmh.client import Client  # noqa: PLC0415 - an optional part
    from oaipmh.metadata import MetadataRegistry, oai_dc_reader  # noqa: PLC0415 - an optional part

    registry = MetadataRegistry()
    registry.registerReader("oai_dc", oai_dc_reader)
    for head, _said, _about in Client(address, registry).listRecords(metadataPrefix="oai_dc"):
        yield head.identifier(), f"{head.datestamp():%Y-%m-%dT%H:%M:%SZ}", int(head.isDeleted())


def signposts(address: str) -> Iterator[Line]:
    """Follow the links of a record's page as the signposting library reads them, on both levels."""
    import signposting  # noqa: PLC0415 - an optional part

    page = signposting.find_signposting_http(address)
    document = signposting.find_signposting_linkset(next(iter(page.linksets)).target)
    for name in ("citeAs", "types", "describedBy", "items"):
        first, second = getattr(page, name), getattr(document.for_context(page.context_url or address), name)
        targets = [{str(each.target) for each in ([found] if name == "citeAs" else found)} for found in (first, second)]
        if not targets[0] or targets[0] != targets[1]:
            raise SystemExit(f"{name}: {targets}")  # noqa: EM102, TRY003 read by a person
        yield name, "", len(targets[0])


def vocabulary(address: str) -> Iterator[Line]:
    """Look whether every type and property of a record's JSON-LD is one of schema.org, as msgspec-schemaorg has them."""
    import msgspec_schemaorg.models as known  # noqa: PLC0415 - an optional part
    import requests  # noqa: PLC0415 - an optional part

    waiting = [requests.get(address, timeout=60).json()]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            kind = getattr(known, node["@type"])
            names = {*kind.__struct_fields__, *kind.__struct_encode_fields__, "@context", "@type", "@id"}
            if strange := set(node) - names:
                raise SystemExit(f"{node['@type']}: {strange}")  # noqa: EM102, TRY003 read by a person
            yield node["@type"], "", len(node)


CLIENTS = {"sickle": sickle, "scythe": scythe, "pyoai": pyoai, "signposts": signposts, "vocabulary": vocabulary}

if __name__ == "__main__":
    for line in CLIENTS[sys.argv[1]](sys.argv[2]):
        print(*line)
