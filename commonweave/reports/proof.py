"""The proof of one report, for whoever holds its receipt: read from the journal through a door of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from commonweave.base import merkle
from commonweave.base.journal.seal import leaf_data, verify_key
from commonweave.base.journal.verify import batch_numbered
from commonweave.reports import queries
from commonweave.sharing import proofs
from commonweave.sharing.envelopes import plain, proof_key

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer
    from commonweave.sharing.proofs import Proof


def proof_of(viewer: Viewer, digits: str, document: dict[str, Any] | None) -> Proof | None:
    """Return the proof for the viewer's receipt, or None before the day's record is sealed.

    With `document`, its words and the key of their digest lie in it.
    """
    entry = queries.received_entry(viewer)
    if entry is None or entry.batch is None:
        return None
    index = entry.leaf - entry.first
    previous, root, signature = bytes(entry.previous), bytes(entry.root), bytes(entry.signature)
    said = merkle.statement(entry.batch, entry.size, previous, root)
    words = proofs.Words(plain(document).decode(), proof_key(digits).hex()) if document else None
    return proofs.Proof(
        about=about(),
        node=settings.CONFIG.url,
        day=entry.on.isoformat(),
        digest=entry.facts["digest"],
        entry=leaf_data(entry).decode(),
        index=index,
        size=entry.size,
        path=[each.hex() for each in merkle.path([bytes(each) for each in entry.hashes], index)],
        batch=entry.batch,
        previous=previous.hex(),
        root=root.hex(),
        signature=signature.hex(),
        key=bytes(verify_key()).hex(),
        checkpoint=proofs.checkpoint_of(entry.batch, said, signature),
        words=words,
    )


def stands_in_journal(proof: Proof) -> bool:
    """Say whether this node signed the batch of a proof, and still has it as it was."""
    batch = batch_numbered(proof.batch)
    if batch is None or proof.key != bytes(verify_key()).hex():
        return False
    kept = (batch.size, bytes(batch.previous).hex(), bytes(batch.root).hex(), bytes(batch.signature).hex())
    return kept == (proof.size, proof.previous, proof.root, proof.signature)


def about() -> str:
    """Return what a proof proves and what not, in the reader's language."""
    return " ".join(
        str(line)
        for line in (
            _("This shows that a report with this digest was received on this day (UTC)."),
            _("The digest is made from the words and the receipt number: who has both can make it again."),
            _("Nobody can guess the words from it without the receipt number."),
            _("It does not show that the words are true, who wrote them, at what time, or what was done."),
            _("It names no person, but the number under which the report is kept."),
            _("Anybody can check it at the address below, or with the public key, without this service."),
        )
    )
