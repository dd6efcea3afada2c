"""`commonweave journal verify`: is the record of what happened still what was sealed?"""

from __future__ import annotations

from pathlib import Path

import click

from commonweave.sharing import proofs, receipts
from commonweave.sharing.envelopes import proof_key
from commonweave.site.cli import FAILED, OK, progress
from commonweave.site.cli.node import database, settings, start_django


@click.group()
def command() -> None:
    """Check the record of what happened."""


@command.command()
@click.argument("checkpoints", nargs=-1)
def verify(checkpoints: tuple[str, ...]) -> int:
    """Read the whole journal and compare it with its seals, and with CHECKPOINTS (number:hash) that others kept.

    Without a checkpoint from elsewhere, a journal that was cut off and sealed anew cannot be told from a true one.
    """
    config = settings("worker")
    with database(config, "journal verify"):
        start_django("worker")
        from commonweave.base.journal.verify import verify as check  # noqa: PLC0415 - Django is set up later

        read = 0

        def count(entries: int) -> None:
            nonlocal read
            read += entries

        with progress.step("Reading the journal", lambda: f"{read:,} entries"):
            findings = check(list(checkpoints), count)
    for fault in findings.faults:
        click.echo(f"fail  {fault}")
    click.echo(f"{findings.entries:,} entries in {findings.batches:,} batches; {len(findings.faults)} faults.")
    if findings.checkpoint:
        click.echo(f"Newest checkpoint: {findings.checkpoint}")
    return FAILED if findings.faults else OK


FAILS = {
    proofs.Step.ENTRY: "The entry does not say that a report with this digest was received on this day.",
    proofs.Step.PATH: "The entry does not belong to the tree that was signed.",
    proofs.Step.SIGNATURE: "The signature is not by the key in the proof.",
    proofs.Step.CHECKPOINT: "The checkpoint is not that of the tree that was signed.",
    proofs.Step.WORDS: "The words do not have this digest under this key.",
}


@command.command("check-proof")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", help="The node's public key, as you know it from elsewhere.")
@click.option("--checkpoint", help="A checkpoint (number:hash) of the same batch that somebody kept.")
@click.option(
    "--words", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The sealed text, byte by byte."
)
@click.option("--receipt", is_flag=True, help="Ask for the receipt number, to make the key of the digest again.")
def check_proof(file: Path, key: str | None, checkpoint: str | None, words: Path | None, *, receipt: bool) -> int:
    """Check a proof that a report was received. Needs no node and no network.

    Without --key or --checkpoint from elsewhere it says only that the proof agrees with itself.
    """
    try:
        proof = proofs.read(file.read_text(encoding="utf-8"))
    except (proofs.NotAProof, UnicodeDecodeError):
        msg = "This is not a proof in a form that is known here."
        raise click.ClickException(msg) from None
    try:
        proof = proofs.with_words(proof, words.read_text(encoding="utf-8") if words else None, _key_of(receipt))
    except proofs.NotAProof:
        msg = "There are no words to compare: give both words and the receipt number."
        raise click.ClickException(msg) from None
    checked = proofs.check(proof)
    faults = [FAILS[step] for step in checked.failed]
    if key and key.lower() != proof.key:
        faults.append("The key in the proof is another one.")
    if checkpoint and checkpoint != proof.checkpoint:
        faults.append("The checkpoint is another one.")
    for fault in faults:
        click.echo(f"fail  {fault}")
    click.echo(
        f"{'Does not hold' if faults else 'Holds'}: a report with digest {proof.digest} was received on {proof.day} (UTC)."
    )
    if proof.words and not faults:
        click.echo("Its words:\n" + proof.words.text)
    click.echo(f"Public key: {proof.key}\nCheckpoint: {proof.checkpoint}")
    return FAILED if faults else OK


def _key_of(ask: bool) -> str | None:  # noqa: FBT001 what an option is
    if not ask:
        return None
    digits = receipts.read(click.prompt("Receipt number", hide_input=True))
    if digits is None:
        msg = "This is not a receipt number."
        raise click.ClickException(msg)
    return proof_key(digits).hex()
