"""The receipt a resident keeps: 28 random digits and two check digits, in six groups of five."""

from __future__ import annotations

import secrets
import unicodedata

DIGITS = 28
GROUP = 5
_MODULUS = 97


def draw() -> str:
    """Return 28 random decimal digits (93 bits)."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def check_digits(digits: str) -> str:
    """Two check digits, ISO 7064 MOD 97-10: any single wrong digit and any swap of neighbours is noticed."""
    return f"{98 - int(digits) * 100 % _MODULUS:02d}"


def show(digits: str) -> list[str]:
    """Return the six groups of five that a person reads."""
    whole = digits + check_digits(digits)
    return [whole[at : at + GROUP] for at in range(0, len(whole), GROUP)]


def read(typed: str) -> str | None:
    """Return the 28 digits of what somebody typed (digits of any script, any spacing), or None if it is no receipt."""
    found = [unicodedata.decimal(sign, None) for sign in unicodedata.normalize("NFKC", typed)]
    whole = "".join(str(value) for value in found if value is not None)
    if len(whole) != DIGITS + 2 or any(_is_letter(sign) for sign in typed):
        return None
    digits, check = whole[:DIGITS], whole[DIGITS:]
    return digits if check == check_digits(digits) else None


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign).startswith("L")
