"""The backup file: a tar of the database, the uploads and a description, encrypted for a key that is not on this machine."""

from __future__ import annotations

import contextlib
import io
import os
import tarfile
import threading
from typing import IO, TYPE_CHECKING, Any

import pyrage

from commonweave.site.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MANIFEST, DATABASE, FILES = "manifest.json", "database.dump", "files"
AGE_MAGIC = b"age-encryption.org/"


def recipient(text: str) -> Any:  # noqa: ANN401 - the library gives no type
    """Read an age public key."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        message = (
            f"COMMONWEAVE_BACKUP_RECIPIENT must be an age public key that begins with 'age1', not {text!r}. "
            f"Make a pair with 'age-keygen' on another machine and keep its secret half there."
        )
        raise ConfigError(message) from None


def identities(path: Path) -> list[Any]:
    """Read the secret keys of an age identity file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("AGE-SECRET-KEY-"):
            with contextlib.suppress(pyrage.IdentityError):
                found.append(pyrage.x25519.Identity.from_str(line.strip()))
    if not found:
        message = f"{path} holds no age secret key (a line that begins with AGE-SECRET-KEY-1)."
        raise ConfigError(message)
    return found


class _Counting(io.RawIOBase):
    """Passes bytes on and tells how many."""

    def __init__(self, file: IO[bytes], tell: Callable[[int], None]) -> None:
        self.file, self.tell_count = file, tell

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.tell_count(len(data))
        return data

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        written = self.file.write(data)
        self.tell_count(written)
        return written


@contextlib.contextmanager
def writer(target: Path, key: Any | None, told: Callable[[int], None]) -> Iterator[tarfile.TarFile]:  # noqa: ANN401 - an age key
    """Give a tar that ends up in `target`: complete, synced and readable only by us, or not at all."""
    part = target.with_name(target.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            with _encrypting(out, key) as sink, tarfile.open(fileobj=_Counting(sink, told), mode="w|") as tar:
                yield tar
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def _encrypting(out: IO[bytes], key: Any | None) -> Iterator[IO[bytes]]:  # noqa: ANN401 - an age key
    """Encrypt on the way: the library pulls from a pipe in a thread of its own."""
    if key is None:
        yield out
        return
    read_end, write_end = os.pipe()
    faults: list[BaseException] = []

    def pull() -> None:
        try:
            with os.fdopen(read_end, "rb") as source:
                pyrage.encrypt_io(source, out, [key])
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            faults.append(error)

    thread = threading.Thread(target=pull)
    thread.start()
    try:
        with contextlib.suppress(BrokenPipeError), os.fdopen(write_end, "wb") as sink:
            yield sink
    finally:
        thread.join()
    if faults:
        raise OSError(str(faults[0]))


def is_encrypted(path: Path) -> bool:
    """Say whether the file is an age file."""
    with path.open("rb") as file:
        return file.read(len(AGE_MAGIC)) == AGE_MAGIC


@contextlib.contextmanager
def reader(source: Path, keys: list[Any], told: Callable[[int], None]) -> Iterator[tarfile.TarFile]:
    """Give the tar inside a backup, decrypted on the way; nothing in clear is written by this."""
    with source.open("rb") as file:
        counted = _Counting(file, told)
        if not is_encrypted(source):
            with tarfile.open(fileobj=counted, mode="r|") as tar:
                yield tar
            return
        read_end, write_end = os.pipe()
        faults: list[BaseException] = []

        def push() -> None:
            try:
                with os.fdopen(write_end, "wb") as sink:
                    pyrage.decrypt_io(counted, sink, keys)
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                faults.append(error)

        thread = threading.Thread(target=push)
        thread.start()
        try:
            with os.fdopen(read_end, "rb") as clear, tarfile.open(fileobj=clear, mode="r|") as tar:
                yield tar
        except (tarfile.TarError, EOFError):
            thread.join()
            if not faults:
                raise
        finally:
            thread.join()
        if faults:
            message = f"{source} cannot be decrypted with this identity, or is damaged."
            raise ConfigError(message)
