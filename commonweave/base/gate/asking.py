"""Asking for work before a form is taken: the browser's, or a person's answer. What was typed stays on the page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from commonweave.base.gate import proof
from commonweave.base.gate.doors import knock
from commonweave.base.gate.memory import memory
from commonweave.base.gate.question import Question, answered, question

if TYPE_CHECKING:
    from django.http import HttpRequest

LASTS = 2 * 60 * 60  # seconds, as long as the steps
WORK, ASKED, ANSWER = "work", "asked", "answer"


@dataclass(frozen=True)
class Asking:
    """What a page shows: the challenge for its script and the question for everybody else; or what was good already.

    With `sends` the form was sent already: the script sends it again by itself when its work is done.
    """

    challenge: str = ""
    question: Question | None = None
    refused: bool = False
    sends: bool = False
    given: tuple[tuple[str, str], ...] = ()

    @property
    def errors(self) -> list[tuple[str, str]]:
        """What stands in the list of errors when a form came without an answer."""
        said = _("One more step: please answer the question at the end of the form. What you wrote is still here.")
        return [("id_answer", said)] if self.refused and not self.given else []


def ask(request: HttpRequest, level: int, about: str, *, refused: bool = False, sends: bool = False) -> Asking | None:
    """Return what to show before something is taken; None when nothing is unusual. A good answer is carried on."""
    if not level:
        return None
    about = _bound(about)
    if _good(request, about) and not refused:
        return Asking(given=tuple((name, request.POST.get(name, "")) for name in (WORK, ASKED, ANSWER)))
    return Asking(proof.challenge(level, about, LASTS), question(about, LASTS), refused, sends or refused)


def passed(request: HttpRequest, about: str, *, by: str) -> bool:
    """Say whether the form carries a good answer for `about`, which only `by` can use. Raises TooMany."""
    named = _good(request, _bound(about))
    if not named:
        return False
    if not named.startswith(WORK):
        knock(request, "question")
    return memory().claim(named, by=by, lasts=LASTS)


def _good(request: HttpRequest, about: str) -> str:
    """Return what names the good answer of a form, or nothing."""
    sent = request.POST
    if (work := sent.get(WORK, "")) and (signature := proof.solved(work, about)):
        return f"{WORK} {signature}"
    token = sent.get(ASKED, "")
    return f"{ASKED} {token}" if answered(token, sent.get(ANSWER, ""), about) else ""


def _bound(about: str) -> str:
    """Return a name for what is asked about that tells nobody what that is."""
    key = settings.CONFIG.derive("gate-about")
    return hashlib.blake2b(about.encode(), key=key, digest_size=16).hexdigest()
