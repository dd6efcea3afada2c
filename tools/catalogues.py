"""Catalogues of translations: read the strings anew, take in translations (`migrate` compiles them).

python -m tools.catalogues extract            needs GNU gettext; keeps what is translated
python -m tools.catalogues merge LANG FILE    FILE: a JSON list of {"id", "str"} or {"id", "plurals"}, translated by machine
python -m tools.catalogues missing LANG       what is not translated yet, as such a list
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parents[1]
PACKAGE = HERE / "commonweave"
LOCALE = PACKAGE / "locale"
REVIEW = "translated by a machine, to be reviewed"


def _po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _languages() -> list[str]:
    return sorted(path.name for path in LOCALE.iterdir() if _po(path.name).exists())


def extract() -> None:
    """Read every string of code and templates into every catalogue."""
    with tempfile.TemporaryDirectory() as data:
        secret = Path(data) / "secret"
        secret.write_text("00" * 32, encoding="ascii")
        env = {**os.environ, "COMMONWEAVE_DATA": data, "PYTHONPATH": str(HERE)}
        wanted = [part for language in _languages() for part in ("-l", language)]
        command = [sys.executable, "-m", "django", "makemessages", *wanted, "--no-location", "--no-wrap"]
        command += ["--no-obsolete", "-i", "tests/*", "--settings", "commonweave.site.settings"]
        subprocess.run(command, cwd=PACKAGE, env=env, check=True)


def merge(language: str, source: Path) -> int:
    """Take in translations; each is marked for review. Returns how many found their string."""
    given = {each["id"]: each for each in json.loads(source.read_text(encoding="utf-8"))}
    with _po(language).open("rb") as stream:
        catalogue = read_po(stream, locale=language if language != "ny" else None)
    taken = 0
    for message in catalogue:
        single = message.id if isinstance(message.id, str) else message.id[0]
        found = given.get(single)
        if not single or not found:
            continue
        message.string = found["str"] if isinstance(message.id, str) else tuple(found["plurals"])
        message.flags.discard("fuzzy")
        if REVIEW not in message.user_comments:
            message.user_comments.append(REVIEW)
        taken += 1
    with _po(language).open("wb") as stream:
        write_po(stream, catalogue, width=0, omit_header=False, sort_output=False)
    return taken


def missing(language: str) -> list[dict[str, str]]:
    """Return what has no translation yet."""
    with _po(language).open("rb") as stream:
        catalogue = read_po(stream)
    found = []
    for message in catalogue:
        texts = (message.string,) if isinstance(message.string, str) else message.string or ()
        if message.id and (message.fuzzy or not all(texts)):
            single, *more = (message.id,) if isinstance(message.id, str) else message.id
            found.append({"id": single} | ({"plural": more[0]} if more else {}))
    return found


def main() -> None:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["extract"]:
            extract()
        case ["merge", language, source]:
            print(merge(language, Path(source)))
        case ["missing", language]:
            print(json.dumps(missing(language), ensure_ascii=False, indent=0))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
