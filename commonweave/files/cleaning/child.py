"""The child that cleans one file: `python -m commonweave.files.cleaning.child KIND`, the file on standard input, the clean one on standard output.

The answer is a line of JSON (what it is, or why it was refused), then the preview, then the file.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import TYPE_CHECKING, Any

from commonweave.files.cleaning.shut import shut_in
from commonweave.files.cleaning.unfit import Unfit, Why

if TYPE_CHECKING:
    from collections.abc import Callable

CLEANERS = {
    "images": ("jpeg", "png", "webp", "gif", "heic", "tiff"),
    "pdf": ("pdf",),
    "reading": ("pdf-text",),
    "ooxml": ("docx", "xlsx", "pptx"),
    "odf": ("odt", "ods"),
    "audio": ("mp3", "ogg", "opus", "wav", "flac", "m4a"),
}


def main(kind: str) -> None:
    """Load what this kind needs, shut the door, read, clean, answer."""
    clean = cleaner(kind)
    shut_in()
    data = sys.stdin.buffer.read()
    try:
        made = clean(data, kind)
    except Unfit as unfit:
        _answer({"refused": unfit.why})
    except MemoryError:
        _answer({"refused": Why.BOMB})
    except Exception:  # noqa: BLE001 - whatever a broken or hostile file makes a library raise
        _answer({"refused": Why.BROKEN})
    else:
        head = {"kind": made.kind, "active": made.active, "preview": len(made.preview), "size": len(made.data)}
        _answer(head, made.preview, made.data)


def cleaner(kind: str) -> Callable[[bytes, str], Any]:
    """Import the one module that this kind needs, with all that it will need later: soon nothing can be opened."""
    name = next(name for name, kinds in CLEANERS.items() if kind in kinds)
    module = importlib.import_module(f"commonweave.files.cleaning.{name}")
    if hasattr(module, "warm"):
        module.warm()
    found: Callable[[bytes, str], Any] = module.clean
    return found


def _answer(head: dict[str, Any], *parts: bytes) -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
