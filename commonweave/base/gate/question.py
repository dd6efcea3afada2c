"""A question for people whose browser does no arithmetic: answered by reading, in every language, without pictures."""

from __future__ import annotations

import json
import secrets
import time
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from commonweave.base import formats

HOW_MANY = 4
LONGEST = 20


@dataclass(frozen=True)
class Question:
    """What a person reads, and what the page carries so that the node need not remember the answer."""

    words: str
    token: str


def question(about: str, lasts: int) -> Question:
    """Ask for one of a few numbers, differently each time."""
    numbers = secrets.SystemRandom().sample(range(11, 99), HOW_MANY)
    shown = {"numbers": " – ".join(formats.digits(number) for number in numbers)}
    words, answer = secrets.choice(
        (
            (_("Which of these numbers is the largest? %(numbers)s"), max(numbers)),
            (_("Which of these numbers is the smallest? %(numbers)s"), min(numbers)),
            (_("Which of these numbers comes first? %(numbers)s"), numbers[0]),
            (_("Which of these numbers comes last? %(numbers)s"), numbers[-1]),
        )
    )
    sealed = _box().encrypt(json.dumps([int(time.time()) + lasts, about, answer]).encode())
    return Question(words % shown, urlsafe_b64encode(sealed).decode("ascii"))


def answered(token: str, answer: str, about: str) -> bool:
    """Say whether `answer`, in whatever digits, is the one this question about `about` waits for."""
    try:
        until, of, number = json.loads(_box().decrypt(urlsafe_b64decode(token.encode("ascii"))))
    except (CryptoError, ValueError):
        return False
    typed = "".join(str(unicodedata.digit(sign)) for sign in answer[:LONGEST] if sign.isdigit())
    return of == about and time.time() <= until and typed == str(number)


def _box() -> SecretBox:
    return SecretBox(settings.CONFIG.derive("gate-question"))
